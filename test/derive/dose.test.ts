import { describe, expect, test } from 'vitest'
import type { ScopeOptions } from './scope.ts'
import { assertion, date, dose, given, open, ordered, read, reads, remission, twoSquareMetres, withSettings } from './course-record.ts'

const history: Readonly<Record<string, ScopeOptions['resources']>> = {
  C1D1: [], C1D8: [given(-7, 1.6)], C1D15: [given(-14, 1.6), given(-7, 1)], C2D1: [given(-21, 1.6), given(-14, 1), given(-7, 1)],
}
const on = (label: string, instruction: object, extension: readonly object[] = [], more: ScopeOptions = {}): ScopeOptions =>
  ({ resources: [...twoSquareMetres, ...(history[label] ?? [])], ...more, order: { ...ordered({ ...instruction }), extension } })
const deviation = (options: ScopeOptions) => read(options, 'doseDeviationPct')

describe('the expected dose of 2.00 m²', () => {
  test.each([
    ['C1D1', [], 1.6], ['C1D8', [], 1], ['C1D15', [], 1], ['C2D1', [remission('CR')], 1], ['C2D1', [remission('CRi')], 1], ['C2D1', [remission('none')], 1.6],
  ])('%s %j is %d mg', (label, extension, mg) => expect(read(on(label, dose(1, 'mg'), extension), 'expectedMg')).toBe(mg))
  test.each([[1, 1], [1.2, 1], [1.4, 1.6], [1.6, 1.6]])('with unknown response %d mg is compared with the nearer of two doses, %d mg', (mg, expected) => {
    expect(read(on('C2D1', dose(mg, 'mg')), 'expectedMg')).toBe(expected)
  })
  test.each([['C2D1', 'none', 1.2], ['C2D1', 'CR', 0.75]])('%s without remission (%s) at reduction level 1 is %d mg', (label, response, mg) => {
    expect(read(on(label, dose(1, 'mg'), [remission(response), assertion('doseLevel', { valueInteger: 1 })]), 'expectedMg')).toBe(mg)
  })
  test('at level 2 the doses stay those of level 1', () => expect(read(on('C1D8', dose(1, 'mg'), [assertion('doseLevel', { valueInteger: 2 })]), 'expectedMg')).toBe(0.75))
  test('the lower-dose regimen counts where the site runs it', () => {
    const content = withSettings({ lower_dose_protocol_enabled: true })
    expect(reads(on('C1D1', dose(1.2, 'mg'), [], { content, resources: twoSquareMetres }), 'expectedMg', 'reducedStart')).toEqual([1.2, false])
    expect(read(on('C2D1', dose(0.6, 'mg'), [remission('CR')], { content, resources: [...twoSquareMetres, ...(history['C2D1'] ?? [])] }), 'expectedMg')).toBe(0.6)
    expect(read(on('C2D1', dose(1.2, 'mg'), [remission('none')], { content, resources: [...twoSquareMetres, ...(history['C2D1'] ?? [])] }), 'expectedMg')).toBe(1.2)
  })
})

describe('ordered against expected', () => {
  test.each([[1.52, -5], [1.68, 5], [1.44, -10], [1.76, 10], [1.6, 0]])('%d mg is %d %%', (mg, percent) => expect(deviation(on('C1D1', dose(mg, 'mg')))).toBe(percent))
  test.each([[1.53, -5], [1.67, 5]])('%d mg lies inside %d %%', (mg, percent) => expect(Math.abs(Number(deviation(on('C1D1', dose(mg, 'mg')))))).toBeLessThan(Math.abs(percent)))
  test.each([[0.95, -5], [1.05, 5], [0.9, -10], [1.1, 10]])('%d mg on Day 8 is %d %%', (mg, percent) => expect(deviation(on('C1D8', dose(mg, 'mg')))).toBe(percent))
  test('a dose per m² is judged without a body size', () => expect(reads(on('C1D1', dose(0.88, 'mg/m2'), [], { resources: [] }), 'doseDeviationPct', 'orderedMg')).toEqual([10, 'missing: absent']))
  test('milligrams without a body size cannot be judged', () => expect(deviation(on('C1D1', dose(1.6, 'mg'), [], { resources: [] }))).toBe('missing: absent'))
  test('unless the order states the dose per m² too', () => {
    const both = { doseAndRate: [{ doseQuantity: { value: 2, unit: 'mg' } }, { doseQuantity: { value: 1, unit: 'mg/m2' } }] }
    expect(deviation(on('C1D1', both, [], { resources: [] }))).toBe(25)
  })
})

