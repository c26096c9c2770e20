import { type Fact, missing, present } from '../facts/fact.ts'
import { listOf } from '../facts/resources.ts'
import type { ScopeInternals } from '../facts/scope.ts'
import { unavailability } from '../facts/select.ts'
import { numberSetting } from '../facts/settings.ts'
import { daysBetween, type Moment } from '../language/calendar.ts'
import type { Phrases } from '../language/phrases.ts'
import { type Course, courseOf } from './course.ts'
import type { Derivation } from './derivation.ts'
import { dosesGiven, type History, openOrders } from './dose-history.ts'
import type { Stated } from './stated-cycle.ts'
import type { Place } from './timeline.ts'

const momentFact = (moment: Moment | undefined, scope: ScopeInternals, sources: readonly string[] = []): Fact =>
  moment ? present(moment, scope.calendar.iso(moment), { at: moment, sources }) : missing('not-applicable', 'no earlier dose')

const numberFact = (value: number | undefined, sources: readonly string[] = [], detail = 'no earlier dose'): Fact =>
  value === undefined ? missing('not-applicable', detail) : present(value, String(value), { sources })

/** Does a statement leave room for a place? What it does not mention it does not contradict. */
export const agrees = ({ cycle, day }: Stated, place: Pick<Place, 'cycle' | 'slot'>): boolean =>
  (cycle === undefined || cycle === place.cycle) && (day === undefined || day === place.slot)

const wordsOf = ({ cycle, day }: Stated, { phrases }: Pick<ScopeInternals, 'phrases'>): string => [cycle === undefined ? '' : phrases.say`Cycle ${String(cycle)}`, day === undefined ? '' : phrases.say`Day ${String(day)}`].filter(Boolean).join(' ')

/** The statement that differs from the place in use, where none agrees with it. */
function otherStatement({ position, statements: { structured, written } }: Course): Stated | undefined {
  if (position.isAsserted) return undefined
  const all = [...(structured ? [structured] : []), ...written]
  if (structured && !agrees(structured, position)) return structured
  return all.some((stated) => agrees(stated, position)) ? undefined : all[0]
}

/** The day of the cycle that the order says it is for: as confirmed, as data, else as written. */
function statedDay({ statements: { asserted, structured, written }, position }: Course): number | undefined {
  const consistent = written.find((stated) => agrees(stated, position)) ?? written[0]
  return asserted?.day ?? structured?.day ?? consistent?.day
}

function placeFacts(course: Course, { phrases }: ScopeInternals, sources: readonly string[]): Record<string, Fact> {
  const { position, inferred, history, regimen, cycles, planned } = course
  const isFirst = position.cycle === 1 && position.slot === regimen.slots[0] && history.doses.length === 0 && !history.prior
  const origin = position.isAsserted ? 'assertion' as const : 'derived' as const
  const label = `C${String(position.cycle)}D${String(position.slot)}`
  const other = otherStatement(course)
  const day = statedDay(course)
  const cycleDay = position.isNewCycle ? (position.slot === regimen.slots[0] ? 0 : undefined) : daysBetween(position.day1, planned)
  return {
    cycle: present(position.cycle, String(position.cycle), { sources, origin }),
    slot: present(position.slot, String(position.slot), { sources, origin }),
    doseLabel: present(label, label, { sources, origin }),
    first: present(isFirst, isFirst ? 'yes' : 'no', { sources }),
    slotStated: present(day !== undefined, day === undefined ? 'no' : phrases.say`Day ${String(day)}`, { origin: 'order' }),
    statedDay: day === undefined ? missing('not-applicable', 'the order names no day') : present(day, phrases.say`Day ${String(day)}`, { origin: 'order' }),
    statedOtherwise: present(other !== undefined, other === undefined ? 'nothing else stated' : wordsOf(other, { phrases }), { origin: 'order' }),
    inferredLabel: present(`C${String(inferred.cycle)}D${String(inferred.slot)}`, inferredText(course, phrases), { sources }),
    dosesInCycle: numberFact(cycles.find(({ number }) => number === position.cycle)?.doses.length ?? 0, sources),
    cycleDay: numberFact(cycleDay, sources, 'Day 1 of this cycle is not known'),
  }
}

/** One dose on one date: only then can a new dose or date be written into the order without touching another dose. */
function isSingleDose({ focus }: ScopeInternals): boolean {
  const instructions = listOf(focus.order?.resource['dosageInstruction'])
  return focus.order !== undefined && focus.order.events.length <= 1 && instructions.length <= 1
}

function inferredText({ inferred, history }: Course, { say }: Phrases): string {
  const doses = history.doses.length
  const from = doses === 0 ? 'no earlier dose on record' : say`inferred from ${String(doses)} earlier ${doses === 1 ? 'dose' : 'doses'}`
  return say`Cycle ${String(inferred.cycle)} Day ${String(inferred.slot)}, ${from}`
}

interface Neighbour { readonly days: number; readonly words: string; readonly reference: string }

/** The dose nearest to this one: the last before it, or the next that another signed order plans. Drafts are evaluated themselves and look back. */
function nearestDose({ history, planned }: Course, scope: ScopeInternals): Neighbour | undefined {
  const last = history.doses.at(-1)
  const before = last ? [{ days: daysBetween(last.at, planned), words: scope.phrases.say`after the dose of ${scope.calendar.iso(last.at)}`, reference: last.reference }] : []
  const later = openOrders(scope).filter(({ state }) => state === 'active')
    .flatMap(({ events, reference }) => events.map((at) => ({ days: daysBetween(planned, at), words: scope.phrases.say`before the dose planned for ${scope.calendar.iso(at)}`, reference })))
  return [...before, ...later].filter(({ days }) => days > 0).sort((a, b) => a.days - b.days)[0]
}

