import { describe, expect, it } from 'vitest'
import type { ScopeOptions } from './scope.ts'
import { scopeOf, valueIn } from './scope.ts'

type Resources = NonNullable<ScopeOptions['resources']>
const read = (name: string, resources: Resources = [], options: ScopeOptions = {}) => valueIn(scopeOf({ ...options, resources }), name)
const textIn = (name: string, resources: Resources, options: ScopeOptions = {}): string => {
  const fact = scopeOf({ ...options, resources }).fact(name)
  return fact.state === 'present' ? fact.text : fact.why
}
const patient = (gender: string | undefined, birthDate?: string, rest: object = {}) => ({ resourceType: 'Patient', gender, birthDate, ...rest })
const woman = patient('female', '1995-01-01')
const man = patient('male', '1980-01-01')
const assertion = (key: string, valueBoolean: boolean) => ({ extension: [{ url: 'urn:ino-cds:assertion', extension: [{ url: 'key', valueCode: key }, { url: 'value', valueBoolean }] }] })
const born = (valueCode: string) => ({ extension: [{ url: 'http://hl7.org/fhir/us/core/StructureDefinition/us-core-birthsex', valueCode }] })

describe('childbearing potential', () => {
  it.each([
    ['a woman of 30', [woman], true],
    ['a man', [man], false],
    ['a girl on her 12th birthday', [patient('female', '2013-03-03')], true],
    ['a girl on the day before', [patient('female', '2013-03-04')], false],
    ['a woman of 55', [patient('female', '1969-03-04')], true],
    ['a woman on her 56th birthday', [patient('female', '1969-03-03')], false],
    ['a woman whose age is unknown', [patient('female')], true],
    ['after hysterectomy', [woman, { resourceType: 'Procedure', snomed: '236886002', at: '-900d' }], false],
    ['after menopause', [woman, { icd10: 'Z78.0' }], false],
    ['a man who was born female', [patient('male', '1995-01-01', born('F'))], true],
    ['sex not recorded', [patient(undefined, '1995-01-01')], 'missing: absent'],
  ])('%s', (_, resources, expected) => {
    expect(read('childbearing', resources)).toBe(expected)
  })
  it('is what the clinician says', () => {
    expect(read('childbearing', [woman], { order: assertion('childbearingPotential', false) })).toBe(false)
    expect(read('childbearing', [patient('female', '1960-01-01')], { order: assertion('childbearingPotential', true) })).toBe(true)
  })
  it('is unknown while the patient cannot be read', () => {
    expect(read('childbearing', [], { unread: ['patient'] })).toBe('missing: unavailable')
    expect(read('male', [], { unread: ['patient'] })).toBe('missing: unavailable')
  })
})

describe('pregnancy', () => {
  const hcg = (answer: string, at: string, rest: object = {}) => ({ loinc: '2118-8', answer: { text: answer }, at, ...rest })
  const level = (value: number, rest: object = {}) => ({ loinc: '21198-7', value, unit: 'mIU/mL', at: '-1d', ...rest })
  const condition = (at: string) => ({ icd10: 'Z33.1', at })
  it.each([
    ['a positive test', [woman, hcg('Positive', '-1d')], true],
    ['a negative test', [woman, hcg('Negative', '-1d')], false],
    ['positive, then negative', [woman, hcg('Positive', '-9d'), hcg('Negative', '-1d')], false],
    ['negative, then positive', [woman, hcg('Negative', '-9d'), hcg('Positive', '-1d')], true],
    ['a diagnosis', [woman, condition('-60d')], true],
    ['a diagnosis, then a negative test', [woman, condition('-60d'), hcg('Negative', '-1d')], false],
    ['a negative test, then a diagnosis', [woman, hcg('Negative', '-30d'), condition('-5d')], true],
    ['a diagnosis without a date stands against any test', [woman, { icd10: 'Z33.1' }, hcg('Negative', '-1d')], true],
    ['a preliminary positive test', [woman, hcg('Positive', '-1d', { status: 'preliminary' })], true],
    ['an amount at the limit of the setting', [woman, level(5)], true],
    ['an amount below it', [woman, level(4.9)], false],
    ['an amount at the limit of its laboratory', [woman, level(6, { high: 6 })], false],
    ['an amount above the limit of its laboratory', [woman, level(6.1, { high: 6 })], true],
    ['an amount below the range of the test', [woman, level(1, { comparator: '<' })], false],
    ['an amount whose bound leaves it open', [woman, level(10, { comparator: '<' })], false],
    ['an amount with an interpretation', [woman, level(8, { interpretation: [{ text: 'Negative' }] })], false],
    ['reported', [woman, { loinc: '82810-3', answer: { loinc: 'LA15173-0' }, at: '-3d' }], true],
    ['reported as none', [woman, condition('-60d'), { loinc: '82810-3', answer: { snomed: '60001007' }, at: '-3d' }], false],
    ['a positive test of 300 days ago', [woman, hcg('Positive', '-300d')], true],
    ['a positive test of 301 days ago', [woman, hcg('Positive', '-301d')], false],
    ['nothing', [woman], false],
    ['a man with hCG from a tumour', [man, level(50)], 'missing: not-applicable'],
  ])('%s', (_, resources, expected) => {
    expect(read('pregnant', resources)).toBe(expected)
  })
  it('is unknown while results cannot be read', () => {
    expect(read('pregnant', [woman], { unread: ['labs'] })).toBe('missing: unavailable')
    expect(read('hcgOnFile', [woman], { unread: ['labs'] })).toBe('missing: unavailable')
  })
  it('counts the days from the last final test to the dose', () => {
    expect(read('hcgAgeDays', [woman, hcg('Negative', '-8d'), level(2, { at: '-5d' })], { planned: '2d' })).toBe(7)
    expect(read('hcgAgeDays', [woman, hcg('Negative', '-8d'), hcg('Negative', '-1d', { status: 'preliminary' })])).toBe(8)
    expect(read('hcgOnFile', [woman])).toBe(false)
    expect(read('hcgAgeDays', [woman])).toBe('missing: not-applicable')
  })
})

