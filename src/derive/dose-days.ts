import { type Fact, missing, present } from '../facts/fact.ts'
import type { ScopeInternals } from '../facts/scope.ts'
import { numberSetting } from '../facts/settings.ts'
import type { Moment } from '../language/calendar.ts'
import { type Course, courseOf, dueDate } from './course.ts'
import type { Derivation } from './derivation.ts'
import { type Dose, dosesWithheld } from './dose-history.ts'
import { dosesPerCycle } from './ladder.ts'
import { numberOf } from './reading.ts'
import { placeDose, type Timeline, timelineOf } from './timeline.ts'
import { givenTimeline, nextDose } from './treatment-summary.ts'

/** A day of the course on which a dose was given, was left out, or is meant to be given. */
export interface DoseDay {
  readonly kind: 'given' | 'presumed' | 'elsewhere' | 'omitted' | 'ordered' | 'judged'
  readonly at: Moment
  /** "C1D8"; none for a dose that was left out, because it has no place. */
  readonly label?: string
  readonly milligrams?: number
  /** Why it was left out, in the words of the record. */
  readonly reason?: string
  readonly reference: string
}

/** Days on which the next doses are due, and by how much they may move. */
export interface DoseWindow { readonly label: string; readonly due: Moment; readonly from: Moment; readonly to: Moment }

/** Days after a dose on which no other may follow; `until` is the first on which one may. */
export interface Guard { readonly from: Moment; readonly until: Moment }

const labelOf = (cycle: number, slot: number): string => `C${String(cycle)}D${String(slot)}`

function kindOf({ isPlanned }: Dose, isElsewhere: boolean, { history }: Course): DoseDay['kind'] {
  if (isElsewhere) return 'elsewhere'
  if (isPlanned) return 'ordered'
  return history.isPresumed ? 'presumed' : 'given'
}

function daysOf(course: Course, scope: ScopeInternals): readonly DoseDay[] {
  const placed = course.cycles.flatMap(({ number, doses, isElsewhere }) => doses.map((dose): DoseDay => ({
    kind: kindOf(dose, isElsewhere === true && dose.reference === '', course), at: dose.at, label: labelOf(number, dose.slot), reference: dose.reference,
    ...(dose.milligrams === undefined ? {} : { milligrams: dose.milligrams }),
  })))
  const omitted = dosesWithheld(scope).map(({ at, row }): DoseDay => {
    const { reason } = row.fields
    return { kind: 'omitted', at, reference: row.reference, ...(typeof reason === 'string' ? { reason } : {}) }
  })
  return [...placed, ...omitted, ...judgedDay(course, scope)].toSorted((a, b) => a.at.at - b.at.at)
}

/** The dose under evaluation itself. */
function judgedDay({ position, planned }: Course, scope: ScopeInternals): DoseDay[] {
  const { order } = scope.focus
  const milligrams = numberOf(scope, 'orderedMg')
  return order ? [{ kind: 'judged', at: planned, label: labelOf(position.cycle, position.slot), reference: order.reference, ...(milligrams === undefined ? {} : { milligrams }) }] : []
}

/** The doses that follow if all goes as planned: each put in its place, and the next one counted from it. */
function windowsOf({ history, regimen, planned }: Course, scope: ScopeInternals): readonly DoseWindow[] {
  const tolerance = numberSetting(scope.settings, 'dose_window_d')
  const perCycle = dosesPerCycle(numberOf(scope, 'doseLevel') ?? 0, scope)
  const windows: DoseWindow[] = []
  const doses: Dose[] = scope.focus.order ? [...history.doses, { at: planned, reference: '', isPlanned: true }] : [...history.doses]
  while (windows.length < regimen.slots.length) {
    const timeline: Timeline = timelineOf(doses, regimen, history.prior)
    const last = timeline.cycles.at(-1)
    const due = last && dueDate({ cycles: timeline.cycles, regimen }, placeDose(timeline, scope.calendar.addDays(last.day1, 1), regimen), perCycle, scope)
    if (!due) return windows
    const { cycle, slot } = placeDose(timeline, due, regimen)
    windows.push({ label: labelOf(cycle, slot), due, from: scope.calendar.addDays(due, -tolerance), to: scope.calendar.addDays(due, tolerance) })
    doses.push({ at: due, reference: '', isPlanned: true })
  }
  return windows
}

const guardsOf = (days: readonly DoseDay[], { calendar, settings }: ScopeInternals): readonly Guard[] =>
  days.filter(({ kind }) => kind === 'given' || kind === 'judged').map(({ at }) => ({ from: at, until: calendar.addDays(at, numberSetting(settings, 'min_interval_d')) }))

const list = (rows: readonly unknown[]): Fact => present(rows, String(rows.length))

/** The course day by day, for the timeline page: doses, the windows of those to come, and the days between. */
export const doseDays: Derivation = {
  facts: {
    doseDays: { title: 'Days on which doses were given, left out or are planned', type: 'records' },
    doseWindows: { title: 'Days on which the next doses are due', type: 'records' },
    doseGuards: { title: 'Days after each dose on which no other may follow', type: 'records' },
    nextDoseDate: { title: 'Date of the next dose', type: 'moment' },
    nextDoseOrdered: { title: 'The next dose is ordered', type: 'boolean' },
  },
  uses: ['inotuzumabAdministrations', 'inotuzumabOrders', 'assertedPriorCycles', 'assertedPriorDay1', 'assertedCycle', 'assertedDay', 'orderedMg', 'doseLevel'],
  series: ['bodyWeight', 'bodyHeight'],
  compute(scope) {
    const course = courseOf(scope)
    const days = daysOf(course, scope)
    const next = nextDose(givenTimeline(scope), scope)
    return {
      doseDays: list(days), doseWindows: list(windowsOf(course, scope)), doseGuards: list(guardsOf(days, scope)),
      nextDoseDate: next ? present(next.at, scope.calendar.iso(next.at), { at: next.at }) : missing('not-applicable', 'no dose is expected'),
      nextDoseOrdered: present(next?.isOrdered === true, next?.isOrdered === true ? 'yes' : 'no'),
    }
  },
}
