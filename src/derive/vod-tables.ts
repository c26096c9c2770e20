import { type Fact, present } from '../facts/fact.ts'
import type { ScopeInternals } from '../facts/scope.ts'
import { unavailability } from '../facts/select.ts'
import { byUnitSetting, listSetting, numberSetting } from '../facts/settings.ts'
import { isMeasured } from '../facts/view.ts'
import type { Moment } from '../language/calendar.ts'
import type { Derivation } from './derivation.ts'
import { flagOf, textValue } from './reading.ts'
import { GRADES, type Grade } from './vod-grading.ts'
import { severityCriteria } from './vod-severity.ts'
import { type SignKey, signsOf } from './vod-signs.ts'

/** Where one of the four signs stands. `not-recorded`: nobody wrote it down, which is not the same as looked for and absent. */
export interface SignRow {
  readonly key: SignKey
  readonly state: 'present' | 'suspected' | 'excused' | 'absent' | 'not-recorded' | 'not-known'
  readonly text?: string
  readonly since?: Moment
  readonly limit?: string
  readonly sources: readonly string[]
}

/** One criterion of the severity table: the limits of its four columns, and the column it falls into today. */
export interface GradeRow { readonly name: string; readonly limits: readonly string[]; readonly grade?: Grade; readonly text?: string }

const KEYS: readonly SignKey[] = ['bilirubin', 'weight', 'painfulHepatomegaly', 'ascites']

/** Measured signs can be absent; those that somebody must look for can only be stated to be. */
function notThere(key: SignKey, scope: ScopeInternals): Pick<SignRow, 'state' | 'text'> {
  if (key === 'bilirubin' || key === 'weight') {
    const fact = scope.fact(key === 'bilirubin' ? 'bilirubinLatest' : 'vodWeightGainPct')
    return fact.state === 'missing' ? { state: 'not-known', text: fact.detail } : { state: 'absent', text: fact.text }
  }
  if (flagOf(scope, key === 'ascites' ? 'assertedAscites' : 'assertedPainfulHepatomegaly') === false) return { state: 'absent' }
  const lost = unavailability('conditions', scope)
  return lost?.state === 'missing' ? { state: 'not-known', text: lost.detail } : { state: 'not-recorded' }
}

function limitOf(key: SignKey, scope: ScopeInternals): { limit?: string } {
  if (key === 'weight') return { limit: `> ${String(numberSetting(scope.settings, 'weight_gain_vod_pct'))} %` }
  return key === 'bilirubin' ? { limit: `≥ ${inFamily('vod_bilirubin', scope)}` } : {}
}

/** A limit by unit, in the unit of the newest bilirubin; without one, in the first. */
function inFamily(setting: string, scope: ScopeInternals): string {
  const limits = byUnitSetting(scope.settings, setting)
  const newest = scope.fact('bilirubinLatest')
  const unit = isMeasured(newest) && limits[newest.family] !== undefined ? newest.family : Object.keys(limits)[0] ?? ''
  return `${String(limits[unit])} ${unit}`
}

function signRows(scope: ScopeInternals): readonly SignRow[] {
  const signs = signsOf(scope)
  const excused = (textValue(scope, 'assertedNotAttributable') ?? '').toLowerCase().split(/[\s,;]+/)
  return KEYS.map((key): SignRow => {
    const sign = signs.find((one) => one.key === key)
    const limit = limitOf(key, scope)
    if (sign) return { key, state: sign.isSuspected ? 'suspected' : 'present', text: sign.text, sources: sign.sources, ...limit, ...(sign.since ? { since: sign.since } : {}) }
    return { key, ...(excused.includes(key.toLowerCase()) ? { state: 'excused' as const } : notThere(key, scope)), ...limit, sources: [] }
  })
}

const numbers = (setting: string, scope: ScopeInternals): readonly number[] => listSetting(scope.settings, setting).map(Number)

/** Columns by limits that are passed one after the other: below the first, then from each to the next. */
const passed = (limits: readonly (number | string)[], sign: string, unit: string): string[] => ['', ...limits.map((limit) => `${sign} ${String(limit)}${unit}`)]