describe('how an order states its dose', () => {
  const typed = (system: string, ...codes: readonly string[]) => codes.map((code) => ({
    type: { coding: [{ system, code }] }, doseQuantity: code === 'ordered' ? { value: 0.8, unit: 'mg/m2' } : code === 'calculated' ? { value: 1.6, unit: 'mg' } : { value: 6.4, unit: 'mL' },
  }))
  const HL7 = 'http://terminology.hl7.org/CodeSystem/dose-rate-type'
  const EPIC = 'http://epic.com/CodeSystem/dose-rate-type'
  test.each([[HL7, ['ordered', 'calculated', 'admin-amount']], [HL7, ['admin-amount', 'calculated', 'ordered']], [EPIC, ['calculated', 'admin-amount', 'ordered']], [EPIC, ['admin-amount', 'ordered', 'calculated']]])('%s %j', (system, codes) => {
    expect(reads(on('C1D1', { doseAndRate: typed(system, ...codes) }), 'orderedMg', 'orderedPerM2')).toEqual([1.6, 0.8])
  })
  test('of two amounts in mg the ordered one counts', () => {
    const rate = (code: string, value: number) => ({ type: { coding: [{ system: HL7, code }] }, doseQuantity: { value, unit: 'mg' } })
    expect(read(on('C1D1', { doseAndRate: [rate('admin-amount', 1.8), rate('calculated', 1.62), rate('ordered', 1.6)] }), 'orderedMg')).toBe(1.6)
  })
  test('directly under the instruction', () => expect(read(on('C1D1', { doseQuantity: { value: 1.6, unit: 'mg' } }), 'orderedMg')).toBe(1.6))
  test('in an extension of the instruction', () => {
    expect(read(on('C1D1', { extension: [{ url: 'https://open.epic.com/fhir/extensions/ordered-dose', valueQuantity: { value: 1.6, unit: 'mg' } }] }), 'orderedMg')).toBe(1.6)
  })
  test.each(['ug', 'mcg', 'µg', 'micrograms'])('1600 %s', (unit) => expect(reads(on('C1D1', dose(1600, unit)), 'orderedMg', 'doseReadable')).toEqual([1.6, true]))
  test('of several instructions the one with the date counts', () => {
    const order = { dosageInstruction: [{ timing: { event: [date(0)] }, ...dose(1.6, 'mg') }, { timing: { event: [date(7)] }, ...dose(1, 'mg') }] }
    expect(['0d', '+7d'].map((planned) => read({ resources: twoSquareMetres, order, planned }, 'orderedMg'))).toEqual([1.6, 1])
  })
  test('a volume is a dose only of the reconstituted product', () => {
    const solution = { medicationCodeableConcept: { text: 'inotuzumab ozogamicin 0.25 mg/mL after reconstitution' } }
    expect(reads(on('C1D1', dose(6.4, 'mL')), 'orderedMg', 'doseReadable')).toEqual(['missing: unit', false])
    expect(read({ resources: twoSquareMetres, order: { ...ordered(dose(6.4, 'mL')), ...solution } }, 'orderedMg')).toBe(1.6)
  })
  test('a range counts by its upper end, and a wide one is no dose', () => {
    const range = (low: number, high: number) => on('C1D1', { doseAndRate: [{ doseRange: { low: { value: low, unit: 'mg' }, high: { value: high, unit: 'mg' } } }] })
    expect(reads(range(1.6, 1.68), 'orderedMg', 'doseReadable')).toEqual([1.68, true])
    expect(reads(range(1.6, 1.69), 'orderedMg', 'doseReadable')).toEqual([1.69, false])
  })
  test.each([[1, 'vial'], [0.02, 'mg/kg'], [1.6, undefined], [0, 'mg'], [-1.6, 'mg']])('%s %s is no dose', (value, unit) => {
    expect(read(on('C1D1', { doseAndRate: [{ doseQuantity: { value, ...(unit === undefined ? {} : { unit }) } }] }), 'doseReadable')).toBe(false)
  })
  test('the unreadable dose is still told', () => expect(open(on('C1D1', dose(1, 'vial'))).fact('doseText')).toMatchObject({ text: '1 vial' }))
  test('an order without any dose', () => expect(reads(on('C1D1', {}), 'doseReadable', 'doseText')).toEqual([false, 'missing: absent']))
})

