/** Search as a strict FHIR R4 server does it: parameters that R4 does not define for a type are refused. */

export interface Stored { readonly resourceType: string; readonly id: string; readonly [member: string]: unknown }
export type Search = { readonly matches: readonly Stored[] } | { readonly refused: string }

const OBSERVATION = ['patient', 'category', 'code', 'date']
const PARAMETERS: Readonly<Record<string, readonly string[]>> = {
  Observation: OBSERVATION, Condition: ['patient', 'category', 'code'], Flag: ['patient'], FamilyMemberHistory: ['patient'],
  MedicationRequest: ['patient', 'status', 'authoredon'], MedicationStatement: ['patient', 'status'], MedicationAdministration: ['patient', 'status', 'effective-time'],
  Procedure: ['patient', 'date', 'status'], ServiceRequest: ['patient', 'status'], CarePlan: ['patient', 'status'], Appointment: ['patient', 'date'], DiagnosticReport: ['patient', 'category', 'date'],
  RequestGroup: ['patient', 'status'], EpisodeOfCare: ['patient', 'status'], AllergyIntolerance: ['patient'], Immunization: ['patient', 'date'], AdverseEvent: ['subject'], QuestionnaireResponse: ['patient', 'status'],
}
const DATES = ['effectiveDateTime', 'performedDateTime', 'occurrenceDateTime', 'authoredOn', 'recordedDate'] as const

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : value === undefined ? [] : [value])
const referenceIn = (value: unknown): unknown => (isObject(value) ? value['reference'] : undefined)
const codingsIn = (value: unknown): readonly Readonly<Record<string, unknown>>[] => listOf(value).filter(isObject).flatMap(({ coding }) => listOf(coding).filter(isObject))

function hasToken(concepts: unknown, wanted: string): boolean {
  return wanted.split(',').some((token) => {
    const [system, code] = token.includes('|') ? token.split('|') : [undefined, token]
    return codingsIn(concepts).some((coding) => coding['code'] === code && (system === undefined || coding['system'] === system))
  })
}

function fits(resource: Stored, name: string, value: string): boolean {
  if (name === 'patient' || name === 'subject') {
    const wanted = `Patient/${value.replace(/^Patient\//, '')}`
    return referenceIn(resource['subject']) === wanted || referenceIn(resource['patient']) === wanted
  }
  if (name === 'category' || name === 'code') return hasToken(resource[name], value)
  return true
}

const dateOf = (resource: Stored): string => String(DATES.map((name) => resource[name]).find((value) => typeof value === 'string') ?? '')

/** All matches, before paging. `parameters` are those of the query string. */
export function searchIn(stored: readonly Stored[], type: string, parameters: URLSearchParams): Search {
  const known = PARAMETERS[type]
  if (!known) return { refused: `no search for ${type}` }
  const asked = [...parameters].filter(([name]) => !name.startsWith('_'))
  const stranger = asked.find(([name]) => !known.includes(name))
  if (stranger) return { refused: `no parameter ${stranger[0]} of ${type}` }
  const sort = parameters.get('_sort')
  if (sort !== null && !known.includes(sort.replace(/^-/, ''))) return { refused: `no sorting of ${type} by ${sort}` }
  const matches = stored.filter((resource) => resource.resourceType === type && asked.every(([name, value]) => fits(resource, name, value)))
  return { matches: sort?.startsWith('-') ? matches.toSorted((a, b) => dateOf(b).localeCompare(dateOf(a))) : matches }
}
