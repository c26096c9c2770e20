import { describe, expect, test } from 'vitest'
import type { ScopeOptions } from './scope.ts'
import { assertion, date, dose, given, open, ordered, read, twoSquareMetres, withSettings } from './course-record.ts'

const doses = (...days: readonly number[]) => days.map((day) => given(day, 1))

describe('the start of a cycle', () => {
  test.each([[-21, 0], [-20, 1], [-19, 2]])('Day 1 on day %d after the first: %d days early', (day1, early) => {
    expect(read({ resources: doses(day1, day1 + 6, day1 + 12) }, 'day1EarlyDays')).toBe(early)
  })
  test.each([[-28, 0], [-27, 1]])('later cycles last 28 days (%d: %d)', (day1, early) => {
    expect(read({ resources: doses(day1 - 21, day1 - 14, day1 - 7, day1, day1 + 7, day1 + 14) }, 'day1EarlyDays')).toBe(early)
  })
  test('the earliest date keeps the days between doses too', () => {
    expect(open({ resources: doses(-20, -13, -2) }).fact('day1EarliestDate')).toMatchObject({ text: '2025-03-07' })
  })
  test('the first cycle has none before it', () => expect(read({}, 'day1EarlyDays')).toBe('missing: not-applicable'))
})

describe('the days of a cycle', () => {
  const stated = (day: number, k: number): ScopeOptions => ({ resources: doses(-k), order: { extension: [assertion('day', { valueInteger: day })] } })
  test.each([[8, 5, 0], [8, 4, 1], [15, 12, 0], [15, 11, 1], [15, 10, 2]])('Day %d, %d days after Day 1: %d days before its window', (day, k, early) => expect(read(stated(day, k), 'slotEarlyDays')).toBe(early))
  test('its window starts two days before, and six after the last dose', () => {
    expect(open(stated(15, 10)).fact('slotEarliestDate')).toMatchObject({ text: '2025-03-05' })
    expect(open({ resources: doses(-10, -3), order: {} }).fact('slotEarliestDate')).toMatchObject({ text: '2025-03-06' })
  })
  test('Day 1 has no window', () => expect(read({}, 'slotEarlyDays')).toBe('missing: not-applicable'))
})

describe('after an omitted dose', () => {
  test.each([[-14, 'Day 15 on 2025-03-03'], [-10, 'Day 15 on 2025-03-07'], [-16, 'Day 15 on 2025-03-03'], [-17, 'Day 1 of cycle 2 on 2025-03-07']])('Day 8 missed, Day 1 on day %d: next is %s', (day, text) => {
    expect(open({ resources: doses(day) }).fact('afterOmission')).toMatchObject({ text })
  })
  test('Day 15 missed: next is the next cycle', () => expect(open({ resources: doses(-20, -13) }).fact('afterOmission')).toMatchObject({ text: 'Day 1 of cycle 2 on 2025-03-04' }))
})

test('cycles are counted with those given elsewhere', () => {
  expect(read({ order: { extension: [assertion('priorCycles', { valueInteger: 3 }), assertion('priorDay1', { valueDate: '2025-01-27' })] } }, 'cyclesBefore')).toBe(3)
})

test('the lower-dose regimen waits one cycle longer for a response', () => {
  expect([read({}, 'responseLimit'), read({ content: withSettings({ lower_dose_protocol_enabled: true }) }, 'responseLimit')]).toEqual([3, 4])
})

test('the next dates are told', () => {
  expect(open({}).fact('nextDoseDates')).toMatchObject({ text: 'Day 8 2025-03-10, Day 15 2025-03-17, cycle 2 not before 2025-03-24' })
})

