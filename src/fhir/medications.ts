import type { Resource } from 'fhir/r4.js'
import { isObject, listOf, member } from './loose.ts'
import { medicationsFrom } from './medication-reads.ts'
import type { OpenServer } from './reader.ts'

const DRUG_RESOURCES: ReadonlySet<string> = new Set(['MedicationRequest', 'MedicationAdministration', 'MedicationStatement', 'MedicationDispense'])

const text = (value: unknown): string | undefined => (typeof value === 'string' && value.trim() !== '' ? value : undefined)
const tailOf = (reference: string): string => reference.trim().replace(/\/_history\/.*$/, '').split('/').slice(-2).join('/')

/**
 * The Medication without which nobody can say which drug a resource is about: referred to, not contained, and named by no display.
 * Some EHRs send drugs in no other way.
 */
function referenceOf(resource: Resource): string | undefined {
  if (!DRUG_RESOURCES.has(resource.resourceType) || member(resource, 'medicationCodeableConcept') !== undefined) return undefined
  const pointer = member(resource, 'medicationReference')
  if (!isObject(pointer) || text(pointer['display']) !== undefined) return undefined
  const reference = text(pointer['reference'])
  return reference?.startsWith('#') ? undefined : reference
}

export interface Unnamed {
  /** Medications to be read, as they are referred to. */
  readonly references: readonly string[]
  /** Does this resource still lack its drug, given these Medications? */
  lacks(resource: Resource, read: readonly Resource[]): boolean
}

/** Which drug resources of a record name their drug only by a Medication that is not part of it. */
export function unnamedDrugs(resources: readonly Resource[]): Unnamed {
  const namesOf = (list: readonly Resource[]): ReadonlySet<string> => new Set(list.filter(({ resourceType }) => resourceType === 'Medication').map(({ id }) => `Medication/${String(id)}`))
  const known = namesOf(resources)
  const isUnknown = (reference: string, names: ReadonlySet<string>): boolean => !names.has(tailOf(reference))
  const references = resources.flatMap((resource) => listOf(referenceOf(resource))).filter((reference): reference is string => typeof reference === 'string' && isUnknown(reference, known))
  return {
    references: [...new Set(references)],
    lacks: (resource, read) => {
      const reference = referenceOf(resource)
      return reference !== undefined && isUnknown(reference, known) && isUnknown(reference, namesOf(read))
    },
  }
}

/** Reads the Medications of unnamed drugs, as far as they can be had. */
export async function readUnnamed({ references }: Unnamed, server: OpenServer | undefined, signal: AbortSignal): Promise<readonly Resource[]> {
  if (!server || references.length === 0) return []
  return (await medicationsFrom(server, references, signal)).found
}
