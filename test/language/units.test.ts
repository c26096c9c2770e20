import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { convertFamily, type QuantityLike, readQuantity, readText } from '../../src/language/units.ts'
import { TABLE } from './unit-table.ts'

const UCUM = 'http://unitsofmeasure.org'
const read = (kind: string, quantity: QuantityLike) => readQuantity(TABLE, kind, quantity)
const valueOf = (kind: string, quantity: QuantityLike) => {
  const reading = read(kind, quantity)
  return 'value' in reading ? reading.value : reading.problem
}

describe('reading a quantity', () => {
  it.each([
    ['cell-count', 0.5, '10*9/L', 0.5, '10*9/L', '0.5 ×10⁹/L'],
    ['cell-count', 0.5, 'K/uL', 0.5, '10*9/L', '0.5 ×10⁹/L'],
    ['cell-count', 500, '/uL', 0.5, '10*9/L', '500 /uL'],
    ['cell-count', 500, '{cells}/uL', 0.5, '10*9/L', '500 {cells}/uL'],
    ['cell-count', 500, 'cells / µL', 0.5, '10*9/L', '500 cells / µL'],
    ['cell-count', 0.5, '×10⁹/L', 0.5, '10*9/L', '0.5 ×10⁹/L'],
    ['cell-count', 0.5, '10 x 9/L', 0.5, '10*9/L', '0.5 ×10⁹/L'],
    ['cell-count', 14_000, '/mm3', 14, '10*9/L', '14000 /mm3'],
    ['percent', 35, '%', 35, '%', '35 %'],
    ['percent', 0.35, '{fraction}', 35, '%', '0.35 {fraction}'],
    ['enzyme', 2, 'µkat/L', 120, 'U/L', '2 µkat/L'],
    ['enzyme', 40, 'IU/L', 40, 'U/L', '40 U/L'],
    ['enzyme', 40, 'IU/mL', 40, '[IU]/mL', '40 IU/mL'],
    ['bilirubin', 34, 'µmol/L', 34, 'umol/L', '34 µmol/L'],
    ['bilirubin', 2, 'mg/dl', 2, 'mg/dL', '2 mg/dL'],
    ['creatinine', 0.1, 'mmol/L', 100, 'umol/L', '0.1 mmol/L'],
    ['uric-acid', 0.446, 'mmol/L', 446, 'umol/L', '0.446 mmol/L'],
    ['electrolyte', 4.1, 'mEq/L', 4.1, 'mmol/L', '4.1 mmol/L'],
    ['magnesium', 1.6, 'mEq/L', 0.8, 'mmol/L', '1.6 mEq/L'],
    ['calcium', 5, 'mEq/L', 2.5, 'mmol/L', '5 mEq/L'],
    ['phosphate', 4.5, 'mg/dL', 4.5, 'mg/dL', '4.5 mg/dL'],
    ['albumin', 35, 'g/L', 35, 'g/L', '35 g/L'],
    ['haptoglobin', 0.3, 'g/L', 0.3, 'g/L', '0.3 g/L'],
    ['interval', 0.47, 's', 470, 'ms', '0.47 s'],
    ['interval', 470, 'msec', 470, 'ms', '470 ms'],
    ['weight', 154, 'lb', 69.85322498, 'kg', '154 lb'],
    ['weight', 8200, 'g', 8.2, 'kg', '8200 g'],
    ['height', 70, '[in_i]', 177.8, 'cm', '70 [in_i]'],
    ['height', 1.7, 'm', 170, 'cm', '1.7 m'],
    ['temperature', 101.3, '°F', 38.5, 'Cel', '101.3 °F'],
    ['temperature', 38.5, 'Cel', 38.5, 'Cel', '38.5 °C'],
    ['heart-rate', 72, 'bpm', 72, '/min', '72 /min'],
    ['dose', 1400, 'mcg', 1.4, 'mg', '1400 mcg'],
    ['dose', 0.8, 'mg/m²', 0.8, 'mg/m2', '0.8 mg/m²'],
    ['dose', 6, 'mL', 6, 'mL', '6 mL'],
    ['bsa', 1.8, 'm²', 1.8, 'm2', '1.8 m²'],
    ['egfr', 60, 'mL/min/1.73 m²', 60, 'mL/min/{1.73_m2}', '60 mL/min/1.73 m²'],
    ['egfr', 60, 'mL/min', 60, 'mL/min', '60 mL/min'],
    ['crcl', 60, 'mL/min', 60, 'mL/min', '60 mL/min'],
  ])('%s: %d %s is %d %s', (kind, value, unit, expected, family, text) => {
    expect(read(kind, { value, unit })).toEqual({ value: expected, family, text })
  })

  it('reads any UCUM code of the kind that nobody declared', () => {
    expect(read('cell-count', { value: 3, code: '10*8/L', system: UCUM })).toEqual({ value: 0.3, family: '10*9/L', text: '3 10*8/L' })
    expect(valueOf('weight', { value: 1, code: '[stone_av]', system: UCUM })).toBe(6.35029318)
    expect(valueOf('interval', { value: 470_000, code: 'us' })).toBe(470)
    expect(valueOf('temperature', { value: 311.65, code: 'K', system: 'urn:oid:2.16.840.1.113883.6.8' })).toBe(38.5)
  })
  it('takes K/uL for thousands, which UCUM would read as kelvin', () => expect(valueOf('cell-count', { value: 14, code: 'K/uL', system: UCUM })).toBe(14))
  it('applies UCUM to codes of UCUM only', () => {
    expect(valueOf('cell-count', { value: 3, code: '10*8/L', system: 'http://hospital.example/units' })).toBe('unknown-unit')
    expect(valueOf('cell-count', { value: 3, unit: '10*8/L' })).toBe('unknown-unit')
  })
  it('shows the text of the record where both are given', () => expect(read('cell-count', { value: 500, unit: 'cells/µL', code: '/uL', system: UCUM })).toMatchObject({ value: 0.5, text: '500 cells/µL' }))
})

