import { describe, expect, test } from 'vitest'
import { dose, given, height, ordered, reads, twoSquareMetres, weight } from './course-record.ts'

const plan = (mg: number, profile?: string) => reads({ resources: [], order: ordered(dose(mg, 'mg')), ...(profile === undefined ? {} : { profile }) }, 'doseVolumeMl', 'vialCount', 'vialWasteMg')

describe('volume and vials', () => {
  test.each([[1, 4, 2, 0.8], [1.6, 6.4, 2, 0.2], [0.9, 3.6, 1, 0], [1.8, 7.2, 2, 0], [1.81, 7.24, 3, 0.89]])('%d mg with vials of 0.9 mg', (mg, volume, vials, waste) => expect(plan(mg)).toEqual([volume, vials, waste]))
  test.each([[1, 4, 1, 0], [1.01, 4.04, 2, 0.99]])('%d mg with vials of 1.0 mg', (mg, volume, vials, waste) => expect(plan(mg, 'label-eu')).toEqual([volume, vials, waste]))
})

describe('rounding that saves a vial', () => {
  const rounded = (mg: number, cm = 170, kg = 70) => reads({ resources: [height(cm), weight(kg), given(-7, 1.45)], order: ordered(dose(mg, 'mg')) }, 'vialSavingMg')[0]
  test('0.91 mg for 1.82 m² becomes 0.90 mg', () => expect(rounded(0.91)).toBe(0.9))
  test('never by more than five percent of the ordered dose', () => expect([rounded(0.947), rounded(0.948)]).toEqual([0.9, 'missing: not-applicable']))
  test('never by more than five percent of the calculated dose', () => expect(rounded(0.94, 180, 80)).toBe('missing: not-applicable'))
  test('never upwards', () => expect(rounded(0.89)).toBe('missing: not-applicable'))
  test('a dose of whole vials stays', () => expect(rounded(0.9)).toBe('missing: not-applicable'))
})

test('an unreadable dose is planned as the expected one', () => {
  expect(reads({ resources: twoSquareMetres, order: ordered(dose(1, 'vial')) }, 'vialCount')).toEqual([2])
  expect(reads({ order: ordered(dose(1, 'vial')) }, 'vialCount')).toEqual(['missing: absent'])
})
