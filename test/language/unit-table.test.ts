import { describe, expect, it } from 'vitest'
import { settle } from '../../src/language/decimal.ts'
import { convertUcum, isUcum } from '../../src/language/fhirpath.ts'
import { type QuantityLike, readQuantity } from '../../src/language/units.ts'
import { TABLE } from './unit-table.ts'

const UCUM = 'http://unitsofmeasure.org'
const read = (kind: string, quantity: QuantityLike) => readQuantity(TABLE, kind, quantity)

describe('a unit with the name of a member that every object has', () => {
  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])('%s is none', (unit) => {
    expect(isUcum(unit)).toBe(false)
    expect(convertUcum(1, unit, 'mg/dL')).toBeUndefined()
    expect(convertUcum(1, 'mg/dL', unit)).toBeUndefined()
  })
})

describe('the shipped table', () => {
  const kinds = Object.entries(TABLE)
  it('has the kinds the mappings use', () => {
    expect(Object.keys(TABLE)).toEqual(expect.arrayContaining([
      'cell-count', 'percent', 'enzyme', 'bilirubin', 'creatinine', 'uric-acid', 'electrolyte', 'magnesium', 'calcium', 'phosphate', 'albumin', 'haptoglobin',
      'interval', 'weight', 'height', 'temperature', 'heart-rate', 'dose', 'bsa', 'score', 'egfr', 'crcl',
    ]))
  })
  it.each(kinds)('%s: every family is a UCUM code that reads as itself', (kind, { families }) => {
    for (const [family, { display }] of Object.entries(families)) {
      expect(isUcum(family)).toBe(true)
      expect(read(kind, { value: 1, code: family, system: UCUM })).toEqual({ value: 1, family, text: `1 ${display}`.trim() })
    }
  })
  it.each(kinds)('%s: every spelling reads as declared, so none is declared twice', (kind, { families }) => {
    for (const [family, { factors }] of Object.entries(families)) {
      for (const [unit, factor] of Object.entries(factors)) {
        const value = typeof factor === 'number' ? settle(100 * factor) : settle(convertUcum(100, factor, family) ?? Number.NaN)
        expect(read(kind, { value: 100, unit })).toMatchObject({ value, family })
      }
    }
  })
  // Spellings that UCUM reads as something else altogether (kelvin, gauss, coulomb, farad) or with another dimension are the point of the table.
  it.each(kinds.filter(([, { aliasesOnly }]) => aliasesOnly !== true))('%s: a factor agrees with UCUM where UCUM converts the same spelling', (_, { families }) => {
    for (const [family, { factors }] of Object.entries(families)) {
      for (const [unit, factor] of Object.entries(factors)) {
        const byUcum = convertUcum(1, unit, family)
        if (byUcum !== undefined && typeof factor === 'number') expect({ unit, factor: settle(byUcum) }).toEqual({ unit, factor })
      }
    }
  })
})
