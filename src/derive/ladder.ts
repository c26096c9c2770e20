import type { ScopeInternals } from '../facts/scope.ts'
import { listSetting, numberSetting, textSetting } from '../facts/settings.ts'
import { daysBetween, type Moment } from '../language/calendar.ts'
import { multiply, percentChange } from '../language/decimal.ts'
import { type Course, courseOf, dueDate } from './course.ts'
import { hematologicCriteria, hepaticCriteria, recoveryDay } from './hold-periods.ts'
import { type InterruptionReason, reasonOf, type Wait } from './hold-reason.ts'
import { areaForCycle } from './sizes.ts'
import type { Cycle, Regimen } from './timeline.ts'

/** The highest step of the ladder on which doses are still given. */
export const lastLevel = ({ settings }: ScopeInternals): number => numberSetting(settings, 'reduction_levels')

/** Where the reduction ladder stands before the dose under evaluation, and the wait that leads to it. */
export interface Ladder {
  /** In force for this dose, before its own wait is counted. */
  readonly level: number
  /** Highest level that doses already given show. */
  readonly given: number
  /** Long toxicity interruptions that earlier doses ended. */
  readonly interruptions: number
  readonly dosesPerCycle: number
  readonly due: Moment | undefined
  /** Waits that doses already given have ended, oldest first. */
  readonly waits: readonly Wait[]
}

/** Days from the due date to recovery, or to the dose that ended the wait. */
export function lengthOf({ due, end }: Wait, reason: InterruptionReason | undefined, recovered: Moment | undefined, scope: ScopeInternals): number {
  const criteria = reason === 'hematologic' ? hematologicCriteria(scope) : hepaticCriteria(scope)
  const back = recovered ?? recoveryDay(due, criteria, scope)
  const until = back && back.day < end.day ? back : end
  return Math.max(0, daysBetween(due, until))
}

/** Only toxicity interruptions within the profile's scope count towards the ladder. */
export const counts = (reason: string | undefined, scope: ScopeInternals): boolean =>
  reason === 'non-hematologic' || (reason === 'hematologic' && textSetting(scope.settings, 'interruption_scope') === 'any-toxicity')

export const dosesPerCycle = (level: number, scope: ScopeInternals): number =>
  numberSetting(scope.settings, level >= lastLevel(scope) ? 'reduced_doses_per_cycle' : 'doses_per_cycle')

function isLong(wait: Wait, scope: ScopeInternals): boolean {
  const reason = reasonOf(wait, scope)
  return counts(reason, scope) && lengthOf(wait, reason, undefined, scope) >= numberSetting(scope.settings, 'interruption_reduce_d')
}

const isNear = (expected: number, milligrams: number | undefined, { settings }: ScopeInternals): boolean =>
  milligrams !== undefined && Math.abs(percentChange(expected, milligrams)) <= numberSetting(settings, 'dose_tol_ok_pct')

/** Every dose of a cycle within tolerance of a list of doses per m². */
function follows(cycle: Cycle, perM2: readonly number[], area: number, { slots }: Regimen, scope: ScopeInternals): boolean {
  return cycle.doses.every(({ slot, milligrams }) => {
    const base = perM2[slots.indexOf(slot)]
    return base !== undefined && isNear(multiply(base, area), milligrams, scope)
  })
}

const dosesNamed = (name: string, { settings }: ScopeInternals): readonly number[] => listSetting(settings, name).map(Number)

/**
 * reduced: every dose was the reduced one. unclear: a first dose that reduction and the lower-dose regimen share, and none after it.
 * Doses that were only planned show nothing.
 */
export function cycleDoses(cycle: Cycle, regimen: Regimen, scope: ScopeInternals): 'reduced' | 'unclear' | 'other' {
  const area = areaForCycle(cycle.day1, scope)
  const given = { ...cycle, doses: cycle.doses.filter(({ isPlanned }) => !isPlanned) }
  if (area === undefined || given.doses.length === 0 || cycle.isElsewhere === true) return 'other'
  const factor = numberSetting(scope.settings, 'reduction_factor')
  const isReduced = ['dose_no_remission_mg_m2', 'dose_remission_mg_m2'].some((name) => follows(given, dosesNamed(name, scope).map((dose) => multiply(dose, factor)), area, regimen, scope))
  if (!isReduced) return 'other'
  return follows(given, dosesNamed('lower_dose_cycle1_mg_m2', scope), area, regimen, scope) ? 'unclear' : 'reduced'
}

interface Walk { level: number; pending: number; given: number; interruptions: number; readonly waits: Wait[] }

/** A long interruption that ends with Day 1 reduces that cycle; one that ends within a cycle reduces the next. */
function step(walk: Walk, course: Course, at: { readonly cycle: number; readonly dose: number }, scope: ScopeInternals): void {
  const { cycles, regimen } = course
  const cycle = cycles[at.cycle]
  const dose = cycle?.doses[at.dose]
  if (!cycle || !dose) return
  const isNewCycle = at.dose === 0
  if (isNewCycle) {
    walk.level = Math.min(lastLevel(scope), walk.level + walk.pending)
    walk.pending = 0
  }
  const before = isNewCycle ? cycles.slice(0, at.cycle) : [...cycles.slice(0, at.cycle), { ...cycle, doses: cycle.doses.slice(0, at.dose) }]
  const due = dueDate({ cycles: before, regimen }, { slot: dose.slot, isNewCycle }, dosesPerCycle(walk.level, scope), scope)
  if (!due || dose.isPlanned) return
  const wait = { due, end: dose.at, isDay1: isDay1Due(before, walk.level, regimen, scope) }
  walk.waits.push(wait)
  if (!isLong(wait, scope)) return
  walk.interruptions += 1
  if (isNewCycle) walk.level = Math.min(lastLevel(scope), walk.level + 1)
  else walk.pending = 1
}

/** Was Day 1 the dose that came next? */
export function isDay1Due(cycles: readonly Cycle[], level: number, { slots }: Regimen, scope: ScopeInternals): boolean {
  const current = cycles.at(-1)
  return current !== undefined && (current.doses.at(-1)?.slot === slots[2] || current.doses.length >= dosesPerCycle(level, scope))
}

/** Walks through all doses: long toxicity interruptions and cycles of reduced doses climb the ladder; nothing ever climbs down. */
export function ladderOf(scope: ScopeInternals): Ladder {
  const course = courseOf(scope)
  const { cycles, regimen, position } = course
  const walk: Walk = { level: 0, pending: 0, given: 0, interruptions: 0, waits: [] }
  for (const [i, cycle] of cycles.entries()) {
    for (const j of cycle.doses.keys()) step(walk, course, { cycle: i, dose: j }, scope)
    const doses = cycleDoses(cycle, regimen, scope)
    if (doses === 'reduced' || (doses === 'unclear' && walk.level > 0)) walk.given = 1
    walk.level = Math.max(walk.level, walk.given)
  }
  const level = Math.min(lastLevel(scope), walk.level + (position.isNewCycle ? walk.pending : 0))
  const perCycle = dosesPerCycle(level, scope)
  return { level, given: walk.given, interruptions: walk.interruptions, waits: walk.waits, dosesPerCycle: perCycle, due: dueDate(course, position, dosesPerCycle(walk.level, scope), scope) }
}
