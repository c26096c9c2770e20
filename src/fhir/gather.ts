import { fhirReader, type ReaderOptions } from './client.ts'
import { gatherFrom, type GatheringOptions } from './gathering.ts'
import type { FhirAccess, PatientRecord } from './types.ts'

export interface GatherOptions extends Omit<GatheringOptions, 'server'> {
  /** Undefined: there is none, and what was not sent stays unread. */
  readonly access: FhirAccess | undefined
  /** Epoch ms; the token is not used after its end. */
  readonly now: () => number
  readonly reading?: Omit<ReaderOptions, 'now'>
}

/** The record of the patient, completed from the client's FHIR server with the token of one hook call. */
export function gatherRecord({ access, now, reading, ...rest }: GatherOptions): Promise<PatientRecord> {
  return gatherFrom({ ...rest, server: access && { base: access.base, reader: fhirReader(access, { ...reading, now }) } })
}
