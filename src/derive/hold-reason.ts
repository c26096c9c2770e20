import type { DrugOrder } from '../facts/drug-order.ts'
import { conceptOf, type Loose } from '../facts/resources.ts'
import type { ScopeInternals } from '../facts/scope.ts'
import { numberSetting } from '../facts/settings.ts'
import type { Moment } from '../language/calendar.ts'
import { dosesWithheld, otherOrders } from './dose-history.ts'
import { hematologicCriteria, hepaticCriteria, isFailedOn } from './hold-periods.ts'
import { rowsOf } from './reading.ts'

export type InterruptionReason = 'hematologic' | 'non-hematologic' | 'logistics' | 'response-guided'

/** A wait: from the day a dose was due to the day one was, or will be, given. */
export interface Wait {
  readonly due: Moment
  readonly end: Moment
  /** The dose that was due was Day 1 of a cycle. */
  readonly isDay1: boolean
}

/** Value sets that classify the reason of a withheld dose, toxicity before convenience. */
const REASON_SETS: readonly (readonly [string, InterruptionReason])[] = [
  ['hold-reason-non-hematologic', 'non-hematologic'], ['hold-reason-hematologic', 'hematologic'], ['hold-reason-logistics', 'logistics'], ['hold-reason-response', 'response-guided'],
]
const TOXICITY: ReadonlySet<InterruptionReason> = new Set(['hematologic', 'non-hematologic'])

const reasonTexts = (resource: Loose): unknown[] => [resource['statusReason'], resource['note'], resource['reasonCode']]

/** Orders that were put on hold or stopped around the due date say why as well. */
const isOrderOf = (order: DrugOrder, from: number, to: number): boolean =>
  order.state === 'past' && order.resource['statusReason'] !== undefined && order.events.some(({ day }) => day >= from && day <= to)

function reasonsWritten({ due, end }: Wait, scope: ScopeInternals): readonly InterruptionReason[] {
  const from = due.day - numberSetting(scope.settings, 'dose_window_d')
  const withheld = dosesWithheld(scope).filter(({ at }) => at.day >= from && at.day <= end.day).flatMap(({ row }) => reasonTexts(row.resource))
  const stopped = otherOrders(scope).filter((order) => isOrderOf(order, from, end.day)).map(({ resource }) => resource['statusReason'])
  const sets = new Set([...withheld, ...stopped].flatMap((text) => [...scope.mapping.matcher.recognise(conceptOf(text), []).sets]))
  return REASON_SETS.filter(([set]) => sets.has(set)).map(([, reason]) => reason)
}

/** A condition that holds a dose, and was there on the due date: until its end, or still active and not too long ago. */
function hasHoldingCondition({ due }: Wait, scope: ScopeInternals): boolean {
  const lookback = numberSetting(scope.settings, 'holding_condition_lookback_d')
  return rowsOf(scope, 'holdingConditions').some(({ at, fields: { until, clinical } }) => {
    if (at === undefined || at.day > due.day) return false
    const end = scope.calendar.parse(String(until ?? ''))
    return end ? end.day >= due.day : clinical === 'active' && due.day - at.day <= lookback
  })
}

/** A hold rule that was true on the due date explains the delay: liver tests and events at every slot, counts only at Day 1. */
function reasonFromRecord(wait: Wait, scope: ScopeInternals): InterruptionReason | undefined {
  const lookback = numberSetting(scope.settings, 'hold_reason_lookback_d')
  if (isFailedOn(wait.due, hepaticCriteria(scope), lookback, scope) || hasHoldingCondition(wait, scope)) return 'non-hematologic'
  return wait.isDay1 && isFailedOn(wait.due, hematologicCriteria(scope), lookback, scope) ? 'hematologic' : undefined
}

/** Why a dose was late: a toxicity that was written down, then one that the record shows, then convenience. */
export function reasonOf(wait: Wait, scope: ScopeInternals): InterruptionReason | undefined {
  const written = reasonsWritten(wait, scope)
  return written.find((reason) => TOXICITY.has(reason)) ?? reasonFromRecord(wait, scope) ?? written[0]
}
