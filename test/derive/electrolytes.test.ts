import { describe, expect, it, test } from 'vitest'
import type { ShortResource } from '../../src/content/example-resources.ts'
import { scopeOf, valueIn } from './scope.ts'

const read = (name: string, resources: readonly ShortResource[]): unknown => valueIn(scopeOf({ resources }), name)
const potassium = (value: number, more: ShortResource = {}): ShortResource => ({ loinc: '2823-3', value, unit: 'mmol/L', low: 3.5, at: '-1d', ...more })
const magnesium = (value: number, unit = 'mmol/L'): ShortResource => ({ loinc: unit === 'mmol/L' ? '2601-3' : '19123-9', value, unit, low: unit === 'mmol/L' ? 0.7 : 1.7, at: '-1d' })
const calcium = (value: number, unit = 'mmol/L', at = '-1d'): ShortResource => ({ loinc: unit === 'mmol/L' ? '2000-8' : '17861-6', value, unit, low: unit === 'mmol/L' ? 2.15 : 8.5, at })
const albumin = (value: number, unit = 'g/L'): ShortResource => ({ loinc: '1751-7', value, unit, at: '-1d' })
const lists = (...resources: readonly ShortResource[]): readonly unknown[] => ['electrolytesLow', 'electrolytesCritical'].map((name) => {
  const list = read(name, resources)
  return Array.isArray(list) ? list.length : list
})

describe('an electrolyte', () => {
  test.each([
    ['potassium 3.5', potassium(3.5), [0, 0]], ['potassium 3.4', potassium(3.4), [1, 0]], ['potassium 3.0', potassium(3), [1, 0]], ['potassium 2.9', potassium(2.9), [1, 1]],
    ['magnesium 0.7 mmol/L', magnesium(0.7), [0, 0]], ['magnesium 0.4 mmol/L', magnesium(0.4), [1, 0]], ['magnesium 0.39 mmol/L', magnesium(0.39), [1, 1]],
    ['magnesium 0.9 mg/dL', magnesium(0.9, 'mg/dL'), [1, 0]], ['magnesium 0.89 mg/dL', magnesium(0.89, 'mg/dL'), [1, 1]],
    ['calcium 1.75 mmol/L', calcium(1.75), [1, 0]], ['calcium 1.74 mmol/L', calcium(1.74), [1, 1]], ['calcium 7.0 mg/dL', calcium(7, 'mg/dL'), [1, 0]], ['calcium 6.9 mg/dL', calcium(6.9, 'mg/dL'), [1, 1]],
  ])('%s', (_, result, expected) => expect(lists(result)).toEqual(expected))

  it('known to be below its critical limit is critical', () => expect(lists(potassium(2.5, { comparator: '<' }))).toEqual([1, 1]))
  it('that was low ten days ago stays low until it is measured again', () => {
    expect(lists(potassium(2.8, { at: '-10d' }))).toEqual([1, 1])
    expect(lists(potassium(2.8, { at: '-10d' }), potassium(4))).toEqual([0, 0])
    expect(lists(potassium(2.8, { at: '-15d' }))).toEqual(['missing: absent', 'missing: absent'])
  })
  it('without a limit of its own can still be critical', () => expect(lists({ loinc: '2823-3', value: 2.9, unit: 'mmol/L', at: '-1d' })).toEqual([1, 1]))
  it('that nobody measured is not known', () => expect(lists()).toEqual(['missing: absent', 'missing: absent']))
})

describe('calcium', () => {
  it('is corrected for albumin in either unit', () => {
    expect(read('calciumCorrected', [calcium(2.0), albumin(30)])).toBe(2.2)
    expect(read('calciumCorrected', [calcium(2.0), albumin(3, 'g/dL')])).toBe(2.2)
    expect(read('calciumCorrected', [calcium(8, 'mg/dL'), albumin(3, 'g/dL')])).toBe(8.8)
  })
  it('counts as reported without albumin', () => expect(read('calciumCorrected', [calcium(2.0)])).toBe(2))
  it('counts as the laboratory corrected it, where that is as new', () => {
    const corrected = (at: string): ShortResource => ({ text: 'Albumin-corrected calcium', value: 2.3, unit: 'mmol/L', low: 2.15, at })
    expect(read('calciumCorrected', [calcium(2.0), albumin(30), corrected('-1d')])).toBe(2.3)
    expect(read('calciumCorrected', [calcium(2.0), albumin(30), corrected('-3d')])).toBe(2.2)
  })
})
