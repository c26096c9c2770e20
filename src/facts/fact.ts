import type { Moment } from '../language/calendar.ts'
import type { CheckValue } from '../language/check.ts'

/**
 * Why a fact has no value. `unavailable` is the only one that is the EHR's failure: the source could not be read.
 * `absent`: the record was read and holds nothing in the window. `stale`: only older values exist. `unit` and `uln`: a value
 * exists but cannot be compared. `pending`: only preliminary results. `ambiguous`: several readings. `not-applicable`: the
 * question does not arise (no previous cycle, say).
 */
export type MissingReason = 'absent' | 'stale' | 'unit' | 'uln' | 'pending' | 'unavailable' | 'ambiguous' | 'not-applicable'

/** Where a value comes from, shown to the clinician. */
export type Origin = 'record' | 'order' | 'assertion' | 'derived'

export interface Present<V = unknown> {
  readonly state: 'present'
  /** What checks compare: see CheckValue. Facts of type `records` carry lists that only derivations read. */
  readonly value: V
  /** As reported, for people: "0.8 ×10⁹/L". Not escaped. */
  readonly text: string
  readonly unit?: string
  readonly at?: Moment
  readonly sources: readonly string[]
  readonly origin: Origin
}

export interface Missing {
  readonly state: 'missing'
  readonly why: MissingReason
  /** One clause for people: "no result in 72 h", "unit not readable". */
  readonly detail: string
  /** The newest evidence that could not be used, if any. */
  readonly sources: readonly string[]
}

export type Fact<V = unknown> = Present<V> | Missing

/** Facts usable in checks. */
export type CheckFact = Fact<CheckValue>

export const missing = (why: MissingReason, detail: string, sources: readonly string[] = []): Missing => ({ state: 'missing', why, detail, sources })

export const present = <V>(value: V, text: string, rest: Partial<Omit<Present, 'state' | 'value' | 'text'>> = {}): Present<V> => ({
  state: 'present', value, text, sources: [], origin: 'derived', ...rest,
})

/** The value of a present fact, else undefined. */
export const valueOf = <V>(fact: Fact<V>): V | undefined => (fact.state === 'present' ? fact.value : undefined)
