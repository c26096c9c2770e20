import type { Fact } from '../facts/fact.ts'
import type { ScopeInternals } from '../facts/scope.ts'
import { listSetting, numberSetting, type Settings } from '../facts/settings.ts'
import type { Moment } from '../language/calendar.ts'
import { dosesGiven, type History, historyOf } from './dose-history.ts'
import { instructionsFor } from './ordered-dose.ts'
import { assertedOnOrder, type Stated, statedInStructure, statedInWords } from './stated-cycle.ts'
import { type Cycle, cycleLength, type Place, placeDose, placeStated, type Regimen, type Timeline, timelineOf } from './timeline.ts'

/** The regimen of the settings. Throws TypeError when it does not name three days. */
export function regimenOf(settings: Settings): Regimen {
  const [first, second, third] = listSetting(settings, 'regimen_slots').map(Number)
  if (first === undefined || second === undefined || third === undefined) throw new TypeError('setting regimen_slots needs three days')
  return {
    slots: [first, second, third],
    firstCycleDays: numberSetting(settings, 'regimen_first_cycle_days'), laterCycleDays: numberSetting(settings, 'regimen_later_cycle_days'),
  }
}

/** What the order under evaluation says about its cycle and day, by how binding it is. */
export interface Statements {
  /** Confirmed by a clinician: outranks inference. */
  readonly asserted: Stated | undefined
  /** Carried as data: settles an inference that is not sure, else a difference is asked about. */
  readonly structured: Stated | undefined
  /** Written in words; a difference is asked about. */
  readonly written: readonly Stated[]
}

export interface Course {
  readonly history: History
  readonly timeline: Timeline
  readonly cycles: readonly Cycle[]
  readonly regimen: Regimen
  /** The place used by every rule. */
  readonly position: Place & { readonly isAsserted: boolean }
  /** The place by counting days alone. */
  readonly inferred: Place
  readonly statements: Statements
  /** Inference stands on the border between the third slot and the next cycle. */
  readonly isBorderline: boolean
  readonly planned: Moment
}

/** An order's statements hold for its first dose; the later ones follow from it. */
const isFirstEvent = ({ focus }: ScopeInternals): boolean => {
  const [first] = focus.order?.events ?? []
  return first === undefined || first.day === focus.planned.day
}

/** An answer stored apart from the order speaks about the next dose: it is newer than the last one given, and nothing is planned in between. */
function storedAnswer(fact: Fact, history: History, scope: ScopeInternals): number | undefined {
  const isOnOrder = fact.sources.some((source) => source.startsWith('MedicationRequest'))
  if (fact.state === 'missing' || isOnOrder || fact.at === undefined || typeof fact.value !== 'number') return undefined
  const last = dosesGiven(scope).at(-1)?.at
  const isAboutThisDose = history.doses.every(({ isPlanned }) => !isPlanned) && (last === undefined || fact.at.day > last.day)
  return isAboutThisDose ? fact.value : undefined
}

function assertedFor(history: History, scope: ScopeInternals): Stated | undefined {
  const { focus, calendar, now } = scope
  const own = focus.order && isFirstEvent(scope) ? assertedOnOrder(focus.order.resource, calendar, now) : undefined
  const cycle = own?.cycle ?? storedAnswer(scope.fact('assertedCycle'), history, scope)
  const day = own?.day ?? storedAnswer(scope.fact('assertedDay'), history, scope)
  if (cycle === undefined && day === undefined) return undefined
  return { ...(cycle === undefined ? {} : { cycle }), ...(day === undefined ? {} : { day }) }
}

function statementsOf(history: History, scope: ScopeInternals): Statements {
  const { focus, settings, calendar } = scope
  const order = focus.order?.resource
  if (!order) return { asserted: assertedFor(history, scope), structured: undefined, written: [] }
  const instructions = instructionsFor(order, focus.planned, calendar)
  // Where several instructions have dates of their own, each speaks for its date; what stands on the order speaks for its first dose.
  const own = instructions.length === 1 ? instructions[0] : undefined
  const isFirst = isFirstEvent(scope)
  const onOrder = isFirst ? statedInWords(order, own, settings) : []
  return { asserted: assertedFor(history, scope), structured: isFirst ? statedInStructure(order, settings) : undefined, written: onOrder }
}

/** Close to the length of the cycle with a slot still open: the third dose or the next cycle? */
function isBorderline({ cycles }: Timeline, planned: Moment, regimen: Regimen, { settings }: ScopeInternals): boolean {
  const current = cycles.at(-1)
  if (!current || current.doses.some(({ slot }) => slot === regimen.slots[2])) return false
  return Math.abs(planned.day - current.day1.day - cycleLength(current.number, regimen)) <= numberSetting(settings, 'cycle_boundary_d')
}

/**
 * What a clinician confirmed outranks inference. Data on the order settle a borderline inference, and with no dose on record any
 * statement of a later cycle is believed. Everything else is inferred, and a difference is asked about.
 */
function positionOf(timeline: Timeline, inferred: Place, { asserted, structured, written }: Statements, borderline: boolean, history: History, planned: Moment, regimen: Regimen): Course['position'] {
  const hasHistory = history.doses.length > 0 || history.prior !== undefined
  const laterCycle = [...(structured ? [structured] : []), ...written].find(({ cycle }) => (cycle ?? 1) > 1)
  const believed = asserted ?? (borderline ? structured : undefined) ?? (hasHistory ? undefined : laterCycle)
  const place = believed ? placeStated(timeline, inferred, believed, planned, regimen) : inferred
  return { ...place, isAsserted: asserted !== undefined }
}

function readCourse(scope: ScopeInternals): Course {
  const { settings, focus: { planned } } = scope
  const regimen = regimenOf(settings)
  const history = historyOf(scope)
  const timeline = timelineOf(history.doses, regimen, history.prior)
  const inferred = placeDose(timeline, planned, regimen)
  const statements = statementsOf(history, scope)
  const borderline = isBorderline(timeline, planned, regimen, scope)
  const position = positionOf(timeline, inferred, statements, borderline, history, planned, regimen)
  return { history, timeline, cycles: timeline.cycles, regimen, inferred, statements, planned, position, isBorderline: borderline }
}

const courses = new WeakMap<ScopeInternals, Course>()

/** The course of treatment up to the dose under evaluation, read once per evaluation. Shared by the derivations that need more than its facts. */
export function courseOf(scope: ScopeInternals): Course {
  const have = courses.get(scope)
  if (have) return have
  const course = readCourse(scope)
  courses.set(scope, course)
  return course
}

/**
 * The date on which the dose after the last one was due: a week later within a cycle, a cycle length after Day 1 once all its doses
 * were given. Undefined where nothing was given, or where nobody knows what was given elsewhere.
 */
export function dueDate({ cycles, regimen }: Pick<Course, 'cycles' | 'regimen'>, next: Pick<Place, 'slot' | 'isNewCycle'>, dosesPerCycle: number, scope: ScopeInternals): Moment | undefined {
  const current = cycles.at(-1)
  const last = current?.doses.at(-1)
  if (!current || !last) return undefined
  const [first, second, third] = regimen.slots
  const isComplete = last.slot === third || current.doses.length >= dosesPerCycle || (current.isElsewhere === true && current.doses.length === 1 && next.isNewCycle)
  if (isComplete) return scope.calendar.addDays(current.day1, cycleLength(current.number, regimen))
  if (current.isElsewhere === true && last.slot === first && next.slot === third) return undefined
  return scope.calendar.addDays(last.at, last.slot === first ? second - first : third - second)
}
