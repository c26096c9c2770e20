import type { ScopeInternals } from '../facts/scope.ts'
import type { Moment } from '../language/calendar.ts'
import { dosesGiven, historyOf, openOrders } from './dose-history.ts'

/** The dates of inotuzumab that matter to another order, ascending. */
export interface InotuzumabDates {
  /** Given, stated as given elsewhere, or presumed from past orders where nothing is recorded as given. */
  readonly given: readonly Moment[]
  /** Ordered for today or later. */
  readonly planned: readonly Moment[]
}

const ascending = (moments: readonly Moment[]): Moment[] => moments.toSorted((a, b) => a.at - b.at)

/** Doses given and doses to come; a planned day on which a dose was given is not to come. */
export function inotuzumabDates(scope: ScopeInternals): InotuzumabDates {
  const { focus, now } = scope
  const recorded = dosesGiven(scope)
  const { doses, prior } = historyOf(scope)
  const here = recorded.length > 0 ? recorded : doses.filter(({ isPlanned }) => !isPlanned)
  const given = [...here.map(({ at }) => at), ...(prior?.day1 ? [prior.day1] : [])].filter(({ day }) => day <= now.day)
  const days = new Set(given.map(({ day }) => day))
  const orders = [...openOrders(scope), ...(focus.order && focus.triggers.has('inotuzumab-order') ? [focus.order] : [])]
  const planned = orders.flatMap(({ events }) => (events.length > 0 ? events : [now])).filter(({ day }) => day >= now.day && !days.has(day))
  return { given: ascending(given), planned: ascending(planned) }
}

/** Facts that inotuzumabDates reads, for the declarations of derivations. */
export const DATE_FACTS: readonly string[] = ['inotuzumabAdministrations', 'inotuzumabOrders', 'assertedPriorCycles', 'assertedPriorDay1', 'planned']
