import { type Fact, missing, present } from '../facts/fact.ts'
import type { ScopeInternals } from '../facts/scope.ts'
import { byUnitSetting } from '../facts/settings.ts'
import { isMeasured, type Measured } from '../facts/view.ts'
import { add, multiply, round, subtract } from '../language/decimal.ts'
import type { Derivation } from './derivation.ts'
import { flagOf } from './reading.ts'

const GRAMS_PER_LITRE: Readonly<Record<string, number>> = { 'g/L': 1, 'g/dL': 10 }

/** Calcium corrected for albumin, in the unit it was reported in; without albumin the reported value, which is never higher when albumin is low. */
function correctedCalcium(scope: ScopeInternals): Fact {
  const calcium = scope.fact('calcium')
  const albumin = scope.fact('albumin')
  if (!isMeasured(calcium) || typeof calcium.value !== 'number') return calcium
  if (!isMeasured(albumin) || typeof albumin.value !== 'number') return calcium
  const perUnit = byUnitSetting(scope.settings, 'calcium_correction')[calcium.family]
  const unit = calcium.family === 'mg/dL' ? 'g/dL' : 'g/L'
  const normal = byUnitSetting(scope.settings, 'albumin_normal')[unit]
  const scale = GRAMS_PER_LITRE[albumin.family]
  const wanted = GRAMS_PER_LITRE[unit]
  if (perUnit === undefined || normal === undefined || scale === undefined || wanted === undefined) return calcium
  const albuminInUnit = (albumin.value * scale) / wanted
  const value = round(add(calcium.value, multiply(perUnit, subtract(normal, albuminInUnit))), 2, 'half-up')
  const corrected: Measured = { ...calcium, value, text: `${String(value)} ${calcium.family} (corrected for albumin)`, sources: [...calcium.sources, ...albumin.sources] }
  return corrected
}

const isLow = (fact: Fact): boolean => isMeasured(fact) && typeof fact.value === 'number' && fact.lln !== undefined && fact.value < fact.lln

function isCriticallyLow(fact: Fact, limits: Readonly<Record<string, number>>): boolean {
  const limit = isMeasured(fact) ? limits[fact.family] : undefined
  return isMeasured(fact) && typeof fact.value === 'number' && limit !== undefined && fact.value < limit
}

/** Potassium, magnesium and corrected calcium against their own lower limits and the limits that hold a dose. */
export const electrolytes: Derivation = {
  facts: {
    calciumCorrected: { title: 'Calcium, corrected for albumin', type: 'number' },
    electrolytesLow: { title: 'Electrolytes below their lower limit', type: 'list' },
    electrolytesCritical: { title: 'Electrolytes low enough to hold a dose', type: 'list' },
  },
  uses: ['potassium', 'magnesium', 'calcium', 'albumin', 'potassiumCritical', 'magnesiumCritical'],
  compute(scope) {
    const calcium = correctedCalcium(scope)
    const named: readonly (readonly [string, Fact])[] = [['potassium', scope.fact('potassium')], ['magnesium', scope.fact('magnesium')], ['calcium', calcium]]
    const say = ([name, fact]: readonly [string, Fact]): string => (fact.state === 'present' ? `${name} ${fact.text}` : name)
    const low = named.filter(([, fact]) => isLow(fact)).map(say)
    const isCritical: Readonly<Record<string, boolean>> = {
      potassium: flagOf(scope, 'potassiumCritical') === true, magnesium: flagOf(scope, 'magnesiumCritical') === true,
      calcium: isCriticallyLow(calcium, byUnitSetting(scope.settings, 'calcium_critical')),
    }
    const critical = named.filter(([name]) => isCritical[name]).map(say)
    const known = named.some(([, fact]) => fact.state === 'present')
    const list = (items: readonly string[]): Fact => (known ? present(items, items.join(', ')) : missing('absent', 'no electrolytes on file'))
    return { calciumCorrected: calcium, electrolytesLow: list([...new Set([...low, ...critical])]), electrolytesCritical: list(critical) }
  },
}
