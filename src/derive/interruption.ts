import { type Fact, missing, present } from '../facts/fact.ts'
import type { ScopeInternals } from '../facts/scope.ts'
import { numberSetting } from '../facts/settings.ts'
import { daysBetween, type Moment } from '../language/calendar.ts'
import { courseOf } from './course.ts'
import type { Derivation } from './derivation.ts'
import { dosesGiven } from './dose-history.ts'
import { type InterruptionReason, reasonOf, type Wait } from './hold-reason.ts'
import { counts, dosesPerCycle, isDay1Due, ladderOf, lastLevel, lengthOf } from './ladder.ts'
import { numberOf } from './reading.ts'

const REASONS: readonly string[] = ['hematologic', 'non-hematologic', 'logistics', 'response-guided'] satisfies InterruptionReason[]
const asReason = (value: unknown): InterruptionReason | undefined => (REASONS.includes(String(value)) ? value as InterruptionReason : undefined) // sound: checked against the list

/** Answers about a delay hold for this dose: those older than the last dose given were about another one. */
function currentAnswer(name: string, scope: ScopeInternals): Fact {
  const fact = scope.fact(name)
  const last = dosesGiven(scope).at(-1)?.at
  const isOld = fact.state === 'present' && fact.at !== undefined && last !== undefined && fact.at.day <= last.day
  return isOld ? missing('absent', 'answered before the last dose') : fact
}

function reasonFact(wait: Wait | undefined, scope: ScopeInternals): Fact {
  const asserted = currentAnswer('assertedInterruptionReason', scope)
  if (asserted.state === 'present') return asserted
  const reason = wait && reasonOf(wait, scope)
  return reason ? present(reason, reason) : missing(wait ? 'absent' : 'not-applicable', wait ? 'no reason for the delay is recorded' : 'no earlier dose')
}

/** The slot that waited: the next one after the last dose. */
function delayedSlot(isDay1: boolean, scope: ScopeInternals): number | undefined {
  const { cycles, regimen: { slots } } = courseOf(scope)
  const last = cycles.at(-1)?.doses.at(-1)
  if (!last) return undefined
  return isDay1 ? slots[0] : slots[slots.indexOf(last.slot) + 1] ?? slots[0]
}

/** The first cycle may last longer in remission or for recovery, so that its end is not a delay at once. */
function unexplainedDays(delay: number, isDay1: boolean, scope: ScopeInternals): number {
  const { cycles } = courseOf(scope)
  const remission = scope.fact('inRemission')
  const mayBeLonger = isDay1 && cycles.at(-1)?.number === 1 && remission.state === 'present' && remission.value === true
  return Math.max(0, delay - (mayBeLonger ? numberSetting(scope.settings, 'first_cycle_extension_d') : 0))
}

interface Read { readonly due: Moment | undefined; readonly wait: Wait | undefined; readonly delay: number | undefined; readonly length: number | undefined; readonly reason: Fact }

function waitBefore(level: number, due: Moment | undefined, scope: ScopeInternals): Read {
  const { cycles, regimen, planned } = courseOf(scope)
  const wait = due && { due, end: planned, isDay1: isDay1Due(cycles, level, regimen, scope) }
  const reason = reasonFact(wait, scope)
  const recovered = currentAnswer('assertedRecoveredDate', scope)
  const recoveredAt = recovered.state === 'present' ? recovered.value as Moment : undefined // sound: the answer is declared as a date
  const cause = reason.state === 'present' ? asReason(reason.value) : undefined
  return { due, wait, reason, delay: due && Math.max(0, daysBetween(due, planned)), length: wait && lengthOf(wait, cause, recoveredAt, scope) }
}

const days = (value: number | undefined, text: string): Fact => (value === undefined ? missing('not-applicable', 'no earlier dose') : present(value, text))