describe('doses of the same day', () => {
  const second = (members: object = {}) => ({ resourceType: 'MedicationRequest', id: 'o2', status: 'draft', intent: 'order', medicationCodeableConcept: { text: 'inotuzumab' }, ...ordered(dose(1.6, 'mg')), ...members })
  const count = (options: ScopeOptions) => (read(options, 'sameDayDoses') as unknown[]).length
  test('a second draft', () => expect(count({ drafts: [second()] })).toBe(1))
  test('a signed order', () => expect(count({ resources: [second({ status: 'active' })] })).toBe(1))
  test('a dose already given', () => expect(read({ resources: [given(0, 1.6)] }, 'sameDayDoses')).toEqual(['1.6 mg already given']))
  test('one of the next day is none', () => expect(count({ drafts: [second(ordered(dose(1.6, 'mg'), 1))] })).toBe(0))
  test('one date among several is one', () => expect(count({ drafts: [second({ dosageInstruction: [{ timing: { event: [date(-7), date(0)] } }] })] })).toBe(1))
  test('the order that this one replaces is none', () => expect(count({ resources: [second({ status: 'active' })], order: { priorPrescription: { reference: 'MedicationRequest/o2' } } })).toBe(0))
  test('the plan that this order carries out is none', () => {
    expect(count({ resources: [second({ status: 'active', intent: 'plan' })] })).toBe(0)
    expect(count({ resources: [second({ status: 'active' })], order: { basedOn: [{ reference: 'MedicationRequest/o2' }] } })).toBe(0)
  })
  test('a withheld dose and a stopped order are none', () => {
    expect(count({ resources: [given(0, undefined, { status: 'not-done' }), second({ status: 'stopped' })] })).toBe(0)
  })
})

describe('doubts about cycle and day', () => {
  const doubts = (options: ScopeOptions) => (read({ ...options, resources: [...twoSquareMetres, ...(options.resources ?? [])] }, 'cycleDoubts') as unknown[]).length
  const perM2 = (value: number) => ordered(dose(value, 'mg/m2'))
  test.each([[-18, 0], [-19, 1], [-20, 1], [-21, 1], [-23, 1], [-24, 0]])('one dose on day %d', (day, expected) => expect(doubts({ resources: doses(day), order: perM2(0.5) })).toBe(expected))
  test('after the third dose there is none', () => expect(doubts({ resources: doses(-21, -14, -7), order: perM2(0.5) })).toBe(0))
  test('nor at level 2 after the second', () => {
    const resources = [...doses(-77, -70, -63), ...doses(-28, -21)]
    expect(doubts({ resources, order: { ...perM2(0.375), extension: [assertion('doseLevel', { valueInteger: 2 })] } })).toBe(0)
    expect(doubts({ resources, order: perM2(0.5) })).toBe(1)
  })
  test.each([[0.64, 0], [0.65, 1]])('%d mg/m² on Day 8', (value, expected) => expect(doubts({ resources: doses(-7), order: perM2(value) })).toBe(expected))
  test.each([[-90, 0], [-91, 1]])('last dose on day %d', (day, expected) => expect(doubts({ resources: doses(day - 14, day - 7, day), order: perM2(0.5) })).toBe(expected))
  test.each([[-11, 0], [-12, 1]])('doses on days -16 and %d', (second, expected) => expect(doubts({ resources: doses(-16, second), order: perM2(0.5) })).toBe(expected))
  test('a later cycle without any dose on record', () => expect(doubts({ order: { ...perM2(0.5), note: [{ text: 'C2D1' }] } })).toBe(1))
  test('doses presumed from past orders', () => expect(doubts({ resources: [{ ordered: 'inotuzumab', event: '-7d' }], order: perM2(0.5) })).toBe(1))
  test('0.6 mg/m² alone on Day 1 of a later cycle', () => {
    const resources = [...doses(-28, -21, -14), given(-7, 1.2)]
    expect(doubts({ resources, order: perM2(0.5) })).toBe(1)
    expect(doubts({ resources, order: { ...perM2(0.375), extension: [assertion('doseLevel', { valueInteger: 1 })] } })).toBe(0)
  })
  test('what a clinician confirmed is certain', () => {
    expect(doubts({ resources: doses(-20), order: { ...perM2(0.8), extension: [assertion('cycle', { valueInteger: 2 }), assertion('day', { valueInteger: 1 })] } })).toBe(0)
  })
  test('a first dose raises none', () => expect(doubts({ order: perM2(0.8) })).toBe(0))
})
