import { Decimal } from 'decimal.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { add, divide, multiply, percentChange, round, settle, subtract } from '../../src/language/decimal.ts'

describe('decimal arithmetic', () => {
  it('divides as on paper: 2.1 / 1.4 does not exceed 1.5', () => expect(divide(2.1, 1.4)).toBe(1.5))
  it('rounds a quotient that does not end to 12 significant digits', () => expect(divide(1, 3)).toBe(0.333333333333))
  it('multiplies, adds and subtracts without binary noise', () => {
    expect(multiply(1.1, 1.1)).toBe(1.21)
    expect(add(0.1, 0.2)).toBe(0.3)
    expect(subtract(0.3, 0.1)).toBe(0.2)
  })
  it('gives the change from 80 to 84 as exactly 5 percent', () => expect(percentChange(80, 84)).toBe(5))
  it('gives a loss as a negative change', () => expect(percentChange(84, 80)).toBe(-4.7619047619))
  it('does not pretend to know a change from zero', () => {
    expect(percentChange(0, 1)).toBe(Infinity)
    expect(percentChange(0, 0)).toBeNaN()
  })
  it.each([
    [1.005, 2, 'half-up', 1.01],
    [2.5, 0, 'half-up', 3],
    [2.5, 0, 'half-even', 2],
    [3.5, 0, 'half-even', 4],
    [-2.5, 0, 'half-up', -3],
    [2.4999, 0, 'half-up', 2],
    [2.5001, 0, 'half-even', 3],
  ] as const)('rounds %d to %d places %s as %d', (value, places, rounding, expected) => expect(round(value, places, rounding)).toBe(expected))
  it('rounds to 12 significant digits as decimal arithmetic does, whatever the number', () => {
    const written = fc.tuple(fc.bigInt({ min: -(10n ** 16n), max: 10n ** 16n }), fc.integer({ min: -30, max: 20 })).map(([digits, power]) => Number(`${String(digits)}e${String(power)}`))
    fc.assert(fc.property(fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), written), (value) => {
      expect(settle(value)).toBe(new Decimal(value).toSignificantDigits(12).toNumber())
      expect(multiply(value, 1)).toBe(settle(value))
    }), { numRuns: 5000 })
  })
  it('multiplies and divides to the digit as decimal arithmetic does, ties among them', () => {
    const Exact = Decimal.clone({ precision: 40 })
    const written = fc.tuple(fc.integer({ min: -100_000_005, max: 100_000_005 }), fc.integer({ min: -12, max: 6 })).map(([digits, power]) => Number(`${String(digits)}e${String(power)}`))
    const tie = fc.tuple(fc.integer({ min: 10 ** 11, max: 10 ** 12 - 1 }), fc.integer({ min: -20, max: 3 })).map(([digits, power]) => Number(`${String(digits)}5e${String(power)}`))
    const number = fc.oneof(fc.double(), written, tie, fc.constantFrom(0, 1, 2, 0.5, 10, 1e-300, 1e300))
    fc.assert(fc.property(number, number, (a, b) => {
      expect(multiply(a, b)).toBe(new Exact(a).mul(b).toSignificantDigits(12).toNumber())
      expect(divide(a, b)).toBe(new Exact(a).div(b).toSignificantDigits(12).toNumber())
    }), { numRuns: 5000 })
  })
  it('leaves what is not finite as it is', () => {
    expect(round(Infinity, 1, 'half-up')).toBe(Infinity)
    expect(settle(Number.NaN)).toBeNaN()
  })
  it('undoes a multiplication of laboratory numbers by dividing', () => {
    const reported = fc.integer({ min: 1, max: 999_999 }).map((n) => n / 100)
    fc.assert(fc.property(reported, reported, (a, b) => {
      expect(divide(multiply(a, b), b)).toBe(a)
    }))
  })
})
