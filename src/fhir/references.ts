import type { Medication } from 'fhir/r4.js'
import { fhirReader, type ReaderOptions } from './client.ts'
import { medicationFrom, type MedicationsRead, medicationsFrom } from './medication-reads.ts'
import type { OpenServer } from './reader.ts'
import type { FhirAccess, FhirFailure } from './types.ts'

const opened = (access: FhirAccess, options: ReaderOptions): OpenServer => ({ base: access.base, reader: fhirReader(access, options) })

/** Reads the Medication that an order refers to, with the token of one hook call. */
export const readMedication = (reference: string, access: FhirAccess, signal: AbortSignal, options: ReaderOptions = {}): Promise<Medication | FhirFailure> =>
  medicationFrom(opened(access, options), reference, signal)

/** Reads several, each once and in parallel. */
export const readMedications = (references: readonly string[], access: FhirAccess, signal: AbortSignal, options: ReaderOptions = {}): Promise<MedicationsRead> =>
  medicationsFrom(opened(access, options), references, signal)
