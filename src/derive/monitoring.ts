import { type Fact, missing, present } from '../facts/fact.ts'
import { conceptOf } from '../facts/resources.ts'
import type { ScopeInternals } from '../facts/scope.ts'
import { type RecordRow, unavailability } from '../facts/select.ts'
import { listSetting, numberSetting } from '../facts/settings.ts'
import type { Moment } from '../language/calendar.ts'
import type { Derivation } from './derivation.ts'
import { dosesGiven } from './dose-history.ts'
import { momentOf, rowsOf } from './reading.ts'
import { PRESENCE, statedAnswer } from './test-results.ts'

const ANSWERS: readonly string[] = ['valueCodeableConcept', 'valueString', 'valueBoolean', 'valueQuantity', 'valueInteger', 'valueRatio', 'interpretation']

/** A test that came to an answer: not one that is pending, was rejected, or stayed indeterminate. */
function isAnswered({ resource }: RecordRow, { mapping }: ScopeInternals): boolean {
  if (resource['dataAbsentReason'] !== undefined || ANSWERS.every((element) => resource[element] === undefined)) return false
  const { sets } = mapping.matcher.recognise(conceptOf(resource['valueCodeableConcept'], resource['valueString'], resource['interpretation']), [])
  return !sets.has('result-unclear')
}

/** The newest result of a test decides whether it has to be repeated. */
function hasRecent(set: string, scope: ScopeInternals): boolean {
  const [newest] = rowsOf(scope, 'serologyResults').filter(({ sets, at }) => sets.has(set) && at !== undefined && at.day <= scope.focus.planned.day)
  const age = newest?.at && scope.focus.planned.day - newest.at.day
  return newest !== undefined && age !== undefined && age <= numberSetting(scope.settings, 'serology_lookback_d') && isAnswered(newest, scope)
}

/** Antibodies stay: once they were found only the virus itself says whether the infection lasts. */
const hadHepatitisC = (scope: ScopeInternals): boolean =>
  rowsOf(scope, 'serologyResults').some(({ sets, resource }) => sets.has('anti-hcv') && statedAnswer(resource, PRESENCE, scope) === 'positive')

function serologyFact(scope: ScopeInternals): Fact {
  const results = scope.fact('serologyResults')
  if (results.state === 'missing') return results
  const hepatitisC = hadHepatitisC(scope) ? ['HCV RNA', hasRecent('hcv-rna', scope)] as const : ['anti-HCV', hasRecent('anti-hcv', scope)] as const
  const tests = [['HBsAg', hasRecent('hbsag', scope)], ['anti-HBc', hasRecent('anti-hbc', scope)], hepatitisC, ['HIV test', hasRecent('hiv-test', scope)]] as const
  const absent = tests.flatMap(([name, done]) => (done ? [] : [name]))
  return present(absent, absent.length > 0 ? absent.join(', ') : 'none')
}

/** Serology that the first dose waits for. */
export const serology: Derivation = {
  facts: { serologyAbsent: { title: 'Hepatitis and HIV tests without a current answer', type: 'list' } },
  uses: ['serologyResults', 'planned'],
  compute: (scope) => ({ serologyAbsent: serologyFact(scope) }),
}

/** A result of the dose day counts only where both times are known: it may have been drawn before the infusion. */
const isAfter = (result: Moment, dose: Moment): boolean => (result.precise && dose.precise ? result.at > dose.at : result.day > dose.day)

const LIVER_TESTS: readonly (readonly [string, string])[] = [['ALT', 'alt'], ['AST', 'ast'], ['bilirubin', 'bili']]

function liverTestsFact(scope: ScopeInternals): Fact {
  const last = dosesGiven(scope).at(-1)
  if (!last) return missing('not-applicable', 'no dose was given')
  const absent = LIVER_TESTS.flatMap(([name, measurement]) => (scope.samples(measurement).some(({ at, final, reading }) => final && reading !== undefined && isAfter(at, last.at)) ? [] : [name]))
  if (absent.length > 0) return unavailability('labs', scope) ?? present(absent, absent.join(', '), { at: last.at, sources: [last.reference] })
  return present(absent, 'none', { at: last.at })
}

/** Liver tests after the last dose. */
export const afterDose: Derivation = {
  facts: { liverTestsSinceDoseAbsent: { title: 'Liver tests without a result since the last dose', type: 'list' } },
  uses: ['inotuzumabAdministrations'],
  series: ['alt', 'ast', 'bili', 'bodyWeight', 'bodyHeight'],
  compute: (scope) => ({ liverTestsSinceDoseAbsent: liverTestsFact(scope) }),
}

/** The last date of the schedule that has passed. */
function lastScheduled(first: Moment, scope: ScopeInternals): Moment | undefined {
  return listSetting(scope.settings, 'response_schedule_months').map((months) => scope.calendar.addMonths(first, Number(months))).filter(({ day }) => day <= scope.now.day).at(-1)
}

/** Assessment of response by the months since treatment began. */
export const responseSchedule: Derivation = {
  facts: {
    responseOverdue: { title: 'A scheduled assessment of response was not done', type: 'boolean' },
    responseDueDate: { title: 'Date on which response was to be assessed', type: 'moment' },
    lastMarrow: { title: 'Last examination of the marrow', type: 'text' },
  },
  uses: ['firstGivenDate', 'marrowExaminations'],
  compute(scope) {
    const first = momentOf(scope, 'firstGivenDate')
    const due = first && lastScheduled(first, scope)
    const rows = scope.fact('marrowExaminations')
    const last = rowsOf(scope, 'marrowExaminations').find(({ at }) => at !== undefined && at.day <= scope.now.day)?.at
    const words = last ? scope.phrases.say`last marrow ${scope.calendar.iso(last)}` : 'no marrow on file'
    const lastMarrow = present(words, words, last ? { at: last } : {})
    if (!due) return { responseOverdue: present(false, 'not due yet'), responseDueDate: missing('not-applicable', 'not due yet'), lastMarrow }
    const from = due.day - numberSetting(scope.settings, 'response_schedule_tolerance_d')
    const isDone = last !== undefined && last.day >= from
    return {
      responseOverdue: !isDone && rows.state === 'missing' ? rows : present(!isDone, isDone ? 'done' : words),
      responseDueDate: present(due, scope.calendar.iso(due), { at: due }), lastMarrow,
    }
  },
}
