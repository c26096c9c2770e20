import { type Fact, missing, present } from '../facts/fact.ts'
import { isObject, listOf, type Loose, textOf } from '../facts/resources.ts'
import type { ScopeInternals } from '../facts/scope.ts'
import { listSetting, numberSetting, type Settings, textSetting } from '../facts/settings.ts'
import { daysBetween, type Moment } from '../language/calendar.ts'
import type { Derivation } from './derivation.ts'
import { dosesGiven, type History, historyOf } from './dose-history.ts'
import { numberOf } from './reading.ts'
import { type Cycle, cycleLength, cyclesOf, type Place, placeDose, type Regimen } from './timeline.ts'

export function regimenOf(settings: Settings): Regimen {
  const [first, second, third] = listSetting(settings, 'regimen_slots').map(Number)
  if (first === undefined || second === undefined || third === undefined) throw new TypeError('setting regimen_slots needs three days')
  return {
    slots: [first, second, third],
    firstCycleDays: numberSetting(settings, 'regimen_first_cycle_days'), laterCycleDays: numberSetting(settings, 'regimen_later_cycle_days'),
  }
}

export interface Stated {
  readonly cycle?: number
  readonly day?: number
}

/** Texts of an order in which the cycle and day may be written. */
function wordsOf(order: Loose): string[] {
  const notes = listOf(order['note']).filter(isObject).map(({ text }) => text)
  const instructions = listOf(order['dosageInstruction']).filter(isObject).flatMap(({ text, patientInstruction }) => [text, patientInstruction])
  const group = isObject(order['groupIdentifier']) ? [order['groupIdentifier']['value']] : []
  return [...notes, ...instructions, ...listOf(order['instantiatesUri']), ...group].flatMap((text) => textOf(text) ?? [])
}

/** The cycle and day an order states in words, by the pattern of the setting `stated_cycle_pattern`. */
export function statedInOrder(order: Loose | undefined, settings: Settings): Stated {
  const pattern = new RegExp(textSetting(settings, 'stated_cycle_pattern'), 'iu')
  for (const text of order ? wordsOf(order) : []) {
    const match = pattern.exec(text)
    if (match?.[1] && match[2]) return { cycle: Number(match[1]), day: Number(match[2]) }
  }
  return {}
}

interface Position extends Place {
  readonly isAsserted: boolean
}

const isFirstSlot = (place: Place, regimen: Regimen): boolean => place.slot === regimen.slots[0]

/** What the clinician confirmed outranks inference; a cycle stated in words counts only where nothing contradicts it. */
function positionOf(inferred: Place, asserted: Stated, stated: Stated, history: History, cycles: readonly Cycle[], planned: Moment): Position {
  const trusted = history.doses.length === 0 && !history.prior && (stated.cycle ?? 1) > 1 ? stated : {}
  const cycle = asserted.cycle ?? trusted.cycle ?? inferred.cycle
  const slot = asserted.day ?? trusted.day ?? inferred.slot
  const owner = cycles.find(({ number }) => number === cycle)
  return { cycle, slot, day1: owner?.day1 ?? planned, isNewCycle: owner === undefined, isAsserted: asserted.cycle !== undefined || asserted.day !== undefined }
}

interface Course {
  readonly history: History
  readonly cycles: readonly Cycle[]
  readonly regimen: Regimen
  readonly position: Position
  readonly inferred: Place
  readonly stated: Stated
  readonly planned: Moment
}

/** The course of treatment up to the dose under evaluation. Shared by the derivations that need more than its facts. */
export function courseOf(scope: ScopeInternals): Course {
  const { settings, focus } = scope
  const regimen = regimenOf(settings)
  const history = historyOf(scope)
  const cycles = cyclesOf(history.doses, regimen, history.prior)
  const inferred = placeDose(cycles, focus.planned, regimen)
  const assertedCycle = numberOf(scope, 'assertedCycle')
  const assertedDay = numberOf(scope, 'assertedDay')
  const asserted = { ...(assertedCycle === undefined ? {} : { cycle: assertedCycle }), ...(assertedDay === undefined ? {} : { day: assertedDay }) }
  const stated = statedInOrder(focus.order?.resource, settings)
  return { history, cycles, regimen, inferred, stated, planned: focus.planned, position: positionOf(inferred, asserted, stated, history, cycles, focus.planned) }
}

/** The date on which the dose after the last given one was due: a week later within a cycle, a cycle length after Day 1 otherwise. */
export function dueDate({ cycles, regimen }: Pick<Course, 'cycles' | 'regimen'>, scope: ScopeInternals): Moment | undefined {
  const current = cycles.at(-1)
  const last = current?.doses.at(-1)
  if (!current || !last) return undefined
  const [first, second, third] = regimen.slots
  if (last.slot === third) return scope.calendar.addDays(current.day1, cycleLength(current.number, regimen))
  return scope.calendar.addDays(last.at, last.slot === first ? second - first : third - second)
}

const momentFact = (moment: Moment | undefined, scope: ScopeInternals, sources: readonly string[] = []): Fact =>
  moment ? present(moment, scope.calendar.iso(moment), { at: moment, sources }) : missing('not-applicable', 'no earlier dose')

const numberFact = (value: number | undefined, sources: readonly string[] = []): Fact =>
  value === undefined ? missing('not-applicable', 'no earlier dose') : present(value, String(value), { sources })

