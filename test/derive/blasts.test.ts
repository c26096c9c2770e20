import { describe, expect, it, test } from 'vitest'
import type { ShortResource } from '../../src/content/example-resources.ts'
import { scopeOf, valueIn } from './scope.ts'

const read = (name: string, resources: readonly ShortResource[]): unknown => valueIn(scopeOf({ resources }), name)
const wbc = (value: number, more: ShortResource = {}): ShortResource => ({ loinc: '6690-2', value, unit: '10*9/L', at: '-1d', ...more })
const share = (value: number, at = '-1d'): ShortResource => ({ loinc: '26446-5', value, unit: '%', at })
const counted = (value: number, more: ShortResource = {}): ShortResource => ({ loinc: '30376-8', value, unit: '/uL', at: '-1d', ...more })

describe('circulating blasts', () => {
  it('are white cells times their share', () => expect(read('blasts', [wbc(12.6), share(80)])).toBe(10_080))
  it('are as counted where they were counted', () => expect(read('blasts', [counted(15_000), wbc(12.6), share(80)])).toBe(15_000))
  it('are the newer of both', () => expect(read('blasts', [counted(4000, { at: '-2d' }), wbc(30), share(80)])).toBe(24_000))
  it('may be known as a bound', () => expect(read('blasts', [counted(20_000, { comparator: '>' })])).toEqual({ bound: 'above', limit: 20_000 }))
  it('are not known from white cells alone', () => expect(read('blasts', [wbc(12.6)])).toBe('missing: absent'))
})

describe('white cells', () => {
  test.each([[10, true], [10.1, false]])('of %s', (value, expected) => expect(read('blastsCannotExceed', [wbc(value)])).toBe(expected))
  it('known to be below one are few', () => expect(read('blastsCannotExceed', [wbc(1, { comparator: '<' })])).toBe(true))
  it('that were not counted settle nothing', () => expect(read('blastsCannotExceed', [])).toBe('missing: absent'))
})