describe('contraception', () => {
  const method = (text: string) => ({ loinc: '8659-5', answer: { text }, at: '-5d' })
  it.each([
    ['a reported method', [woman, method('Intrauterine device')], true],
    ['reported as none', [woman, method('None'), { icd10: 'Z30.09', at: '-5d' }], false],
    ['a device on the problem list', [woman, { icd10: 'Z97.5' }], true],
    ['counselling of late', [woman, { icd10: 'Z30.09', at: '-365d' }], true],
    ['counselling of old', [woman, { icd10: 'Z30.09', at: '-366d' }], false],
    ['nothing', [woman], false],
  ])('%s', (_, resources, expected) => {
    expect(read('contraceptionDocumented', resources)).toBe(expected)
  })
  it('is what the clinician says', () => {
    expect(read('contraceptionDocumented', [woman], { order: assertion('contraception', true) })).toBe(true)
    expect(read('contraceptionDocumented', [woman, method('Intrauterine device')], { order: assertion('contraception', false) })).toBe(false)
  })
  it.each(['assessments', 'conditions'])('is unknown while %s cannot be read', (source) => {
    expect(read('contraceptionDocumented', [woman], { unread: [source] })).toBe('missing: unavailable')
  })
})

describe('breastfeeding', () => {
  const report = (rest: object) => ({ loinc: '63895-7', at: '-3d', ...rest })
  it.each([
    ['on the problem list', [woman, { icd10: 'Z39.1', at: '-120d' }], true],
    ['reported', [woman, report({ answer: { loinc: 'LA33-6' } })], true],
    ['reported as a truth value', [woman, report({ valueBoolean: true })], true],
    ['reported in words', [woman, report({ valueString: 'Currently breastfeeding' })], true],
    ['ended since', [woman, { icd10: 'Z39.1', at: '-120d' }, report({ valueString: 'No longer breastfeeding' })], false],
    ['not recorded', [woman], false],
    ['a man', [man, { icd10: 'Z39.1' }], 'missing: not-applicable'],
  ])('%s', (_, resources, expected) => {
    expect(read('lactating', resources)).toBe(expected)
  })
})

describe('the months after the last dose', () => {
  const given = { given: 'inotuzumab ozogamicin', at: '2025-01-31T10:00:00Z', mg: 1.6 }
  it('end with the month where it is shorter', () => {
    const scope = { order: false as const }
    expect(textIn('femaleContraceptionUntil', [given], scope)).toBe('2025-09-30')
    expect(textIn('maleContraceptionUntil', [given], scope)).toBe('2025-06-30')
    expect(textIn('noBreastfeedingUntil', [given], scope)).toBe('2025-03-31')
  })
  it.each([
    ['2025-01-03T10:00:00Z', true],
    ['2025-01-02T10:00:00Z', false],
  ])('of breastfeeding are open for a dose of %s: %s', (at, expected) => {
    expect(read('noBreastfeedingOpen', [{ ...given, at }], { order: false })).toBe(expected)
  })
  it('count from the last date of an order', () => {
    const order = { dosageInstruction: [{ timing: { event: ['2025-03-03T12:00:00Z', '2025-03-10T12:00:00Z', '2025-03-17T12:00:00Z'] } }] }
    expect(textIn('maleContraceptionUntil', [], { order })).toBe('2025-08-17')
  })
  it('do not run before any dose was given', () => {
    expect(read('femaleContraceptionOpen', [], { order: false })).toBe(false)
    expect(read('femaleContraceptionUntil', [], { order: false })).toBe('missing: not-applicable')
  })
})
