import type { DrugOrder } from '../facts/drug-order.ts'
import { type Fact, present } from '../facts/fact.ts'
import type { ScopeInternals } from '../facts/scope.ts'
import { numberSetting, textSetting } from '../facts/settings.ts'
import { daysBetween, type Moment } from '../language/calendar.ts'
import { factBeyond } from './compare.ts'
import { courseOf, dueDate } from './course.ts'
import type { Derivation } from './derivation.ts'
import { dosesGiven } from './dose-history.ts'
import { flagOf, momentOf, numberOf } from './reading.ts'
import { type Cycle, placeDose, type Timeline, timelineOf } from './timeline.ts'

const HOUR_MS = 3_600_000

/** Doses given so far, those of today among them. */
export function givenTimeline(scope: ScopeInternals): Timeline {
  const { history, regimen } = courseOf(scope)
  return timelineOf(dosesGiven(scope), regimen, history.prior)
}

/** One cycle: "C1 from 2025-03-03: 1.6, +7 d 1, +14 d 1 mg". */
function cycleText({ number, day1, doses, isElsewhere }: Cycle, { calendar, phrases }: ScopeInternals): string {
  if (isElsewhere === true) return phrases.say`C${String(number)} from ${calendar.iso(day1)} elsewhere`
  const amounts = doses.map(({ at, milligrams }) => `${at.day === day1.day ? '' : `+${String(daysBetween(day1, at))} d `}${milligrams === undefined ? phrases.of('amount not recorded') : String(milligrams)}`)
  return phrases.say`C${String(number)} from ${calendar.iso(day1)}: ${amounts.join(', ')}${doses.some(({ milligrams }) => milligrams !== undefined) ? ' mg' : ''}`
}

const CYCLES_A_LINE = 2

/** The cycles in pieces, because a text that fills a gap is cut where it gets long. */
function timelineTexts({ cycles, before }: Timeline, scope: ScopeInternals): readonly [string, string, string] {
  const words = cycles.map((cycle) => cycleText(cycle, scope))
  if (words.length === 0) return [before > 0 ? scope.phrases.say`${String(before)} cycles elsewhere, no dose on record` : 'no dose on record', '', '']
  const piece = (from: number, to?: number): string => words.slice(from, to).map((text) => `; ${text}`).join('')
  return [piece(0, CYCLES_A_LINE).slice(2), piece(CYCLES_A_LINE, 2 * CYCLES_A_LINE), piece(2 * CYCLES_A_LINE)]
}

/** The dose that comes next, and whether an order names its date. */
export interface NextDose { readonly at: Moment; readonly label: string; readonly isOrdered: boolean }

function orderedNext(scope: ScopeInternals): Moment | undefined {
  const orders = scope.fact('inotuzumabOrders')
  const dates = orders.state === 'present' ? (orders.value as readonly DrugOrder[]).filter(({ state }) => state === 'draft' || state === 'active').flatMap(({ events }) => events) : [] // sound: declared as records of drug orders
  const given = new Set(dosesGiven(scope).map(({ at }) => at.day))
  return dates.filter(({ day }) => day >= scope.now.day && !given.has(day)).toSorted((a, b) => a.at - b.at)[0]
}

/** The dose that comes next: as ordered, else on the day it is due. Long after the last dose none is expected. */
export function nextDose(timeline: Timeline, scope: ScopeInternals): NextDose | undefined {
  const { regimen } = courseOf(scope)
  const ordered = orderedNext(scope)
  const due = dueDate({ cycles: timeline.cycles, regimen }, placeDose(timeline, scope.now, regimen), regimen.slots.length, scope)
  const isOver = due !== undefined && daysBetween(due, scope.now) > numberSetting(scope.settings, 'regimen_later_cycle_days')
  const at = ordered ?? (isOver ? undefined : due)
  if (!at) return undefined
  const { cycle, slot } = placeDose(timeline, at, regimen)
  return { at, label: `C${String(cycle)}D${String(slot)}`, isOrdered: ordered !== undefined }
}

/** Before the next dose; where it is overdue the date has no meaning any more. */
function labsBeforeText(next: NextDose | undefined, { calendar, settings, now, phrases }: ScopeInternals): string {
  const hours = numberSetting(settings, 'lab_lookback_dose_h')
  if (!next) return 'none due'
  if (next.at.day < now.day) return phrases.say`blood count and liver tests within ${String(hours)} h before it`
  return phrases.say`blood count and liver tests between ${calendar.iso(calendar.of(next.at.at - hours * HOUR_MS))} and ${calendar.iso(next.at)}`
}

function labsAfterText(scope: ScopeInternals): string {
  const absent = scope.fact('liverTestsSinceDoseAbsent')
  const isAbsent = absent.state === 'present' && Array.isArray(absent.value) && absent.value.length > 0
  return isAbsent ? scope.phrases.say`; still open after the last dose: ${absent.text}` : ''
}

