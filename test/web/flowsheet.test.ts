import type { Observation } from 'fhir/r4.js'
import { describe, expect, test } from 'vitest'
import { bodySizeOf, flowsheetOf, shortName, unitText, type Row } from '../../src/web/flowsheet.ts'

const observation = (code: string, value: number, at: string, rest: Partial<Observation> = {}): Observation => ({
  resourceType: 'Observation', status: 'final', effectiveDateTime: at, valueQuantity: { value, unit: 'U/L' },
  code: { coding: [{ system: 'urn:example', code, display: code }] },
  category: [{ coding: [{ code: 'laboratory' }] }], ...rest,
})

const RANGE = { referenceRange: [{ low: { value: 10, unit: 'U/L' }, high: { value: 40, unit: 'U/L' } }] }

const rowsOf = (...observations: readonly Observation[]): readonly Row[] => flowsheetOf(observations).rows

const flagOf = (value: number): string | undefined => [...rowsOf(observation('x', value, '2026-11-20', RANGE))[0]?.cells.values() ?? []][0]?.flag

describe('the flowsheet', () => {
  test('has a column for each day, newest first', () => {
    const sheet = flowsheetOf([observation('x', 1, '2026-11-18'), observation('y', 2, '2026-11-20'), observation('x', 3, '2026-11-19')])
    expect(sheet.days.map((day) => day.key)).toEqual(['2026-11-20', '2026-11-19', '2026-11-18'])
  })
  test('shows the newest of several results of a day and counts the others', () => {
    const [row] = rowsOf(observation('x', 1, '2026-11-20T06:00:00'), observation('x', 2, '2026-11-20T18:00:00'))
    expect(row?.cells.get('2026-11-20')).toMatchObject({ value: '2', others: 1, time: '18:00' })
  })
  test('marks a value beyond its reference range, not one on its limit', () => {
    expect([9.9, 10, 40, 40.1].map(flagOf)).toEqual(['low', undefined, undefined, 'high'])
  })
  test('does not compare with a range in another unit', () => {
    const [row] = rowsOf(observation('x', 100, '2026-11-20', { referenceRange: [{ high: { value: 1, unit: 'g/L' } }] }))
    expect(row?.cells.get('2026-11-20')).not.toHaveProperty('flag')
  })
  test('marks what the laboratory marked', () => {
    const [row] = rowsOf(observation('x', 1, '2026-11-20', { interpretation: [{ coding: [{ code: 'LL' }] }] }))
    expect(row?.cells.get('2026-11-20')?.flag).toBe('low')
  })
  test('keeps the comparator and says preliminary', () => {
    const [row] = rowsOf(observation('x', 1, '2026-11-20', { status: 'preliminary', valueQuantity: { value: 1, comparator: '<', unit: 'U/L' } }))
    expect(row?.cells.get('2026-11-20')).toMatchObject({ value: '<1', isPreliminary: true })
  })
  test('leaves out what was entered in error and what has no value', () => {
    const { valueQuantity: _, ...bare } = observation('y', 1, '2026-11-20')
    expect(rowsOf(observation('x', 1, '2026-11-20', { status: 'entered-in-error' }), bare)).toEqual([])
  })
  test('gives each component its own row', () => {
    const { valueQuantity: _, ...bare } = observation('panel', 0, '2026-11-20')
    expect(rowsOf({ ...bare, component: [{ code: { text: 'QT' }, valueQuantity: { value: 420, unit: 'ms' } }] }).map((row) => row.name)).toEqual(['QT'])
  })
  test('puts laboratory before other findings before vital signs, recent before old', () => {
    const vital = observation('weight', 80, '2026-11-20', { category: [{ coding: [{ code: 'vital-signs' }] }] })
    const ecg = observation('ecg', 420, '2026-11-20', { category: [] })
    expect(rowsOf(vital, ecg, observation('old', 1, '2026-01-01'), observation('new', 1, '2026-11-20')).map((row) => row.name)).toEqual(['new', 'old', 'ecg', 'weight'])
  })
  test('finds body size among vital signs by its unit, newest first', () => {
    const vital = (code: string, value: number, unit: string, at: string): Observation =>
      observation(code, value, at, { valueQuantity: { value, unit }, category: [{ coding: [{ code: 'vital-signs' }] }] })
    const sizes = bodySizeOf(flowsheetOf([vital('weight', 80, 'kg', '2026-11-01'), vital('weight', 78, 'kg', '2026-11-19'), vital('temperature', 37, 'Cel', '2026-11-19'), vital('surface', 1.9, 'm2', '2026-11-19')]))
    expect(sizes.map(({ name, cell }) => `${name} ${cell.value} ${cell.unit}`)).toEqual(['weight 78 kg', 'surface 1.9 m²'])
  })
})

describe('names and units', () => {
  test('are written as people write them', () => {
    expect(['10*9/L', 'mg/m2', 'umol/L', 'cells/uL', 'mg/dL'].map(unitText)).toEqual(['10⁹/L', 'mg/m²', 'µmol/L', 'cells/µL', 'mg/dL'])
    expect(['Leukocytes [#/volume] in Blood', 'QTcF'].map(shortName)).toEqual(['Leukocytes', 'QTcF'])
  })
})
