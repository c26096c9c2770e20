import { describe, expect, test } from 'vitest'
import { dose, ordered, read } from './course-record.ts'

const SNOMED = 'http://snomed.info/sct'
const V3 = 'http://terminology.hl7.org/CodeSystem/v3-RouteOfAdministration'
const route = (concept: object | undefined, more: object = {}) => read({ order: ordered({ ...dose(1.6, 'mg'), ...(concept ? { route: concept } : {}), ...more }) }, 'infusionRoute')
const coded = (system: string, code: string, display?: string) => ({ coding: [{ system, code, ...(display === undefined ? {} : { display }) }] })

describe('the route', () => {
  test.each([[coded(SNOMED, '47625008')], [coded(V3, 'IV')], [coded(V3, 'IVINJ')], [{ text: 'Intravenous' }], [{ text: 'IV piggyback' }], [{ text: 'i.v.' }], [{ text: 'intravenös' }], [{ text: 'central line infusion' }]])('%j is an infusion', (concept) => expect(route(concept)).toBe('infusion'))
  test.each([[coded(V3, 'IVPUSH')], [coded(V3, 'IVBOL')], [{ text: 'IV push' }], [{ text: 'Intravenous bolus' }], [coded(SNOMED, '47625008', 'IV bolus')]])('%j is a push', (concept) => expect(route(concept)).toBe('push'))
  test.each([[coded(SNOMED, '34206005')], [coded(SNOMED, '78421000')], [coded(SNOMED, '26643006')], [coded(SNOMED, '72607000')], [coded(SNOMED, '37161004')], [coded(V3, 'SQ')], [{ text: 'Subcutaneous' }], [{ text: 'SC' }], [{ text: 'IM' }], [{ text: 'by mouth' }]])('%j is another one', (concept) => expect(route(concept)).toBe('other'))
  test('words nobody can read are asked about', () => expect(route({ text: 'per protocol' })).toBe('unclear'))
  test('a code of a local system alone says nothing', () => expect(route(coded('urn:oid:1.2.3', '11'))).toBe('missing: unit'))
  test('no route', () => expect(route(undefined)).toBe('missing: absent'))
  test('the method may say that it is a push', () => expect(route({ text: 'Intravenous' }, { method: { text: 'Push' } })).toBe('push'))
})

const minutes = (more: object) => read({ order: ordered({ ...more }) }, 'infusionMinutes')
const lasting = (duration: number, durationUnit: string) => minutes({ timing: { repeat: { duration, durationUnit } } })
const rate = (rateQuantity: object) => minutes({ doseAndRate: [{ doseQuantity: { value: 1.6, unit: 'mg' }, rateQuantity }] })
const ratio = (numerator: object, denominator: object) => minutes({ doseAndRate: [{ doseQuantity: { value: 1.6, unit: 'mg' }, rateRatio: { numerator, denominator } }] })

describe('the duration', () => {
  test.each([[1, 'h', 60], [60, 'min', 60], [45, 'min', 45], [0.5, 'h', 30], [3600, 's', 60]])('%d %s', (duration, unit, expected) => expect(lasting(duration, unit)).toBe(expected))
  test('a duration in days is none of an infusion', () => expect(lasting(1, 'd')).toBe('missing: absent'))
  test.each([[50, 'mL/h', 60], [100, 'mL/h', 30], [40, 'mL/hr', 75], [1, 'mL/min', 50]])('%d %s for 50 mL', (value, unit, expected) => expect(rate({ value, unit })).toBe(expected))
  test('as a ratio of volume or dose', () => {
    expect(ratio({ value: 50, unit: 'mL' }, { value: 1, unit: 'h' })).toBe(60)
    expect(ratio({ value: 1.6, unit: 'mg' }, { value: 30, unit: 'min' })).toBe(30)
  })
  test('a stated duration comes before the rate', () => {
    expect(minutes({ timing: { repeat: { duration: 1, durationUnit: 'h' } }, doseAndRate: [{ rateQuantity: { value: 100, unit: 'mL/h' } }] })).toBe(60)
  })
  test('a dose per time is no volume per time', () => expect(rate({ value: 1.6, unit: 'mg/h' })).toBe('missing: absent'))
})

const diluent = (text: string) => read({ order: ordered({ text }) }, 'infusionDiluent')

describe('the diluent', () => {
  test.each(['1.6 mg in 50 mL sodium chloride 0.9 %', 'in 50 mL NaCl 0.9%', 'in 50 ml NaCl 0,9 %', 'in normal saline', '0.9% sodium chloride, never dextrose'])('"%s" is right', (text) => expect(diluent(text)).toBe('saline'))
  test.each(['in 50 mL dextrose 5 %', 'in D5W', 'in Glucose 5%', 'in 0.45 % sodium chloride', "in lactated Ringer's"])('"%s" is not', (text) => expect(diluent(text)).toBe('other'))
  test.each(['1.6 mg over 1 hour', 'reconstitute with 4 mL water for injection', ''])('"%s" says nothing', (text) => expect(diluent(text)).toBe('missing: absent'))
})
