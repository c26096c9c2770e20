import { describe, expect, test } from 'vitest'
import { isAssertionOf, orderAssertions } from '../../src/facts/assertions.ts'
import { calendar, chartOf, NOW, order, scopeOn, valueIn } from './small-content.ts'

const said = (key: string, value: object, date?: string): object => ({ url: 'urn:ino-cds:assertion', extension: [{ url: 'key', valueCode: key }, { url: 'value', ...value }, ...(date === undefined ? [] : [{ url: 'date', valueDateTime: date }])] })
const answered = (linkId: string, answer: object, { authored = '2025-03-03T08:00:00Z', status = 'completed', id = 'q1' } = {}): object => ({ resourceType: 'QuestionnaireResponse', id, status, authored, item: [{ linkId, answer: [answer] }] })
const fact = (name: string, extension: readonly object[], resources: readonly object[] = []): unknown => valueIn(scopeOn(chartOf({ drafts: [order({ extension })], resources })), name)

describe('an answer on the order', () => {
  test.each([
    ['a whole number', 'StatedCycle', 'statedCycle', { valueInteger: 2 }, 2], ['a number', 'WeightStated', 'weightStated', { valueDecimal: 71.5 }, 71.5], ['yes or no', 'Syndrome', 'syndrome', { valueBoolean: false }, false],
    ['a code', 'Plan', 'plan', { valueCode: 'planned' }, 'planned'], ['words', 'Agents', 'agents', { valueString: 'busulfan, melphalan' }, 'busulfan, melphalan'], ['a number written as text', 'StatedCycle', 'statedCycle', { valueString: '2' }, 2],
  ])('as %s', (_, name, key, value, expected) => expect(fact(`asserted${name}`, [said(key, value)])).toEqual(expected))
  test('as a date is a day', () => expect(fact('assertedPlanDate', [said('planDate', { valueDate: '2025-04-01' })])).toMatchObject({ precise: false, day: calendar.parse('2025-04-01')?.day }))

  test.each([
    ['half a cycle', 'StatedCycle', 'statedCycle', { valueDecimal: 1.5 }], ['a cycle in words', 'StatedCycle', 'statedCycle', { valueString: 'two' }], ['no words at all', 'Agents', 'agents', { valueString: ' ' }],
    ['yes as a word', 'Syndrome', 'syndrome', { valueString: 'true' }], ['yes as a number', 'Syndrome', 'syndrome', { valueInteger: 1 }], ['a code nobody declared', 'Plan', 'plan', { valueCode: 'maybe' }],
    ['a date that is none', 'PlanDate', 'planDate', { valueDate: '2025-02-30' }], ['a date as a number', 'PlanDate', 'planDate', { valueInteger: 20250401 }], ['an object', 'Agents', 'agents', { valueCodeableConcept: { text: 'x' } }],
  ])('that is %s is no answer', (_, name, key, value) => expect(fact(`asserted${name}`, [said(key, value)])).toBe('missing: absent'))
  test('that is wrong leaves an older right one standing', () => expect(fact('assertedStatedCycle', [said('statedCycle', { valueString: 'two' }), said('statedCycle', { valueInteger: 3 })])).toBe(3))

  test.each([['without a key', { url: 'urn:ino-cds:assertion', extension: [{ url: 'value', valueInteger: 2 }] }], ['without a value', { url: 'urn:ino-cds:assertion', extension: [{ url: 'key', valueCode: 'statedCycle' }] }], ['of another kind', { ...said('statedCycle', { valueInteger: 2 }), url: 'urn:other' }], ['that is no object', 'x']])('%s is none', (_, extension) => {
    expect(orderAssertions({ resourceType: 'MedicationRequest', extension: [extension] }, calendar, NOW)).toEqual([])
  })
  test('without a date was given now', () => expect(orderAssertions({ resourceType: 'MedicationRequest', id: 'o', extension: [said('statedCycle', { valueInteger: 2 })] }, calendar, NOW)).toEqual([{ key: 'statedCycle', value: 2, at: NOW, source: 'MedicationRequest/o' }]))
  test('is told by its key', () => {
    expect(isAssertionOf(said('plan', { valueCode: 'planned' }), 'plan')).toBe(true)
    expect(isAssertionOf(said('plan', { valueCode: 'planned' }), 'planDate')).toBe(false)
    expect(isAssertionOf(null, 'plan')).toBe(false)
  })
})

