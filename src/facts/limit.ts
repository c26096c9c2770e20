const COMPARE: Readonly<Record<string, (value: number, limit: number) => boolean>> = {
  '<': (value, limit) => value < limit, '<=': (value, limit) => value <= limit, '>': (value, limit) => value > limit, '>=': (value, limit) => value >= limit,
}

/** `<1` is below every limit of 1 or more; against smaller limits nothing can be said. */
export function compareWithLimit(value: number | { bound: 'below' | 'above'; limit: number }, test: string, limit: number): boolean | undefined {
  const compare = COMPARE[test]
  if (!compare) throw new TypeError(`comparison ${test} is not known`)
  if (typeof value === 'number') return compare(value, limit)
  const isLess = test.startsWith('<')
  if (value.bound === 'below') return limit >= value.limit ? isLess : undefined
  return limit <= value.limit ? !isLess : undefined
}