describe('doses that belong to another plan', () => {
  test.each([[1.14, true], [1.13, false], [1.26, true], [1.27, false]])('%d mg on C1D1 starts the lower-dose regimen: %s', (mg, expected) => expect(read(on('C1D1', dose(mg, 'mg')), 'reducedStart')).toBe(expected))
  test('0.3 mg/m² on Day 8 too', () => expect(read(on('C1D8', dose(0.3, 'mg/m2')), 'reducedStart')).toBe(true))
  test('not in cycle 2', () => expect(read(on('C2D1', dose(1.2, 'mg'), [remission('none')]), 'reducedStart')).toBe(false))
  test.each([
    [1.6, 'CR', 'too-high'], [1.44, 'CR', 'too-high'], [1.43, 'CR', 'missing: not-applicable'], [1.6, 'none', 'missing: not-applicable'], [1, 'none', 'too-low'], [0.9, 'none', 'too-low'], [0.89, 'none', 'missing: not-applicable'],
  ])('%d mg in %s', (mg, response, expected) => expect(read(on('C2D1', dose(mg, 'mg'), [remission(response)]), 'remissionMismatch')).toBe(expected))
  test('an unknown response cannot be mismatched', () => expect(read(on('C2D1', dose(1.6, 'mg')), 'remissionMismatch')).toBe('missing: not-applicable'))
  test.each([[0.75, true], [0.72, true], [0.79, false], [0.71, false]])('%d mg on Day 8 is an undocumented reduction: %s', (mg, expected) => expect(read(on('C1D8', dose(mg, 'mg')), 'reductionUndocumented')).toBe(expected))
  test('a documented one is none', () => expect(read(on('C1D8', dose(0.75, 'mg'), [assertion('doseLevel', { valueInteger: 1 })]), 'reductionUndocumented')).toBe(false))
})

describe('the doses of a cycle together', () => {
  const after = (first: number | undefined, second: number, mg: number, extension: readonly object[] = []) =>
    ({ resources: [...twoSquareMetres, given(-14, first), given(-7, second)], order: { ...ordered(dose(mg, 'mg')), extension } })
  test('ten percent over the total are exactly ten', () => expect(read(after(1.76, 1.1, 1.1), 'cycleTotalPct')).toBe(10))
  test('an earlier dose too high puts the cycle over its total', () => expect(reads(after(2, 1, 1), 'cycleTotalMg', 'cyclePlannedMg', 'doseExcessPct')).toEqual([4, 3.6, 11.1111111111]))
  test('the larger excess is told', () => expect(open(after(1.6, 1, 1.2)).fact('doseExcessPct')).toMatchObject({ value: 20 }))
  test('a dose without an amount leaves the total open', () => expect(reads(after(undefined, 1, 1), 'cycleTotalPct', 'doseExcessPct')).toEqual(['missing: absent', 0]))
  test('earlier dates of the same order count', () => {
    const order = { dosageInstruction: [{ timing: { event: [date(0), date(7), date(14)] }, ...dose(1.6, 'mg') }] }
    expect(read({ resources: twoSquareMetres, order, planned: '+14d' }, 'cycleTotalMg')).toBe(4.8)
  })
  test('a remission found during the cycle does not shrink its plan', () => {
    const resources = [...twoSquareMetres, given(-35, 1.6), given(-28, 1), given(-21, 1), given(-14, 1.6), given(-7, 1)]
    expect(read({ resources, order: { ...ordered(dose(1, 'mg')), extension: [remission('CR')] } }, 'cyclePlannedMg')).toBe(3.6)
  })
  test('at level 2 the plan holds two doses', () => expect(read(after(1.2, 0.75, 0.75, [assertion('doseLevel', { valueInteger: 2 })]), 'cyclePlannedMg')).toBe(1.95))
})

test('with less weight the dose is recalculated', () => {
  const resources = [...twoSquareMetres.slice(0, 1), { loinc: '29463-7', value: 80, unit: 'kg', at: '-8d' }, { loinc: '29463-7', value: 64.8, unit: 'kg', at: '-1d' }, given(-7, 1.6)]
  expect(reads({ resources, order: ordered(dose(1, 'mg')) }, 'expectedMg', 'recalculatedMg')).toEqual([1, 0.9])
})

test('rounding up is remarked on while a liver test is abnormal', () => {
  const alt = (value: number) => ({ loinc: '1742-6', value, unit: 'U/L', high: 40, at: '-1d' })
  const note = (mg: number, value: number) => read({ resources: [...twoSquareMetres, alt(value)], order: ordered(dose(mg, 'mg')) }, 'roundingNote')
  expect(note(1.7, 41)).toContain('rounded up')
  expect(note(1.7, 40)).not.toContain('rounded up')
  expect(note(1.5, 41)).not.toContain('rounded up')
})
