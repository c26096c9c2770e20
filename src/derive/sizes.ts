import type { ScopeInternals } from '../facts/scope.ts'
import type { Sample } from '../facts/series.ts'
import { numberSetting, textSetting } from '../facts/settings.ts'
import type { Moment } from '../language/calendar.ts'
import { round } from '../language/decimal.ts'

/** Body surface area in m² from centimetres and kilograms, by the published formulas. */
const FORMULAS: Readonly<Record<string, (heightCm: number, weightKg: number) => number>> = {
  mosteller: (heightCm, weightKg) => Math.sqrt((heightCm * weightKg) / 3600),
  dubois: (heightCm, weightKg) => 0.007184 * weightKg ** 0.425 * heightCm ** 0.725,
}

/** Body surface area in m², to six decimals. Throws TypeError for a formula that does not exist. */
export function surfaceArea(formula: string, heightCm: number, weightKg: number): number {
  const compute = FORMULAS[formula]
  if (!compute) throw new TypeError(`no body surface formula ${formula}`)
  return round(compute(heightCm, weightKg), 6, 'half-up')
}

/** A weight (kg) or height (cm) and the result it came from. */
export interface Size { readonly value: number; readonly sample: Sample }

/** Readable final results of a size, newest first. */
export const sizesOf = (scope: ScopeInternals, measurement: 'bodyWeight' | 'bodyHeight'): readonly Size[] =>
  scope.samples(measurement).flatMap((sample) => (sample.final && typeof sample.reading?.value === 'number' ? [{ value: sample.reading.value, sample }] : []))

/**
 * One weight doses a whole cycle: the newest on or before its Day 1, as long as it was current then. Otherwise the newest there is.
 */
export function weightForCycle(day1: Moment | undefined, scope: ScopeInternals): Size | undefined {
  const weights = sizesOf(scope, 'bodyWeight')
  const atDay1 = weights.find(({ sample }) => day1 !== undefined && sample.at.day <= day1.day)
  const isCurrent = atDay1 && day1 && day1.day - atDay1.sample.at.day <= numberSetting(scope.settings, 'weight_lookback_day8_15_d')
  return isCurrent ? atDay1 : weights[0]
}

/** Body surface area as used for dosing, m²: the site's formula and, where it has one, its cap. */
export function dosingArea(heightCm: number, weightKg: number, { settings }: ScopeInternals): number {
  const area = surfaceArea(textSetting(settings, 'bsa_formula'), heightCm, weightKg)
  const cap = numberSetting(settings, 'bsa_cap_m2')
  return cap > 0 ? Math.min(area, cap) : area
}

/** The area with which the doses of a cycle that began on `day1` were calculated; undefined without height or weight. */
export function areaForCycle(day1: Moment, scope: ScopeInternals): number | undefined {
  const heights = sizesOf(scope, 'bodyHeight')
  const height = heights.find(({ sample }) => sample.at.day <= day1.day) ?? heights.at(-1)
  const weight = weightForCycle(day1, scope)
  return height && weight ? dosingArea(height.value, weight.value, scope) : undefined
}
