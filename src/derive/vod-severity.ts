import { type Fact, missing, present } from '../facts/fact.ts'
import { compareWithLimit } from '../facts/limit.ts'
import type { ScopeInternals } from '../facts/scope.ts'
import { byUnitSetting, flagSetting, listSetting, numberSetting, textSetting } from '../facts/settings.ts'
import { isMeasured } from '../facts/view.ts'
import type { Phrases } from '../language/phrases.ts'
import type { Derivation } from './derivation.ts'
import { flagOf, momentOf, numberOf, textValue } from './reading.ts'
import { fulfilledOn, isChildIn } from './vod-criteria.ts'
import { columnOf, columnOfDays, type Criterion, type Grade, gradeOf, upgraded } from './vod-grading.ts'
import { hasDoubledSince } from './vod-kinetics.ts'
import { sureSigns } from './vod-signs.ts'

const limitsOf = (scope: ScopeInternals, name: string): readonly number[] => listSetting(scope.settings, name).map(Number)
const reached = (value: number, limit: number): boolean => value >= limit
const exceeded = (value: number, limit: number): boolean => value > limit

/** The first sign, as the clinician stated or as the record tells: the day the earliest of the present signs began. */
function firstSignDay(scope: ScopeInternals): number | undefined {
  const stated = momentOf(scope, 'assertedFirstVodSymptomDate')
  if (stated) return stated.day
  const days = sureSigns(scope).flatMap(({ since }) => since?.day ?? [])
  return days.length > 0 ? Math.min(...days) : undefined
}

function daysCriterion(scope: ScopeInternals): Criterion[] {
  const first = firstSignDay(scope)
  const fulfilled = fulfilledOn(scope) ?? momentOf(scope, 'vodDiagnosedDate')?.day
  if (first === undefined || fulfilled === undefined || fulfilled < first) return []
  const days = fulfilled - first
  return [{ name: 'days', text: scope.phrases.say`${String(days)} d to full criteria`, grade: columnOfDays(days, limitsOf(scope, 'vod_grade_days')) }]
}

const BILIRUBIN: readonly (readonly [string, Grade])[] = [
  ['vod_bilirubin_very_severe', 'very severe'], ['vod_bilirubin_severe', 'severe'], ['vod_bilirubin_moderate', 'moderate'], ['vod_bilirubin', 'mild'],
]

/** Below the limit of the sign bilirubin is no criterion; explained by Gilbert syndrome or haemolysis it is none either. */
function bilirubinCriterion(scope: ScopeInternals): Criterion[] {
  const fact = scope.fact('bilirubinLatest')
  if (!isMeasured(fact) || flagOf(scope, 'bilirubinExempt') === true) return []
  const column = BILIRUBIN.find(([setting]) => {
    const limit = byUnitSetting(scope.settings, setting)[fact.family]
    return limit !== undefined && compareWithLimit(fact.value, '>=', limit) === true
  })
  return column ? [{ name: 'bilirubin', text: scope.phrases.say`bilirubin ${fact.text}`, grade: column[1] }] : []
}

function kineticsCriterion(scope: ScopeInternals): Criterion[] {
  const first = firstSignDay(scope)
  const since = first === undefined ? undefined : scope.calendar.addDays(scope.now, first - scope.now.day)
  if (since === undefined || flagOf(scope, 'bilirubinExempt') === true || !hasDoubledSince(since, scope)) return []
  return [{ name: 'kinetics', text: scope.phrases.say`bilirubin doubled in ${String(numberSetting(scope.settings, 'vod_doubling_h'))} h`, grade: 'severe' }]
}

/** A bound counts by its limit: ">1000" is at least that high. */
function timesOf(fact: Fact): number | undefined {
  if (!isMeasured(fact)) return undefined
  return typeof fact.value === 'number' ? fact.value : fact.value.limit
}

function transaminasesCriterion(scope: ScopeInternals): Criterion[] {
  const known = ['altLatestXuln', 'astLatestXuln'].flatMap((name) => {
    const fact = scope.fact(name)
    const times = timesOf(fact)
    return times === undefined || fact.state === 'missing' ? [] : [{ times, text: `${name.startsWith('alt') ? 'ALT' : 'AST'} ${fact.text}` }]
  })
  const [worst] = known.toSorted((a, b) => b.times - a.times)
  return worst ? [{ name: 'transaminases', text: worst.text, grade: columnOf(worst.times, limitsOf(scope, 'vod_grade_transaminases_xuln'), exceeded) }] : []
}

function creatinineCriterion(scope: ScopeInternals): Criterion[] {
  const ratio = numberOf(scope, 'vodCreatinineRatio')
  const fact = scope.fact('vodCreatinineRatio')
  return ratio === undefined || fact.state === 'missing' ? [] : [{ name: 'creatinine', text: scope.phrases.say`creatinine ${fact.text}`, grade: columnOf(ratio, limitsOf(scope, 'vod_grade_creatinine'), reached) }]
}

/** Between its two limits weight is severe only beside another severe criterion, moderate otherwise. */
function weightCriterion(others: readonly Criterion[], scope: ScopeInternals): Criterion[] {
  const gain = numberOf(scope, 'vodWeightGainPct')
  const fact = scope.fact('vodWeightGainPct')
  const [severe = Infinity, verySevere = Infinity] = limitsOf(scope, 'vod_grade_weight_pct')
  if (gain === undefined || fact.state === 'missing') return []
  const between: Grade = others.some(({ grade }) => grade === 'severe') ? 'severe' : 'moderate'
  return [{ name: 'weight', text: scope.phrases.say`weight ${fact.text}`, grade: gain < severe ? 'mild' : gain >= verySevere ? 'very severe' : between }]
}

