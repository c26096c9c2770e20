import { Decimal } from 'decimal.js'

/**
 * Arithmetic as a person does it on paper. In binary floating point 2.1 / 1.4 is 1.5000000000000002, which would exceed a limit
 * of 1.5 that it exactly meets; so every result is computed in decimal and rounded to 12 significant digits, more than any
 * laboratory reports and few enough to absorb the noise of a division that does not end.
 */
const SIGNIFICANT_DIGITS = 12

const Exact = Decimal.clone({ precision: 40 })

/** A number that is written with 12 digits or fewer: the nearest to its own 12-digit text. Most are, and need no decimal arithmetic to stay as they are. */
const isSettled = (value: number): boolean => Number(value.toPrecision(SIGNIFICANT_DIGITS)) === value

/** Rounds to 12 significant digits: for numbers that come out of binary arithmetic elsewhere (the UCUM library). */
export const settle = (value: number): number =>
  (isSettled(value) || !Number.isFinite(value) ? value : new Exact(value).toSignificantDigits(SIGNIFICANT_DIGITS).toNumber())

const settled = (value: Decimal): number => value.toSignificantDigits(SIGNIFICANT_DIGITS).toNumber()

/** Far more than the relative error of a binary product or quotient of two numbers that are themselves rounded (about 3.4e-16). */
const BINARY_ERROR = 1e-15
/** Outside, binary numbers lose digits or overflow. */
const [SMALLEST, LARGEST] = [1e-290, 1e290]
const isSafe = (value: number): boolean => Math.abs(value) > SMALLEST && Math.abs(value) < LARGEST

/**
 * What a binary product or quotient is in 12 digits: known where the whole range in which the decimal one lies rounds to the same, which
 * is nearly always and ten times as fast. Undefined near a tie.
 */
function settledBinary(value: number): number | undefined {
  const low = (value * (1 - BINARY_ERROR)).toPrecision(SIGNIFICANT_DIGITS)
  return low === (value * (1 + BINARY_ERROR)).toPrecision(SIGNIFICANT_DIGITS) ? Number(low) : undefined
}

const fast = (a: number, b: number, result: number): number | undefined => (isSafe(a) && isSafe(b) && isSafe(result) ? settledBinary(result) : undefined)

/** a ÷ b. Division by zero gives ±Infinity, or NaN for 0 ÷ 0, as in JavaScript. */
export const divide = (a: number, b: number): number => fast(a, b, a / b) ?? settled(new Exact(a).div(b))

/** a × b. */
export const multiply = (a: number, b: number): number => (b === 1 ? settle(a) : fast(a, b, a * b) ?? settled(new Exact(a).mul(b)))

/** a + b. */
export const add = (a: number, b: number): number => settled(new Exact(a).add(b))

/** a − b. */
export const subtract = (a: number, b: number): number => settled(new Exact(a).sub(b))

/** How a tie is rounded: away from zero, or to the even neighbour. */
export type Rounding = 'half-up' | 'half-even'

const ROUNDING = { 'half-up': Decimal.ROUND_HALF_UP, 'half-even': Decimal.ROUND_HALF_EVEN } as const

/** Rounds to decimal places; the tie is judged on the decimal digits, so 1.005 to 2 places is 1.01 half-up. Not finite: unchanged. */
export const round = (value: number, places: number, rounding: Rounding): number =>
  Number.isFinite(value) ? new Exact(value).toDecimalPlaces(places, ROUNDING[rounding]).toNumber() : value

/** The change from one value to another in percent of the first: 80 to 84 is 5. From zero: ±Infinity or NaN. */
export const percentChange = (from: number, to: number): number => settled(new Exact(to).sub(from).div(from).mul(100))
