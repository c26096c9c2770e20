import { type Fact, present } from '../facts/fact.ts'
import type { ScopeInternals } from '../facts/scope.ts'
import { numberSetting } from '../facts/settings.ts'
import { daysBetween, type Moment } from '../language/calendar.ts'
import { courseOf } from './course.ts'
import type { Derivation } from './derivation.ts'
import { type Criterion, hematologicCriteria, hepaticCriteria, meets, recoveryDay } from './hold-periods.ts'
import { type InterruptionReason, reasonOf, type Wait } from './hold-reason.ts'
import { counts, isDay1Due, ladderOf, lengthOf } from './ladder.ts'
import { flagOf, momentOf, numberOf, textValue } from './reading.ts'

/** One line of a release checklist: what the result must reach, and where it stands. */
export interface ReleaseLine {
  readonly measurement: string
  readonly title: string
  readonly limit: number
  readonly direction: Criterion['direction']
  /** As reported; none where there is no result. */
  readonly text?: string
  readonly at?: Moment
  readonly uln?: number
  /** undefined: cannot be told. */
  readonly ok: boolean | undefined
  readonly source?: string
}

/** A dose that waited, or still waits, with the clock of the interruption. */
export interface Hold {
  readonly due: Moment
  readonly end: Moment
  /** The dose that waits is the one under evaluation. */
  readonly isOpen: boolean
  readonly reason?: string
  /** Days from the due date to the dose. */
  readonly delay: number
  /** Days that count as interruption: to recovery, or to the dose. */
  readonly length: number
  readonly recovered?: Moment
  /** It counts towards dose reduction. */
  readonly counts: boolean
  readonly checklist: readonly ReleaseLine[]
}

function releaseLine(criterion: Criterion, until: Moment, scope: ScopeInternals): ReleaseLine {
  const { measurement, limit, direction } = criterion
  const title = scope.mapping.measurements.get(measurement)?.title ?? measurement
  const newest = scope.samples(measurement).find(({ final, reading, at }) => final && reading !== undefined && at.day <= until.day)
  const line = { measurement, title, limit, direction, ok: newest ? meets(newest, criterion) : undefined }
  if (!newest?.reading) return line
  return { ...line, text: newest.reading.text, at: newest.at, source: newest.reference, ...(newest.uln === undefined ? {} : { uln: newest.uln }) }
}

/** Liver tests release a dose of any day; counts only the first of a cycle. */
const criteriaFor = ({ isDay1 }: Wait, scope: ScopeInternals): readonly Criterion[] => [...hepaticCriteria(scope), ...(isDay1 ? hematologicCriteria(scope) : [])]

const checklistOf = (wait: Wait, scope: ScopeInternals): readonly ReleaseLine[] => criteriaFor(wait, scope).map((criterion) => releaseLine(criterion, wait.end, scope))

function ended(wait: Wait, scope: ScopeInternals): Hold {
  const reason = reasonOf(wait, scope)
  const recovered = recoveryDay(wait.due, reason === 'hematologic' ? hematologicCriteria(scope) : hepaticCriteria(scope), scope)
  return {
    due: wait.due, end: wait.end, isOpen: false, delay: daysBetween(wait.due, wait.end), length: lengthOf(wait, reason, undefined, scope), counts: counts(reason, scope), checklist: checklistOf(wait, scope),
    ...(reason === undefined ? {} : { reason }), ...(recovered && recovered.day <= wait.end.day ? { recovered } : {}),
  }
}

/** The dose under evaluation, where it comes later than it was due. */
function open(scope: ScopeInternals): Hold[] {
  const { cycles, regimen, planned } = courseOf(scope)
  const due = momentOf(scope, 'dueDate')
  if (!due || planned.day <= due.day) return []
  const wait = { due, end: planned, isDay1: isDay1Due(cycles, numberOf(scope, 'levelBefore') ?? 0, regimen, scope) }
  const reason = textValue(scope, 'interruptionReason') as InterruptionReason | undefined // sound: the fact takes its values from that list
  return [{
    due, end: planned, isOpen: true, delay: daysBetween(due, planned), length: numberOf(scope, 'interruptionDays') ?? daysBetween(due, planned), counts: flagOf(scope, 'interruptionCounts') === true,
    checklist: checklistOf({ ...wait, end: scope.now }, scope), ...(reason === undefined ? {} : { reason }),
  }]
}

const isLate = ({ delay }: Hold, { settings }: ScopeInternals): boolean => delay > numberSetting(settings, 'dose_window_d')

/** Doses that waited longer than a dose may move, each with its clock and what released it. */
export const holds: Derivation = {
  facts: { holds: { title: 'Doses that waited', type: 'records' }, releaseChecklist: { title: 'What releases the next dose', type: 'records' } },
  uses: ['dueDate', 'levelBefore', 'interruptionReason', 'interruptionDays', 'interruptionCounts', 'inotuzumabAdministrations', 'inotuzumabOrders', 'assertedPriorCycles', 'assertedPriorDay1', 'assertedCycle', 'assertedDay', 'holdingConditions'],
  series: ['bili', 'alt', 'ast', 'ancCount', 'pltCount', 'bodyWeight', 'bodyHeight'],
  compute(scope): Record<string, Fact> {
    const rows = [...ladderOf(scope).waits.map((wait) => ended(wait, scope)), ...open(scope)].filter((hold) => isLate(hold, scope))
    const { cycles, regimen } = courseOf(scope)
    const isDay1 = isDay1Due(cycles, numberOf(scope, 'levelBefore') ?? 0, regimen, scope)
    const checklist = checklistOf({ due: scope.now, end: scope.now, isDay1 }, scope)
    return { holds: present(rows, String(rows.length)), releaseChecklist: present(checklist, String(checklist.length)) }
  },
}
