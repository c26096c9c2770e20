import { describe, expect, it } from 'vitest'
import { isOtherVersion } from '../../src/fhir/version.ts'

const STATUS = { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-clinical', code: 'active' }] }

describe('a resource of another version than R4', () => {
  it.each<[string, object]>([
    ['a drug order of DSTU2', { resourceType: 'MedicationOrder' }], ['a request of STU3', { resourceType: 'ProcedureRequest' }],
    ['a dose of STU3 that was not given', { resourceType: 'MedicationAdministration', notGiven: true }], ['a dose of DSTU2', { resourceType: 'MedicationAdministration', wasNotGiven: false }],
    ['a dose of R5', { resourceType: 'MedicationAdministration', medication: { concept: { text: 'x' } } }], ['a statement of STU3', { resourceType: 'MedicationStatement', taken: 'y' }],
    ['an order of STU3', { resourceType: 'MedicationRequest', requester: { agent: { reference: 'Practitioner/1' } } }], ['an order of R5', { resourceType: 'MedicationRequest', medication: { reference: { reference: 'Medication/1' } } }],
    ['a vaccination of STU3', { resourceType: 'Immunization', notGiven: false }], ['a procedure of STU3', { resourceType: 'Procedure', notDone: true }], ['a procedure of DSTU2', { resourceType: 'Procedure', notPerformed: true }],
  ])('is %s', (_, resource) => expect(isOtherVersion(resource)).toBe(true))

  it.each<[string, unknown]>([
    ['a diagnosis', { resourceType: 'Condition', clinicalStatus: STATUS }], ['a diagnosis whose status is a word, as some write it', { resourceType: 'Condition', clinicalStatus: 'active' }],
    ['an order', { resourceType: 'MedicationRequest', medicationCodeableConcept: { text: 'x' }, requester: { reference: 'Practitioner/1' } }],
    ['a type without telltales', { resourceType: 'Observation', notGiven: true }], ['a type named like a member of every object', { resourceType: 'constructor' }], ['no object', 'Condition'], ['null', null],
  ])('is not %s of R4', (_, resource) => expect(isOtherVersion(resource)).toBe(false))
})