/** No order: a patient-view evaluates the patient today. */
function facts(scope: ScopeInternals): Record<string, Fact> {
  const course = courseOf(scope)
  const { cycles, regimen, position, inferred, stated, history, planned } = course
  const doses = history.doses
  const sources = doses.map(({ reference }) => reference)
  const isFirst = position.cycle === 1 && isFirstSlot(position, regimen) && doses.length === 0 && !history.prior
  const previous = cycles.findLast(({ number }) => number < position.cycle)
  const last = doses.at(-1)
  const isStatedOtherwise = !position.isAsserted && stated.cycle !== undefined && (stated.cycle !== position.cycle || stated.day !== position.slot)
  const given = dosesGiven(scope)
  return {
    cycle: present(position.cycle, String(position.cycle), { sources, origin: position.isAsserted ? 'assertion' : 'derived' }),
    slot: present(position.slot, String(position.slot), { sources, origin: position.isAsserted ? 'assertion' : 'derived' }),
    doseLabel: present(`C${String(position.cycle)}D${String(position.slot)}`, `C${String(position.cycle)}D${String(position.slot)}`, { sources }),
    first: present(isFirst, isFirst ? 'yes' : 'no'),
    slotStated: present(stated.day !== undefined || position.isAsserted, stated.day === undefined ? 'no' : `Day ${String(stated.day)}`),
    statedOtherwise: present(isStatedOtherwise, stated.cycle === undefined ? 'nothing stated' : `Cycle ${String(stated.cycle)} Day ${String(stated.day)}`),
    inferredLabel: present(`C${String(inferred.cycle)}D${String(inferred.slot)}`, `Cycle ${String(inferred.cycle)} Day ${String(inferred.slot)}, inferred from ${String(doses.length)} doses`, { sources }),
    dosesInCycle: numberFact(cycles.find(({ number }) => number === position.cycle)?.doses.length ?? 0, sources),
    cycleDay: numberFact(position.isNewCycle ? 0 : daysBetween(position.day1, planned), sources),
    cyclesGiven: numberFact(cycles.at(-1)?.number ?? 0, sources),
    cycleDay1Date: momentFact(position.isNewCycle ? planned : position.day1, scope, sources),
    previousDay1Date: momentFact(previous?.day1, scope, sources),
    firstDoseDate: momentFact(doses[0]?.at ?? (history.prior?.day1), scope, sources),
    lastDoseDate: momentFact(last?.at, scope, last ? [last.reference] : []),
    daysSinceLastDose: numberFact(last && daysBetween(last.at, planned), last ? [last.reference] : []),
    lastGivenDate: momentFact(given.at(-1)?.at, scope),
    firstGivenDate: momentFact(given[0]?.at, scope),
    earliestDate: momentFact(last && scope.calendar.addDays(last.at, numberSetting(scope.settings, 'min_interval_d')), scope),
    dueDate: momentFact(dueDate(course, scope), scope, sources),
    historyPresumed: present(history.isPresumed, history.isPresumed ? 'doses presumed from past orders' : 'no'),
  }
}

const NUMBER = 'number' as const
const MOMENT = 'moment' as const
const FLAG = 'boolean' as const
const TEXT = 'text' as const

/** Cycle, slot and dates of the dose under evaluation, from the doses given and planned before it. */
export const treatment: Derivation = {
  facts: {
    cycle: { title: 'Cycle of this dose', type: NUMBER }, slot: { title: 'Day of the cycle for which this dose stands (1, 8 or 15)', type: NUMBER },
    doseLabel: { title: 'Cycle and day, short', type: TEXT }, first: { title: 'Very first inotuzumab dose', type: FLAG },
    slotStated: { title: 'The order states its cycle day', type: FLAG }, statedOtherwise: { title: 'The order states another cycle and day', type: FLAG },
    inferredLabel: { title: 'Cycle and day inferred from given doses', type: TEXT }, dosesInCycle: { title: 'Doses of this cycle before this one', type: NUMBER },
    cycleDay: { title: 'Days since Day 1 of this cycle', type: NUMBER, unit: 'd' }, cyclesGiven: { title: 'Cycles begun before this dose', type: NUMBER },
    cycleDay1Date: { title: 'Day 1 of this cycle', type: MOMENT }, previousDay1Date: { title: 'Day 1 of the previous cycle', type: MOMENT },
    firstDoseDate: { title: 'First inotuzumab dose', type: MOMENT }, lastDoseDate: { title: 'Last dose before this one', type: MOMENT },
    daysSinceLastDose: { title: 'Days since the last dose', type: NUMBER, unit: 'd' }, lastGivenDate: { title: 'Last dose recorded as given', type: MOMENT },
    firstGivenDate: { title: 'First dose recorded as given', type: MOMENT }, earliestDate: { title: 'Earliest date for the next dose', type: MOMENT },
    dueDate: { title: 'Date on which this dose was due', type: MOMENT }, historyPresumed: { title: 'Earlier doses are presumed from orders', type: FLAG },
  },
  uses: ['inotuzumabAdministrations', 'inotuzumabOrders', 'assertedCycle', 'assertedDay', 'assertedPriorCycles', 'assertedPriorDay1', 'planned'],
  compute: facts,
}
