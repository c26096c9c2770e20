import { type Fact, missing, present } from '../facts/fact.ts'
import type { ScopeInternals } from '../facts/scope.ts'
import type { Sample } from '../facts/series.ts'
import { numberSetting } from '../facts/settings.ts'
import { daysBetween, type Moment } from '../language/calendar.ts'
import { divide, percentChange, round } from '../language/decimal.ts'
import { convertFamily } from '../language/units.ts'
import type { Derivation } from './derivation.ts'
import { momentOf } from './reading.ts'
import { treatedBetween } from './vod-course.ts'

/** A final result with a number. */
export interface Value {
  readonly value: number
  readonly family: string
  readonly text: string
  readonly at: Moment
  readonly reference: string
}

/** Final results of a measurement as numbers, newest first; a bound ("<0.2") is no number. */
export const valuesOf = (scope: ScopeInternals, measurement: string): readonly Value[] =>
  scope.samples(measurement).flatMap(({ final, reading, at, reference }: Sample) =>
    (final && typeof reading?.value === 'number' ? [{ value: reading.value, family: reading.family, text: reading.text, at, reference }] : []))

/** The newest value on a day or in the days before it. */
const newestUpTo = (values: readonly Value[], day: Moment | undefined, days: number): Value | undefined =>
  day && values.find(({ at }) => at.day <= day.day && daysBetween(at, day) <= days)

/** On the day conditioning started the first weight counts: infusions of the same day already add water. */
function weightBaseline(scope: ScopeInternals, days: number): Value | undefined {
  const weights = valuesOf(scope, 'bodyWeight')
  const start = momentOf(scope, 'vodConditioningDate')
  const sameDay = weights.filter(({ at }) => at.day === start?.day).at(-1)
  return sameDay ?? newestUpTo(weights, start, days) ?? newestUpTo(weights, treatedBetween(scope).first, days)
}

function creatinineBaseline(scope: ScopeInternals, days: number): Value | undefined {
  const values = valuesOf(scope, 'creatinine')
  return newestUpTo(values, momentOf(scope, 'vodHctDate'), days) ?? newestUpTo(values, treatedBetween(scope).first, days)
}

/** The newest value of the last days, unless it is the baseline or older. */
function current(values: readonly Value[], baseline: Value | undefined, scope: ScopeInternals): Value | undefined {
  const [newest] = values
  const isRecent = newest !== undefined && daysBetween(newest.at, scope.now) <= numberSetting(scope.settings, 'vod_finding_lookback_d')
  return isRecent && baseline && newest.at.at >= baseline.at.at ? newest : undefined
}

const baselineFact = (value: Value | undefined): Fact =>
  value ? present(value.value, value.text, { origin: 'record', at: value.at, unit: value.family, sources: [value.reference] }) : missing('absent', 'no baseline value on file')

function gainFact(baseline: Value | undefined, now: Value | undefined, scope: ScopeInternals): Fact {
  if (!baseline || !now) return missing('absent', baseline ? 'no recent weight' : 'no baseline weight')
  const percent = percentChange(baseline.value, now.value)
  const text = scope.phrases.say`${percent > 0 ? '+' : ''}${String(round(percent, 2, 'half-up'))} % (${String(baseline.value)} to ${String(now.value)} kg)`
  return present(percent, text, { at: now.at, unit: '%', sources: [baseline.reference, now.reference] })
}

function ratioFact(baseline: Value | undefined, now: Value | undefined, scope: ScopeInternals): Fact {
  if (!baseline || !now || baseline.value <= 0) return missing('absent', baseline ? 'no recent creatinine' : 'no baseline creatinine')
  const value = convertFamily(scope.mapping.units, 'creatinine', now.value, now.family, baseline.family)
  if (value === undefined) return missing('unit', 'creatinine and its baseline are in different units', [now.reference])
  const times = divide(value, baseline.value)
  return present(times, scope.phrases.say`${String(round(times, 2, 'half-up'))} × baseline`, { at: now.at, sources: [baseline.reference, now.reference] })
}

/** Weight and creatinine against their values before conditioning, transplantation or the first dose. */
export const vodBaseline: Derivation = {
  facts: {
    vodWeightBaseline: { title: 'Weight before fluid retention', type: 'number', unit: 'kg' },
    vodWeightGainPct: { title: 'Weight gain', type: 'number', unit: '%' },
    vodCreatinineBaseline: { title: 'Creatinine at transplantation', type: 'number' },
    vodCreatinineRatio: { title: 'Creatinine over its baseline', type: 'number' },
  },
  uses: ['vodConditioningDate', 'vodHctDate', 'firstGivenDate', 'firstDoseDate', 'lastGivenDate', 'lastDoseDate'],
  series: ['bodyWeight', 'creatinine'],
  compute(scope) {
    const days = numberSetting(scope.settings, 'vod_baseline_lookback_d')
    const weight = weightBaseline(scope, days)
    const creatinine = creatinineBaseline(scope, days)
    return {
      vodWeightBaseline: baselineFact(weight),
      vodWeightGainPct: gainFact(weight, current(valuesOf(scope, 'bodyWeight'), weight, scope), scope),
      vodCreatinineBaseline: baselineFact(creatinine),
      vodCreatinineRatio: ratioFact(creatinine, current(valuesOf(scope, 'creatinine'), creatinine, scope), scope),
    }
  },
}
