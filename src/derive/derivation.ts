import type { Fact } from '../facts/fact.ts'
import type { FactType } from '../facts/mapping.ts'
import type { ScopeInternals } from '../facts/scope.ts'

export interface DerivedFact {
  readonly title: string
  readonly type: FactType
  readonly unit?: string
}

/**
 * A computation that turns facts into facts. It never decides what a clinician hears; rules do.
 * `uses` names every fact it may read: content load checks them and refuses cycles.
 */
export interface Derivation {
  readonly facts: Readonly<Record<string, DerivedFact>>
  readonly uses: readonly string[]
  /** Measurements whose whole series it reads. */
  readonly series?: readonly string[]
  compute(scope: ScopeInternals): Readonly<Record<string, Fact>>
}
