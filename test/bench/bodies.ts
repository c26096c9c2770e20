/** Realistic Observations of about 1.3 KB each: panels of routine chemistry over the past weeks. */
const ANALYTES: readonly (readonly [string, string, number, string])[] = [
  ['751-8', 'Neutrophils [#/volume] in Blood by Automated count', 1.5, '10*9/L'], ['777-3', 'Platelets [#/volume] in Blood by Automated count', 80, '10*9/L'],
  ['1975-2', 'Bilirubin.total [Mass/volume] in Serum or Plasma', 0.6, 'mg/dL'], ['1742-6', 'Alanine aminotransferase [Enzymatic activity/volume] in Serum or Plasma', 30, 'U/L'],
  ['1920-8', 'Aspartate aminotransferase [Enzymatic activity/volume] in Serum or Plasma', 28, 'U/L'], ['718-7', 'Hemoglobin [Mass/volume] in Blood', 9.5, 'g/dL'],
  ['2951-2', 'Sodium [Moles/volume] in Serum or Plasma', 140, 'mmol/L'], ['2075-0', 'Chloride [Moles/volume] in Serum or Plasma', 102, 'mmol/L'],
]

const HOUR_MS = 3_600_000

function observation(i: number, patientId: string, now: number): object {
  const [code, display, value, unit] = ANALYTES[i % ANALYTES.length] ?? ANALYTES[0] ?? ['', '', 0, '']
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

const INOTUZUMAB = { coding: [{ system: 'http://www.nlm.nih.gov/research/umls/rxnorm', code: '1942950' }] }
const UNRELATED = { coding: [{ system: 'http://www.nlm.nih.gov/research/umls/rxnorm', code: '723', display: 'amoxicillin' }], text: 'Amoxicillin' }

/** A whole order-sign request with full prefetch. */
export function requestBody(observations: number, drug: 'inotuzumab' | 'unrelated', now = Date.now()): string {
  const patientId = 'bench'
  const bundle = (resources: readonly object[]) => ({ resourceType: 'Bundle', type: 'searchset', total: resources.length, entry: resources.map((resource) => ({ resource })) })
  const empty = Object.fromEntries(['vitals', 'ecg', 'conditions', 'medications', 'administrations', 'procedures', 'allergies', 'immunizations', 'assessments'].map((key) => [key, bundle([])]))
  const order = {
    resourceType: 'MedicationRequest', id: 'o1', status: 'draft', intent: 'order', subject: { reference: `Patient/${patientId}` }, medicationCodeableConcept: drug === 'inotuzumab' ? INOTUZUMAB : UNRELATED,
    dosageInstruction: [{ timing: { event: [new Date(now).toISOString()] }, doseAndRate: [{ doseQuantity: { value: 1.6, unit: 'mg' } }] }],
  }
  return JSON.stringify({
    hook: 'order-sign', hookInstance: '0707b64a-3431-4c78-888d-a07592a6f40b', context: { userId: 'Practitioner/p', patientId, draftOrders: bundle([order]) },
    prefetch: { patient: { resourceType: 'Patient', id: patientId, gender: 'male', birthDate: '1980-01-01' }, labs: bundle(Array.from({ length: observations }, (_, i) => observation(i, patientId, now))), ...empty },
  })
}
