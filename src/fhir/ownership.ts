import type { Resource } from 'fhir/r4.js'
import { isObject, listOf, member } from './loose.ts'

/** Where resources of R4 and its predecessors name their patient. */
const SUBJECTS = ['subject', 'patient', 'individual', 'for'] as const

/** `fullUrl` of a Patient in a Bundle → its id: inside a Bundle references may be made by fullUrl. */
export type PatientAliases = ReadonlyMap<string, string>

/**
 * Does a resource belong to the patient? A Patient by its id; anything else by whom it names, as a relative, absolute or urn
 * reference. What names nobody came in answer to a query about this patient, and is taken to be the patient's.
 */
export function belongsTo(patientId: string, aliases: PatientAliases): (resource: Resource) => boolean {
  // Nearly all resources of a record name their patient in the same words.
  const known = new Map<string, boolean>()
  const compared = (reference: string): boolean => {
    const named = aliases.get(reference) ?? idNamed(reference)
    const isOther = named !== undefined && named !== patientId
    known.set(reference, isOther)
    return isOther
  }
  const isAnother = (reference: unknown): boolean => typeof reference === 'string' && (known.get(reference) ?? compared(reference))
  return (resource) => {
    if (resource.resourceType === 'Patient') return resource.id === undefined || resource.id === patientId
    return !SUBJECTS.flatMap((name) => listOf(member(resource, name))).some((subject) => isObject(subject) && isAnother(subject['reference']))
      && !attendedByOthers(resource, isAnother)
  }
}

/** Appointments name their patient among the participants. */
function attendedByOthers(resource: Resource, isAnother: (reference: unknown) => boolean): boolean {
  if (resource.resourceType !== 'Appointment') return false
  const actors = listOf(member(resource, 'participant')).filter(isObject).map(({ actor }) => (isObject(actor) ? actor['reference'] : undefined))
  const patients = actors.filter((reference) => typeof reference === 'string' && /(?:^|\/)Patient\//.test(reference))
  return patients.length > 0 && patients.every(isAnother)
}

/** The id in a reference. A contained resource or a conditional reference names nobody that can be compared; a Group is nobody's id. */
function idNamed(reference: string): string | undefined {
  const path = reference.trim().replace(/[?#].*$/, '').replace(/\/_history\/.*$/, '')
  if (path === '' || path === 'Patient') return undefined
  const urn = /^urn:(?:uuid|oid):(.+)$/i.exec(path)
  if (urn) return urn[1]
  const parts = path.split('/').filter((part) => part !== '')
  return parts.at(-2) === 'Patient' ? parts.at(-1) : path
}
