import type { Resource } from 'fhir/r4.js'
import type { FhirFailure } from './types.ts'

/** One answer of the FHIR server. */
export interface FhirPage {
  readonly resources: readonly Resource[]
  readonly next?: string
  /** False when the server says that part of its search failed. */
  readonly complete: boolean
  /** How many matches the whole search has, where the server says so, and how many of them are on this page. */
  readonly total?: number
  readonly matches?: number
}

export interface FhirReader {
  /** Reads a relative query, or an absolute address below the base. Failures are values; it settles soon after the signal fires. */
  read(query: string, signal: AbortSignal): Promise<FhirPage | FhirFailure>
}

/** A FHIR server that may be read: by the service with the token of a call, in a browser with that of the SMART session. */
export interface OpenServer {
  /** Without trailing slash. */
  readonly base: string
  readonly reader: FhirReader
}

export const isFailure = <T extends object>(answer: T | FhirFailure): answer is FhirFailure => 'why' in answer
