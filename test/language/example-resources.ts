/** Resources that exercise what a path can meet: choice types, repeats, contained resources, missing values, extensions on primitives. */
const OBSERVATION = { resourceType: 'Observation', status: 'final', code: { coding: [{ system: 'http://loinc.org', code: '751-8' }, { code: 'ANC' }], text: 'Neutrophils' }, subject: { reference: 'Patient/p' } }
const UCUM = 'http://unitsofmeasure.org'

export const RESOURCES: readonly object[] = [
  { ...OBSERVATION, effectiveDateTime: '2025-03-24T10:00:00+01:00', valueQuantity: { value: 0.8, unit: 'K/uL', system: UCUM, code: '10*3/uL', comparator: '<' }, referenceRange: [{ low: { value: 1.5 }, high: { value: 8, unit: 'K/uL' }, text: '1.5-8' }] },
  { ...OBSERVATION, effectivePeriod: { start: '2025-03-24', end: '2025-03-25' }, valueCodeableConcept: { coding: [{ code: 'POS', display: 'Positive' }], text: 'positive' } },
  { ...OBSERVATION, valueString: '<0.2', issued: '2025-03-24T10:00:00Z' },
  { ...OBSERVATION, valueBoolean: false },
  { ...OBSERVATION, valueInteger: 0, interpretation: [{ coding: [{ code: 'L' }] }, { coding: [{ code: 'LL' }] }] },
  { ...OBSERVATION, _valueString: { extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/data-absent-reason', valueCode: 'unknown' }] } },
  { ...OBSERVATION, dataAbsentReason: { coding: [{ code: 'unknown' }] }, component: [{ code: { text: 'QT' }, valueQuantity: { value: 0.4, code: 's' } }, { code: { text: 'note' }, valueString: 'ok' }, { code: { text: 'none' } }] },
  { resourceType: 'Patient', id: 'p', gender: 'female', birthDate: '1980-02-29', _birthDate: { extension: [{ url: 'u', valueString: 'v' }] }, deceasedBoolean: false, name: [{ given: ['A', null, 'C'], _given: [null, { id: 'x' }, null], family: 'F' }], extension: [{ url: 'u', valueCode: 'c' }] },
  {
    resourceType: 'MedicationRequest', status: 'draft', intent: 'order', medicationReference: { reference: '#m' }, authoredOn: '2025-03-20',
    contained: [{ resourceType: 'Medication', id: 'm', code: { text: 'inotuzumab' }, ingredient: [{ itemCodeableConcept: { text: 'ino' }, strength: { numerator: { value: 0.9 } } }] }, { resourceType: 'Observation', valueQuantity: { value: 5 } }],
    dosageInstruction: [{ text: 'once', timing: { event: ['2025-03-24', '2025-03-31'], repeat: { boundsPeriod: { start: '2025-03-24' }, frequency: 1 } }, doseAndRate: [{ doseQuantity: { value: 0.8, unit: 'mg/m2' } }], asNeededBoolean: false }],
  },
  { resourceType: 'MedicationRequest', medicationCodeableConcept: { coding: [{ code: '1942950' }] }, dosageInstruction: [{ doseAndRate: [{ doseRange: { low: { value: 1 }, high: { value: 2 } } }] }] },
  { resourceType: 'MedicationAdministration', status: 'completed', effectiveDateTime: '2025-03-24', medicationCodeableConcept: { text: 'x' }, dosage: { dose: { value: 1.4, unit: 'mg' } } },
  { resourceType: 'Condition', clinicalStatus: { coding: [{ code: 'active' }] }, onsetDateTime: '2025', abatementString: 'resolved', stage: [{ summary: { text: 'CTCAE grade 2' } }] },
  { resourceType: 'Procedure', performedPeriod: { start: '2024-12-01' }, code: { text: 'HCT' } },
  { resourceType: 'Bundle', type: 'searchset', entry: [{ fullUrl: 'a', resource: { resourceType: 'Observation', valueQuantity: { value: 1 } } }, { resource: { resourceType: 'Patient', birthDate: '1990' } }, { search: { mode: 'outcome' } }] },
  { resourceType: 'QuestionnaireResponse', item: [{ linkId: 'a', answer: [{ valueInteger: 2 }] }, { linkId: 'g', item: [{ linkId: 'b', answer: [{ valueDate: '2025-01-01', item: [{ linkId: 'c', answer: [{ valueBoolean: true }] }] }] }] }] },
  { resourceType: 'Observation', valueQuantity: 'not an object', code: 7, component: { code: { text: 'not a list' } } },
  { value: 'no type', code: { text: 'x' } },
  {},
]
