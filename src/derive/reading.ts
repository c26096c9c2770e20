import type { Moment } from '../language/calendar.ts'
import type { Bound } from '../language/check.ts'
import type { Fact } from '../facts/fact.ts'
import type { Scope } from '../facts/scope.ts'
import type { RecordRow } from '../facts/select.ts'

/** Typed readers of facts for derivations. Each is sound because content load fixed the fact's type. */
export const numberOf = (scope: Scope, name: string): number | undefined => {
  const fact = scope.fact(name)
  return fact.state === 'present' && typeof fact.value === 'number' ? fact.value : undefined
}

export const textValue = (scope: Scope, name: string): string | undefined => {
  const fact = scope.fact(name)
  return fact.state === 'present' && typeof fact.value === 'string' ? fact.value : undefined
}

export const flagOf = (scope: Scope, name: string): boolean | undefined => {
  const fact = scope.fact(name)
  return fact.state === 'present' && typeof fact.value === 'boolean' ? fact.value : undefined
}

export const momentOf = (scope: Scope, name: string): Moment | undefined => {
  const fact = scope.fact(name)
  return fact.state === 'present' ? fact.value as Moment : undefined // sound: asked only of facts declared as moment
}

export const rowsOf = (scope: Scope, name: string): readonly RecordRow[] => {
  const fact = scope.fact(name)
  return fact.state === 'present' ? fact.value as readonly RecordRow[] : [] // sound: asked only of facts declared as records
}

/** The number of a reading, or the limit of a bound ("<1" reads as 1): for texts and plausibility, never for verdicts. */
export const roughNumber = (value: number | Bound): number => (typeof value === 'number' ? value : value.limit)

/** References behind several facts, each once. */
export const sourcesOf = (...facts: readonly Fact[]): string[] => [...new Set(facts.flatMap(({ sources }) => sources))]