/** The criteria of the severity table that can be judged today. */
export function severityCriteria(scope: ScopeInternals): readonly Criterion[] {
  const others = [...daysCriterion(scope), ...bilirubinCriterion(scope), ...kineticsCriterion(scope), ...transaminasesCriterion(scope), ...creatinineCriterion(scope)]
  return [...others, ...weightCriterion(others, scope)]
}

interface Graded { readonly raw: Grade; readonly grade: Grade; readonly reason: string }

function graded(criteria: readonly Criterion[], scope: ScopeInternals): Graded | undefined {
  const failure = scope.fact('vodMultiOrgan')
  if (failure.state === 'present' && failure.value === true) return { raw: 'very severe', grade: 'very severe', reason: scope.phrases.say`multi-organ failure (${failure.text})` }
  const raw = gradeOf(criteria, textSetting(scope.settings, 'ebmt_grading_mode'), numberSetting(scope.settings, 'vod_criteria_in_column'))
  if (raw === undefined) return undefined
  const risks = numberOf(scope, 'vodRiskFactorCount') ?? 0
  const grade = risks >= numberSetting(scope.settings, 'vod_upgrade_risk_factors') ? upgraded(raw, flagSetting(scope.settings, 'vod_upgrade_severe')) : raw
  const few = criteria.length === 1 ? 'insufficient data: one criterion only' : scope.phrases.say`${String(criteria.length)} criteria`
  return { raw, grade, reason: grade === raw ? few : scope.phrases.say`${raw} raised to ${grade}: ${textValue(scope, 'vodRiskFactors') ?? ''}` }
}

const lineOf = (criteria: readonly Criterion[], { of }: Phrases): string => criteria.map(({ text, grade }) => `${of(text)}: ${of(grade)}`).join('; ') || 'nothing to judge by'

function gradeFacts(scope: ScopeInternals): Record<string, Fact> {
  const isPresent = flagOf(scope, 'vodCriteriaMet') === true || flagOf(scope, 'vodActive') === true
  const none = (detail: string): Record<string, Fact> => ({
    vodGrade: missing('not-applicable', detail), vodGradeRaw: missing('not-applicable', detail), vodGradeLabel: present('not graded', 'not graded'), vodGradeReason: present(detail, detail),
    vodGradeCourse: present('', 'not graded'), vodGradeFluid: present('', 'not graded'),
  })
  if (!isPresent) return none('no VOD to grade')
  if (isChildIn(scope)) return none(textSetting(scope.settings, 'words_vod_child'))
  const criteria = severityCriteria(scope)
  const result = graded(criteria, scope)
  if (!result) return none('no criterion can be judged')
  const isCourse = ({ name }: Criterion): boolean => name === 'days' || name === 'bilirubin' || name === 'kinetics'
  const line = (ones: readonly Criterion[]): Fact => present(lineOf(ones, scope.phrases), lineOf(ones, scope.phrases))
  return {
    vodGrade: present(result.grade, result.grade), vodGradeRaw: present(result.raw, result.raw), vodGradeLabel: present(result.grade, result.grade),
    vodGradeReason: present(result.reason, result.reason), vodGradeCourse: line(criteria.filter(isCourse)), vodGradeFluid: line(criteria.filter((one) => !isCourse(one))),
  }
}

/** The severity of veno-occlusive disease in adults, with each criterion in its column and the reason of a raised grade. */
export const vodSeverity: Derivation = {
  facts: {
    vodGrade: { title: 'Grade of VOD', type: 'text' },
    vodGradeRaw: { title: 'Grade of VOD before risk factors', type: 'text' },
    vodGradeLabel: { title: 'Grade of VOD, or why there is none', type: 'text' },
    vodGradeReason: { title: 'How the grade came about', type: 'text' },
    vodGradeCourse: { title: 'Days and bilirubin in the severity table', type: 'text' },
    vodGradeFluid: { title: 'Transaminases, creatinine and weight in the severity table', type: 'text' },
  },
  uses: [
    'vodCriteriaMet', 'vodActive', 'vodDiagnosedDate', 'vodMultiOrgan', 'vodRiskFactorCount', 'vodRiskFactors', 'vodCreatinineRatio', 'assertedFirstVodSymptomDate', 'altLatestXuln', 'astLatestXuln',
    'vodSigns', 'vodProven', 'vodImagingEvidence', 'vodPressureHigh', 'vodHctDate', 'vodHctDay', 'age',
    'bilirubinLatest', 'vodBilirubinReached', 'bilirubinExempt', 'vodWeightGainPct', 'vodWeightBaseline', 'firstGivenDate', 'firstDoseDate', 'lastGivenDate', 'lastDoseDate',
    'assertedAscites', 'assertedPainfulHepatomegaly', 'assertedNotAttributable', 'assertedVodRuledOut', 'ascitesRecords', 'hepatomegalyRecords', 'ruqPainRecords', 'liverImagingResults',
  ],
  series: ['bili', 'bodyWeight'],
  compute: gradeFacts,
}
