import { describe, expect, it } from 'vitest'
import { belongsTo } from '../../src/fhir/ownership.ts'

const isOurs = belongsTo('p1', new Map([['urn:uuid:0c0ffee0', 'p1'], ['urn:uuid:0badbad0', 'p2']]))
const about = (reference: string) => ({ resourceType: 'Observation', subject: { reference } })

describe('a resource of this patient', () => {
  it.each(['Patient/p1', 'https://ehr.test/r4/Patient/p1', 'Patient/p1/_history/3', 'p1', 'urn:uuid:p1', 'urn:uuid:0c0ffee0', '#contained', 'Patient?identifier=x'])(
    'may name its subject as %s', (reference) => expect(isOurs(about(reference))).toBe(true))

  it.each(['Patient/p2', 'Patient/P1', 'Patient/p11', 'https://ehr.test/r4/Patient/p2', 'Patient/p2/_history/1', 'p2', 'urn:uuid:p2', 'urn:uuid:0badbad0', 'urn:uuid:unknown', 'Group/p1', 'Device/d1'])(
    'does not name %s', (reference) => expect(isOurs(about(reference))).toBe(false))

  it.each([
    ['without a subject', { resourceType: 'Observation' }, true],
    ['with only the name of its subject', { resourceType: 'Observation', subject: { display: 'Someone' } }, true],
    ['with this patient as patient', { resourceType: 'AllergyIntolerance', patient: { reference: 'Patient/p1' } }, true],
    ['with another as patient', { resourceType: 'AllergyIntolerance', patient: { reference: 'Patient/p2' } }, false],
    ['that contradicts itself', { resourceType: 'Observation', subject: { reference: 'Patient/p1' }, patient: { reference: 'Patient/p2' } }, false],
    ['that is the Patient', { resourceType: 'Patient', id: 'p1' }, true],
    ['that is a Patient without id', { resourceType: 'Patient' }, true],
    ['that is another Patient', { resourceType: 'Patient', id: 'p2' }, false],
    ['that is an Appointment of this patient', { resourceType: 'Appointment', participant: [{ actor: { reference: 'Practitioner/x' } }, { actor: { reference: 'Patient/p1' } }] }, true],
    ['that is an Appointment of two patients', { resourceType: 'Appointment', participant: [{ actor: { reference: 'Patient/p2' } }, { actor: { reference: 'Patient/p1' } }] }, true],
    ['that is an Appointment of another', { resourceType: 'Appointment', participant: [{ actor: { reference: 'Practitioner/x' } }, { actor: { reference: 'Patient/p2' } }] }, false],
    ['that is an Appointment of nobody named', { resourceType: 'Appointment', participant: [{ actor: { reference: 'Practitioner/x' } }] }, true],
    ['that is a Medication', { resourceType: 'Medication', id: 'x' }, true],
  ])('judged %s', (_, resource, expected) => expect(isOurs(resource)).toBe(expected))
})
