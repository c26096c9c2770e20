import { type Interaction, permits } from './scopes.ts'
import type { Grant } from './tokens.ts'

/** A request to the FHIR server, as far as a grant looks at it. */
export interface FhirRequestShape {
  readonly method: string
  readonly type: string | undefined
  /** The part of the address after the type: an id, `_search`, or nothing. */
  readonly rest: string
  readonly query: URLSearchParams
  readonly body: unknown
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null

function interactionOf({ method, rest }: FhirRequestShape): Interaction {
  if (method === 'POST') return rest === '_search' ? 's' : 'c'
  if (method === 'PUT' || method === 'PATCH') return 'u'
  if (method === 'DELETE') return 'd'
  return rest === '' ? 's' : 'r'
}

const namesPatient = (value: unknown, patient: string): boolean => typeof value === 'string' && (value === patient || value === `Patient/${patient}`)

/** A search names its patient; what is created belongs to the patient; a Patient read is the patient. Reading one resource by id is left to whoever knows the id. */
function isWithin(patient: string, asked: FhirRequestShape, interaction: Interaction): boolean {
  const { type, rest, query, body } = asked
  if (interaction === 's') return [...query].some(([name, value]) => (name === (type === 'Patient' ? '_id' : 'patient') || name === 'subject') && namesPatient(value, patient))
  if (interaction === 'c' || interaction === 'u') return isObject(body) && isObject(body['subject']) && namesPatient(body['subject']['reference'], patient)
  return type !== 'Patient' || rest.split('/')[0] === patient
}

/** Does a grant cover a request? A `patient/` scope ends at the patient of the launch. */
export function covers({ scope, patient }: Grant, asked: FhirRequestShape): boolean {
  if (asked.type === undefined) return false
  const interaction = interactionOf(asked)
  return permits(scope, interaction, asked.type) && isWithin(patient, asked, interaction)
}
