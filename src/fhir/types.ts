import type { Resource } from 'fhir/r4.js'
import type { Reason } from './reasons.ts'

/** A source of the record (`fhir-mappings/sources.yaml`), ready for use: how to ask for it and how to recognise it. */
export interface SourcePlan {
  /** The prefetch key of discovery. */
  readonly key: string
  /** For clinicians: "laboratory results". */
  readonly title: string
  readonly types: readonly string[]
  /** Query template in the token grammar of CDS Hooks 2.0; its only token is `{{context.patientId}}`. */
  readonly prefetch: string
  /** The same question in queries of a length that every server takes, sent by us. */
  readonly queries: readonly string[]
  /** Further templates, sent by us alone. */
  readonly also: readonly string[]
  /** Read `also` where access was given even when the client sent the key: its template can ask for one resource type only. */
  readonly complements: boolean
  /** Is a failure to read it worth a warning of its own? */
  readonly safety: boolean
  readonly categories: readonly string[]
  /** Does this resource belong to the source, whatever key it came under? */
  claims(resource: Resource): boolean
}

/** A source that could not be read, wholly or in part, says why: by name, and in words for clinicians: "no answer in time". */
export type SourceState = { readonly state: 'read' } | { readonly state: 'partial' | 'unavailable'; readonly reason: Reason; readonly why: string }

/** What was odd about the record, for the log: counts only. */
export interface Irregularities {
  /** Resources of another patient. They are never used. */
  readonly discarded: number
  /** Prefetch values wrapped as a Bundle entry. */
  readonly wrapped: number
  /** Prefetch values that are no FHIR, or not what their key asks for. */
  readonly unreadable: number
}

/** The patient's record, as far as it could be had. Every source has a state. */
export interface PatientRecord {
  /** Of this patient alone, each once. */
  readonly resources: readonly Resource[]
  readonly sources: ReadonlyMap<string, SourceState>
  /** Keys of the sources for which the FHIR server was asked. */
  readonly fetched: readonly string[]
  readonly irregularities: Irregularities
}

/** Leave to read the client's FHIR server during one hook call (CDS Hooks, FHIR Resource Access). The token lives in memory only. */
export interface FhirAccess {
  /** Without trailing slash. */
  readonly base: string
  readonly token: string
  /** Epoch ms. */
  readonly expiresAt: number
}

/**
 * Why the FHIR server gave nothing. `rejected`: it refuses such a query; `elsewhere`: the address is not below its base; `unavailable`: its
 * gateway says that it is down; `untrusted`: its certificate is not valid; `not-asked`: it gave no answers lately, so it was left alone;
 * `crowded`: too many queries were waiting for it; `other-version`: the answer is FHIR, but not R4.
 */
export type FhirTrouble =
  | 'timeout' | 'unauthorized' | 'forbidden' | 'not-found' | 'rejected' | 'server-error' | 'unavailable' | 'rate-limited' | 'unreadable' | 'other-version'
  | 'too-large' | 'network' | 'untrusted' | 'expired' | 'elsewhere' | 'not-asked' | 'crowded'

export interface FhirFailure { readonly why: FhirTrouble }
