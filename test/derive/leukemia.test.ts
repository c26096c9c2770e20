import { describe, expect, it } from 'vitest'
import type { ScopeOptions } from './scope.ts'
import { scopeOf, valueIn } from './scope.ts'

type Resources = NonNullable<ScopeOptions['resources']>
const read = (name: string, resources: Resources = [], options: ScopeOptions = {}) => valueIn(scopeOf({ ...options, resources }), name)
const textIn = (name: string, resources: Resources, options: ScopeOptions = {}): string => {
  const fact = scopeOf({ ...options, resources }).fact(name)
  return fact.state === 'present' ? fact.text : fact.why
}
const line = (start: string, end: string | undefined, rest: object = {}) =>
  ({ resourceType: 'CarePlan', status: 'completed', title: 'Systemic therapy', period: { start, ...(end === undefined ? {} : { end }) }, ...rest })
const relapsed = { icd10: 'C91.02', clinical: 'relapse', at: '-24d' }

describe('B-cell precursor ALL', () => {
  it.each([
    ['in relapse', [relapsed], true],
    ['by SNOMED CT alone', [{ resourceType: 'Condition', snomed: '277572006' }], true],
    ['by words alone', [{ resourceType: 'Condition', text: 'Relapsed B-cell acute lymphoblastic leukemia' }], true],
    ['only in remission', [{ icd10: 'C91.00', clinical: 'remission' }], false],
    ['of T cells by its words', [{ icd10: 'C91.00', text: 'T-cell acute lymphoblastic leukemia' }], false],
    ['of T cells by a second code', [{ icd10: 'C91.00', snomed: '277575008' }], false],
    ['only suspected', [{ icd10: 'C91.00', verification: 'provisional' }], false],
    ['a lymphoma', [{ icd10: 'C83.30' }], false],
    ['no diagnosis at all', [], false],
  ])('%s', (_, resources, expected) => {
    expect(read('bcpAll', resources)).toBe(expected)
  })
  it('may be the reason of the order', () => {
    const order = { reasonCode: [{ coding: [{ system: 'http://hl7.org/fhir/sid/icd-10-cm', code: 'C91.02' }], text: 'B-ALL in relapse' }] }
    expect(read('bcpAll', [], { order })).toBe(true)
    expect(textIn('bcpAll', [], { order })).toBe('B-ALL in relapse (reason of the order)')
    expect(read('bcpAll', [], { order: { reasonReference: [{ display: 'Acute lymphoblastic leukemia in relapse' }] } })).toBe(true)
    expect(read('bcpAll', [], { order: { reasonCode: [{ text: 'Follicular lymphoma' }] } })).toBe(false)
  })
  it('is unknown while the problem list cannot be read', () => {
    expect(read('bcpAll', [], { unread: ['conditions'] })).toBe('missing: unavailable')
    expect(read('allOnRecord', [], { unread: ['conditions'] })).toBe('missing: unavailable')
  })
  it('in remission is still on record', () => {
    expect(read('allOnRecord', [{ icd10: 'C91.01', clinical: 'remission' }])).toBe(true)
  })
})

describe('dates of the disease', () => {
  it('take the newest diagnosis coded as relapse', () => {
    expect(textIn('relapseDate', [relapsed, { icd10: 'C91.02', at: '-400d' }])).toBe('2025-02-07')
  })
  it('never take the onset of a first diagnosis that was set to relapse', () => {
    const resources = [{ icd10: 'C91.00', clinical: 'relapse', at: '-900d' }]
    expect(read('relapseDate', resources)).toBe('missing: absent')
    expect(textIn('cd22Since', resources)).toBe('2024-09-04')
  })
  it('let CD22 count since the relapse, or for half a year', () => {
    expect(textIn('cd22Since', [{ icd10: 'C91.02', at: '-300d' }])).toBe('2024-05-07')
    expect(textIn('cd22Since', [])).toBe('2024-09-04')
  })
  it('begin with the oldest diagnosis', () => {
    expect(textIn('diagnosisDate', [relapsed, { icd10: 'C91.00', clinical: 'inactive', at: '-900d' }])).toBe('2022-09-15')
  })
})