function limitRows(scope: ScopeInternals): readonly GradeRow[] {
  const [mildAbove = 0, severeUpTo = 0] = numbers('vod_grade_days', scope)
  const [severe = 0, verySevere = 0] = numbers('vod_grade_weight_pct', scope)
  const uln = ` × ${scope.phrases.of('ULN')}`
  const factor = String(numberSetting(scope.settings, 'vod_doubling_h'))
  return [
    { name: 'days', limits: [`> ${String(mildAbove)} d`, `${String(severeUpTo + 1)}–${String(mildAbove)} d`, `≤ ${String(severeUpTo)} d`, ''] },
    { name: 'bilirubin', limits: ['vod_bilirubin', 'vod_bilirubin_moderate', 'vod_bilirubin_severe', 'vod_bilirubin_very_severe'].map((setting) => `≥ ${inFamily(setting, scope)}`) },
    { name: 'kinetics', limits: ['', '', `× ${String(numberSetting(scope.settings, 'vod_doubling_factor'))} / ${factor} h`, ''] },
    { name: 'transaminases', limits: passed(numbers('vod_grade_transaminases_xuln', scope), '>', uln).map((text, i) => text || `≤ ${String(numbers('vod_grade_transaminases_xuln', scope)[i] ?? '')}${uln}`) },
    { name: 'weight', limits: [`< ${String(severe)} %`, `≥ ${String(severe)} %`, `≥ ${String(severe)} %`, `≥ ${String(verySevere)} %`] },
    { name: 'creatinine', limits: passed(numbers('vod_grade_creatinine', scope), '≥ ×', '').map((text, i) => text || `< × ${String(numbers('vod_grade_creatinine', scope)[i] ?? '')}`) },
    { name: 'organs', limits: ['', '', '', `≥ ${String(numberSetting(scope.settings, 'vod_failing_organs'))}`] },
  ]
}

function gradeRows(scope: ScopeInternals): readonly GradeRow[] {
  const criteria = new Map(severityCriteria(scope).map((criterion) => [criterion.name, criterion]))
  const failure = scope.fact('vodMultiOrgan')
  const isFailing = failure.state === 'present' && failure.value === true
  return limitRows(scope).map((row): GradeRow => {
    if (row.name === 'organs') return isFailing ? { ...row, grade: 'very severe', text: failure.text } : row
    const criterion = criteria.get(row.name)
    return criterion ? { ...row, grade: criterion.grade, text: criterion.text } : row
  })
}

/** Signs and severity of veno-occlusive disease as tables, for the timeline page. */
export const vodTables: Derivation = {
  facts: {
    vodSignRows: { title: 'The four signs of VOD', type: 'records' },
    vodGradeRows: { title: 'The severity table of VOD', type: 'records' },
    vodGrades: { title: 'The grades of VOD, the mildest first', type: 'list' },
  },
  uses: [
    'vodMultiOrgan', 'assertedNotAttributable', 'assertedFirstVodSymptomDate', 'altLatestXuln', 'astLatestXuln', 'vodCreatinineRatio', 'vodDiagnosedDate', 'vodProven', 'vodImagingEvidence', 'vodPressureHigh', 'vodHctDate', 'vodHctDay', 'age',
    'bilirubinLatest', 'vodBilirubinReached', 'bilirubinExempt', 'vodWeightGainPct', 'vodWeightBaseline', 'firstGivenDate', 'firstDoseDate', 'lastGivenDate', 'lastDoseDate',
    'assertedAscites', 'assertedPainfulHepatomegaly', 'assertedVodRuledOut', 'ascitesRecords', 'hepatomegalyRecords', 'ruqPainRecords', 'liverImagingResults',
  ],
  series: ['bili', 'bodyWeight'],
  compute(scope): Record<string, Fact> {
    const [signs, grades] = [signRows(scope), gradeRows(scope)]
    return { vodSignRows: present(signs, String(signs.length)), vodGradeRows: present(grades, String(grades.length)), vodGrades: present([...GRADES], GRADES.join(', ')) }
  },
}
