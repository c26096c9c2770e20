import type { Medication, Resource } from 'fhir/r4.js'
import { addressBelow } from './address.ts'
import { type FhirReader, isFailure, type OpenServer } from './reader.ts'
import type { FhirFailure } from './types.ts'

export interface MedicationsRead {
  readonly found: readonly Medication[]
  /** How many could not be read. */
  readonly failed: number
}

/** More distinct drugs than this on one patient's orders is no chart that a call could wait for. */
const MOST_MEDICATIONS = 40
const MEDICATION = /^Medication\/[^/?]+$/

/**
 * Reads the Medication that an order refers to, by a relative reference or an absolute one below the FHIR base; nothing else,
 * so that neither another server nor a draft order is ever asked for.
 */
export async function medicationFrom({ base, reader }: OpenServer, reference: string, signal: AbortSignal): Promise<Medication | FhirFailure> {
  const address = medicationAddress(reference, base)
  return address === undefined ? { why: 'elsewhere' } : readAt(address, reader, signal)
}

/** Reads several, each once and in parallel. */
export async function medicationsFrom({ base, reader }: OpenServer, references: readonly string[], signal: AbortSignal): Promise<MedicationsRead> {
  const known = references.map((reference) => medicationAddress(reference, base))
  const addresses = [...new Set(known.filter((address) => address !== undefined))]
  const answers = await Promise.all(addresses.slice(0, MOST_MEDICATIONS).map((address) => readAt(address, reader, signal)))
  const found = answers.filter((answer): answer is Medication => !isFailure(answer))
  const strangers = new Set(references.filter((_, i) => known[i] === undefined)).size
  return { found, failed: addresses.length - found.length + strangers }
}

async function readAt(address: string, reader: FhirReader, signal: AbortSignal): Promise<Medication | FhirFailure> {
  const answer = await reader.read(address, signal)
  if (isFailure(answer)) return answer
  return answer.resources.find(isMedication) ?? { why: 'unreadable' }
}

const isMedication = (resource: Resource): resource is Medication => resource.resourceType === 'Medication'

/** Without a version, which would only make two reads of one drug. */
function medicationAddress(reference: string, base: string): string | undefined {
  const address = addressBelow(base, reference.trim().replace(/\/_history\/.*$/, ''))
  if (address === undefined) return undefined
  const root = `${new URL(base).href.replace(/\/+$/, '')}/`
  return MEDICATION.test(address.slice(root.length)) ? address : undefined
}
