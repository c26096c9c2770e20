import { type Fact, missing, present } from '../facts/fact.ts'
import type { ScopeInternals } from '../facts/scope.ts'
import { unavailability } from '../facts/select.ts'
import { byUnitSetting, numberSetting } from '../facts/settings.ts'
import type { Sample } from '../facts/series.ts'
import { daysBetween, type Moment } from '../language/calendar.ts'
import type { Derivation } from './derivation.ts'
import { momentOf, numberOf, rowsOf, textValue } from './reading.ts'
import { type AnswerSets, newestResult, PRESENCE, resultAt, statedAnswer, type TestAnswer, testResults, type TestResult } from './test-results.ts'

const PREGNANT: AnswerSets = { positive: ['pregnant-answer', 'result-positive'], negative: ['not-pregnant-answer', 'result-negative'] }
const NURSING: AnswerSets = { positive: ['breastfeeding-answer', 'result-positive'], negative: ['not-breastfeeding-answer', 'result-negative'] }
const NO_METHOD: AnswerSets = { positive: [], negative: ['no-contraception', 'result-negative'] }

const isFemale = (scope: ScopeInternals): boolean => textValue(scope, 'sex') === 'female' || textValue(scope, 'birthSex') === 'F'
const isMale = (scope: ScopeInternals): boolean => !isFemale(scope) && (textValue(scope, 'sex') === 'male' || textValue(scope, 'birthSex') === 'M')

/** The clinician's answer outranks age and history. An unknown age of a woman is no reason to skip the question. */
function potentialFact(scope: ScopeInternals): Fact {
  const asserted = scope.fact('assertedChildbearingPotential')
  if (asserted.state === 'present') return asserted
  if (isMale(scope)) return present(false, 'male')
  if (!isFemale(scope)) return unavailability('patient', scope) ?? missing('absent', 'sex is not recorded')
  const excluded = scope.fact('cannotBearChildren')
  if (excluded.state === 'present' && excluded.value === true) return { ...excluded, value: false }
  const age = numberOf(scope, 'age')
  if (age === undefined) return present(true, 'female, age unknown')
  const isInRange = age >= numberSetting(scope.settings, 'childbearing_age_min_y') && age <= numberSetting(scope.settings, 'childbearing_age_max_y')
  return present(isInRange, scope.phrases.say`female, ${String(age)} years`)
}

/** Above its own laboratory's limit, or from the setting's amount on where the result has no limit. */
function answerOfLevel({ reading, uln }: Sample, scope: ScopeInternals): TestAnswer | undefined {
  if (reading === undefined) return undefined
  const { value } = reading
  const limit = uln ?? byUnitSetting(scope.settings, 'hcg_positive')[reading.family]
  if (limit === undefined) return undefined
  if (typeof value === 'number') return (uln === undefined ? value >= limit : value > limit) ? 'positive' : 'negative'
  if (value.bound === 'above') return value.limit >= limit ? 'positive' : undefined
  return value.limit <= limit ? 'negative' : undefined
}

/** Pregnancy tests in words, and those that only carry a number. */
function hcgResults(scope: ScopeInternals): readonly TestResult[] {
  const worded = testResults(scope, 'hcgTests', PRESENCE)
  const known = new Set(worded.map(({ reference }) => reference))
  const counted = scope.samples('hcgMeasured').filter(({ reference }) => !known.has(reference)).flatMap((sample): TestResult[] => {
    const answer = answerOfLevel(sample, scope)
    return answer ? [{ answer, at: sample.at, reference: sample.reference, title: scope.phrases.say`hCG ${sample.reading?.text ?? ''}`, isFinal: sample.final }] : []
  })
  return [...worded, ...counted]
}

const saidOf = ({ title, answer, at }: TestResult, scope: ScopeInternals): string => `${title}: ${scope.phrases.of(answer)}${at ? ` (${scope.calendar.iso(at)})` : ''}`

const resultFact = (result: TestResult, text: string): Fact =>
  present(result.answer === 'positive', text, { origin: 'record', sources: [result.reference], ...(result.at ? { at: result.at } : {}) })

/** The newest evidence decides: a negative test after a positive one, or after the diagnosis, ends the alarm. */
function pregnantFact(scope: ScopeInternals, tests: readonly TestResult[]): Fact {
  if (isMale(scope)) return missing('not-applicable', 'male')
  const oldest = scope.now.day - numberSetting(scope.settings, 'pregnancy_evidence_d')
  const diagnoses = rowsOf(scope, 'pregnancyConditions').map((row) => ({ ...resultAt(row, 'positive'), isFinal: true }))
  const undated = diagnoses.find(({ at }) => at === undefined)
  const reports = [...tests, ...testResults(scope, 'pregnancyStatuses', PREGNANT)].filter(({ at }) => at !== undefined && at.day >= oldest)
  const newest = undated ?? newestResult([...diagnoses, ...reports])
  if (newest) return resultFact(newest, saidOf(newest, scope))
  return unavailability('labs', scope) ?? unavailability('conditions', scope) ?? present(false, 'no sign of a pregnancy')
}