function levelFacts(before: number, isNew: boolean, interruptions: number, given: number, scope: ScopeInternals): Record<string, Fact> {
  const { position, regimen } = courseOf(scope)
  const isDay1 = position.slot === regimen.slots[0]
  const level = isNew && isDay1 ? Math.min(lastLevel(scope), before + 1) : before
  const origin = scope.fact('assertedDoseLevel').state === 'present' ? 'assertion' as const : 'derived' as const
  const isExhausted = before >= lastLevel(scope) && isNew
  const isFromInterruption = interruptions > 0 || (isNew && isDay1)
  return {
    levelBefore: present(before, String(before), { origin }), levelGiven: present(given, String(given)),
    doseLevel: present(level, String(level), { origin }),
    levelFromInterruption: present(level > 0 && isFromInterruption, isFromInterruption ? 'after an interruption for toxicity' : 'no interruption on record'),
    ladderExhausted: present(isExhausted, isExhausted ? 'the ladder has no further step' : 'no'),
    dosesPerCycle: present(dosesPerCycle(level, scope), String(dosesPerCycle(level, scope))),
  }
}

function compute(scope: ScopeInternals): Record<string, Fact> {
  const ladder = ladderOf(scope)
  const before = Math.min(lastLevel(scope), numberOf(scope, 'assertedDoseLevel') ?? ladder.level)
  const { due, wait, delay, length, reason } = waitBefore(before, ladder.due, scope)
  const does = counts(reason.state === 'present' ? String(reason.value) : undefined, scope)
  const isNew = does && (length ?? 0) >= numberSetting(scope.settings, 'interruption_reduce_d')
  const slot = delayedSlot(wait?.isDay1 ?? false, scope)
  const unexplained = delay === undefined ? undefined : unexplainedDays(delay, wait?.isDay1 ?? false, scope)
  return {
    dueDate: due ? present(due, scope.calendar.iso(due), { at: due }) : missing('not-applicable', 'no earlier dose'),
    delayDays: days(delay, `${String(delay)} d`), unexplainedDelayDays: days(unexplained, `${String(unexplained)} d`),
    delayedSlot: slot === undefined ? missing('not-applicable', 'no earlier dose') : present(slot, scope.phrases.say`Day ${String(slot)}`),
    interruptionReason: reason,
    interruptionDays: length === undefined ? missing('not-applicable', 'no earlier dose') : present(does ? length : 0, `${String(length)} d`, due ? { at: due } : {}),
    interruptionCounts: present(does, does ? 'yes' : 'no'),
    ...levelFacts(before, isNew, ladder.interruptions, numberOf(scope, 'assertedDoseLevel') === 0 ? 0 : ladder.given, scope),
  }
}

/** The wait before this dose, why, how long it counts, and the reduction level it leads to. */
export const interruption: Derivation = {
  facts: {
    dueDate: { title: 'Date on which this dose was due', type: 'moment' },
    delayDays: { title: 'Days by which this dose is late', type: 'number', unit: 'd' },
    unexplainedDelayDays: { title: 'Days of the delay beyond a permitted longer first cycle', type: 'number', unit: 'd' },
    delayedSlot: { title: 'Cycle day that was due and waited', type: 'number' },
    interruptionReason: { title: 'Reason of the delay', type: 'text' },
    interruptionDays: { title: 'Length of the interruption for toxicity', type: 'number', unit: 'd' },
    interruptionCounts: { title: 'The interruption counts towards dose reduction', type: 'boolean' },
    levelBefore: { title: 'Reduction level before this dose', type: 'number' },
    levelGiven: { title: 'Reduction level already applied to given doses', type: 'number' },
    doseLevel: { title: 'Reduction level for this dose', type: 'number' },
    levelFromInterruption: { title: 'The reduction follows from an interruption on record', type: 'boolean' },
    ladderExhausted: { title: 'Another modification is needed at the last reduction level', type: 'boolean' },
    dosesPerCycle: { title: 'Doses per cycle at this reduction level', type: 'number' },
  },
  uses: [
    'inotuzumabAdministrations', 'inotuzumabOrders', 'assertedInterruptionReason', 'assertedRecoveredDate', 'assertedDoseLevel', 'assertedCycle', 'assertedDay', 'assertedPriorCycles',
    'assertedPriorDay1', 'holdingConditions', 'inRemission', 'planned',
  ],
  series: ['bili', 'alt', 'ast', 'ancCount', 'pltCount', 'bodyWeight', 'bodyHeight'],
  compute,
}
