import { describe, expect, it } from 'vitest'
import type { ScopeOptions } from './scope.ts'
import { scopeOf, valueIn } from './scope.ts'

type Resources = NonNullable<ScopeOptions['resources']>
const read = (name: string, resources: Resources = [], options: ScopeOptions = {}) => valueIn(scopeOf({ ...options, resources }), name)
const HBSAG = '5196-1'
const HCV_RNA = '11259-9'
const test = (loinc: string, answer: string, at = '-30d', rest: object = {}) => ({ loinc, answer: { text: answer }, at, ...rest })
const dose = { given: 'inotuzumab ozogamicin', at: '-10d', mg: 1.6 }

describe('a serological result', () => {
  it.each([
    ['in words', [test(HBSAG, 'Reactive')], 'positive'],
    ['in the opposite words', [test(HBSAG, 'Non-reactive')], 'negative'],
    ['as an interpretation beside an index', [{ loinc: HBSAG, value: 2.4, unit: '{s_co_ratio}', at: '-30d', interpretation: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation', code: 'POS' }] }] }], 'positive'],
    ['as an index alone is not readable', [{ loinc: HBSAG, value: 2.4, unit: '{s_co_ratio}', at: '-30d' }], 'missing: absent'],
    ['as a truth value', [{ loinc: HBSAG, valueBoolean: true, at: '-30d' }], 'positive'],
    ['of last year still counts', [test(HBSAG, 'Positive', '-400d')], 'positive'],
    ['with words of both kinds is not readable', [test(HBSAG, 'Positive, confirmation negative')], 'missing: absent'],
    ['of the future says nothing', [test(HBSAG, 'Positive', '+2d')], 'missing: absent'],
    ['there is none', [], 'missing: absent'],
  ])('%s', (_, resources, expected) => {
    expect(read('hbsagResult', resources)).toBe(expected)
  })
  it('is unknown while results cannot be read', () => {
    expect(read('hbsagResult', [], { unread: ['labs'] })).toBe('missing: unavailable')
  })
})

describe('active hepatitis', () => {
  it.each([
    ['HBsAg positive', [test(HBSAG, 'Positive')], true],
    ['HBV DNA counted', [{ loinc: '42595-9', value: 1200, unit: '[IU]/mL', at: '-30d' }], true],
    ['HBV DNA below the limit of the test', [{ loinc: '42595-9', value: 20, unit: '[IU]/mL', comparator: '<', at: '-30d' }], false],
    ['HCV RNA detected', [test('13955-0', 'Positive'), test(HCV_RNA, 'Detected')], true],
    ['anti-HCV without RNA', [test('13955-0', 'Positive'), test(HCV_RNA, 'Not detected')], false],
    ['anti-HCV alone', [test('13955-0', 'Positive')], false],
    ['anti-HBc alone', [test('13952-7', 'Positive'), test(HBSAG, 'Negative')], false],
    ['a diagnosis', [{ icd10: 'B18.1', at: '-900d' }], true],
    ['RNA that has gone', [test(HCV_RNA, 'Detected', '-400d'), test(HCV_RNA, 'Not detected', '-30d')], false],
  ])('%s', (_, resources, expected) => {
    expect(read('activeHepatitis', resources)).toBe(expected)
  })
  it('is new only when it appeared on or after the day of the first dose', () => {
    expect(read('newHepatitis', [dose, test(HBSAG, 'Positive', '-11d')])).toBe(false)
    expect(read('newHepatitis', [dose, test(HBSAG, 'Positive', '-10d')])).toBe(true)
    expect(read('newHepatitis', [dose, { icd10: 'B16.9', at: '-2d' }])).toBe(true)
    expect(read('newHepatitis', [test(HBSAG, 'Positive', '-2d')])).toBe(false)
  })
  it.each(['labs', 'conditions'])('is unknown while %s cannot be read', (source) => {
    expect(read('activeHepatitis', [], { unread: [source] })).toBe('missing: unavailable')
  })
})

describe('HIV', () => {
  it.each([
    ['a positive test', [test('56888-1', 'Reactive')], 'positive'],
    ['a diagnosis, whatever the test', [{ icd10: 'Z21' }, test('56888-1', 'Negative')], 'positive'],
    ['a viral load', [{ loinc: '25836-8', value: 50_000, unit: '{copies}/mL', at: '-30d' }], 'positive'],
    ['no virus in the blood does not make a positive test negative', [test('56888-1', 'Reactive', '-60d'), { loinc: '25836-8', value: 0, unit: '{copies}/mL', at: '-30d' }], 'positive'],
    ['a negative test', [test('56888-1', 'Negative')], 'negative'],
    ['never tested', [], 'missing: absent'],
  ])('%s', (_, resources, expected) => {
    expect(read('hivResult', resources)).toBe(expected)
  })
})
