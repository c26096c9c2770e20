import { describe, expect, it } from 'vitest'
import type { ScopeOptions } from './scope.ts'
import { scopeOf, valueIn } from './scope.ts'

type Resources = NonNullable<ScopeOptions['resources']>
const read = (name: string, resources: Resources = [], options: ScopeOptions = {}) => valueIn(scopeOf({ ...options, resources }), name)
const textIn = (name: string, resources: Resources, options: ScopeOptions = {}): string => {
  const fact = scopeOf({ ...options, resources }).fact(name)
  return fact.state === 'present' ? fact.text : fact.why
}
const share = (value: number, at = '-10d', rest: object = {}) => ({ loinc: '51124-6', value, unit: '%', at, ...rest })
const worded = (answer: string, at = '-10d', rest: object = {}) => ({ loinc: '51124-6', answer: { text: answer }, at, ...rest })

describe('CD22 on blasts', () => {
  it.each([
    ['a share', [share(95)], [true, 'share', 95]],
    ['a share of zero is known', [share(0)], [true, 'share', 0]],
    ['positive without a share', [worded('Positive')], [true, 'positive', 'missing: not-applicable']],
    ['negative without a share', [worded('Not detected')], [true, 'negative', 'missing: not-applicable']],
    ['the newest decides: a word', [share(95, '-20d'), worded('Negative', '-5d')], [true, 'negative', 'missing: not-applicable']],
    ['the newest decides: a share', [worded('Negative', '-20d'), share(95, '-5d')], [true, 'share', 95]],
    ['a share with an interpretation keeps its number', [share(95, '-5d', { interpretation: [{ text: 'Positive' }] })], [true, 'share', 95]],
    ['below one percent may be none', [share(1, '-5d', { comparator: '<' })], [false, 'share', { bound: 'below', limit: 1 }]],
    ['above 90 percent', [share(90, '-5d', { comparator: '>' })], [true, 'share', { bound: 'above', limit: 90 }]],
    ['in a local code with its words', [{ text: 'CD22 expression, flow cytometry', value: 60, unit: '%', at: '-5d' }], [true, 'share', 60]],
    ['not readable', [worded('see report')], [false, 'missing: not-applicable', 'missing: not-applicable']],
    ['preliminary', [share(95, '-5d', { status: 'preliminary' })], [false, 'missing: not-applicable', 'missing: not-applicable']],
    ['before the relapse', [share(95, '-30d'), { icd10: 'C91.02', at: '-24d' }], [false, 'missing: not-applicable', 'missing: not-applicable']],
    ['on the day of the relapse', [share(95, '-24d'), { icd10: 'C91.02', at: '-24d' }], [true, 'share', 95]],
    ['none', [], [false, 'missing: not-applicable', 'missing: not-applicable']],
  ])('%s', (_, resources, expected) => {
    expect(['cd22Known', 'cd22Answer', 'cd22Percent'].map((name) => read(name, resources))).toEqual(expected)
  })
  it('says since when there is no result, or that one cannot be read', () => {
    expect(textIn('cd22Known', [])).toBe('no result since 2024-09-04')
    expect(textIn('cd22Known', [worded('see report')])).toBe('the result on file is not readable')
  })
  it('is unknown while results cannot be read', () => {
    expect(read('cd22Known', [], { unread: ['labs'] })).toBe('missing: unavailable')
  })
})

