import { describe, expect, it, test } from 'vitest'
import type { ShortResource } from '../../src/content/example-resources.ts'
import { scopeOf, type ScopeOptions, valueIn } from './scope.ts'

const DOSE = { given: 'inotuzumab ozogamicin', at: '-7d', mg: 1.6 }
const read = (name: string, resources: readonly ShortResource[], options: ScopeOptions = {}): unknown => valueIn(scopeOf({ ...options, resources: [DOSE, ...resources] }), name)
const count = (name: string, resources: readonly ShortResource[]): number => (read(name, resources) as readonly string[]).length
const graded = (text: string, level: number, at = '-2d'): ShortResource => ({ resourceType: 'AdverseEvent', text, at, extension: [{ url: 'http://hl7.org/fhir/us/ctcae/StructureDefinition/ctcae-grade', valueInteger: level }] })

describe('a severe infection', () => {
  test.each([['sepsis', 'A41.9'], ['pneumonia', 'J18.9'], ['invasive aspergillosis', 'B44.1']])('is %s', (_, icd10) => expect(count('severeInfections', [{ icd10, at: '-3d' }])).toBe(1))
  it('is current for two weeks', () => expect([count('severeInfections', [{ icd10: 'A41.9', at: '-14d' }]), count('severeInfections', [{ icd10: 'A41.9', at: '-15d' }])]).toEqual([1, 0]))
  it('without a date is current', () => expect(count('severeInfections', [{ icd10: 'A41.9' }])).toBe(1))
  it('that is over is none', () => expect(count('severeInfections', [{ icd10: 'A41.9', clinical: 'resolved', at: '-3d' }])).toBe(0))
  it('is any infection of grade 3', () => expect([count('severeInfections', [graded('Urinary tract infection', 3)]), count('severeInfections', [graded('Urinary tract infection', 2)])]).toEqual([1, 0]))
  it('named by a diagnosis and an event is told once', () => expect(count('severeInfections', [{ icd10: 'A41.9', text: 'Sepsis', at: '-3d' }, graded('Sepsis', 3)])).toBe(1))
  it('is septic shock only when confirmed', () => {
    expect(count('septicShock', [{ icd10: 'R65.21', at: '-1d' }])).toBe(1)
    expect(count('septicShock', [{ icd10: 'R65.21', at: '-1d', verification: 'provisional' }])).toBe(0)
    expect(count('severeInfections', [{ icd10: 'R65.21', at: '-1d', verification: 'provisional' }])).toBe(1)
  })
  it('is not known where diagnoses could not be read', () => expect(read('severeInfections', [], { unread: ['conditions'] })).toBe('missing: unavailable'))
})

describe('fever', () => {
  const temperature = (value: number, at = '-2h', unit = 'Cel'): ShortResource => ({ loinc: '8310-5', value, unit, at })
  test.each([[38.2, false], [38.3, true]])('one temperature of %s °C', (value, expected) => expect(read('fever', [temperature(value)])).toBe(expected))
  test.each([[100.9, false], [101, true]])('one temperature of %s °F', (value, expected) => expect(read('fever', [temperature(value, '-2h', '[degF]')])).toBe(expected))
  it('two temperatures of 38.0 °C an hour apart', () => {
    expect(read('fever', [temperature(38, '-2h'), temperature(38, '-1h')])).toBe(true)
    expect(read('fever', [temperature(38, '-119m'), temperature(38, '-60m')])).toBe(false)
    expect(read('fever', [temperature(37.9, '-3h'), temperature(38, '-1h')])).toBe(false)
  })
  it('of the last two days', () => expect([read('fever', [temperature(39, '-48h')]), read('fever', [temperature(39, '-49h')])]).toEqual([true, 'missing: absent']))
  it('is not excluded without a temperature', () => expect(read('fever', [])).toBe('missing: absent'))
  it('may stand on the problem list', () => expect(read('fever', [{ icd10: 'R50.9', at: '-1d' }])).toBe(true))
})

describe('neutrophils', () => {
  const anc = (value: number, at: string): ShortResource => ({ loinc: '751-8', value, unit: '10*9/L', at })
  it('fall when the newest count is below the one before', () => {
    expect(read('ancFalling', [anc(0.9, '-3d'), anc(0.8, '-1d')])).toBe(true)
    expect(read('ancFalling', [anc(0.8, '-3d'), anc(0.8, '-1d')])).toBe(false)
  })
  it('of one count alone nothing is known', () => expect(read('ancFalling', [anc(0.8, '-1d')])).toBe('missing: absent'))
  it('may be low by diagnosis', () => {
    expect(read('febrileNeutropenia', [{ icd10: 'R50.81', at: '-1d' }])).toBe(true)
    expect(read('neutropeniaRecorded', [{ icd10: 'D70.1', at: '-1d' }])).toBe(true)
    expect(read('febrileNeutropenia', [{ icd10: 'R50.81', at: '-15d' }])).toBe(false)
  })
})

describe('bleeding', () => {
  it('in head or gut needs no grade', () => expect([count('bleedings', [{ icd10: 'K92.2', at: '-1d' }]), count('bleedings', [{ icd10: 'I61.9', at: '-1d' }])]).toEqual([1, 1]))
  it('elsewhere needs grade 3', () => expect([count('bleedings', [graded('Epistaxis', 2)]), count('bleedings', [graded('Epistaxis', 3)]), count('bleedings', [{ icd10: 'R04.0', at: '-1d' }])]).toEqual([0, 1, 0]))
  it('has the highest recorded grade', () => {
    expect(read('bleedingGrade', [graded('Epistaxis', 3), graded('Gastrointestinal hemorrhage', 4)])).toBe(4)
    expect(read('bleedingGrade', [{ icd10: 'K92.2', at: '-1d', stage: [{ summary: { text: 'CTCAE grade 4' } }] }])).toBe(4)
    expect(read('bleedingGrade', [{ icd10: 'K92.2', at: '-1d' }])).toBe('missing: not-applicable')
  })
  it('that is only suspected is never of grade 4', () => {
    expect(read('bleedingGrade', [{ icd10: 'K92.2', at: '-1d', verification: 'provisional', stage: [{ summary: { text: 'CTCAE grade 4' } }] }])).toBe('missing: not-applicable')
  })
})
