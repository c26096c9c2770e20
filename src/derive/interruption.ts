import { type Fact, missing, present } from '../facts/fact.ts'
import { conceptOf } from '../facts/resources.ts'
import type { ScopeInternals } from '../facts/scope.ts'
import { listSetting, numberSetting, textSetting } from '../facts/settings.ts'
import { daysBetween, type Moment } from '../language/calendar.ts'
import { multiply, percentChange } from '../language/decimal.ts'
import type { Derivation } from './derivation.ts'
import { dosesWithheld } from './dose-history.ts'
import { hematologicCriteria, hepaticCriteria, isFailedOn, recoveryDay } from './hold-periods.ts'
import { momentOf, numberOf, textValue } from './reading.ts'
import { type Cycle, type SlottedDose } from './timeline.ts'
import { courseOf, dueDate } from './treatment.ts'

export type InterruptionReason = 'hematologic' | 'non-hematologic' | 'logistics' | 'response-guided'

/** Value sets that classify the reason of a withheld dose, toxicity before convenience. */
const REASON_SETS: readonly (readonly [string, InterruptionReason])[] = [
  ['hold-reason-non-hematologic', 'non-hematologic'], ['hold-reason-hematologic', 'hematologic'], ['hold-reason-logistics', 'logistics'], ['hold-reason-response', 'response-guided'],
]

interface Interval { readonly due: Moment; readonly end: Moment; readonly isDay1: boolean }

function reasonWritten({ due, end }: Interval, scope: ScopeInternals): InterruptionReason | undefined {
  const tolerance = numberSetting(scope.settings, 'dose_window_d')
  const rows = dosesWithheld(scope).filter(({ at }) => at.day >= due.day - tolerance && at.day <= end.day)
  const sets = rows.flatMap(({ row }) => [...scope.mapping.matcher.recognise(conceptOf(row.resource['statusReason'], row.resource['note'], row.resource['reasonCode']), []).sets])
  return REASON_SETS.find(([set]) => sets.includes(set))?.[1]
}

/** A hold rule that was true on the due date explains the delay: liver tests at every slot, counts only at Day 1. */
function reasonFromLabs({ due, isDay1 }: Interval, scope: ScopeInternals): InterruptionReason | undefined {
  const lookback = numberSetting(scope.settings, 'hold_reason_lookback_d')
  if (isFailedOn(due, hepaticCriteria(scope), lookback, scope)) return 'non-hematologic'
  return isDay1 && isFailedOn(due, hematologicCriteria(scope), lookback, scope) ? 'hematologic' : undefined
}

const reasonOf = (interval: Interval, scope: ScopeInternals): InterruptionReason | undefined => reasonWritten(interval, scope) ?? reasonFromLabs(interval, scope)

/** Days from the due date to recovery, or to the dose that ended the wait. */
function lengthOf({ due, end }: Interval, reason: InterruptionReason | undefined, scope: ScopeInternals): number {
  const criteria = reason === 'hematologic' ? hematologicCriteria(scope) : hepaticCriteria(scope)
  const recovered = recoveryDay(due, criteria, scope)
  const until = recovered && recovered.at < end.at ? recovered : end
  return Math.max(0, daysBetween(due, until))
}

/** Only toxicity interruptions within the profile's scope count towards the ladder. */
export const counts = (reason: string | undefined, scope: ScopeInternals): boolean =>
  reason === 'non-hematologic' || (reason === 'hematologic' && textSetting(scope.settings, 'interruption_scope') === 'any-toxicity')

interface Gap extends Interval { readonly cycle: number }

/** Waits between given doses: each dose against the date on which it was due. */
function pastGaps(cycles: readonly Cycle[], scope: ScopeInternals): Gap[] {
  const { regimen } = courseOf(scope)
  const doses = cycles.flatMap((cycle) => cycle.doses.map((dose) => ({ dose, cycle })))
  return doses.slice(1).flatMap(({ dose, cycle }, i) => {
    const previous = doses[i]
    const due = previous && dueDate({ cycles: upTo(cycles, previous.cycle, previous.dose), regimen }, scope)
    return due ? [{ due, end: dose.at, isDay1: dose.slot === regimen.slots[0], cycle: cycle.number }] : []
  })
}

function upTo(cycles: readonly Cycle[], last: Cycle, dose: SlottedDose): readonly Cycle[] {
  const index = cycles.indexOf(last)
  return [...cycles.slice(0, index), { ...last, doses: last.doses.slice(0, last.doses.indexOf(dose) + 1) }]
}

const isLong = (gap: Interval, scope: ScopeInternals): boolean => {
  const reason = reasonOf(gap, scope)
  return counts(reason, scope) && lengthOf(gap, reason, scope) >= numberSetting(scope.settings, 'interruption_reduce_d')
}

