import { describe, expect, test } from 'vitest'
import type { ScopeOptions } from './scope.ts'
import { assertion, date, dose, given, open, ordered, read, reads, twoSquareMetres, withheld } from './course-record.ts'

const label = (options: ScopeOptions) => read(options, 'doseLabel')
const after = (...days: readonly number[]): ScopeOptions => ({ resources: days.map((day) => given(day, 1)) })

describe('which dose an order is', () => {
  test.each([
    [[], 'C1D1'], [[-7], 'C1D8'], [[-13], 'C1D8'], [[-14], 'C1D15'], [[-20], 'C1D15'], [[-21], 'C2D1'],
    [[-14, -7], 'C1D15'], [[-20, -13], 'C1D15'], [[-21, -14], 'C2D1'], [[-21, -14, -7], 'C2D1'], [[-20, -13, -6], 'C2D1'],
    [[-28, -7], 'C2D8'], [[-48, -41, -34, -27], 'C2D15'], [[-49, -42, -35, -28], 'C3D1'], [[-49, -42, -35, -28, -21, -14], 'C3D1'], [[-14, 0], 'C1D15'],
  ])('after doses on days %j it is %s', (days, expected) => expect(label(after(...days))).toBe(expected))
  test('several records of one day are one dose', () => expect(label({ resources: [given(-7, 1), given(-7, 0.6)] })).toBe('C1D8'))
  test('a withheld dose is none', () => expect(label({ resources: [given(-7, 1.6), withheld(-1, 'Neutropenia')] })).toBe('C1D8'))
  test('the very first dose is the first', () => expect(reads({}, 'first', 'cyclesGiven')).toEqual([true, 0]))
  test('a later one is not', () => expect(read(after(-7), 'first')).toBe(false))
})

describe('stopped infusions', () => {
  const stopped = (mg: number | undefined, more: object = {}) => label({ resources: [given(-7, mg, { status: 'stopped', ...more }), ...twoSquareMetres] })
  test('count when half was given', () => expect(stopped(0.8, { request: { reference: 'MedicationRequest/r9' } })).toBe('C1D8'))
  test('count when nobody knows how much was given', () => expect(stopped(undefined)).toBe('C1D8'))
  test('do not count below half of the order they carried out', () => {
    const order = { resourceType: 'MedicationRequest', status: 'completed', id: 'x', medicationCodeableConcept: { text: 'inotuzumab' }, ...ordered(dose(1.6, 'mg'), -7) }
    const resources = (mg: number) => [given(-7, mg, { status: 'stopped', request: { reference: 'MedicationRequest/x' } }), order, ...twoSquareMetres, given(-40, 1.6)]
    expect(label({ resources: resources(0.8) })).toBe('C2D8')
    expect(label({ resources: resources(0.79) })).toBe('C2D1')
  })
  test('without an order the first one is measured against the dose of Day 1', () => expect([stopped(0.8), stopped(0.79)]).toEqual(['C1D8', 'C1D1']))
  test('and a later one against the smallest dose there is', () => {
    const later = (mg: number) => label({ resources: [given(-14, 1.6), given(-7, mg, { status: 'stopped' }), given(-6, 1, { status: 'not-done' }), ...twoSquareMetres], planned: '-1d' })
    expect([later(0.375), later(0.37)]).toEqual(['C1D15', 'C1D8'])
  })
})

describe('an order with three dates', () => {
  const events = [date(0), date(7), date(14)]
  const order = { dosageInstruction: [{ timing: { event: events }, ...dose(1, 'mg') }] }
  test.each([['0d', 'C1D1'], ['+7d', 'C1D8'], ['+14d', 'C1D15']])('is judged once for each, the earlier ones count as given (%s: %s)', (planned, expected) => {
    expect(label({ order, planned })).toBe(expected)
  })
  test('a confirmed cycle and day belong to its first date', () => {
    const confirmed = { ...order, extension: [assertion('cycle', { valueInteger: 2 }), assertion('day', { valueInteger: 1 })] }
    const resources = [given(-20, 1.6)]
    expect(['0d', '+7d', '+14d'].map((planned) => label({ order: confirmed, planned, resources }))).toEqual(['C2D1', 'C2D8', 'C2D15'])
  })
  test('a note about the first date is no contradiction for the others', () => {
    const noted = { ...order, note: [{ text: 'Cycle 1 Day 1' }] }
    expect(['0d', '+7d'].map((planned) => read({ order: noted, planned }, 'statedOtherwise'))).toEqual([false, false])
  })
  test('only a single dose can be moved or changed by a click', () => {
    expect(read({ order }, 'singleDoseOrder')).toBe(false)
    expect(read({}, 'singleDoseOrder')).toBe(true)
  })
})

