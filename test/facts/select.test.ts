import { describe, expect, test } from 'vitest'
import type { RecordRow } from '../../src/facts/select.ts'
import { condition, factsOf, valueIn } from './small-content.ts'

const concept = (code: string): object => ({ coding: [{ code }] })
const syndrome = (more: object = {}): object => condition('E80.4', { clinicalStatus: concept('active'), ...more })
const marker = (answer: object, more: object = {}): object => ({ resourceType: 'Observation', id: 'm', status: 'final', code: { coding: [{ system: 'http://loinc.org', code: '51124-6' }] }, effectiveDateTime: '2025-03-01', ...answer, ...more })

describe('is there such a resource', () => {
  const has = (resources: readonly object[], unread: readonly string[] = []): unknown => valueIn(factsOf(resources, { unread }), 'hasSyndrome')
  test('yes, with its names and the newest date', () => {
    const fact = factsOf([syndrome({ id: 'a', code: { coding: [{ system: 'http://hl7.org/fhir/sid/icd-10-cm', code: 'E80.4' }], text: 'Gilbert syndrome' }, onsetDateTime: '2020-01-01' }), syndrome({ id: 'b', recordedDate: '2021-01-01' })]).fact('hasSyndrome')
    expect(fact).toMatchObject({ value: true, text: 'E80.4, Gilbert syndrome', sources: ['Condition/b', 'Condition/a'] })
  })
  test('no, where the record was read', () => expect(has([])).toBe(false))
  test('unknown, where it was not', () => expect(has([], ['conditions'])).toBe('missing: unavailable'))
  test('yes, where only a part of it was read', () => expect(has([syndrome()], ['conditions'])).toBe(true))
  test.each([['active', true], ['resolved', false], ['inactive', false]])('clinically %s: %s', (status, expected) => expect(has([syndrome({ clinicalStatus: concept(status) })])).toBe(expected))
  test('a status may be missing where the test lets it', () => expect(has([syndrome({ clinicalStatus: undefined })])).toBe(true))
  test('every rule of the test counts', () => expect(has([syndrome({ verificationStatus: concept('refuted') })])).toBe(false))
  test('a plain code counts as one in codings', () => expect(has([syndrome({ clinicalStatus: 'resolved' })])).toBe(false))
  test('another type of resource does not', () => expect(has([{ ...syndrome(), resourceType: 'AllergyIntolerance' }])).toBe(false))
})

describe('the newest answer in our words', () => {
  const answer = (resources: readonly object[], unread: readonly string[] = []): unknown => valueIn(factsOf(resources, { unread }), 'markerAnswer')
  test.each([
    ['a code', { valueCodeableConcept: { coding: [{ system: 'http://snomed.info/sct', code: '10828004' }] } }, 'positive'], ['words', { valueString: 'NEGATIVE (<0.01)' }, 'negative'], ['true', { valueBoolean: true }, 'positive'], ['false', { valueBoolean: false }, 'negative'],
    ['an interpretation', { interpretation: [{ text: 'Positive' }] }, 'positive'], ['a value before its interpretation', { valueString: 'negative', interpretation: [{ text: 'positive' }] }, 'negative'], ['words nobody mapped', { valueString: 'see report' }, 'missing: unit'], ['no value', {}, 'missing: unit'],
  ])('%s: %s', (_, value, expected) => expect(answer([marker(value)])).toBe(expected))
  test('by date, not by place', () => {
    const both = [marker({ valueString: 'negative' }, { id: 'old', effectiveDateTime: '2025-02-01' }), marker({ valueString: 'positive' }, { id: 'new' })]
    expect([answer(both), answer([...both].reverse())]).toEqual(['positive', 'positive'])
  })
  test('passes over a newer one that cannot be read', () => expect(answer([marker({ valueString: 'see report' }), marker({ valueString: 'negative' }, { id: 'old', effectiveDateTime: '2025-02-01' })])).toBe('negative'))
  test('only with the wanted status, which must be there', () => {
    expect(answer([marker({ valueString: 'negative' }, { status: 'preliminary' })])).toBe('missing: absent')
    expect(answer([marker({ valueString: 'negative' }, { status: undefined })])).toBe('missing: absent')
  })
  test('in its window only: not without a date, not of tomorrow', () => {
    expect(answer([marker({ valueString: 'negative' }, { effectiveDateTime: undefined })])).toBe('missing: absent')
    expect(answer([marker({ valueString: 'negative' }, { effectiveDateTime: '2025-03-04' })])).toBe('missing: absent')
  })
  test('is absent where nothing is on file, and unavailable where that was not read', () => {
    expect(answer([])).toBe('missing: absent')
    expect(answer([], ['labs'])).toBe('missing: unavailable')
  })
})

describe('all resources of a kind', () => {
  const rows = (resources: readonly object[], unread: readonly string[] = []): readonly RecordRow[] | string => {
    const fact = factsOf(resources, { unread }).fact('markerRows')
    return fact.state === 'present' ? fact.value as readonly RecordRow[] : fact.why
  }
  test('come newest first, those without a date last, with their fields', () => {
    const found = rows([marker({}, { id: 'none', effectiveDateTime: undefined }), marker({}, { id: 'old', effectiveDateTime: '2025-01-01' }), marker({ method: { text: 'flow' } }, { id: 'new' })])
    expect(typeof found === 'string' ? found : found.map(({ reference, fields }) => [reference, fields['status'], fields['method']])).toEqual([['Observation/new', 'final', 'flow'], ['Observation/old', 'final', undefined], ['Observation/none', 'final', undefined]])
  })
  test('must fulfil the condition', () => expect(rows([marker({}, { status: 'preliminary' })])).toEqual([]))
  test('are none where the record was read, and unavailable where it was not', () => {
    expect(rows([])).toEqual([])
    expect(rows([], ['labs'])).toBe('unavailable')
  })
})

describe('one value', () => {
  test.each([['female', 'female'], [undefined, 'missing: absent'], [null, 'missing: absent']])('%s: %s', (gender, expected) => expect(valueIn(factsOf([{ resourceType: 'Patient', id: 'p', gender }]), 'sex')).toBe(expected))
  test('is unavailable where nothing was read', () => expect(valueIn(factsOf([], { unread: ['patient'] }), 'sex')).toBe('missing: unavailable'))
  test('that is a date is one, or missing', () => {
    const start = (date: string): unknown => valueIn(factsOf([{ resourceType: 'EpisodeOfCare', id: 'e', period: { start: date } }]), 'startDate')
    expect(start('2025-02-01')).toMatchObject({ precise: false })
    expect(start('sometime')).toBe('missing: absent')
  })
})

describe('lists of facts', () => {
  test('name what is missing, each title once', () => expect(factsOf([]).fact('notThere')).toMatchObject({ value: ['Neutrophils', 'Bilirubin', 'Sex'], text: 'Neutrophils, Bilirubin, Sex' }))
  test('name only what is missing for the wanted reasons', () => expect(valueIn(factsOf([], { unread: ['labs'] }), 'notThere')).toEqual(['Sex']))
  test('are empty, and said to be, where nothing is', () => expect(factsOf([], { unread: ['labs', 'patient'] }).fact('notThere')).toMatchObject({ value: [], text: 'none' }))
  test('name what is false, and not what is unknown', () => {
    expect(valueIn(factsOf([]), 'notSo')).toEqual(['the syndrome', 'a partner'])
    expect(valueIn(factsOf([], { unread: ['conditions'] }), 'notSo')).toEqual(['a partner'])
    expect(valueIn(factsOf([syndrome()]), 'notSo')).toEqual(['a partner'])
  })
})
