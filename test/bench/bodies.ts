/** Analytes of routine panels: LOINC code, display, value, unit. A blood count with differential, a metabolic panel, coagulation, vital signs. */
const ANALYTES: readonly (readonly [string, string, number, string])[] = [
  ['751-8', 'Neutrophils [#/volume] in Blood by Automated count', 1.5, '10*9/L'], ['777-3', 'Platelets [#/volume] in Blood by Automated count', 80, '10*9/L'],
  ['6690-2', 'Leukocytes [#/volume] in Blood by Automated count', 3.1, '10*9/L'], ['718-7', 'Hemoglobin [Mass/volume] in Blood', 9.5, 'g/dL'],
  ['789-8', 'Erythrocytes [#/volume] in Blood by Automated count', 3.2, '10*12/L'], ['4544-3', 'Hematocrit [Volume Fraction] of Blood by Automated count', 29, '%'],
  ['787-2', 'MCV [Entitic mean volume] in Red Blood Cells by Automated count', 91, 'fL'], ['785-6', 'MCH [Entitic mass] by Automated count', 30, 'pg'],
  ['731-0', 'Lymphocytes [#/volume] in Blood by Automated count', 0.9, '10*9/L'], ['742-7', 'Monocytes [#/volume] in Blood by Automated count', 0.4, '10*9/L'],
  ['1975-2', 'Bilirubin.total [Mass/volume] in Serum or Plasma', 0.6, 'mg/dL'], ['1742-6', 'Alanine aminotransferase [Enzymatic activity/volume] in Serum or Plasma', 30, 'U/L'],
  ['1920-8', 'Aspartate aminotransferase [Enzymatic activity/volume] in Serum or Plasma', 28, 'U/L'], ['2345-7', 'Glucose [Mass/volume] in Serum or Plasma', 98, 'mg/dL'],
  ['2951-2', 'Sodium [Moles/volume] in Serum or Plasma', 140, 'mmol/L'], ['2075-0', 'Chloride [Moles/volume] in Serum or Plasma', 102, 'mmol/L'],
  ['2823-3', 'Potassium [Moles/volume] in Serum or Plasma', 4.1, 'mmol/L'], ['2028-9', 'Carbon dioxide, total [Moles/volume] in Serum or Plasma', 25, 'mmol/L'],
  ['3094-0', 'Urea nitrogen [Mass/volume] in Serum or Plasma', 14, 'mg/dL'], ['2160-0', 'Creatinine [Mass/volume] in Serum or Plasma', 0.9, 'mg/dL'],
]

const HOUR_MS = 3_600_000

function observation(i: number, patientId: string, now: number): object {
  const [code, display, value, unit] = ANALYTES[i % ANALYTES.length] ?? ['', '', 0, '']
  const at = new Date(now - (1 + Math.floor(i / ANALYTES.length) * 24) * HOUR_MS).toISOString()
  const quantity = { value, unit, system: 'http://unitsofmeasure.org', code: unit }
  return {
    resourceType: 'Observation', id: `observation-${String(i)}`, meta: { versionId: '1', lastUpdated: at, profile: ['http://hl7.org/fhir/us/core/StructureDefinition/us-core-observation-lab'] },
    identifier: [{ use: 'official', system: 'urn:oid:1.2.3.4.5.6.7', value: `accession-${String(100000 + i)}` }], status: 'final',
    category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'laboratory', display: 'Laboratory' }], text: 'Laboratory' }],
    code: { coding: [{ system: 'http://loinc.org', code, display }, { system: 'urn:oid:1.2.840.114350.1.13.999.1.7.5.737384', code: `L${String(i % 97)}`, display }], text: display },
    subject: { reference: `Patient/${patientId}`, display: 'Test Patient' }, encounter: { reference: 'Encounter/e1', identifier: { system: 'urn:oid:1.2.3', value: '4711' } },
    effectiveDateTime: at, issued: at, performer: [{ reference: 'Organization/lab', display: 'Central Laboratory' }], valueQuantity: quantity,
    referenceRange: [{ low: { ...quantity, value: value * 0.5 }, high: { ...quantity, value: value * 2 }, text: `${String(value * 0.5)} - ${String(value * 2)} ${unit}` }],
    specimen: { reference: 'Specimen/s1', display: 'Blood' },
  }
}

