import type { Window } from '../content/schema/facts.ts'
import type { Calendar, Moment } from '../language/calendar.ts'
import type { Fact } from './fact.ts'
import { amountOf, type Settings } from './settings.ts'

/** A resolved window; both bounds inclusive. A date without time counts by its local calendar day. */
export interface Interval {
  readonly from: Moment | undefined
  readonly to: Moment
  /** Only what lies strictly before `to`. */
  readonly before: boolean
}

const HOUR_MS = 3_600_000

/** Values taken while the dose was being prepared count although the planned time has passed. */
const later = (a: Moment, b: Moment): Moment => (a.at >= b.at ? a : b)

export interface WindowContext {
  readonly settings: Settings
  readonly calendar: Calendar
  readonly now: Moment
  fact(name: string): Fact
}

function anchorOf(window: Window, context: WindowContext): Moment | undefined {
  if (window.anchor === 'now') return context.now
  const fact = context.fact(window.anchor)
  const anchor = fact.state === 'present' ? fact.value as Moment : undefined // sound: content load checks that anchors are of type moment
  if (anchor === undefined || window.before) return anchor
  return window.anchor === 'planned' ? later(anchor, context.now) : anchor
}

function startOf(window: Window, context: WindowContext, anchor: Moment, days: number | undefined): Moment | undefined {
  if (window.from !== undefined) {
    const fact = context.fact(window.from)
    return fact.state === 'present' ? fact.value as Moment : undefined // sound: as above
  }
  const hours = amountOf(context.settings, window.hours)
  if (hours !== undefined && days === undefined) return context.calendar.of(anchor.at - hours * HOUR_MS)
  const length = days ?? amountOf(context.settings, window.days)
  if (length === undefined) return undefined
  const start = context.calendar.addDays(anchor, -length)
  return { ...start, at: start.at, precise: false }
}

/** The windows to try, the fallback after the first; empty while a date that bounds them is unknown: nothing is "since" an unknown day. */
export function intervalsOf(window: Window, context: WindowContext): readonly Interval[] {
  const to = anchorOf(window, context)
  if (to === undefined) return []
  // The look-back is counted from the planned dose, not from a later now.
  const planned = window.anchor === 'planned' && !window.before ? context.fact('planned') : undefined
  const base = planned?.state === 'present' ? planned.value as Moment : to // sound: `planned` is of type moment
  if (window.from !== undefined && startOf(window, context, base, undefined) === undefined) return []
  const interval = (days?: number): Interval => ({ from: startOf(window, context, base, days), to, before: window.before })
  return window.fallbackDays === undefined ? [interval()] : [interval(), interval(window.fallbackDays)]
}

/** Is a moment inside? Where either side is only a date, calendar days decide. */
export function within({ from, to, before }: Interval, moment: Moment): boolean {
  const bothPrecise = (other: Moment): boolean => other.precise && moment.precise
  const startsInTime = from === undefined || (bothPrecise(from) ? moment.at >= from.at : moment.day >= from.day)
  if (!startsInTime) return false
  if (before) return bothPrecise(to) ? moment.at < to.at : moment.day < to.day
  return bothPrecise(to) ? moment.at <= to.at : moment.day <= to.day
}
