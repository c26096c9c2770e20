import type { Observation } from 'fhir/r4.js'
import { describe, expect, test } from 'vitest'
import { editedResult, resultFields } from '../../src/web/result.ts'

const RESULT: Observation = {
  resourceType: 'Observation', id: 'o1', status: 'final', code: { text: 'Neutrophils' }, effectiveDateTime: '2026-11-20T07:30:00Z', issued: '2026-11-20T08:30:00Z',
  valueQuantity: { value: 0.8, unit: 'x10⁹/L', system: 'http://unitsofmeasure.org', code: '10*9/L' },
  interpretation: [{ text: 'low' }], referenceRange: [{ low: { value: 1.8, unit: '10*9/L' } }],
}
const edit = (change: object): Observation | undefined => editedResult(RESULT, { ...resultFields(RESULT), ...change })

describe('an edited result', () => {
  test('has the new value and keeps unit and range, but not what was said about the old value', () => {
    const edited = edit({ value: '1.4' })
    expect(edited).toMatchObject({ id: 'o1', valueQuantity: { value: 1.4, unit: 'x10⁹/L', code: '10*9/L' }, referenceRange: [{ low: { value: 1.8 } }] })
    expect(edited).not.toHaveProperty('interpretation')
    expect(edited).not.toHaveProperty('issued')
  })
  test('in another unit loses the range of the old one', () => {
    const edited = edit({ unit: '/uL' })
    expect(edited?.valueQuantity).toEqual({ value: 0.8, unit: '/uL', system: 'http://unitsofmeasure.org', code: '/uL' })
    expect(edited).not.toHaveProperty('referenceRange')
  })
  test('no longer says "below"', () => {
    const bound: Observation = { ...RESULT, valueQuantity: { ...RESULT.valueQuantity, comparator: '<' } }
    expect(editedResult(bound, { ...resultFields(bound), value: '2' })?.valueQuantity).not.toHaveProperty('comparator')
  })
  test('keeps its moment when only the value changes', () => expect(new Date(edit({ value: '2' })?.effectiveDateTime ?? '').toISOString()).toBe('2026-11-20T07:30:00.000Z'))
  test.each([['no value', { value: '' }], ['a word', { value: 'low' }], ['no time', { at: '' }]])('is none with %s', (_, change) => expect(edit(change)).toBeUndefined())
  test('may be zero', () => expect(edit({ value: '0' })?.valueQuantity?.value).toBe(0))
})