/** A cycle of which every dose was within tolerance of the reduced base: the reduction had been applied. */
function isReducedCycle(cycle: Cycle, scope: ScopeInternals): boolean {
  const area = numberOf(scope, 'bsa')
  const { regimen } = courseOf(scope)
  if (area === undefined || cycle.doses.length === 0 || cycle.number === 1) return false
  const factor = numberSetting(scope.settings, 'reduction_factor')
  const tolerance = numberSetting(scope.settings, 'dose_tol_ok_pct')
  const bases = ['dose_no_remission_mg_m2', 'dose_remission_mg_m2'].map((name) => listSetting(scope.settings, name).map(Number))
  return bases.some((base) => cycle.doses.every(({ slot, milligrams }) => {
    const expected = base[regimen.slots.indexOf(slot)]
    if (expected === undefined || milligrams === undefined) return false
    return Math.abs(percentChange(multiply(multiply(expected, factor), area), milligrams)) <= tolerance
  }))
}

interface Levels { readonly given: number; readonly before: number }

/** The reduction level in force before this dose: stated, else read from the doses given and from long interruptions. */
function levelsOf(cycles: readonly Cycle[], scope: ScopeInternals): Levels {
  const asserted = numberOf(scope, 'assertedDoseLevel')
  const given = cycles.some((cycle) => isReducedCycle(cycle, scope)) ? 1 : 0
  const long = pastGaps(cycles, scope).filter((gap) => isLong(gap, scope)).length
  return asserted === undefined ? { given, before: Math.min(2, Math.max(given, long)) } : { given: Math.max(given, asserted), before: asserted }
}

function reasonFact(interval: Interval | undefined, scope: ScopeInternals): Fact {
  const asserted = scope.fact('assertedInterruptionReason')
  if (asserted.state === 'present') return asserted
  const reason = interval && reasonOf(interval, scope)
  return reason ? present(reason, reason) : missing(interval ? 'absent' : 'not-applicable', interval ? 'no reason for the delay is recorded' : 'no earlier dose')
}

/** The wait before this dose, why, how long it counts, and the reduction level it leads to. */
export const interruption: Derivation = {
  facts: {
    delayDays: { title: 'Days by which this dose is late', type: 'number', unit: 'd' },
    interruptionReason: { title: 'Reason of the delay', type: 'text' },
    interruptionDays: { title: 'Length of the interruption for toxicity', type: 'number', unit: 'd' },
    interruptionCounts: { title: 'The interruption counts towards dose reduction', type: 'boolean' },
    levelBefore: { title: 'Reduction level before this dose', type: 'number' },
    levelGiven: { title: 'Reduction level already applied to given doses', type: 'number' },
    doseLevel: { title: 'Reduction level for this dose', type: 'number' },
  },
  uses: ['inotuzumabAdministrations', 'inotuzumabOrders', 'assertedInterruptionReason', 'assertedRecoveredDate', 'assertedDoseLevel', 'assertedCycle', 'assertedDay', 'assertedPriorCycles', 'assertedPriorDay1', 'bsa', 'dueDate', 'slot', 'planned'],
  compute(scope) {
    const { cycles, regimen, position, planned } = courseOf(scope)
    const due = momentOf(scope, 'dueDate')
    const interval = due && { due, end: planned, isDay1: cycles.at(-1)?.doses.at(-1)?.slot === regimen.slots[2] }
    const reason = reasonFact(interval, scope)
    const cause = textValueOf(reason)
    const delay = due ? Math.max(0, daysBetween(due, planned)) : undefined
    const recovered = momentOf(scope, 'assertedRecoveredDate')
    const length = interval && (recovered ? Math.max(0, Math.min(delay ?? 0, daysBetween(interval.due, recovered))) : lengthOf(interval, asReason(cause), scope))
    const does = counts(cause, scope)
    const levels = levelsOf(cycles, scope)
    const isNew = does && (length ?? 0) >= numberSetting(scope.settings, 'interruption_reduce_d')
    const isNextCycle = position.slot === regimen.slots[0]
    const raised = isNew && isNextCycle && textValue(scope, 'assertedDoseLevel') === undefined ? Math.min(2, levels.before + 1) : levels.before
    return {
      delayDays: delay === undefined ? missing('not-applicable', 'no earlier dose') : present(delay, `${String(delay)} d`),
      interruptionReason: reason,
      interruptionDays: length === undefined ? missing('not-applicable', 'no earlier dose') : present(does ? length : 0, `${String(length)} d`, due ? { at: due } : {}),
      interruptionCounts: present(does, does ? 'yes' : 'no'),
      levelBefore: present(levels.before, String(levels.before)), levelGiven: present(levels.given, String(levels.given)),
      doseLevel: present(raised, String(raised)),
    }
  },
}

const textValueOf = (fact: Fact): string | undefined => (fact.state === 'present' && typeof fact.value === 'string' ? fact.value : undefined)
const REASONS: readonly string[] = ['hematologic', 'non-hematologic', 'logistics', 'response-guided']
const asReason = (text: string | undefined): InterruptionReason | undefined => (REASONS.includes(text ?? '') ? text as InterruptionReason : undefined) // sound: checked against the list