describe('a unit that cannot be trusted is never guessed', () => {
  it.each([
    ['cell-count', { value: 14 }, 'no-unit'],
    ['cell-count', { value: 14, unit: '' }, 'no-unit'],
    ['cell-count', { value: 14, unit: ' ', code: '' }, 'no-unit'],
    ['cell-count', { value: 14, unit: 'x10^9' }, 'unknown-unit'],
    ['cell-count', { value: 14, unit: 'x 10⁹' }, 'unknown-unit'],
    ['cell-count', { value: 14, unit: 'mg/dL' }, 'unknown-unit'],
    ['cell-count', { value: 14, code: 'mg/dL', system: UCUM }, 'unknown-unit'],
    ['cell-count', { value: 14, code: '10*9', system: UCUM }, 'unknown-unit'],
    ['cell-count', { value: 0.004, unit: '10*12/L' }, 'unknown-unit'],
    ['cell-count', { value: 0.004, code: '10*12/L', system: UCUM }, 'unknown-unit'],
    ['cell-count', { value: 0.004, unit: 'M/uL' }, 'unknown-unit'],
    ['cell-count', { value: 14, unit: 'K/uL', code: '/uL', system: UCUM }, 'unknown-unit'],
    ['cell-count', { value: 14, unit: '10*9/L', code: 'mg/dL', system: UCUM }, 'unknown-unit'],
    ['bilirubin', { value: 2, unit: 'mg/dL', code: 'umol/L' }, 'unknown-unit'],
    ['bilirubin', { value: 2, unit: 'mg' }, 'unknown-unit'],
    ['percent', { value: 0.35, unit: '1' }, 'unknown-unit'],
    ['percent', { value: 0.35, code: '1', system: UCUM }, 'unknown-unit'],
    ['percent', { value: 3, code: '10*-2', system: UCUM }, 'unknown-unit'],
    ['dose', { value: 1, unit: 'vial' }, 'unknown-unit'],
    ['dose', { value: 1, code: '{vial}', system: UCUM }, 'unknown-unit'],
    ['dose', { value: 1, code: '%', system: UCUM }, 'unknown-unit'],
    ['dose', { value: 1 }, 'no-unit'],
    ['egfr', { value: 60, unit: 'mL/s' }, 'unknown-unit'],
    ['score', { value: 2, unit: 'mg' }, 'unknown-unit'],
  ] as const)('%s %j: %s', (kind, quantity, problem) => expect(read(kind, quantity)).toEqual({ problem }))
  it('accepts a unit whose code is not one', () => {
    expect(valueOf('cell-count', { value: 14, unit: 'K/uL', code: 'KUL', system: 'http://hospital.example/units' })).toBe(14)
    expect(valueOf('cell-count', { value: 14, unit: 'K/uL', code: 'thousands', system: UCUM })).toBe(14)
  })
  it('accepts a score without any', () => {
    expect(read('score', { value: 2 })).toEqual({ value: 2, family: '{score}', text: '2' })
    expect(valueOf('score', { value: 0, unit: '{score}' })).toBe(0)
  })
  it.each([[undefined], [null], ['0.5'], [Number.NaN], [Infinity], [{}]])('finds no value in %j', (value) => expect(read('cell-count', { value, unit: 'K/uL' })).toEqual({ problem: 'no-value' }))
  it('refuses a kind that does not exist', () => expect(() => read('wombats', { value: 1 })).toThrow(TypeError))
})