describe('earlier lines', () => {
  it.each([
    ['each finished plan is one', [line('-800d', '-700d'), line('-500d', '-400d'), line('-200d', '-100d')], 3],
    ['a plan that has not ended is none', [line('-800d', '-700d'), line('-20d', undefined, { status: 'active' })], 1],
    ['a stopped plan with an end is one', [line('-800d', '-700d', { status: 'revoked' })], 1],
    ['a plan that ends today is none', [line('-20d', '0d', { status: 'active' })], 'missing: absent'],
    ['a plan of inotuzumab is none', [line('-20d', '-1d', { title: 'Inotuzumab ozogamicin salvage therapy' })], 'missing: absent'],
    ['a draft is none', [line('-20d', '-1d', { status: 'draft' })], 'missing: absent'],
    ['a plan entered in error is none', [line('-20d', '-1d', { status: 'entered-in-error' })], 'missing: absent'],
    ['plans and episodes are not added up', [line('-800d', '-700d'), { resourceType: 'EpisodeOfCare', status: 'finished', type: [{ text: 'Systemic therapy' }], period: { start: '-800d', end: '-700d' } }], 1],
    ['none on record', [], 'missing: absent'],
  ])('%s', (_, resources, expected) => {
    expect(read('priorLines', resources)).toBe(expected)
  })
  it('are as many as the clinician says', () => {
    const order = { extension: [{ url: 'urn:ino-cds:assertion', extension: [{ url: 'key', valueCode: 'salvageNumber' }, { url: 'value', valueInteger: 3 }] }] }
    expect(read('priorLines', [line('-800d', '-700d')], { order })).toBe(3)
  })
  it('are unknown while plans cannot be read', () => {
    expect(read('priorLines', [], { unread: ['procedures'] })).toBe('missing: unavailable')
  })
})

describe('relapse or earlier treatment', () => {
  it.each([
    ['relapse by code', [relapsed], true],
    ['relapse by clinical status', [{ icd10: 'C91.00', clinical: 'recurrence' }], true],
    ['an earlier line', [{ icd10: 'C91.01' }, line('-200d', '-100d')], true],
    ['neither', [{ icd10: 'C91.01' }], false],
  ])('%s', (_, resources, expected) => {
    expect(read('relapsedOrTreated', resources)).toBe(expected)
  })
  it.each(['conditions', 'procedures'])('is unknown while %s cannot be read', (source) => {
    expect(read('relapsedOrTreated', [{ icd10: 'C91.01' }], { unread: [source] })).toBe('missing: unavailable')
  })
})

describe('the Philadelphia chromosome', () => {
  const test = (answer: string, at: string) => ({ text: 'BCR::ABL1 fusion', answer: { text: answer }, at })
  it.each([
    ['a diagnosis that names it', [{ resourceType: 'Condition', snomed: '425688002' }], true],
    ['detected', [test('Detected', '-20d')], true],
    ['detected once, not any more in remission', [test('Detected', '-400d'), test('Not detected', '-20d')], true],
    ['a counted transcript', [{ text: 'BCR-ABL1', value: 0.5, unit: '%', at: '-20d' }], true],
    ['not detected', [test('Not detected', '-20d')], false],
    ['an answer nobody can read', [test('see report', '-20d')], 'missing: absent'],
    ['never tested', [], 'missing: absent'],
  ])('%s', (_, resources, expected) => {
    expect(read('philadelphiaPositive', resources)).toBe(expected)
  })
  it('is unknown while results cannot be read', () => {
    expect(read('philadelphiaPositive', [], { unread: ['labs'] })).toBe('missing: unavailable')
  })
})

describe('a relapse outside the marrow alone', () => {
  const testis = { icd10: 'C79.82', at: '-20d' }
  const marrow = (value: number) => ({ loinc: '11150-0', value, unit: '%', at: '-5d' })
  it.each([
    ['testis with a clear marrow', [testis, marrow(4.9)], true],
    ['testis and marrow', [testis, marrow(5)], false],
    ['testis without a marrow result', [testis], true],
    ['testis and blasts in the blood', [testis, { loinc: '26446-5', value: 1, unit: '%', at: '-1d' }], false],
    ['marrow alone', [marrow(60)], false],
  ])('%s', (_, resources, expected) => {
    expect(read('isolatedExtramedullary', resources)).toBe(expected)
  })
  it('is unknown while the problem list cannot be read', () => {
    expect(read('isolatedExtramedullary', [], { unread: ['conditions'] })).toBe('missing: unavailable')
  })
})