/** A whole page of laboratory results, newest first. */
export const observations = (count: number, patientId: string, now: number): readonly object[] => Array.from({ length: count }, (_, i) => observation(i, patientId, now))

/** Resources as a search answers them. */
export const searchset = (resources: readonly object[]): object => ({ resourceType: 'Bundle', type: 'searchset', total: resources.length, entry: resources.map((resource) => ({ resource })) })

const RXNORM = 'http://www.nlm.nih.gov/research/umls/rxnorm'
const INOTUZUMAB = { coding: [{ system: RXNORM, code: '1942950' }] }
const UNRELATED = { coding: [{ system: RXNORM, code: '723', display: 'amoxicillin' }], text: 'Amoxicillin' }

/** What the EHR's user does: signs an order, or opens a chart. `fetched` sends no prefetch but access to a FHIR server. */
export const CASES = ['unrelated order', 'inotuzumab order', 'inotuzumab order, fetched', 'chart opened, treated', 'chart opened, untreated'] as const
export type Case = (typeof CASES)[number]

export interface Asked {
  readonly service: string
  readonly body: string
  /** The patient whose results the FHIR server is asked for; its id says how many there are. */
  readonly patientId: string
}

function order(drug: object, patientId: string, now: number): object {
  return {
    resourceType: 'MedicationRequest', id: 'o1', status: 'draft', intent: 'order', subject: { reference: `Patient/${patientId}` }, medicationCodeableConcept: drug,
    dosageInstruction: [{ timing: { event: [new Date(now).toISOString()] }, doseAndRate: [{ doseQuantity: { value: 1.6, unit: 'mg' } }] }],
  }
}

const given = (patientId: string, now: number): object => ({
  resourceType: 'MedicationAdministration', id: 'a1', status: 'completed', subject: { reference: `Patient/${patientId}` }, medicationCodeableConcept: INOTUZUMAB,
  effectiveDateTime: new Date(now - 7 * 24 * HOUR_MS).toISOString(), dosage: { dose: { value: 1.4, unit: 'mg' } },
})

/** The keys of the record that hold nothing here. */
const EMPTY = ['vitals', 'ecg', 'conditions', 'medications', 'procedures', 'allergies', 'immunizations', 'assessments']

function prefetch(count: number, patientId: string, isTreated: boolean, now: number): object {
  return {
    patient: patient(patientId), labs: searchset(observations(count, patientId, now)), administrations: searchset(isTreated ? [given(patientId, now)] : []),
    ...Object.fromEntries(EMPTY.map((key) => [key, searchset([])])),
  }
}

/** The patient whose chart is opened. */
export const patient = (id: string): object => ({ resourceType: 'Patient', id, gender: 'male', birthDate: '1980-01-01' })

/** A whole request of a case, with so many laboratory results in the record. */
export function requestOf(what: Case, count: number, fhirServer: string, now = Date.now()): Asked {
  const patientId = `bench-${String(count)}`
  const isChart = what.startsWith('chart')
  const hook = isChart ? 'patient-view' : 'order-sign'
  const drafts = isChart ? {} : { draftOrders: searchset([order(what === 'unrelated order' ? UNRELATED : INOTUZUMAB, patientId, now)]) }
  const record = what === 'inotuzumab order, fetched'
    ? { fhirServer, fhirAuthorization: { access_token: 'bench', token_type: 'Bearer', expires_in: 3600, scope: 'patient/*.read', subject: 'bench', patient: patientId } }
    : { prefetch: prefetch(count, patientId, what === 'chart opened, treated', now) }
  const body = JSON.stringify({ hook, hookInstance: '0707b64a-3431-4c78-888d-a07592a6f40b', context: { userId: 'Practitioner/p', patientId, ...drafts }, ...record })
  return { service: `inotuzumab-${hook}`, body, patientId }
}