describe('other orders', () => {
  const active = (day: number, members: object = {}) => ({ ordered: 'inotuzumab', event: `${day > 0 ? '+' : ''}${String(day)}d`, ...members })
  test('an earlier date of a signed order counts as given', () => expect(label({ resources: [active(3)], planned: '+10d' })).toBe('C1D8'))
  test('a past date of a signed order is no dose where doses are recorded', () => expect(label({ resources: [active(-3), given(-10, 1.6)] })).toBe('C1D8'))
  test('without any recorded dose it is presumed, and flagged', () => expect(reads({ resources: [active(-7)] }, 'doseLabel', 'historyPresumed')).toEqual(['C1D8', true]))
  test('a date for which the dose was withheld is not presumed', () => expect(label({ resources: [active(-7), withheld(-7, 'Neutropenia')] })).toBe('C1D1'))
  test('an order that this one replaces does not count', () => {
    expect(label({ resources: [active(3, { id: 'old' })], planned: '+10d', order: { priorPrescription: { reference: 'MedicationRequest/old' } } })).toBe('C1D1')
  })
  test.each([[5, 5], [6, 6]])('a signed dose %d days later is %d days away', (day, expected) => expect(read({ resources: [active(day)] }, 'doseSpacingDays')).toBe(expected))
  test('the nearer neighbour counts', () => expect(read({ resources: [active(3), given(-7, 1.6)] }, 'doseSpacingDays')).toBe(3))
})

describe('what the order states', () => {
  const noted = (text: string, ...days: readonly number[]): ScopeOptions => ({ ...after(...days), order: { note: [{ text }] } })
  test('a note that agrees is no contradiction', () => expect(read(noted('C1D8', -7), 'statedOtherwise')).toBe(false))
  test('a note that differs is asked about, and inference is used', () => expect(reads(noted('Cycle 2 Day 1', -7), 'statedOtherwise', 'doseLabel')).toEqual([true, 'C1D8']))
  test('a note that also names earlier doses is none', () => expect(read(noted('C1D1 3 March, C1D8 today', -7), 'statedOtherwise')).toBe(false))
  test('what a clinician confirmed is used and no contradiction', () => {
    const order = { note: [{ text: 'Cycle 1 Day 8' }], extension: [assertion('cycle', { valueInteger: 2 }), assertion('day', { valueInteger: 1 })] }
    expect(reads({ ...after(-20), order }, 'doseLabel', 'statedOtherwise')).toEqual(['C2D1', false])
  })
  test('data settle an inference on the border', () => {
    const order = { instantiatesCanonical: ['http://h/PlanDefinition/ino#c1d15'] }
    expect(reads({ ...after(-21), order }, 'doseLabel', 'statedOtherwise')).toEqual(['C1D15', false])
    expect(reads({ ...after(-7), order }, 'doseLabel', 'statedOtherwise')).toEqual(['C1D8', true])
  })
  test('with no dose on record a later cycle is believed', () => expect(reads(noted('Cycle 3 Day 1'), 'doseLabel', 'first')).toEqual(['C3D1', false]))
  test('data on the administrations outrank counting', () => {
    const extension = [{ url: 'http://ehr/cycle', valueInteger: 2 }, { url: 'http://ehr/day', valueInteger: 1 }]
    expect(label({ resources: [given(-26, 1.6), given(-7, 1, { extension })] })).toBe('C2D8')
  })
  test('an answer on another order says nothing about this one', () => {
    const other = { resourceType: 'MedicationRequest', id: 'o2', status: 'draft', medicationCodeableConcept: { text: 'inotuzumab' }, ...ordered(dose(1, 'mg'), 7), extension: [assertion('cycle', { valueInteger: 2 }), assertion('day', { valueInteger: 8 })] }
    expect(label({ drafts: [other], resources: [given(-21, 1.6), given(-14, 1), given(-7, 1)] })).toBe('C2D1')
  })
  test('a stored answer older than the last dose was about that dose', () => {
    const response = (at: string) => ({ resourceType: 'QuestionnaireResponse', authored: at, item: [{ linkId: 'cycle', answer: [{ valueInteger: 4 }] }, { linkId: 'day', answer: [{ valueInteger: 1 }] }] })
    expect(label({ resources: [given(-7, 1.6), response('-1d')] })).toBe('C4D1')
    expect(label({ resources: [given(-7, 1.6), response('-8d')] })).toBe('C1D8')
  })
})

describe('cycles given elsewhere', () => {
  const elsewhere = (cycles: number, day1: string | undefined, ...days: readonly number[]): ScopeOptions => ({
    ...after(...days),
    order: { extension: [assertion('priorCycles', { valueInteger: cycles }), ...(day1 === undefined ? [] : [assertion('priorDay1', { valueDate: day1 })])] },
  })
  test('numbers continue', () => expect(label(elsewhere(2, '2025-01-27'))).toBe('C3D1'))
  test('the last of them may still be running', () => expect(label(elsewhere(2, '2025-02-24'))).toBe('C2D8'))
  test('without its first day the next dose is a new cycle', () => expect(label(elsewhere(2, undefined))).toBe('C3D1'))
  test('doses up to that day belong to them', () => expect(label(elsewhere(1, '2025-02-10', -21))).toBe('C2D1'))
  test('it is not the first dose', () => expect(read(elsewhere(1, '2025-02-10'), 'first')).toBe(false))
})

test('a patient without an order is read as of today', () => {
  expect(open({ order: false, resources: [given(-7, 1.6)] }).fact('doseLabel')).toMatchObject({ value: 'C1D8' })
})