/** Values of today that would keep from giving a dose, each with its limit. Counts matter only to Day 1. */
function holdsText(next: NextDose | undefined, scope: ScopeInternals): string {
  const { settings } = scope
  const over = (name: string, title: string, setting: string): string[] =>
    (factBeyond(scope.fact(name), '>', numberSetting(settings, setting)) === true ? [scope.phrases.say`${title} ${textOf(scope.fact(name))} (limit ${String(numberSetting(settings, setting))})`] : [])
  const under = (name: string, title: string, setting: string): string[] =>
    (next?.label.endsWith('D1') === true && factBeyond(scope.fact(name), '<', numberSetting(settings, setting)) === true ? [scope.phrases.say`${title} ${textOf(scope.fact(name))} (Day 1 limit ${String(numberSetting(settings, setting))})`] : [])
  const bilirubin = flagOf(scope, 'bilirubinExempt') === true ? [] : over('bilirubinLatestXuln', 'bilirubin', 'bili_hold_xuln')
  const all = [
    ...bilirubin, ...over('altLatestXuln', 'ALT', 'alt_hold_xuln'), ...over('astLatestXuln', 'AST', 'alt_hold_xuln'), ...over('qtcfLatest', 'QTcF', 'qtcf_start_limit_ms'),
    ...under('ancLatest', 'ANC', 'anc_threshold'), ...under('pltLatest', 'platelets', 'plt_threshold'),
  ]
  return all.length > 0 ? all.join(', ') : 'no value on file that would hold a dose'
}

const textOf = (fact: Fact): string => (fact.state === 'present' ? fact.text : '')

/** What lasts beyond the last dose, with dates. Where the sex is not recorded both terms are told. */
function afterTreatmentText(scope: ScopeInternals): string {
  const until = (name: string): string => textOf(scope.fact(name))
  const last = momentOf(scope, 'lastGivenDate')
  if (!last) return textSetting(scope.settings, 'words_contraception_in_treatment')
  const isMale = flagOf(scope, 'male')
  return [
    ...(isMale === true ? [] : [scope.phrases.say`contraception${isMale === undefined ? ' (women)' : ''} until ${until('femaleContraceptionUntil')}`, scope.phrases.say`no breastfeeding until ${until('noBreastfeedingUntil')}`]),
    ...(isMale === false ? [] : [scope.phrases.say`contraception${isMale === undefined ? ' (men)' : ''} until ${until('maleContraceptionUntil')}`]),
  ].join('; ')
}

function vaccinesText(scope: ScopeInternals): string {
  const last = momentOf(scope, 'lastGivenDate')
  if (!last) return textSetting(scope.settings, 'words_vaccine_in_treatment')
  if (flagOf(scope, 'bCellsRecovered') === true) return textSetting(scope.settings, 'words_vaccine_possible')
  return `${textSetting(scope.settings, 'words_vaccine_not_before')} ${scope.calendar.iso(scope.calendar.addMonths(last, numberSetting(scope.settings, 'b_cell_recovery_months')))}`
}

const sentence = (text: string, sources: readonly string[] = []): Fact => present(text, text, { sources })

/** The course of treatment in words, for an opened chart. */
export const treatmentSummary: Derivation = {
  facts: {
    treatmentTimeline: { title: 'Doses given: the first cycles', type: 'text' },
    treatmentTimelineMiddle: { title: 'Doses given: the cycles after them', type: 'text' },
    treatmentTimelineLate: { title: 'Doses given: the last cycles', type: 'text' },
    treatmentShort: { title: 'Doses given, in a few words', type: 'text' },
    nextDosePlan: { title: 'Next dose', type: 'text' },
    nextLabs: { title: 'Labs due for the next dose', type: 'text' },
    openLabs: { title: 'Labs still open after the last dose', type: 'text' },
    openHolds: { title: 'Values that would hold a dose', type: 'text' },
    afterTreatment: { title: 'Contraception and breastfeeding after the last dose', type: 'text' },
    liveVaccines: { title: 'When live vaccines are possible', type: 'text' },
  },
  uses: ['inotuzumabAdministrations', 'inotuzumabOrders', 'assertedPriorCycles', 'assertedPriorDay1', 'assertedCycle', 'assertedDay', 'liverTestsSinceDoseAbsent', 'bilirubinExempt', 'bilirubinLatestXuln', 'altLatestXuln', 'astLatestXuln',
    'qtcfLatest', 'ancLatest', 'pltLatest', 'male', 'femaleContraceptionUntil', 'maleContraceptionUntil', 'noBreastfeedingUntil', 'bCellsRecovered', 'lastGivenDate', 'dosesGivenCount'],
  series: ['bodyWeight', 'bodyHeight'],
  compute(scope) {
    const timeline = givenTimeline(scope)
    const next = nextDose(timeline, scope)
    const last = momentOf(scope, 'lastGivenDate')
    const count = numberOf(scope, 'dosesGivenCount') ?? 0
    const sources = dosesGiven(scope).map(({ reference }) => reference)
    const verb = next?.isOrdered === true ? 'ordered for' : next && next.at.day < scope.now.day ? 'was due on' : 'due on'
    const plan = next ? `${next.label} ${scope.phrases.of(verb)} ${scope.calendar.iso(next.at)}` : 'none ordered'
    const [early, middle, late] = timelineTexts(timeline, scope)
    const short = last ? scope.phrases.say`${String(count)} ${count === 1 ? 'dose' : 'doses'} in ${String(timeline.cycles.length)} ${timeline.cycles.length === 1 ? 'cycle' : 'cycles'}, last ${scope.calendar.iso(last)}` : 'no dose on record'
    return {
      treatmentTimeline: sentence(early, sources), treatmentTimelineMiddle: sentence(middle), treatmentTimelineLate: sentence(late), treatmentShort: sentence(short, sources),
      nextDosePlan: sentence(plan), nextLabs: sentence(labsBeforeText(next, scope)), openLabs: sentence(labsAfterText(scope)),
      openHolds: sentence(holdsText(next, scope)), afterTreatment: sentence(afterTreatmentText(scope)), liveVaccines: sentence(vaccinesText(scope)),
    }
  },
}
