import { describe, expect, test } from 'vitest'
import { fhirDateTime, plannedTime, yearsBetween } from '../../src/web/dates.ts'
import { answersOn, draftOf, fieldsOf, orderDetail, orderTitle, withFields, type MedicationDraft } from '../../src/web/order.ts'
import { draft, DRUG, ORAL, OTHER_DRUG } from './fixtures.ts'

const NOW = new Date(2026, 10, 21, 13, 50, 20)
const HEADER = { id: 'x', patientId: 'p', userId: 'Practitioner/u', now: NOW }

const ordered = (): MedicationDraft => draftOf(DRUG, HEADER, new Date(2026, 10, 22, 9, 5))

describe('a new order', () => {
  test('carries drug, patient, requester, dose, route and time', () => {
    expect(ordered()).toMatchObject({
      resourceType: 'MedicationRequest', id: 'x', status: 'draft', intent: 'order',
      medicationCodeableConcept: { coding: [{ system: 'urn:example:drugs', code: '1' }], text: 'drug one 1 mg' },
      subject: { reference: 'Patient/p' }, requester: { reference: 'Practitioner/u' },
      dosageInstruction: [{
        timing: { event: [fhirDateTime('2026-11-22T09:05')] }, route: { text: 'Intravenous' },
        doseAndRate: [{ doseQuantity: { value: 1.6, unit: 'mg', system: 'http://unitsofmeasure.org', code: 'mg' } }],
      }],
    })
  })
  test('names the encounter only where there is one', () => {
    expect(ordered()).not.toHaveProperty('encounter')
    expect(draftOf(DRUG, { ...HEADER, encounterId: 'e' }, NOW)).toMatchObject({ encounter: { reference: 'Encounter/e' } })
  })
  test('takes dose and note from a story', () => {
    const story = draftOf(DRUG, HEADER, NOW, { value: 0.8, unit: 'mg/m2' }, 'Day 1')
    expect(fieldsOf(story)).toMatchObject({ dose: '0.8', unit: 'mg/m2', note: 'Day 1' })
  })
})

describe('editing an order', () => {
  test('writes the fields and keeps everything else', () => {
    const extension = [{ url: 'urn:example:kept', valueBoolean: true }]
    const edited = withFields({ ...ordered(), extension }, { dose: '1.2', unit: 'mg', at: '2026-11-23T10:00', route: 'Oral', note: 'slowly' }, [DRUG, OTHER_DRUG])
    expect(edited).toMatchObject({
      extension, note: [{ text: 'slowly' }],
      dosageInstruction: [{ timing: { event: [fhirDateTime('2026-11-23T10:00')] }, route: ORAL, doseAndRate: [{ doseQuantity: { value: 1.2 } }] }],
    })
  })
  test('drops a sentence that says the old dose', () => {
    const spoken = draft('a', { dosageInstruction: [{ text: '1.6 mg', doseAndRate: [{ doseQuantity: { value: 1.6, unit: 'mg' } }] }] })
    expect(withFields(spoken, { ...fieldsOf(spoken), dose: '1' }, []).dosageInstruction?.[0]).not.toHaveProperty('text')
  })
  test('leaves the dose out while it is not a number', () => {
    for (const dose of ['', 'abc']) {
      expect(withFields(ordered(), { ...fieldsOf(ordered()), dose }, [DRUG]).dosageInstruction?.[0]).not.toHaveProperty('doseAndRate')
    }
  })
  test('keeps a date without a time as it is until the date is edited', () => {
    const dated = draft('a', { dosageInstruction: [{ timing: { event: ['2026-11-24'] } }] })
    const fields = fieldsOf(dated)
    expect(withFields(dated, { ...fields, note: 'x' }, []).dosageInstruction?.[0]?.timing?.event).toEqual(['2026-11-24'])
    expect(withFields(dated, { ...fields, at: '2026-11-24T08:00' }, []).dosageInstruction?.[0]?.timing?.event).toEqual([fhirDateTime('2026-11-24T08:00')])
  })
})

describe('a repeating order', () => {
  const daily: MedicationDraft = draftOf({ ...DRUG, schedule: { repeat: { frequency: 3, period: 1, periodUnit: 'd' } } }, HEADER, new Date(2026, 10, 22, 9, 5))
  const timing = daily.dosageInstruction?.[0]?.timing

  test('starts at the planned time and is no single dose', () => {
    expect(timing).toEqual({ repeat: { frequency: 3, period: 1, periodUnit: 'd', boundsPeriod: { start: fhirDateTime('2026-11-22T09:05') } } })
  })
  test('is moved by moving its start', () => {
    const moved = withFields(daily, { ...fieldsOf(daily), at: '2026-11-25T08:00' }, [DRUG])
    expect(moved.dosageInstruction?.[0]?.timing?.repeat).toMatchObject({ frequency: 3, boundsPeriod: { start: fhirDateTime('2026-11-25T08:00') } })
    expect(moved.dosageInstruction?.[0]?.timing).not.toHaveProperty('event')
  })
  test('shows and loses its start', () => {
    expect(fieldsOf(daily).at).toBe('2026-11-22T09:05')
    expect(withFields(daily, { ...fieldsOf(daily), at: '' }, [DRUG]).dosageInstruction?.[0]?.timing?.repeat).not.toHaveProperty('boundsPeriod')
  })
})

describe('an order in words', () => {
  test('says drug, dose, route and time', () => {
    expect(orderTitle(ordered())).toBe('drug one 1 mg')
    expect(orderDetail(ordered())).toBe('1.6 mg · Intravenous · 22 Nov 2026, 09:05')
  })
  test('says the planned date of a laboratory order', () => {
    const lab = { resourceType: 'ServiceRequest', id: 'l', status: 'draft', intent: 'order', subject: {}, code: { text: 'Blood count' }, occurrenceDateTime: '2026-11-23' } as const
    expect([orderTitle(lab), orderDetail(lab)]).toEqual(['Blood count', '23 Nov 2026'])
  })
  test('shows the answers it carries', () => {
    const stated = draft('a', { extension: [{ url: 'urn:ino-cds:assertion', extension: [{ url: 'key', valueCode: 'cycle' }, { url: 'value', valueInteger: 2 }] }] })
    expect(answersOn(stated)).toEqual(['cycle: 2'])
  })
})

describe('dates', () => {
  test('a new order is never planned before now', () => {
    expect(plannedTime(NOW, 0)).toEqual(new Date(2026, 10, 21, 13, 55))
    expect(plannedTime(new Date(2026, 10, 21, 23, 58), 7)).toEqual(new Date(2026, 10, 29, 0, 0))
  })
  test('a year of age is complete on the birthday', () => {
    const born = new Date(1981, 7, 13)
    expect([yearsBetween(born, new Date(2026, 7, 12)), yearsBetween(born, new Date(2026, 7, 13))]).toEqual([44, 45])
  })
  test('an empty or half-filled input is no date', () => {
    expect([fhirDateTime(''), fhirDateTime('2026-11')].map((date) => date === undefined || date.length > 0)).toEqual([true, true])
    expect(fhirDateTime('')).toBeUndefined()
  })
})
