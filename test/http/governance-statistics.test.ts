import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { visible, visibleParts, wilson } from '../../src/http/governance/statistics.ts'

describe('an interval of a share', () => {
  // Reference values of Newcombe 1998, table I, method 3 (score without continuity correction).
  test.each([[81, 263, 0.2553, 0.3662], [15, 148, 0.0624, 0.1605], [0, 20, 0, 0.1611], [1, 29, 0.0061, 0.1718]])('%d of %d lies from %d to %d', (part, whole, low, high) => {
    const interval = wilson(part, whole)
    expect(interval?.low).toBeCloseTo(low, 4)
    expect(interval?.high).toBeCloseTo(high, 4)
  })
  test('is none for none of none', () => expect(wilson(0, 0)).toBeUndefined())
  test('holds the share, stays within 0 and 1, and narrows as the counts grow', () => fc.assert(fc.property(
    fc.nat(500).chain((part) => fc.tuple(fc.constant(part), fc.integer({ min: Math.max(1, part), max: 1000 }))),
    ([part, whole]) => {
      const { share = -1, low = -1, high = -1 } = wilson(part, whole) ?? {}
      const tenfold = wilson(part * 10, whole * 10)
      expect(low).toBeGreaterThanOrEqual(0)
      expect(high).toBeLessThanOrEqual(1)
      expect(low <= share && share <= high).toBe(true)
      expect((tenfold?.high ?? 2) - (tenfold?.low ?? 0)).toBeLessThan(high - low)
    })))
})

describe('small numbers', () => {
  const LIMIT = 5
  test.each([[0, 0], [1, undefined], [4, undefined], [5, 5]])('%d is shown as %s', (count, shown) => expect(visible(count, LIMIT)).toBe(shown))

  test('a single small part takes the smallest of the others with it', () => {
    expect(visibleParts([20, 3, 9], LIMIT)).toEqual([20, undefined, undefined])
    expect(visibleParts([20, 3, 2], LIMIT)).toEqual([20, undefined, undefined])
    expect(visibleParts([20, 3, 0], LIMIT)).toEqual([undefined, undefined, 0])
    expect(visibleParts([20, 30, 0], LIMIT)).toEqual([20, 30, 0])
  })
  test('no small part is shown, and none can be worked out from a sum that is shown', () => fc.assert(fc.property(
    fc.array(fc.nat(40), { minLength: 2, maxLength: 5 }), fc.integer({ min: 2, max: 10 }),
    (parts, limit) => {
      const shown = visibleParts(parts, limit)
      const hidden = parts.filter((_, i) => shown[i] === undefined)
      expect(parts.some((count, i) => count > 0 && count < limit && shown[i] !== undefined)).toBe(false)
      // One hidden part may be told by the sum, but then the sum itself is the small number and is hidden.
      if (hidden.length === 1) expect(visible(parts.reduce((sum, count) => sum + count, 0), limit)).toBeUndefined()
    })))
})
