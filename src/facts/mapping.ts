import type { AssertionsFile, Answer, Drugs, FalseList, MappedFact, Measurement, MissingList, Path, Presence, Records, StatusFile, Threshold, Window } from '../content/schema/facts.ts'
import type { ValueType } from '../language/check.ts'
import type { UnitTable } from '../language/units.ts'
import type { ConceptMatcher } from './concepts.ts'

/** What a fact's value is. `moment` and `records` are for derivations and texts; checks may use the other four. */
export type FactType = ValueType | 'moment' | 'records'

/** Reads values of one resource: a compiled FHIRPath expression. */
export interface PathReader {
  read(resource: object): readonly unknown[]
}

/** A declared fact: what it is called, what it yields and where it comes from. */
export interface FactDeclaration {
  readonly name: string
  readonly title: string
  readonly type: FactType
  readonly unit?: string
  readonly kind: MappedFact['kind'] | 'derived' | 'asserted' | 'ratio'
  /** The mapping entry that yields it (a measurement yields one fact per view and limit). */
  readonly from: string
}

export type Compiled<T> = T & { readonly id: string; readonly paths: Readonly<Record<string, PathReader>> }

/** fhir-mappings/, linked and compiled. */
export interface Mapping {
  readonly declarations: ReadonlyMap<string, FactDeclaration>
  readonly measurements: ReadonlyMap<string, Compiled<Measurement>>
  readonly thresholds: ReadonlyMap<string, Compiled<Threshold>>
  readonly presences: ReadonlyMap<string, Compiled<Presence>>
  readonly answers: ReadonlyMap<string, Compiled<Answer>>
  readonly records: ReadonlyMap<string, Compiled<Records>>
  readonly drugs: ReadonlyMap<string, Compiled<Drugs>>
  readonly paths: ReadonlyMap<string, Compiled<Path>>
  readonly missingLists: ReadonlyMap<string, Compiled<MissingList>>
  readonly falseLists: ReadonlyMap<string, Compiled<FalseList>>
  readonly windows: ReadonlyMap<string, Window>
  readonly statuses: StatusFile
  readonly assertions: AssertionsFile
  readonly units: UnitTable
  readonly matcher: ConceptMatcher
}