describe('a comparator', () => {
  it.each([
    ['<', { bound: 'below', limit: 1 }, '<1 ×10⁹/L'],
    ['>', { bound: 'above', limit: 1 }, '>1 ×10⁹/L'],
    ['<=', { bound: 'below', limit: 1.00000000001 }, '≤1 ×10⁹/L'],
    ['>=', { bound: 'above', limit: 0.99999999999 }, '≥1 ×10⁹/L'],
  ])('%s makes a bound', (comparator, value, text) => expect(read('cell-count', { value: 1, comparator, unit: 'K/uL' })).toEqual({ value, family: '10*9/L', text }))
  it('bounds in the family of the value', () => expect(valueOf('cell-count', { value: 1000, comparator: '<', unit: '/uL' })).toEqual({ bound: 'below', limit: 1 }))
  it('opens a closed bound at any size, zero included', () => {
    expect(valueOf('cell-count', { value: 250_000, comparator: '<=', unit: '/uL' })).toEqual({ bound: 'below', limit: 250.000000001 })
    expect(valueOf('cell-count', { value: 0, comparator: '<=', unit: '/uL' })).toEqual({ bound: 'below', limit: 1e-11 })
  })
  it.each(['ad', 'sa', '~', 1, {}])('%j is not understood, so there is no value', (comparator) => expect(read('cell-count', { value: 1, comparator, unit: 'K/uL' })).toEqual({ problem: 'no-value' }))
})

describe('a result written as text', () => {
  it.each([
    ['bilirubin', '34 umol/L', { value: 34, family: 'umol/L', text: '34 µmol/L' }],
    ['bilirubin', '<0.20 mg/dL', { value: { bound: 'below', limit: 0.2 }, family: 'mg/dL', text: '<0.20 mg/dL' }],
    ['cell-count', '> 500 10*9/L', { value: { bound: 'above', limit: 500 }, family: '10*9/L', text: '>500 ×10⁹/L' }],
    ['percent', ' ≥ 10% ', { value: { bound: 'above', limit: 9.9999999999 }, family: '%', text: '≥10 %' }],
    ['score', '2', { value: 2, family: '{score}', text: '2' }],
    ['bilirubin', '<0.2', { problem: 'no-unit' }],
    ['cell-count', '14000', { problem: 'no-unit' }],
    ['cell-count', '14 x10^9', { problem: 'unknown-unit' }],
    ['cell-count', '5-10 K/uL', { problem: 'unknown-unit' }],
    ['cell-count', '1,234 /uL', { problem: 'unknown-unit' }],
    ['cell-count', '1.2.3 K/uL', { problem: 'no-value' }],
    ['cell-count', '10^9/L', { problem: 'unknown-unit' }],
    ['percent', 'positive', { problem: 'no-value' }],
    ['percent', '', { problem: 'no-value' }],
    ['percent', `12 %${' '.repeat(80)}`, { problem: 'no-value' }],
  ])('%s %j', (kind, text, expected) => expect(readText(TABLE, kind, text)).toEqual(expected))
})

