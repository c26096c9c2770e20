import { isObject, listOf } from '../facts/resources.ts'

/**
 * Short forms in the examples of fhir-mappings/facts, so that an example fits a line. `loinc`, `icd10`, `snomed`, `rxnorm`, `cvx`, `text`
 * give the code; `value`, `unit`, `comparator`, `high`, `low` a quantity and its range (`bareHigh`: a range without unit); `answer`
 * a coded value; `at` the date; `ordered` or `given` a drug by name. Any other member is FHIR as it stands. Dates such as "-1d",
 * "-73h" or "0d" are relative to the planned dose.
 */
export type ShortResource = Readonly<Record<string, unknown>>

const SYSTEMS: Readonly<Record<string, string>> = {
  loinc: 'http://loinc.org', icd10: 'http://hl7.org/fhir/sid/icd-10-cm', snomed: 'http://snomed.info/sct', rxnorm: 'http://www.nlm.nih.gov/research/umls/rxnorm', cvx: 'http://hl7.org/fhir/sid/cvx',
}
const UNIT_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 }
const RELATIVE = /^([+-]?\d+)([mhd])$/

/** "-1d" → the dateTime one day before `planned` (epoch ms); other texts stay as they are. */
export function relativeDate(text: string, planned: number): string {
  const match = RELATIVE.exec(text)
  const scale = UNIT_MS[match?.[2] ?? '']
  return match && scale !== undefined ? new Date(planned + Number(match[1]) * scale).toISOString() : text
}

function codeOf(short: ShortResource): Record<string, unknown> | undefined {
  const codings = Object.entries(SYSTEMS).flatMap(([name, system]) => (short[name] === undefined ? [] : [{ system, code: String(short[name]) }]))
  const text = short['text']
  if (codings.length === 0 && text === undefined) return undefined
  return { ...(codings.length > 0 ? { coding: codings } : {}), ...(text === undefined ? {} : { text }) }
}

function quantityOf(short: ShortResource): Record<string, unknown> {
  const { value, unit, comparator, high, low, bareHigh } = short
  if (value === undefined) return {}
  const quantity = (number: unknown) => ({ value: number, ...(unit === undefined ? {} : { unit }) })
  const range = { ...(low === undefined ? {} : { low: quantity(low) }), ...(high === undefined ? {} : { high: quantity(high) }), ...(bareHigh === undefined ? {} : { high: { value: bareHigh } }) }
  return { valueQuantity: { ...quantity(value), ...(comparator === undefined ? {} : { comparator }) }, ...(Object.keys(range).length > 0 ? { referenceRange: [range] } : {}) }
}

const SHORT: ReadonlySet<string> = new Set([...Object.keys(SYSTEMS), 'text', 'value', 'unit', 'comparator', 'high', 'low', 'bareHigh', 'answer', 'at', 'end', 'event', 'ordered', 'given', 'mg', 'clinical', 'verification', 'reason'])
const DATE_OF: Readonly<Record<string, string>> = {
  Observation: 'effectiveDateTime', Condition: 'onsetDateTime', Procedure: 'performedDateTime', ServiceRequest: 'occurrenceDateTime', Immunization: 'occurrenceDateTime',
  DiagnosticReport: 'effectiveDateTime', AdverseEvent: 'date', QuestionnaireResponse: 'authored', AllergyIntolerance: 'recordedDate',
}
const STATUS: Readonly<Record<string, string>> = { Observation: 'final', Procedure: 'completed', ServiceRequest: 'active', Immunization: 'completed', DiagnosticReport: 'final', CarePlan: 'active', QuestionnaireResponse: 'completed' }
const PATIENT = { reference: 'Patient/example' }
const concept = (code: unknown): unknown => ({ coding: [{ code }] })

function orderedDrug(short: ShortResource, date: (value: unknown) => unknown): Record<string, unknown> {
  const events = listOf(short['event']).map(date)
  const bounds = { start: date(short['at']), ...(short['end'] === undefined ? {} : { end: date(short['end']) }) }
  const timing = events.length > 0 ? { event: events } : { repeat: { boundsPeriod: bounds } }
  return {
    resourceType: 'MedicationRequest', status: 'active', intent: 'order', subject: PATIENT, dosageInstruction: [{ timing }],
    medicationCodeableConcept: { ...codeOf(short), text: capital(String(short['ordered'])) },
  }
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

function givenDrug(short: ShortResource, date: (value: unknown) => unknown): Record<string, unknown> {
  return {
    resourceType: 'MedicationAdministration', status: 'completed', subject: PATIENT, effectiveDateTime: date(short['at']), medicationCodeableConcept: { ...codeOf(short), text: String(short['given']) },
    ...(short['mg'] === undefined ? {} : { dosage: { dose: { value: short['mg'], unit: 'mg' } } }), ...(short['reason'] === undefined ? {} : { statusReason: [{ text: short['reason'] }] }),
  }
}

function plainResource(short: ShortResource, date: (value: unknown) => unknown): Record<string, unknown> {
  const type = String(short['resourceType'] ?? (short['icd10'] === undefined ? 'Observation' : 'Condition'))
  const code = codeOf(short)
  const dateName = DATE_OF[type]
  const codeName = type === 'AdverseEvent' ? 'event' : type === 'Immunization' ? 'vaccineCode' : 'code'
  const answer = isObject(short['answer']) ? codeOf(short['answer']) : undefined
  return {
    resourceType: type, ...(STATUS[type] ? { status: STATUS[type] } : {}), ...(type === 'Patient' ? {} : { subject: PATIENT }),
    ...(type === 'Condition' || type === 'AllergyIntolerance' ? { clinicalStatus: concept(short['clinical'] ?? 'active'), verificationStatus: concept(short['verification'] ?? 'confirmed') } : {}),
    ...(code ? { [codeName]: code } : {}), ...(short['at'] !== undefined && dateName ? { [dateName]: date(short['at']) } : {}), ...quantityOf(short), ...(answer ? { valueCodeableConcept: answer } : {}),
  }
}

/** Dates anywhere below, so that FHIR written out in full can use relative dates too. */
function withDates(value: unknown, planned: number): unknown {
  if (typeof value === 'string') return relativeDate(value, planned)
  if (Array.isArray(value)) return value.map((item) => withDates(item, planned))
  return isObject(value) ? Object.fromEntries(Object.entries(value).map(([name, item]) => [name, withDates(item, planned)])) : value
}

/** A short form written out as a FHIR resource with the given id. */
export function expandResource(short: ShortResource, planned: number, id: string): Record<string, unknown> {
  const date = (value: unknown): unknown => (typeof value === 'string' ? relativeDate(value, planned) : new Date(planned).toISOString())
  const base = short['ordered'] !== undefined ? orderedDrug(short, date) : short['given'] !== undefined ? givenDrug(short, date) : plainResource(short, date)
  const rest = Object.fromEntries(Object.entries(short).filter(([name]) => !SHORT.has(name)))
  return { ...base, id, ...(withDates(rest, planned) as Record<string, unknown>) } // sound: an object maps to an object
}