describe('the interval since a transplantation', () => {
  const hct = (at: string, rest: object = {}) => ({ resourceType: 'Procedure', snomed: '58390007', performedDateTime: at, ...rest })
  it.each([
    ['exactly four months', [hct('2024-11-03')], true],
    ['four months and a day', [hct('2024-11-02')], false],
    ['yesterday', [hct('2025-03-02')], true],
    ['the newest of several', [hct('2020-01-01'), hct('2025-01-15')], true],
    ['a donor nobody named', [{ resourceType: 'Procedure', text: 'Stem cell transplantation', performedDateTime: '2025-01-15' }], true],
    ['autologous', [{ resourceType: 'Procedure', text: 'Autologous stem cell transplantation', performedDateTime: '2025-01-15' }], false],
    ['not done', [hct('2025-01-15', { status: 'not-done' })], false],
    ['never', [], false],
  ])('%s', (_, resources, expected) => {
    expect(read('hctRecent', resources)).toBe(expected)
  })
  it('clamps to the end of the month', () => {
    // 31 October and four months: 28 February is the last day inside
    expect(read('hctRecent', [hct('2024-10-31')], { planned: '-3d' })).toBe(true)
    expect(read('hctRecent', [hct('2024-10-31')], { planned: '-2d' })).toBe(false)
    expect(textIn('hctFreeFrom', [hct('2024-10-31')])).toBe('2025-03-01')
  })
  it('counts the months of the setting', () => {
    expect(read('hctRecent', [hct('2025-01-15')], { settings: { hct_interval_months: 1 } })).toBe(false)
  })
  it('asks for the date of a transplantation that has none', () => {
    expect(read('hctUndated', [{ icd10: 'Z94.84' }])).toBe(true)
    expect(read('hctUndated', [{ icd10: 'Z94.84' }, hct('2020-01-01')])).toBe(false)
    expect(read('hctUndated', [])).toBe(false)
  })
  it.each(['procedures', 'conditions'])('is unknown while %s cannot be read', (source) => {
    expect(read('hctRecent', [], { unread: [source] })).toBe('missing: unavailable')
    expect(read('hctUndated', [], { unread: [source] })).toBe('missing: unavailable')
  })
})

describe('the interval since another treatment against CD22', () => {
  const drug = 'moxetumomab pasudotox'
  it.each([
    ['given exactly four months ago', [{ given: drug, at: '2024-11-03T10:00:00Z' }], true],
    ['given four months and a day ago', [{ given: drug, at: '2024-11-02T10:00:00Z' }], false],
    ['an order that still runs', [{ ordered: drug, at: '-400d' }], true],
    ['an order that ended long ago', [{ ordered: drug, at: '-400d', end: '-300d', status: 'completed' }], false],
    ['an order that ended of late', [{ ordered: drug, at: '-400d', end: '-60d', status: 'completed' }], true],
    ['CAR T cells', [{ resourceType: 'Procedure', text: 'CD22 CAR T cell infusion', at: '-60d' }], true],
    ['a draft is no treatment', [], false],
    ['antibodies against CD20', [{ given: 'rituximab', at: '-5d' }], false],
  ])('%s', (_, resources, expected) => {
    const drafts = [{ ordered: drug, status: 'draft', event: '0d' }]
    expect(read('antiCd22Recent', resources, { drafts })).toBe(expected)
  })
  it('asks for a date that is missing', () => {
    const undated = { resourceType: 'MedicationStatement', status: 'completed', medicationCodeableConcept: { text: drug } }
    expect(read('antiCd22Undated', [undated])).toBe(true)
    expect(read('antiCd22Undated', [])).toBe(false)
  })
  it('is unknown while drugs cannot be read', () => {
    expect(read('antiCd22Recent', [], { unread: ['administrations'] })).toBe('missing: unavailable')
  })
})

describe('other facts of eligibility', () => {
  it('take ECOG as a number, else as a coded answer', () => {
    expect(read('ecogScore', [{ loinc: '89247-1', valueInteger: 3, at: '-3d' }])).toBe(3)
    expect(read('ecogScore', [{ loinc: '89247-1', answer: { loinc: 'LA9626-8' }, at: '-3d' }])).toBe(4)
    expect(read('ecogScore', [])).toBe('missing: absent')
  })
  it('tell a missing date of birth from a patient who could not be read', () => {
    expect(read('birthDateMissing', [{ resourceType: 'Patient', gender: 'male' }])).toBe(true)
    expect(read('birthDateMissing', [{ resourceType: 'Patient', birthDate: '1980-01-01' }])).toBe(false)
    expect(read('birthDateMissing', [], { unread: ['patient'] })).toBe('missing: unavailable')
  })
  it('know excipients by name', () => {
    expect(read('allergyExcipient', [{ resourceType: 'AllergyIntolerance', text: 'Sucrose' }])).toBe(true)
    expect(read('allergyExcipient', [{ resourceType: 'AllergyIntolerance', text: 'Tromethamine' }])).toBe(true)
    expect(read('allergyExcipient', [{ resourceType: 'AllergyIntolerance', text: 'Iron sucrose' }])).toBe(false)
    expect(read('allergyExcipient', [], { unread: ['allergies'] })).toBe('missing: unavailable')
  })
})