describe('converting between families', () => {
  it.each([
    ['bilirubin', 2, 'mg/dL', 'umol/L', 34.2079157117],
    ['bilirubin', 34, 'umol/L', 'mg/dL', 1.987844],
    ['albumin', 3.5, 'g/dL', 'g/L', 35],
    ['calcium', 8.016, 'mg/dL', 'mmol/L', 2],
    ['magnesium', 1, 'mmol/L', 'mg/dL', 2.431],
    ['phosphate', 1, 'mmol/L', 'mg/dL', 3.097],
    ['bilirubin', 2, 'mg/dL', 'mg/dL', 2],
  ])('%s: %d %s', (kind, value, from, to, expected) => expect(convertFamily(TABLE, kind, value, from, to)).toBe(expected))
  it.each([['creatinine', 88.42], ['uric-acid', 59.48]])('%s: 1 mg/dL is %d µmol/L', (kind, expected) => expect(convertFamily(TABLE, kind, 1, 'mg/dL', 'umol/L')).toBeCloseTo(expected, 2))
  it.each([
    ['dose', 'mg', 'mg/m2'], ['dose', 'mg', 'mL'], ['egfr', 'mL/min', 'mL/min/{1.73_m2}'], ['enzyme', 'U/L', '[IU]/mL'], ['bilirubin', 'mg/dL', 'g/L'], ['bilirubin', 'nonsense', 'nonsense'],
  ])('%s does not turn %s into %s', (kind, from, to) => expect(convertFamily(TABLE, kind, 1, from, to)).toBeUndefined())
})

describe('changing the unit does not change the value', () => {
  const counts = fc.integer({ min: 0, max: 999_999 })
  it('of a cell count', () => {
    fc.assert(fc.property(counts, (perMicrolitre) => {
      const thousands = perMicrolitre / 1000
      const expected = valueOf('cell-count', { value: thousands, code: '10*9/L', system: UCUM })
      expect(expected).toBe(thousands)
      for (const unit of ['10*3/uL', 'K/uL', 'G/L']) expect(valueOf('cell-count', { value: thousands, unit })).toBe(expected)
      for (const unit of ['/uL', '/mm3', '10*6/L']) expect(valueOf('cell-count', { value: perMicrolitre, unit })).toBe(expected)
    }))
  })
  it('of a QT interval, a weight, an enzyme', () => {
    fc.assert(fc.property(counts, (n) => {
      expect(valueOf('interval', { value: n / 1000, unit: 's' })).toBe(valueOf('interval', { value: n, unit: 'ms' }))
      expect(valueOf('weight', { value: n, unit: 'g' })).toBe(valueOf('weight', { value: n / 1000, unit: 'kg' }))
      expect(valueOf('enzyme', { value: n, unit: 'nkat/L' })).toBe(valueOf('enzyme', { value: n / 1000, unit: 'ukat/L' }))
    }))
  })
  it('is the same by declared factor and by the UCUM library', () => {
    fc.assert(fc.property(counts, (n) => {
      expect(valueOf('cell-count', { value: n, code: '{neutrophils}/uL', system: UCUM })).toBe(valueOf('cell-count', { value: n, unit: '/uL' }))
    }))
  })
})
