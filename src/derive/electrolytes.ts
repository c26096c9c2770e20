import { type Fact, missing, present } from '../facts/fact.ts'
import type { ScopeInternals } from '../facts/scope.ts'
import { byUnitSetting } from '../facts/settings.ts'
import { isMeasured, type Measured } from '../facts/view.ts'
import { add, divide, multiply, round, subtract } from '../language/decimal.ts'
import { factBeyond, factBeyondByUnit, latestOf } from './compare.ts'
import type { Derivation } from './derivation.ts'

const GRAMS_PER_LITRE: Readonly<Record<string, number>> = { 'g/L': 1, 'g/dL': 10 }
/** The unit of albumin in which the correction of each unit of calcium is declared. */
const ALBUMIN_UNIT: Readonly<Record<string, string>> = { 'mg/dL': 'g/dL', 'mmol/L': 'g/L' }

interface Amount { readonly value: number; readonly family: string }

/** Calcium corrected for albumin, in its own unit; undefined where no correction is declared for the units. */
export function correctedFor(calcium: Amount, albumin: Amount, { settings }: ScopeInternals): number | undefined {
  const unit = ALBUMIN_UNIT[calcium.family] ?? ''
  const perUnit = byUnitSetting(settings, 'calcium_correction')[calcium.family]
  const normal = byUnitSetting(settings, 'albumin_normal')[unit]
  const [scale, wanted] = [GRAMS_PER_LITRE[albumin.family], GRAMS_PER_LITRE[unit]]
  if (perUnit === undefined || normal === undefined || scale === undefined || wanted === undefined) return undefined
  const albuminInUnit = divide(multiply(albumin.value, scale), wanted)
  return round(add(calcium.value, multiply(perUnit, subtract(normal, albuminInUnit))), 2, 'half-up')
}

/** As the laboratory corrected it, else corrected here, else as reported: without albumin nothing is known of a correction. */
function correctedCalcium(scope: ScopeInternals): Fact {
  const calcium = latestOf('calcium', 'holding', scope)
  const reported = latestOf('calciumReportedCorrected', 'holding', scope)
  if (isMeasured(reported) && (reported.at?.at ?? 0) >= (calcium.state === 'present' ? (calcium.at?.at ?? 0) : 0)) return reported
  const albumin = latestOf('albumin', 'holding', scope)
  if (!isMeasured(calcium) || typeof calcium.value !== 'number' || !isMeasured(albumin) || typeof albumin.value !== 'number') return calcium
  const value = correctedFor({ value: calcium.value, family: calcium.family }, { value: albumin.value, family: albumin.family }, scope)
  if (value === undefined) return calcium
  const corrected: Measured = { ...calcium, value, text: scope.phrases.say`${String(value)} ${calcium.family} (corrected for albumin)`, sources: [...calcium.sources, ...albumin.sources] }
  return corrected
}

const isLow = (fact: Fact): boolean => isMeasured(fact) && fact.lln !== undefined && factBeyond(fact, '<', fact.lln) === true

/** The names in cards, and the settings with the limits that hold a dose. */
const LIMITS: readonly (readonly [string, string])[] = [['potassium', 'potassium_critical_mmol_l'], ['magnesium', 'magnesium_critical'], ['calcium', 'calcium_critical']]

/**
 * Potassium, magnesium and corrected calcium against their own lower limits and the limits that hold a dose. The newest value of the
 * last days counts also where it is too old to clear the dose: a low value stays low until somebody measures again.
 */
export const electrolytes: Derivation = {
  facts: {
    calciumCorrected: { title: 'Calcium, corrected for albumin', type: 'number' },
    electrolytesLow: { title: 'Electrolytes below their lower limit', type: 'list' },
    electrolytesCritical: { title: 'Electrolytes low enough to hold a dose', type: 'list' },
  },
  uses: ['planned'],
  series: ['potassium', 'magnesium', 'calcium', 'calciumReportedCorrected', 'albumin'],
  compute(scope) {
    const calcium = correctedCalcium(scope)
    const values: Readonly<Record<string, Fact>> = { potassium: latestOf('potassium', 'holding', scope), magnesium: latestOf('magnesium', 'holding', scope), calcium }
    const named = LIMITS.map(([name, setting]) => ({ name, fact: values[name] ?? missing('absent', 'not declared'), limits: byUnitSetting(scope.settings, setting) }))
    const critical = named.filter(({ fact, limits }) => factBeyondByUnit(fact, '<', limits) === true)
    const low = named.filter((one) => critical.includes(one) || isLow(one.fact))
    const isKnown = named.some(({ fact }) => fact.state === 'present')
    const list = (some: typeof named): Fact => {
      if (!isKnown) return missing('absent', 'no electrolytes on file')
      const items = some.map(({ name, fact }) => (fact.state === 'present' ? `${name} ${fact.text}` : name))
      return present(items, items.join(', '), { sources: some.flatMap(({ fact }) => fact.sources) })
    }
    return { calciumCorrected: calcium, electrolytesLow: list(low), electrolytesCritical: list(critical) }
  },
}
