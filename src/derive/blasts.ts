import { missing, present } from '../facts/fact.ts'
import { numberSetting } from '../facts/settings.ts'
import { divide, multiply } from '../language/decimal.ts'
import type { Derivation } from './derivation.ts'
import { numberOf } from './reading.ts'

const PERCENT = 100
/** One 10⁹/L is a thousand cells per mm³. */
const PER_MM3 = 1000

/**
 * Circulating blasts in cells/mm³: reported as a count, else white cells times their share. White cells at or below the limit
 * cannot hold more blasts than the limit, whatever the differential says.
 */
export const blasts: Derivation = {
  facts: {
    blasts: { title: 'Circulating blasts', type: 'number', unit: '/mm³' },
    blastsCannotExceed: { title: 'White cells are too few for blasts above the limit', type: 'boolean' },
  },
  uses: ['blastsAbsolute', 'blastsPct', 'wbc'],
  compute(scope) {
    const direct = scope.fact('blastsAbsolute')
    const wbc = scope.fact('wbc')
    const share = numberOf(scope, 'blastsPct')
    const cells = numberOf(scope, 'wbc')
    const limit = divide(numberSetting(scope.settings, 'blasts_limit_per_mm3'), PER_MM3)
    const cannot = cells === undefined ? missing('absent', 'no white cell count') : present(cells <= limit, cells <= limit ? 'yes' : 'no', { sources: wbc.sources })
    const value = direct.state === 'present' && typeof direct.value === 'number' ? multiply(direct.value, PER_MM3)
      : cells !== undefined && share !== undefined ? multiply(divide(multiply(cells, share), PERCENT), PER_MM3) : undefined
    if (value === undefined) return { blasts: missing('absent', 'no blast count, and no blast share with white cells'), blastsCannotExceed: cannot }
    const at = direct.state === 'present' ? direct.at : wbc.state === 'present' ? wbc.at : undefined
    const text = `${value.toLocaleString('en-US')}/mm³`
    return { blasts: present(value, text, { unit: '/mm³', sources: [...direct.sources, ...wbc.sources], ...(at ? { at } : {}) }), blastsCannotExceed: cannot }
  },
}
