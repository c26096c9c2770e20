import { type Fact, missing, present } from '../facts/fact.ts'
import type { ScopeInternals } from '../facts/scope.ts'
import type { Sample } from '../facts/series.ts'
import { numberSetting, textSetting } from '../facts/settings.ts'
import { percentChange, round } from '../language/decimal.ts'
import type { Derivation } from './derivation.ts'
import { momentOf, numberOf } from './reading.ts'

/** Body surface area in m² from centimetres and kilograms, by the published formulas. */
const FORMULAS: Readonly<Record<string, (heightCm: number, weightKg: number) => number>> = {
  mosteller: (heightCm, weightKg) => Math.sqrt((heightCm * weightKg) / 3600),
  dubois: (heightCm, weightKg) => 0.007184 * weightKg ** 0.425 * heightCm ** 0.725,
}

export function surfaceArea(formula: string, heightCm: number, weightKg: number): number {
  const compute = FORMULAS[formula]
  if (!compute) throw new TypeError(`no body surface formula ${formula}`)
  return round(compute(heightCm, weightKg), 6, 'half-up')
}

interface Size { readonly value: number; readonly sample: Sample }

const sizes = (scope: ScopeInternals, measurement: string): readonly Size[] =>
  scope.samples(measurement).flatMap((sample) => (sample.final && typeof sample.reading?.value === 'number' ? [{ value: sample.reading.value, sample }] : []))

/** One weight doses a whole cycle: the newest on or before its Day 1; before that, the newest there is. */
function dosingWeight(scope: ScopeInternals): Size | undefined {
  const weights = sizes(scope, 'bodyWeight')
  const day1 = momentOf(scope, 'cycleDay1Date')
  return weights.find(({ sample }) => day1 !== undefined && sample.at.day <= day1.day) ?? weights[0]
}

const measuredFact = (size: Size | undefined, unit: string): Fact =>
  size ? present(size.value, `${String(size.value)} ${unit}`, { origin: 'record', at: size.sample.at, unit, sources: [size.sample.reference] }) : missing('absent', 'no value on file')

function ageOf(scope: ScopeInternals): number | undefined {
  const birth = momentOf(scope, 'birthDate')
  if (!birth) return undefined
  const [bornYear = 0, bornRest = ''] = splitDate(scope.calendar.iso(birth))
  const [year = 0, rest = ''] = splitDate(scope.calendar.iso(scope.focus.planned))
  return year - bornYear - (rest < bornRest ? 1 : 0)
}

const splitDate = (iso: string): readonly [number, string] => [Number(iso.slice(0, 4)), iso.slice(5)]

/** How old a size may be: tighter for a child, who grows, and for weight on Day 1. */
function isStale(size: Size | undefined, limitDays: number, scope: ScopeInternals): boolean {
  return size === undefined || scope.focus.planned.day - size.sample.at.day > limitDays
}

function staleSizes(scope: ScopeInternals, age: number | undefined): string[] {
  const { settings } = scope
  const [weight] = sizes(scope, 'bodyWeight')
  const [height] = sizes(scope, 'bodyHeight')
  const isDay1 = numberOf(scope, 'slot') === 1
  const weightLimit = numberSetting(settings, isDay1 ? 'weight_lookback_day1_d' : 'weight_lookback_day8_15_d')
  const isChild = age !== undefined && age < numberSetting(settings, 'adult_age_y')
  const heightLimit = numberSetting(settings, isChild ? 'height_lookback_child_d' : 'height_lookback_adult_d')
  const say = (name: string, size: Size | undefined): string => `${name} ${size ? `of ${scope.calendar.iso(size.sample.at)}` : 'missing'}`
  return [...(isStale(weight, weightLimit, scope) ? [say('weight', weight)] : []), ...(isStale(height, heightLimit, scope) ? [say('height', height)] : [])]
}

/** A child's area and an adult's have different believable ranges; a value outside is asked about, not used. */
function areaFact(height: Size | undefined, weight: Size | undefined, scope: ScopeInternals): Fact {
  if (!height || !weight) return missing('absent', height ? 'no weight on file' : 'no height on file')
  const area = surfaceArea(textSetting(scope.settings, 'bsa_formula'), height.value, weight.value)
  const sources = [height.sample.reference, weight.sample.reference]
  const isBelievable = area >= numberSetting(scope.settings, 'bsa_plausible_min_m2') && area <= numberSetting(scope.settings, 'bsa_plausible_max_m2')
  return isBelievable ? present(area, `${round(area, 2, 'half-up').toFixed(2)} m²`, { unit: 'm²', at: weight.sample.at, sources }) : missing('ambiguous', 'height or weight is not believable', sources)
}

/** Age, the sizes used for dosing, body surface area, and what of it is too old. */
export const body: Derivation = {
  facts: {
    age: { title: 'Age in completed years on the planned date', type: 'number', unit: 'y' },
    dosingWeight: { title: 'Weight used for this cycle', type: 'number', unit: 'kg' },
    currentWeight: { title: 'Newest weight', type: 'number', unit: 'kg' },
    dosingHeight: { title: 'Height', type: 'number', unit: 'cm' },
    bsa: { title: 'Body surface area', type: 'number', unit: 'm²' },
    staleSizes: { title: 'Weight or height that is missing or too old', type: 'list' },
    weightChangePct: { title: 'Change of weight since the weight used for dosing', type: 'number', unit: '%' },
  },
  uses: ['birthDate', 'slot', 'cycleDay1Date', 'planned'],
  compute(scope) {
    const age = ageOf(scope)
    const [current] = sizes(scope, 'bodyWeight')
    const [height] = sizes(scope, 'bodyHeight')
    const weight = dosingWeight(scope)
    const stale = staleSizes(scope, age)
    const change = weight && current ? percentChange(weight.value, current.value) : undefined
    return {
      age: age === undefined ? missing('absent', 'no birth date') : present(age, String(age)),
      dosingWeight: measuredFact(weight, 'kg'), currentWeight: measuredFact(current, 'kg'), dosingHeight: measuredFact(height, 'cm'),
      bsa: areaFact(height, weight, scope),
      staleSizes: present(stale, stale.join(', ')),
      weightChangePct: change === undefined ? missing('absent', 'no weight on file') : present(change, `${round(change, 1, 'half-up').toString()} %`),
    }
  },
}
