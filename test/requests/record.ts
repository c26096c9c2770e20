/**
 * The record of one patient before cycle 2 of inotuzumab, dated relative to the moment the tests start, and what a hook call carries of it.
 * Each of these findings rests on another source: ANC and bilirubin (labs), QTcF (ecg), dose (vitals and administrations), ursodiol and
 * premedication (medications). So a source that is lost, or read wrongly, changes the findings.
 */

export interface Resource { readonly resourceType: string; readonly id: string; readonly [member: string]: unknown }

export const KEYS = ['patient', 'labs', 'vitals', 'ecg', 'conditions', 'medications', 'administrations', 'procedures', 'allergies', 'immunizations', 'assessments'] as const
export type Key = (typeof KEYS)[number]
export type PatientRecord = Readonly<Record<Key, readonly Resource[]>>

/** What the record below must always give, whatever else is found. */
export const EXPECTED = ['dosing-overdose', 'hold-anc-cycle-start', 'hold-hepatic-labs', 'premed-missing', 'qt-hold-gt470', 'ursodiol-missing'] as const

const HOUR_MS = 3_600_000
const NOW = Date.now()
/** A moment so many days (and hours) from now. */
export const at = (days = 0, hours = 0): string => new Date(NOW + (days * 24 + hours) * HOUR_MS).toISOString()
const date = (days: number): string => at(days).slice(0, 10)

const LOINC = 'http://loinc.org'
const UCUM = 'http://unitsofmeasure.org'
export const RXNORM = 'http://www.nlm.nih.gov/research/umls/rxnorm'
const TERMINOLOGY = 'http://terminology.hl7.org/CodeSystem'
export const quantity = (value: number, unit: string) => ({ value, unit, system: UCUM, code: unit })
const coded = (system: string, code: string) => ({ coding: [{ system, code }] })
export const INOTUZUMAB = { coding: [{ system: RXNORM, code: '1942954', display: 'inotuzumab ozogamicin 0.9 MG Injection' }], text: 'inotuzumab ozogamicin' }

export interface LabOptions { readonly days?: number; readonly hours?: number; readonly high?: number; readonly status?: string; readonly [member: string]: unknown }

/** The builders of one patient's resources. */
export function chartOf(patientId: string) {
  const subject = { reference: `Patient/${patientId}` }
  const own = (id: string): string => `${patientId}-${id}`
  const observation = (category: string, id: string, code: string, value: number, unit: string, { days = -1, hours = 0, high, ...more }: LabOptions = {}): Resource => ({
    resourceType: 'Observation', id: own(id), status: 'final', category: [coded(`${TERMINOLOGY}/observation-category`, category)], code: coded(LOINC, code), subject,
    effectiveDateTime: at(days, hours), valueQuantity: quantity(value, unit), ...(high === undefined ? {} : { referenceRange: [{ high: quantity(high, unit) }] }), ...more,
  })
  const lab = (...rest: Parameters<typeof observation> extends [string, ...infer R] ? R : never): Resource => observation('laboratory', ...rest)
  const medication = (id: string, concept: object, more: object = {}): Resource =>
    ({ resourceType: 'MedicationRequest', id: own(id), status: 'active', intent: 'order', medicationCodeableConcept: concept, subject, authoredOn: at(-9), ...more })
  const given = (id: string, days: number, mg: number): Resource => ({
    resourceType: 'MedicationAdministration', id: own(id), status: 'completed', medicationCodeableConcept: INOTUZUMAB, subject, effectiveDateTime: at(days), dosage: { dose: quantity(mg, 'mg') },
  })
  return { patientId, subject, own, observation, lab, medication, given }
}

export type Chart = ReturnType<typeof chartOf>

const BASELINE = -22
/** Bilirubin, high enough to hold the dose. */
export const bilirubin = ({ lab }: Chart, value = 3, options: LabOptions = {}): Resource => lab('bilirubin', '1975-2', value, 'mg/dL', { high: 1.2, ...options })

function counts({ lab }: Chart, days: number, anc: number, tag: string): Resource[] {
  return [
    lab(`anc-${tag}`, '751-8', anc, '10*9/L', { days }), lab(`plt-${tag}`, '777-3', 90, '10*9/L', { days }), lab(`wbc-${tag}`, '6690-2', 3.4, '10*9/L', { days }),
    lab(`blasts-${tag}`, '26446-5', 0, '%', { days }), lab(`alt-${tag}`, '1742-6', 30, 'U/L', { days, high: 40 }), lab(`ast-${tag}`, '1920-8', 28, 'U/L', { days, high: 40 }),
    lab(`alp-${tag}`, '6768-6', 80, 'U/L', { days, high: 120 }), lab(`creatinine-${tag}`, '2160-0', 0.8, 'mg/dL', { days, high: 1.2 }),
    lab(`potassium-${tag}`, '2823-3', 4.1, 'mmol/L', { days }), lab(`magnesium-${tag}`, '2601-3', 0.85, 'mmol/L', { days }),
  ]
}

const condition = ({ subject, own }: Chart): Resource => ({
  resourceType: 'Condition', id: own('leukaemia'), clinicalStatus: coded(`${TERMINOLOGY}/condition-clinical`, 'relapse'), verificationStatus: coded(`${TERMINOLOGY}/condition-ver-status`, 'confirmed'),
  code: coded('http://hl7.org/fhir/sid/icd-10-cm', 'C91.02'), subject, onsetDateTime: date(-45), recordedDate: date(-45),
})