describe('how long an answer counts', () => {
  test.each([['2025-02-01', true], ['2025-02-01T00:00:00Z', true], ['2025-01-31', false], ['2025-01-31T23:59:00Z', false]])('30 days, counted by the calendar: %s', (date, counts) => {
    expect(fact('assertedPlan', [said('plan', { valueCode: 'planned' }, date)])).toBe(counts ? 'planned' : 'missing: absent')
  })
  test.each([['2025-02-28T12:00:00Z', true], ['2025-02-28T11:59:59Z', false], ['2025-02-28', true], ['2025-02-27', false]])('72 hours, a day without a time to its end: %s', (date, counts) => {
    expect(fact('assertedWeightStated', [said('weightStated', { valueDecimal: 70 }, date)])).toBe(counts ? 70 : 'missing: absent')
  })
  test('for ever where no term is declared', () => expect(fact('assertedStatedCycle', [said('statedCycle', { valueInteger: 2 }, '2020-01-01')])).toBe(2))
  test('from now where its date is unreadable', () => expect(fact('assertedPlan', [said('plan', { valueCode: 'planned' }, 'lately')])).toBe('planned'))
})

describe('an answer in a questionnaire', () => {
  const one = (options?: Parameters<typeof answered>[2], answer: object = { valueInteger: 2 }): unknown => fact('assertedStatedCycle', [], [answered('statedCycle', answer, options)])
  test.each([['completed', 2], ['amended', 2], ['in-progress', 'missing: absent'], ['entered-in-error', 'missing: absent'], ['stopped', 'missing: absent']])('that is %s: %s', (status, expected) => expect(one({ status })).toBe(expected))
  test('without a date counts for nothing', () => expect(one({ authored: '' })).toBe('missing: absent'))
  test('as a coding counts by its code', () => expect(fact('assertedPlan', [], [answered('plan', { valueCoding: { system: 'x', code: 'planned' } })])).toBe('planned'))
  test('is found under groups of questions', () => {
    const nested = { resourceType: 'QuestionnaireResponse', id: 'q', status: 'completed', authored: '2025-03-03', item: [{ linkId: 'group', item: [{ linkId: 'statedCycle', answer: [{ valueInteger: 4 }] }] }] }
    expect(fact('assertedStatedCycle', [], [nested])).toBe(4)
  })
  test('gives way to the newer one, whatever the order they are sent in', () => {
    const old = answered('statedCycle', { valueInteger: 1 }, { authored: '2025-03-01', id: 'a' })
    const young = answered('statedCycle', { valueInteger: 2 }, { authored: '2025-03-02', id: 'b' })
    expect(fact('assertedStatedCycle', [], [old, young])).toBe(2)
    expect(fact('assertedStatedCycle', [], [young, old])).toBe(2)
  })
  test('gives way to the answer on the order, even an older one', () => {
    expect(fact('assertedPlan', [said('plan', { valueCode: 'planned' }, '2025-03-01')], [answered('plan', { valueCoding: { code: 'not-planned' } })])).toBe('planned')
  })
  test('counts where the answer on the order has expired', () => {
    expect(fact('assertedPlan', [said('plan', { valueCode: 'planned' }, '2025-01-01')], [answered('plan', { valueCoding: { code: 'not-planned' } })])).toBe('not-planned')
  })
})

describe('two drafts', () => {
  const drafts = [order({ id: 'o1' }), order({ id: 'o2', extension: [said('statedCycle', { valueInteger: 2 }), said('plan', { valueCode: 'planned' })] })]
  const of = (position: number, name: string): unknown => {
    const chart = chartOf({ drafts })
    return valueIn(scopeOn({ ...chart, drafts: chart.drafts.toSorted((a, b) => Number(b === chart.drafts[position]) - Number(a === chart.drafts[position])) }), name)
  }
  test('each have their own cycle', () => {
    expect(of(1, 'assertedStatedCycle')).toBe(2)
    expect(of(0, 'assertedStatedCycle')).toBe('missing: absent')
  })
  test('share what is said about the patient', () => expect([of(0, 'assertedPlan'), of(1, 'assertedPlan')]).toEqual(['planned', 'planned']))
  test('each put their own answer first', () => {
    const both = [order({ id: 'o1', extension: [said('plan', { valueCode: 'planned' })] }), order({ id: 'o2', extension: [said('plan', { valueCode: 'not-planned' })] })]
    const chart = chartOf({ drafts: both })
    expect(valueIn(scopeOn({ ...chart, drafts: chart.drafts.toReversed() }), 'assertedPlan')).toBe('not-planned')
  })
})

test('an answer says where it comes from', () => {
  const scope = scopeOn(chartOf({ drafts: [order({ extension: [said('plan', { valueCode: 'planned' }, '2025-03-01')] })] }))
  expect(scope.fact('assertedPlan')).toMatchObject({ text: 'planned', origin: 'assertion', sources: ['MedicationRequest/o1'], at: { day: calendar.parse('2025-03-01')?.day } })
})

test('an answer outranks what the record says', () => {
  expect(fact('hasSyndrome', [said('syndrome', { valueBoolean: true })])).toBe(true)
  expect(fact('hasSyndrome', [said('syndrome', { valueBoolean: false })], [{ resourceType: 'Condition', id: 'c', clinicalStatus: { coding: [{ code: 'active' }] }, code: { text: 'Gilbert' } }])).toBe(false)
})
