import type { RequestProblem } from './request.ts'

/** A FHIR resource as it was sent: only its type is known, every other member is unchecked. */
export interface FhirResource { readonly resourceType: string; readonly [member: string]: unknown }

/** One entry of the draftOrders Bundle that holds a resource. */
export interface DraftOrder {
  /** `MedicationRequest/o1`; undefined when the resource has no id. Ids may be longer than FHIR allows. */
  readonly reference: string | undefined
  readonly fullUrl: string | undefined
  readonly resource: FhirResource
  /** Path of the resource in the request. */
  readonly path: string
}

/** True for an object that says which FHIR resource it is. */
export const isFhirResource = (value: unknown): value is FhirResource =>
  isObject(value) && typeof value['resourceType'] === 'string' && value['resourceType'] !== ''

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)

const PATH = 'context.draftOrders'

/**
 * The drafts of `context.draftOrders`. Bundles without type, entry or fullUrl occur, and entries without a resource. An EHR that
 * may not show unsigned orders leaves the member out: that must not look like "no orders".
 */
export function draftOrders(bundle: unknown): readonly DraftOrder[] | RequestProblem {
  if (bundle === undefined || bundle === null || (isObject(bundle) && Object.keys(bundle).length === 0)) return { code: 'draft-orders-missing', expression: [PATH] }
  if (!isObject(bundle) || (bundle['resourceType'] ?? 'Bundle') !== 'Bundle') return { code: 'invalid-request', expression: [PATH] }
  const entries = bundle['entry'] ?? []
  if (!Array.isArray(entries)) return { code: 'invalid-request', expression: [`${PATH}.entry`] }
  return entries.flatMap((entry: unknown, index) => draftOf(entry, index))
}

function draftOf(entry: unknown, index: number): DraftOrder[] {
  if (!isObject(entry) || !isFhirResource(entry['resource'])) return []
  const { resource, fullUrl } = entry
  const id = resource['id']
  const reference = typeof id === 'string' && id !== '' ? `${resource.resourceType}/${id}` : undefined
  return [{ reference, fullUrl: typeof fullUrl === 'string' ? fullUrl : undefined, resource, path: `${PATH}.entry[${index}].resource` }]
}

/** The id in `Patient/x`, `https://…/Patient/x` or `Patient/x/_history/1`; undefined for what names no patient that way. */
export const patientIdOf = (reference: string): string | undefined => /(?:^|\/)Patient\/([^/?#]+)/.exec(reference)?.[1]

/** Where orders of R4 and its predecessors name their patient. */
const SUBJECTS = ['subject', 'patient', 'for'] as const

/** Paths of the drafts that belong to somebody else. A draft without a subject belongs to the patient in context. */
export function otherPatients(drafts: readonly DraftOrder[], patientId: string): string[] {
  return drafts.flatMap(({ resource, path }) =>
    SUBJECTS.filter((member) => namesAnother(resource[member], patientId)).map((member) => `${path}.${member}`))
}

function namesAnother(subject: unknown, patientId: string): boolean {
  const reference = isObject(subject) ? subject['reference'] : undefined
  const id = typeof reference === 'string' ? patientIdOf(reference) : undefined
  return id !== undefined && id !== patientId
}