function spacingFact(course: Course, scope: ScopeInternals): Fact {
  const nearest = nearestDose(course, scope)
  if (!nearest) return missing('not-applicable', 'no other dose is near')
  return present(nearest.days, scope.phrases.say`${nearest.days} ${nearest.days === 1 ? 'day' : 'days'} ${nearest.words}`, { sources: [nearest.reference] })
}

/** The very first dose: of cycles given elsewhere only the first day of the last one is known. */
const firstDose = ({ doses, prior }: History): Moment | undefined => (prior ? (prior.cycles === 1 ? prior.day1 : undefined) : doses[0]?.at)

function dateFacts(course: Course, scope: ScopeInternals, sources: readonly string[]): Record<string, Fact> {
  const { cycles, position, history, planned } = course
  const previous = cycles.findLast(({ number }) => number < position.cycle)
  const last = history.doses.at(-1)
  const given = dosesGiven(scope)
  return {
    cyclesGiven: numberFact(cycles.at(-1)?.number ?? course.timeline.before, sources),
    cycleDay1Date: momentFact(position.isNewCycle ? planned : position.day1, scope, sources),
    previousDay1Date: momentFact(previous?.day1, scope, sources),
    firstDoseDate: momentFact(firstDose(history), scope, sources),
    lastDoseDate: momentFact(last?.at, scope, last ? [last.reference] : []),
    daysSinceLastDose: numberFact(last && daysBetween(last.at, planned), last ? [last.reference] : []),
    doseSpacingDays: spacingFact(course, scope),
    lastGivenDate: momentFact(given.at(-1)?.at, scope),
    firstGivenDate: momentFact(given[0]?.at, scope),
    earliestDate: momentFact(last && scope.calendar.addDays(last.at, numberSetting(scope.settings, 'min_interval_d')), scope),
    historyPresumed: present(history.isPresumed, history.isPresumed ? 'doses presumed from past orders' : 'no'),
  }
}

/** Where the doses could not be read and nobody stated the cycle, every place in the course would be a guess. */
function unreadCourse({ history, position, statements }: Course, scope: ScopeInternals): Fact | undefined {
  const isKnown = history.doses.length > 0 || history.prior !== undefined || position.isAsserted || statements.structured !== undefined || statements.written.length > 0
  return isKnown ? undefined : unavailability('administrations', scope)
}

function compute(scope: ScopeInternals): Record<string, Fact> {
  const course = courseOf(scope)
  const lost = unreadCourse(course, scope)
  if (lost) return { ...Object.fromEntries(Object.keys(treatment.facts).map((name) => [name, lost])), doseLabel: present('dose', 'dose') }
  const sources = course.history.doses.map(({ reference }) => reference)
  const isSingle = isSingleDose(scope)
  return { ...placeFacts(course, scope, sources), ...dateFacts(course, scope, sources), singleDoseOrder: present(isSingle, isSingle ? 'yes' : 'no', { origin: 'order' }) }
}

const NUMBER = 'number' as const
const MOMENT = 'moment' as const
const FLAG = 'boolean' as const
const TEXT = 'text' as const

/** Cycle, slot and dates of the dose under evaluation, from the doses given and planned before it. Without an order: of a dose today. */
export const treatment: Derivation = {
  facts: {
    cycle: { title: 'Cycle of this dose', type: NUMBER }, slot: { title: 'Day of the cycle for which this dose stands (1, 8 or 15)', type: NUMBER },
    doseLabel: { title: 'Cycle and day, short', type: TEXT }, first: { title: 'Very first inotuzumab dose', type: FLAG },
    slotStated: { title: 'The order states its cycle day', type: FLAG }, statedDay: { title: 'Cycle day as the order states it', type: NUMBER },
    statedOtherwise: { title: 'The order states another cycle and day', type: FLAG },
    inferredLabel: { title: 'Cycle and day inferred from given doses', type: TEXT }, dosesInCycle: { title: 'Doses of this cycle before this one', type: NUMBER },
    cycleDay: { title: 'Days since Day 1 of this cycle', type: NUMBER, unit: 'd' }, cyclesGiven: { title: 'Cycles begun before this dose', type: NUMBER },
    cycleDay1Date: { title: 'Day 1 of this cycle', type: MOMENT }, previousDay1Date: { title: 'Day 1 of the previous cycle', type: MOMENT },
    firstDoseDate: { title: 'First inotuzumab dose', type: MOMENT }, lastDoseDate: { title: 'Last dose before this one', type: MOMENT },
    daysSinceLastDose: { title: 'Days since the last dose', type: NUMBER, unit: 'd' }, doseSpacingDays: { title: 'Days between this dose and the nearest other one', type: NUMBER, unit: 'd' },
    lastGivenDate: { title: 'Last dose recorded as given', type: MOMENT },
    firstGivenDate: { title: 'First dose recorded as given', type: MOMENT }, earliestDate: { title: 'Earliest date for the next dose', type: MOMENT },
    historyPresumed: { title: 'Earlier doses are presumed from orders', type: FLAG },
    singleDoseOrder: { title: 'The order holds one dose', type: FLAG },
  },
  uses: ['inotuzumabAdministrations', 'inotuzumabOrders', 'assertedCycle', 'assertedDay', 'assertedPriorCycles', 'assertedPriorDay1', 'planned'],
  series: ['bodyWeight', 'bodyHeight'],
  compute,
}
