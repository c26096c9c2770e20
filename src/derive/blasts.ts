import { type Fact, missing, present } from '../facts/fact.ts'
import type { ScopeInternals } from '../facts/scope.ts'
import { numberSetting } from '../facts/settings.ts'
import type { Bound } from '../language/check.ts'
import { divide, multiply } from '../language/decimal.ts'
import { grouped } from '../language/digits.ts'
import { factBeyond } from './compare.ts'
import type { Derivation } from './derivation.ts'

export const PERCENT = 100
/** One 10⁹/L is a thousand cells per mm³. */
export const PER_MM3 = 1000

type Value = number | Bound

const scaled = (value: Value, factor: number): Value => (typeof value === 'number' ? multiply(value, factor) : { ...value, limit: multiply(value.limit, factor) })
const valueOf = (fact: Fact): Value | undefined => (fact.state === 'present' ? fact.value as Value : undefined) // sound: counts and shares are measured facts

/** White cells times share; a bound on one of the two stays a bound. */
function product(cells: Value | undefined, share: Value | undefined): Value | undefined {
  if (cells === undefined || share === undefined) return undefined
  if (typeof share === 'number') return scaled(cells, divide(share, PERCENT))
  return typeof cells === 'number' ? scaled(share, divide(cells, PERCENT)) : undefined
}

const words = (value: Value): string => {
  const number = (each: number): string => `${grouped(each)}/mm³`
  return typeof value === 'number' ? number(value) : `${value.bound === 'below' ? '<' : '>'}${number(value.limit)}`
}

/** In cells/mm³: the newer of the reported count and of white cells times their share; of one time the reported count. */
function countFact(scope: ScopeInternals): Fact {
  const [direct, share, wbc] = [scope.fact('blastsAbsolute'), scope.fact('blastsPct'), scope.fact('wbc')]
  const counted = valueOf(direct)
  const computed = product(valueOf(wbc), valueOf(share))
  const computedAt = share.state === 'present' ? share.at : undefined
  const directAt = direct.state === 'present' ? direct.at : undefined
  const isNewer = computed !== undefined && (counted === undefined || (computedAt?.at ?? 0) > (directAt?.at ?? 0))
  const value = isNewer ? computed : counted
  if (value === undefined) return missing('absent', 'no blast count, and no blast share with white cells')
  const inMm3 = scaled(value, PER_MM3)
  const at = isNewer ? computedAt : directAt
  return present(inMm3, words(inMm3), { unit: '/mm³', sources: isNewer ? [...share.sources, ...wbc.sources] : direct.sources, ...(at ? { at } : {}) })
}

/** Circulating blasts. White cells at or below the limit cannot hold more blasts than the limit, whatever the differential says. */
export const blasts: Derivation = {
  facts: {
    blasts: { title: 'Circulating blasts', type: 'number', unit: '/mm³' },
    blastsCannotExceed: { title: 'White cells are too few for blasts above the limit', type: 'boolean' },
  },
  uses: ['blastsAbsolute', 'blastsPct', 'wbc'],
  compute(scope) {
    const wbc = scope.fact('wbc')
    const tooFew = factBeyond(wbc, '<=', divide(numberSetting(scope.settings, 'blasts_limit_per_mm3'), PER_MM3))
    return {
      blasts: countFact(scope),
      blastsCannotExceed: tooFew === undefined ? missing('absent', 'no white cell count') : present(tooFew, tooFew ? 'yes' : 'no', { sources: wbc.sources }),
    }
  },
}
