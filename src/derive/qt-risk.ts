import type { DrugOrder } from '../facts/drug-order.ts'
import { type Fact, missing, present } from '../facts/fact.ts'
import { conceptOf, isObject, listOf, nameOf } from '../facts/resources.ts'
import type { ScopeInternals } from '../facts/scope.ts'
import type { RecordRow } from '../facts/select.ts'
import { numberSetting } from '../facts/settings.ts'
import { daysBetween, type Moment } from '../language/calendar.ts'
import type { Derivation } from './derivation.ts'
import { listFact } from './list-text.ts'
import { momentOf, numberOf, rowsOf } from './reading.ts'
import { ecgsOf, lastEcgOf } from './qt.ts'

const RELATIVE_SETS: readonly string[] = ['long-qt', 'torsades', 'family-long-qt']

/** What relatives have, as a family history lists it. */
function relativesWithLongQt(scope: ScopeInternals): string[] {
  return rowsOf(scope, 'familyHistories').flatMap(({ resource }) => listOf(resource['condition']).filter(isObject).flatMap(({ code }) => {
    const { sets } = scope.mapping.matcher.recognise(conceptOf(code), [])
    return RELATIVE_SETS.some((set) => sets.has(set)) ? [scope.phrases.say`family history: ${nameOf(code) ?? 'long QT'}`] : []
  }))
}

/** An earlier tracing above the limit that holds any dose; the newest one has its own rule. */
function earlierLongQt(scope: ScopeInternals): string[] {
  const limit = numberSetting(scope.settings, 'qtcf_stop_ms')
  const worst = ecgsOf(scope).slice(1).filter(({ qtcf }) => qtcf > limit).toSorted((a, b) => b.qtcf - a.qtcf)[0]
  return worst ? [scope.phrases.say`earlier QTcF ${String(worst.qtcf)} ms (${scope.calendar.iso(worst.at)})`] : []
}

const WIDE = 'paced-or-bundle-branch-block'
const isWide = ({ sets }: RecordRow): boolean => sets.has(WIDE) && !sets.has('long-qt') && !sets.has('torsades')

/** A wide QRS complex noted in an ECG report: it lengthens QTc by itself, so that it only informs. */
function wideInReports(scope: ScopeInternals): string[] {
  const words = rowsOf(scope, 'ecgReports').flatMap(({ resource, at }) => {
    const findings = ['valueCodeableConcept', 'valueString', 'interpretation', 'conclusionCode'].map((element) => resource[element])
    const noted = scope.mapping.matcher.recognise(conceptOf(...findings), []).sets.has(WIDE)
    return noted ? [scope.phrases.say`wide QRS in the ECG${at ? scope.phrases.say` of ${scope.calendar.iso(at)}` : ''}`] : []
  })
  return words.slice(0, 1)
}

const titles = (rows: readonly RecordRow[]): string[] => [...new Set(rows.map(({ title }) => title))]

const NAMES_LENGTH = 70

function namesFact(names: readonly string[], rows: readonly RecordRow[], lost: Fact | undefined, { phrases }: ScopeInternals): Fact {
  if (names.length === 0 && lost) return lost
  return listFact(names, rows.map(({ reference }) => reference), phrases, NAMES_LENGTH)
}

/** What predisposes the patient to QT prolongation. */
export const qtPredisposition: Derivation = {
  facts: {
    qtPredispositions: { title: 'What predisposes to QT prolongation', type: 'list' },
    qtMinorPredispositions: { title: 'Heart disease that by itself only informs', type: 'list' },
    qtRisks: { title: 'Both together', type: 'list' },
  },
  uses: ['qtConditions', 'familyHistories', 'infarctions', 'ecgReports'],
  series: ['qtcf', 'qtInterval', 'heartRate', 'rrInterval'],
  compute(scope) {
    const conditions = scope.fact('qtConditions')
    const lost = conditions.state === 'missing' ? conditions : undefined
    const rows = rowsOf(scope, 'qtConditions')
    const infarctions = rowsOf(scope, 'infarctions')
    const strong = [...titles(rows.filter((row) => !isWide(row))), ...relativesWithLongQt(scope), ...earlierLongQt(scope)]
    const minor = [...titles([...infarctions, ...rows.filter(isWide)]), ...wideInReports(scope)]
    return { qtPredispositions: namesFact(strong, rows, lost, scope), qtMinorPredispositions: namesFact(minor, infarctions, lost, scope), qtRisks: namesFact([...strong, ...minor], [...rows, ...infarctions], lost, scope) }
  },
}

/** When a running drug was begun; undefined where its order does not say. */
const startOf = ({ spans }: DrugOrder): Moment | undefined => spans.flatMap(({ start }) => (start ? [start] : [])).toSorted((a, b) => a.at - b.at)[0]

/** Drugs begun after the last tracing, long enough ago that one is due. */
function drugsWithoutEcg(last: Moment | undefined, scope: ScopeInternals): Fact {
  const fact = scope.fact('qtDrugOrders')
  if (fact.state === 'missing') return fact
  const orders = fact.value as readonly DrugOrder[] // sound: declared as records of drug orders
  const wait = numberSetting(scope.settings, 'ecg_after_new_qt_drug_d')
  const late = orders.filter((order) => {
    const start = startOf(order)
    return start !== undefined && daysBetween(start, scope.focus.planned) > wait && start.day <= scope.now.day && (last === undefined || start.day > last.day)
  })
  const names = [...new Set(late.map((order) => scope.phrases.say`${order.name} since ${scope.calendar.iso(startOf(order) ?? scope.now)}`))]
  return listFact(names, late.map(({ reference }) => reference), scope.phrases, NAMES_LENGTH)
}

/** An ECG belongs to a cycle when it was taken since its Day 1 or shortly before. */
function hasEcgOfCycle(last: Moment | undefined, scope: ScopeInternals): boolean | undefined {
  const day1 = momentOf(scope, 'cycleDay1Date')
  if (day1 === undefined) return undefined
  return last !== undefined && last.day >= day1.day - numberSetting(scope.settings, 'ecg_baseline_lookback_d')
}

/** Whether an ECG has been done as often as it should. */
export const ecgDue: Derivation = {
  facts: {
    qtDrugsWithoutEcg: { title: 'QT drugs begun after the last ECG', type: 'list' },
    ecgThisCycle: { title: 'An ECG was done for this cycle', type: 'boolean' },
    ecgLast: { title: 'Last ECG', type: 'text' },
    qtWatch: { title: 'ECGs are still part of treatment', type: 'boolean' },
  },
  uses: ['qtDrugOrders', 'cycleDay1Date', 'daysSinceGiven', 'planned'],
  series: ['qtcf', 'qtInterval', 'heartRate', 'rrInterval', 'qtcBazett', 'qtcUnspecified'],
  compute(scope) {
    const last = lastEcgOf(scope)
    const known = hasEcgOfCycle(last, scope)
    const days = numberOf(scope, 'daysSinceGiven')
    const isWatched = scope.focus.triggers.has('inotuzumab-order') || (days !== undefined && days <= numberSetting(scope.settings, 'qt_after_last_dose_d'))
    const text = last ? scope.phrases.say`last ECG ${scope.calendar.iso(last)}` : 'no ECG on file'
    return {
      qtDrugsWithoutEcg: drugsWithoutEcg(last, scope),
      ecgThisCycle: known === undefined ? missing('not-applicable', 'no cycle') : present(known, text, last ? { at: last } : {}),
      ecgLast: present(text, text, last ? { at: last } : {}),
      qtWatch: present(isWatched, isWatched ? 'yes' : 'no'),
    }
  },
}
