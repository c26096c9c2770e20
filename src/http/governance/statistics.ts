/** A share with its 95 % interval, each from 0 to 1. */
export interface Share { readonly share: number; readonly low: number; readonly high: number }

/** Two-sided 95 % of the normal distribution. */
const Z = 1.959964

/**
 * Wilson's score interval for `part` of `whole` (Wilson 1927): unlike the textbook interval it stays within 0 and 1 and holds for small numbers.
 * undefined for none of none.
 */
export function wilson(part: number, whole: number): Share | undefined {
  if (whole === 0) return undefined
  const share = part / whole
  const z2 = Z * Z
  const centre = (share + z2 / (2 * whole)) / (1 + z2 / whole)
  const half = Z * Math.sqrt((share * (1 - share) + z2 / (4 * whole)) / whole) / (1 + z2 / whole)
  return { share, low: part === 0 ? 0 : Math.max(0, centre - half), high: part === whole ? 1 : Math.min(1, centre + half) }
}

/** A count that may be shown, or `undefined`: it is small, or would tell a small one. Zero tells of nobody. */
export type Visible = number | undefined

const isSmall = (count: number, limit: number): boolean => count > 0 && count < limit

/**
 * Parts of a sum with the small ones hidden. A single hidden part could be worked out from the sum and the others: then the smallest of
 * these is hidden as well.
 */
export function visibleParts(parts: readonly number[], limit: number): readonly Visible[] {
  const hidden = new Set(parts.flatMap((count, i) => (isSmall(count, limit) ? [i] : [])))
  if (hidden.size === 1) {
    const others = parts.flatMap((count, i) => (count > 0 && !hidden.has(i) ? [[count, i] as const] : []))
    const [, smallest] = others.sort(([a], [b]) => a - b)[0] ?? []
    if (smallest !== undefined) hidden.add(smallest)
  }
  return parts.map((count, i) => (hidden.has(i) ? undefined : count))
}

/** One count by itself. */
export const visible = (count: number, limit: number): Visible => (isSmall(count, limit) ? undefined : count)