/** The whole record. Haloperidol runs: it prolongs QT. */
export function recordOf(chart: Chart, change: Partial<PatientRecord> = {}): PatientRecord {
  const { patientId, subject, own, observation, lab, medication, given } = chart
  return {
    patient: [{ resourceType: 'Patient', id: patientId, gender: 'male', birthDate: '1978-03-02' }],
    labs: [...counts(chart, BASELINE, 2.4, 'before'), lab('bilirubin-before', '1975-2', 0.6, 'mg/dL', { days: BASELINE, high: 1.2 }), ...counts(chart, -1, 0.8, 'now'), bilirubin(chart)],
    vitals: [observation('vital-signs', 'weight', '29463-7', 80, 'kg', { days: -2 }), observation('vital-signs', 'height', '8302-2', 180, 'cm', { days: -90 })],
    ecg: [observation('procedure', 'qtcf-before', '76634-5', 420, 'ms', { days: -24 }), observation('procedure', 'qtcf', '76634-5', 480, 'ms', { days: -1 })],
    conditions: [condition(chart)],
    medications: [medication('haloperidol', { ...coded(RXNORM, '5093'), text: 'Haloperidol' })],
    administrations: [given('c1d1', -21, 1.6), given('c1d8', -14, 1), given('c1d15', -7, 1)],
    procedures: [
      { resourceType: 'Procedure', id: own('marrow'), status: 'completed', code: { text: 'Bone marrow aspiration' }, subject, performedDateTime: date(-30) },
      { resourceType: 'ServiceRequest', id: own('transplant'), status: 'active', intent: 'order', code: coded('http://snomed.info/sct', '58390007'), subject, authoredOn: date(-10), occurrenceDateTime: date(60) },
    ],
    allergies: [{ resourceType: 'AllergyIntolerance', id: own('none'), clinicalStatus: coded(`${TERMINOLOGY}/allergyintolerance-clinical`, 'active'), code: coded('http://snomed.info/sct', '716186003'), patient: subject }],
    immunizations: [{ resourceType: 'Immunization', id: own('flu'), status: 'completed', vaccineCode: coded('http://hl7.org/fhir/sid/cvx', '150'), patient: subject, occurrenceDateTime: date(-200) }],
    assessments: [{ resourceType: 'Observation', id: own('ecog'), status: 'final', category: [coded(`${TERMINOLOGY}/observation-category`, 'survey')], code: coded(LOINC, '89247-1'), subject, effectiveDateTime: at(-3), valueInteger: 1 }],
    ...change,
  }
}

export const bundle = (resources: readonly object[], more: object = {}) => ({
  resourceType: 'Bundle', type: 'searchset', total: resources.length, ...(resources.length > 0 ? { entry: resources.map((resource) => ({ resource, search: { mode: 'match' } })) } : {}), ...more,
})

/** Every key of discovery, as the EHR would answer its queries. */
export function prefetchOf(record: PatientRecord): Record<string, unknown> {
  const { patient, ...others } = record
  return { patient: patient[0] ?? null, ...Object.fromEntries(Object.entries(others).map(([key, resources]) => [key, bundle(resources)])) }
}

export const resourcesOf = (record: PatientRecord): readonly Resource[] => Object.values(record).flat()

/** 2.4 mg for 2.0 m² on Day 1 of cycle 2: too much with and without remission. */
export const orderOf = ({ subject }: Chart, more: object = {}): Resource => ({
  resourceType: 'MedicationRequest', id: 'o1', status: 'draft', intent: 'order', medicationCodeableConcept: INOTUZUMAB, subject, authoredOn: at(), requester: { reference: 'Practitioner/d1' },
  dosageInstruction: [{ text: '2.4 mg over 1 hour', timing: { event: [at(0, 1)] }, doseAndRate: [{ doseQuantity: quantity(2.4, 'mg') }] }], ...more,
})

export type HookName = 'order-sign' | 'order-select'
export interface RequestParts { readonly hook?: HookName; readonly drafts?: readonly object[]; readonly prefetch?: unknown; readonly context?: object; readonly [member: string]: unknown }
export type HookBody = { readonly hook: HookName; readonly context: Readonly<Record<string, unknown>>; readonly [member: string]: unknown }

/** A clean call about the order, with nothing but what CDS Hooks asks for. A member set to undefined is left out on the wire. */
export function requestOf(chart: Chart, { hook = 'order-sign', drafts = [orderOf(chart)], context = {}, ...more }: RequestParts = {}): HookBody {
  const selections = hook === 'order-select' ? { selections: ['MedicationRequest/o1'] } : {}
  return {
    hook, hookInstance: crypto.randomUUID(),
    // Somebody else writes the order: who signs has not been told anything yet.
    context: { userId: hook === 'order-select' ? 'Practitioner/d2' : 'Practitioner/d1', patientId: chart.patientId, encounterId: 'e1', ...selections, draftOrders: { resourceType: 'Bundle', type: 'collection', entry: drafts.map((resource) => ({ resource })) }, ...context },
    ...more,
  }
}