function hcgFacts(scope: ScopeInternals, tests: readonly TestResult[]): Record<string, Fact> {
  const last = tests.filter(({ isFinal, at }) => isFinal && at !== undefined).sort((a, b) => (b.at?.at ?? 0) - (a.at?.at ?? 0))[0]
  if (!last?.at) {
    const none = unavailability('labs', scope)
    return { hcgOnFile: none ?? present(false, 'none on file'), hcgAgeDays: none ?? missing('not-applicable', 'no pregnancy test on file') }
  }
  const days = daysBetween(last.at, scope.focus.planned)
  const about = { origin: 'record' as const, sources: [last.reference], at: last.at }
  return { hcgOnFile: present(true, scope.phrases.say`last on ${scope.calendar.iso(last.at)}`, about), hcgAgeDays: present(days, `${String(days)} d`, about) }
}

/** By the clinician's answer, a reported method, or the problem list. */
function contraceptionFact(scope: ScopeInternals): Fact {
  const asserted = scope.fact('assertedContraception')
  if (asserted.state === 'present') return asserted
  const [report] = rowsOf(scope, 'birthControlReports')
  if (report) {
    const isUsed = statedAnswer(report.resource, NO_METHOD, scope) !== 'negative'
    return present(isUsed, `${report.title}${report.at ? ` (${scope.calendar.iso(report.at)})` : ''}`, { origin: 'record', sources: [report.reference] })
  }
  const noted = ['contraceptionInUse', 'contraceptionCounselled'].map((name) => scope.fact(name)).find((fact) => fact.state === 'present' && fact.value === true)
  if (noted) return noted
  return unavailability('assessments', scope) ?? unavailability('conditions', scope) ?? present(false, 'nothing on record')
}

/** A newer report that breastfeeding has ended outweighs the diagnosis. */
function lactatingFact(scope: ScopeInternals): Fact {
  if (isMale(scope)) return missing('not-applicable', 'male')
  const diagnoses = rowsOf(scope, 'lactationConditions').map((row) => ({ ...resultAt(row, 'positive'), isFinal: true }))
  const newest = newestResult([...diagnoses, ...testResults(scope, 'lactationReports', NURSING)])
  if (newest) return resultFact(newest, `${newest.title}${newest.at ? ` (${scope.calendar.iso(newest.at)})` : ''}`)
  return unavailability('conditions', scope) ?? unavailability('assessments', scope) ?? present(false, 'no')
}

/** The dose from which months are counted: the last of the order under evaluation, else the last one given. */
function lastDose(scope: ScopeInternals): Moment | undefined {
  const { order, planned } = scope.focus
  if (order === undefined) return momentOf(scope, 'lastGivenDate')
  return [planned, ...order.events].sort((a, b) => b.day - a.day)[0]
}

function untilFacts(name: string, setting: string, scope: ScopeInternals): Record<string, Fact> {
  const last = lastDose(scope)
  if (last === undefined) return { [`${name}Until`]: missing('not-applicable', 'no dose was given'), [`${name}Open`]: present(false, 'no dose was given') }
  const until = scope.calendar.addMonths(last, numberSetting(scope.settings, setting))
  const isOpen = scope.now.day <= until.day
  return { [`${name}Until`]: present(until, scope.calendar.iso(until), { at: until }), [`${name}Open`]: present(isOpen, isOpen ? 'yes' : 'over') }
}

/** Childbearing potential, pregnancy, contraception, breastfeeding, and the months after the last dose that the label asks for. */
export const reproductive: Derivation = {
  facts: {
    childbearing: { title: 'Of childbearing potential', type: 'boolean' },
    male: { title: 'Male', type: 'boolean' },
    pregnant: { title: 'Newest evidence of a pregnancy', type: 'boolean' },
    hcgOnFile: { title: 'A pregnancy test is on file', type: 'boolean' },
    hcgAgeDays: { title: 'Days from the last pregnancy test to the dose', type: 'number', unit: 'd' },
    contraceptionDocumented: { title: 'Contraception is documented', type: 'boolean' },
    lactating: { title: 'Breastfeeding', type: 'boolean' },
    femaleContraceptionUntil: { title: 'End of contraception for women', type: 'moment' },
    femaleContraceptionOpen: { title: 'Contraception for women is still needed', type: 'boolean' },
    maleContraceptionUntil: { title: 'End of contraception for men', type: 'moment' },
    maleContraceptionOpen: { title: 'Contraception for men is still needed', type: 'boolean' },
    noBreastfeedingUntil: { title: 'End of the time without breastfeeding', type: 'moment' },
    noBreastfeedingOpen: { title: 'Breastfeeding is still to be avoided', type: 'boolean' },
  },
  uses: ['sex', 'birthSex', 'age', 'assertedChildbearingPotential', 'cannotBearChildren', 'hcgTests', 'pregnancyConditions', 'pregnancyStatuses', 'assertedContraception',
    'birthControlReports', 'contraceptionInUse', 'contraceptionCounselled', 'lactationConditions', 'lactationReports', 'lastGivenDate', 'planned'],
  series: ['hcgMeasured'],
  compute(scope) {
    const tests = hcgResults(scope)
    return {
      childbearing: potentialFact(scope),
      male: isMale(scope) ? present(true, 'yes') : isFemale(scope) ? present(false, 'no') : unavailability('patient', scope) ?? missing('absent', 'sex is not recorded'),
      pregnant: pregnantFact(scope, tests), ...hcgFacts(scope, tests), contraceptionDocumented: contraceptionFact(scope), lactating: lactatingFact(scope),
      ...untilFacts('femaleContraception', 'contraception_female_months', scope), ...untilFacts('maleContraception', 'contraception_male_months', scope),
      ...untilFacts('noBreastfeeding', 'breastfeeding_months', scope),
    }
  },
}
