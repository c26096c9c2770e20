import { isObject, type Loose } from './loose.ts'

/** Types that R4 has no longer. */
const FORMER_TYPES: ReadonlySet<unknown> = new Set(['MedicationOrder', 'MedicationPrescription', 'DiagnosticOrder', 'ProcedureRequest', 'ReferralRequest', 'DeviceUseRequest', 'BodySite'])

const has = (...names: readonly string[]) => (resource: Loose): boolean => names.some((name) => resource[name] !== undefined)
/** R5 has one element for what R4 says in two. */
const drugInOne = (resource: Loose): boolean => isObject(resource['medication'])

/**
 * Members that tell another version of FHIR from R4 (the tables of differences in the R4 and R5 specifications). Only those that would be
 * misread: a dose "not given" in STU3 looks like a dose given in R4. A status that is a word instead of a concept can be read, and occurs in R4.
 */
const TELLTALES: ReadonlyMap<unknown, readonly ((resource: Loose) => boolean)[]> = new Map(Object.entries({
  MedicationAdministration: [has('notGiven', 'wasNotGiven'), drugInOne],
  MedicationStatement: [has('taken', 'wasNotTaken'), drugInOne],
  MedicationRequest: [({ requester }) => isObject(requester) && requester['agent'] !== undefined, drugInOne],
  MedicationDispense: [has('notDone'), drugInOne],
  Immunization: [has('notGiven', 'wasNotGiven')],
  Procedure: [has('notDone', 'notPerformed')],
}))

/** Is this a resource of another version than R4, as far as can be told from it? */
export function isOtherVersion(resource: unknown): boolean {
  if (!isObject(resource)) return false
  const type = resource['resourceType']
  return FORMER_TYPES.has(type) || (TELLTALES.get(type) ?? []).some((tells) => tells(resource))
}
