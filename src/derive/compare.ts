import { compareWithLimit } from '../facts/limit.ts'
import type { ScopeInternals } from '../facts/scope.ts'
import type { Fact } from '../facts/fact.ts'
import { windowNamed } from '../facts/select.ts'
import type { Sample } from '../facts/series.ts'
import { isMeasured, ratioOf, viewOf } from '../facts/view.ts'
import { intervalsOf } from '../facts/windows.ts'
import { divide } from '../language/decimal.ts'
import type { Bound, Ternary } from '../language/check.ts'

export type Limit = '<' | '<=' | '>' | '>='

/** Is a value beyond a limit? undefined where it is only known as a bound that leaves it open. */
export const beyond = (value: number | Bound, test: Limit, limit: number): Ternary => compareWithLimit(value, test, limit)

/** Is a fact beyond a limit? undefined where it is missing or only a bound. */
export function factBeyond(fact: Fact, test: Limit, limit: number): Ternary {
  return fact.state === 'present' ? beyond(fact.value as number | Bound, test, limit) : undefined // sound: asked only of numeric facts
}

/** Is a measured fact beyond the limit declared for its own unit family? undefined where no limit is declared in it. */
export function factBeyondByUnit(fact: Fact, test: Limit, limits: Readonly<Record<string, number>>): Ternary {
  const limit = isMeasured(fact) ? limits[fact.family] : undefined
  return isMeasured(fact) && limit !== undefined ? beyond(fact.value, test, limit) : undefined
}

/** The newest value of a measurement in a window of fhir-mappings/windows.yaml, as a view would give it. */
export function latestOf(measurement: string, window: string, scope: ScopeInternals): Fact {
  const definition = scope.mapping.measurements.get(measurement)
  if (!definition) throw new TypeError(`measurement ${measurement} is not declared`)
  const declared = windowNamed(window, scope)
  return viewOf(definition, declared, intervalsOf(declared, scope), scope.samples(measurement), scope)
}

/** Is a measured fact beyond a multiple of its own upper limit of normal? */
export const factBeyondUln = (fact: Fact, test: Limit, times: number): Ternary => factBeyond(ratioOf(fact, 'uln'), test, times)

/** A reading as a multiple of its own upper limit; undefined without one. */
export function timesUln({ reading, uln }: Sample): number | Bound | undefined {
  if (!reading || uln === undefined || uln <= 0) return undefined
  return typeof reading.value === 'number' ? divide(reading.value, uln) : { ...reading.value, limit: divide(reading.value.limit, uln) }
}

/** Is a sample beyond the limit declared for its unit family? */
export function sampleBeyond({ reading }: Sample, test: Limit, limits: Readonly<Record<string, number>>): Ternary {
  const limit = reading && limits[reading.family]
  return reading && limit !== undefined ? beyond(reading.value, test, limit) : undefined
}

/** true when any is, false when all surely are not, undefined otherwise. */
export const anyOf = (...values: readonly Ternary[]): Ternary => (values.includes(true) ? true : values.includes(undefined) ? undefined : false)
/** false when any is not, true when all surely are, undefined otherwise. */
export const allOf = (...values: readonly Ternary[]): Ternary => (values.includes(false) ? false : values.includes(undefined) ? undefined : true)
