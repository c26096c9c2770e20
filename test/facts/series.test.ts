import { describe, expect, test } from 'vitest'
import { isMeasured } from '../../src/facts/view.ts'
import { bilirubin, factsOf, neutrophils, result, valueIn } from './small-content.ts'

const count = (value: number, at: string, more: object = {}): object => neutrophils(value, at, more)
const HOUR_AGO = '2025-03-03T11:00:00Z'
const YESTERDAY = '2025-03-02T12:00:00Z'
const read = (resources: readonly object[], name = 'neutrophils'): unknown => valueIn(factsOf(resources), name)

describe('which results count', () => {
  test.each([['final', 0.5], ['amended', 0.5], ['corrected', 0.5], ['preliminary', 'missing: pending'], ['registered', 'missing: pending'], ['entered-in-error', 'missing: absent'], ['cancelled', 'missing: absent'], ['unknown', 'missing: absent'], ['', 'missing: absent']])('%s: %s', (status, expected) => {
    expect(read([count(0.5, HOUR_AGO, { status })])).toBe(expected)
  })
  test('the newest, whatever the order they are sent in', () => {
    const results = [count(0.5, YESTERDAY), count(1.5, HOUR_AGO), count(0.7, '2025-03-02T13:00:00Z')]
    expect(read(results)).toBe(1.5)
    expect(read([...results].reverse())).toBe(1.5)
  })
  test('the worse of two results of one time, whatever the order', () => {
    const results = [count(1.5, HOUR_AGO), count(0.5, HOUR_AGO)]
    expect(read(results)).toBe(0.5)
    expect(read([...results].reverse())).toBe(0.5)
    expect(read([bilirubin(1, 'mg/dL', HOUR_AGO), bilirubin(3, 'mg/dL', HOUR_AGO)], 'bili')).toBe(3)
  })
  test('the readable of two results of one time', () => expect(read([result('751-8', 0.5, undefined, HOUR_AGO), count(1.5, HOUR_AGO)])).toBe(1.5))
  test('not one of the future, but one whose clock is minutes ahead', () => {
    expect(read([count(0.5, '2025-03-03T12:05:00Z'), count(1.5, HOUR_AGO)])).toBe(0.5)
    expect(read([count(0.5, '2025-03-03T12:05:01Z'), count(1.5, HOUR_AGO)], 'neutrophilsLatest')).toBe(1.5)
    expect(read([count(0.5, '2025-03-04'), count(1.5, HOUR_AGO)], 'neutrophilsLatest')).toBe(1.5)
    expect(read([count(0.5, '2025-03-03')], 'neutrophilsLatest')).toBe(0.5)
  })
  test('not one without a date', () => expect(read([{ ...count(0.5, HOUR_AGO), effectiveDateTime: undefined }])).toBe('missing: absent'))
  test.each([
    ['effectiveInstant', { effectiveInstant: HOUR_AGO }], ['the end of the period', { effectivePeriod: { start: '2025-01-01', end: HOUR_AGO } }],
    ['the start of a period without end', { effectivePeriod: { start: HOUR_AGO } }], ['when it was issued', { issued: HOUR_AGO }],
  ])('dated by %s', (_, dates) => expect(read([{ ...count(0.5, HOUR_AGO), effectiveDateTime: undefined, ...dates }])).toBe(0.5))
  test('as a component of a panel, with the date and status of the panel', () => {
    const panel = { resourceType: 'Observation', id: 'p', status: 'final', effectiveDateTime: HOUR_AGO, code: { text: 'CBC' }, component: [{ code: { coding: [{ system: 'http://loinc.org', code: '751-8' }] }, valueQuantity: { value: 0.5, unit: '10*9/L' } }] }
    expect(read([panel])).toBe(0.5)
    expect(read([{ ...panel, status: 'cancelled' }])).toBe('missing: absent')
  })
  test('not one whose value is absent for a reason', () => {
    expect(read([{ ...count(0, HOUR_AGO), valueQuantity: undefined, dataAbsentReason: { text: 'clotted' } }, count(0.5, YESTERDAY)])).toBe(0.5)
  })
})

describe('a result that cannot be read', () => {
  test.each([
    ['without a unit', result('751-8', 0.5, undefined, HOUR_AGO), 'the result has no unit'], ['in an unknown unit', result('751-8', 0.5, 'bananas', HOUR_AGO), 'the unit of the result is not readable'],
    ['that nobody could have', count(2500, HOUR_AGO), 'the value is not believable in its unit'],
  ])('%s is missing because of its unit, and no older one takes its place', (_, wrong, detail) => {
    expect(factsOf([wrong, count(1.5, YESTERDAY)]).fact('neutrophils')).toMatchObject({ state: 'missing', why: 'unit', detail })
  })
  test('hides no older one where a hold is looked for', () => expect(read([result('751-8', 0.5, undefined, HOUR_AGO), count(0.4, YESTERDAY)], 'neutrophilsLatest')).toBe(0.4))
  test('is said to be unreadable where there is no other', () => expect(read([result('751-8', 0.5, undefined, HOUR_AGO)], 'neutrophilsLatest')).toBe('missing: unit'))
  test.each([[0, 0], [100, 100], [100.1, 'missing: unit'], [-0.1, 'missing: unit']])('plausible to the limits and no further: %d', (value, expected) => expect(read([count(value, HOUR_AGO)])).toBe(expected))
})

describe('a preliminary result', () => {
  const preliminary = { status: 'preliminary' }
  test('that is worse and newer holds', () => expect(read([count(0.5, HOUR_AGO, preliminary), count(1.5, YESTERDAY)], 'neutrophilsLatest')).toBe(0.5))
  test('that is better and newer clears nothing', () => expect(read([count(1.5, HOUR_AGO, preliminary), count(0.5, YESTERDAY)], 'neutrophilsLatest')).toBe(0.5))
  test('that is worse but older than the final one does not count', () => expect(read([count(0.5, YESTERDAY, preliminary), count(1.5, HOUR_AGO)], 'neutrophilsLatest')).toBe(1.5))
  test('holds where there is no final one', () => expect(read([count(0.5, HOUR_AGO, preliminary)], 'neutrophilsLatest')).toBe(0.5))
  test('is pending for the dose itself', () => expect(factsOf([count(0.5, HOUR_AGO, preliminary)]).fact('neutrophils')).toMatchObject({ why: 'pending', detail: 'only a preliminary result of 2025-03-03' }))
  test('does not hide the final one of the dose', () => expect(read([count(0.5, HOUR_AGO, preliminary), count(1.5, YESTERDAY)])).toBe(1.5))
})

describe('no result in the window', () => {
  test('is stale where there is an older one, with its date', () => expect(factsOf([count(1.5, '2025-02-20')]).fact('neutrophils')).toMatchObject({ why: 'stale', detail: 'last result 2025-02-20' }))
  test('is absent where there is none', () => expect(factsOf([]).fact('neutrophils')).toMatchObject({ why: 'absent', detail: 'no result on file' }))
  test.each(['neutrophilsBefore', 'neutrophilsSince'])('does not arise while the date to count from is unknown: %s', (view) => expect(read([count(1, HOUR_AGO)], view)).toBe('missing: not-applicable'))
  test('is unavailable where the results could not be read, and was read where some came', () => {
    expect(valueIn(factsOf([], { unread: ['labs'] }), 'neutrophils')).toBe('missing: unavailable')
    expect(valueIn(factsOf([count(1.5, '2025-02-20')], { unread: ['labs'] }), 'neutrophils')).toBe('missing: unavailable')
    expect(valueIn(factsOf([count(1.5, HOUR_AGO)], { unread: ['labs'] }), 'neutrophils')).toBe(1.5)
    expect(valueIn(factsOf([], { unread: ['conditions'] }), 'neutrophils')).toBe('missing: absent')
  })
  test('uses the longer window only then', () => {
    const start = { resourceType: 'EpisodeOfCare', id: 'e', period: { start: '2025-03-01T12:00:00Z' } }
    expect(read([start, count(0.4, '2025-02-28T13:00:00Z'), count(0.9, '2025-02-24')], 'neutrophilsWidened')).toBe(0.4)
    expect(read([start, count(0.9, '2025-02-24')], 'neutrophilsWidened')).toBe(0.9)
    expect(read([start, count(0.9, '2025-02-21')], 'neutrophilsWidened')).toBe('missing: stale')
  })
})

describe('a value', () => {
  test('keeps its text as reported, its date and its source', () => {
    const fact = factsOf([result('751-8', 500, '/uL', HOUR_AGO, { id: 'anc1' })]).fact('neutrophils')
    expect(fact).toMatchObject({ value: 0.5, text: '500 /uL', unit: '10*9/L', sources: ['Observation/anc1'], origin: 'record' })
    expect(fact.state === 'present' && fact.at?.precise).toBe(true)
  })
  test('is rounded half up before it is compared, and shown as it was reported', () => {
    const fact = factsOf([bilirubin(1.995, 'mg/dL', HOUR_AGO)]).fact('bili')
    expect(fact).toMatchObject({ value: 2, text: '1.995 mg/dL' })
  })
  test('known only as a bound stays a bound', () => expect(read([{ ...count(0, HOUR_AGO), valueQuantity: { value: 0.5, unit: '10*9/L', comparator: '<' } }])).toEqual({ bound: 'below', limit: 0.5 }))
})

describe('limits of normal', () => {
  const range = (...ranges: readonly object[]): object => ({ referenceRange: ranges })
  const uln = (resources: readonly object[], options: Parameters<typeof factsOf>[1] = {}): number | undefined => {
    const fact = factsOf(resources, options).fact('bili')
    return isMeasured(fact) ? fact.uln : undefined
  }
  const high = (value: number, unit?: string): object => ({ high: { value, ...(unit === undefined ? {} : { unit }) } })
  test('are those of the result itself', () => expect(uln([bilirubin(2, 'mg/dL', HOUR_AGO, range(high(1.2, 'mg/dL')))])).toBe(1.2))
  test('without a unit are in the unit of the result', () => expect(uln([bilirubin(34, 'umol/L', HOUR_AGO, range(high(17)))])).toBe(17))
  test('in another unit are converted', () => expect(uln([bilirubin(34.208, 'umol/L', HOUR_AGO, range(high(1, 'mg/dL')))])).toBeCloseTo(17.1, 1))
  test('in a unit nobody knows are none', () => expect(uln([bilirubin(2, 'mg/dL', HOUR_AGO, range(high(1.2, 'bananas')))])).toBeUndefined())
  test('given only in words are none', () => expect(uln([bilirubin(2, 'mg/dL', HOUR_AGO, range({ text: '0.2 - 1.2' }))])).toBeUndefined())
  const typed = (code: string): object => ({ type: { coding: [{ code }] } })
  test.each([['normal', 1.2], ['recommended', 1.2], ['treatment', undefined], ['therapeutic', undefined], ['critical', undefined]])('of the type %s: %s', (type, expected) => {
    expect(uln([bilirubin(2, 'mg/dL', HOUR_AGO, range({ ...high(1.2, 'mg/dL'), ...typed(type) }))])).toBe(expected)
  })
  test('for everybody come before those for some', () => {
    const forNewborns = { ...high(12, 'mg/dL'), appliesTo: [{ text: 'newborn' }] }
    expect(uln([bilirubin(2, 'mg/dL', HOUR_AGO, range(forNewborns, high(1.2, 'mg/dL')))])).toBe(1.2)
    expect(uln([bilirubin(2, 'mg/dL', HOUR_AGO, range(forNewborns))])).toBe(12)
  })
  const siteLimit = (measurement: string, limit: string): { value: number; unit: string } | undefined => (measurement === 'totalBilirubin' && limit === 'uln' ? { value: 1, unit: 'mg/dL' } : undefined)
  test('of the site count where the result has none', () => expect(uln([bilirubin(2, 'mg/dL', HOUR_AGO)], { siteLimit })).toBe(1))
  test('of the site never replace those of the result', () => {
    expect(uln([bilirubin(2, 'mg/dL', HOUR_AGO, range(high(1.2, 'mg/dL')))], { siteLimit })).toBe(1.2)
    expect(uln([bilirubin(2, 'mg/dL', HOUR_AGO, range(high(1.2, 'bananas')))], { siteLimit })).toBeUndefined()
  })
  test('are never borrowed from another result', () => expect(uln([bilirubin(2, 'mg/dL', HOUR_AGO), bilirubin(1, 'mg/dL', YESTERDAY, range(high(1.2, 'mg/dL')))])).toBeUndefined())
})

describe('a multiple of the limit of normal', () => {
  const times = (value: number, limit: object, more: object = {}, name = 'biliXuln'): unknown => valueIn(factsOf([bilirubin(value, 'mg/dL', HOUR_AGO, { referenceRange: [limit], ...more })]), name)
  test('is exact', () => {
    expect(times(2.1, { high: { value: 1.4 } })).toBe(1.5)
    expect(times(1.8, { high: { value: 1.2 } })).toBe(1.5)
  })
  test('of the lower limit too', () => expect(times(0.1, { low: { value: 0.2 } }, {}, 'biliXlln')).toBe(0.5))
  test('is missing without a limit, or with one that is none', () => {
    expect(times(2, { low: { value: 1 } })).toBe('missing: uln')
    expect(times(2, { high: { value: 0 } })).toBe('missing: uln')
    expect(times(2, { high: { value: -1 } })).toBe('missing: uln')
  })
  test('of a bound is a bound', () => expect(times(0, { high: { value: 2 } }, { valueQuantity: { value: 1, unit: 'mg/dL', comparator: '<' } })).toEqual({ bound: 'below', limit: 0.5 }))
  test('is shown rounded, with its limit named', () => {
    const fact = factsOf([bilirubin(2, 'mg/dL', HOUR_AGO, { referenceRange: [{ high: { value: 1.1 } }] })]).fact('biliXuln')
    expect(fact).toMatchObject({ text: '1.82 × ULN', unit: '×ULN' })
  })
  test('is missing for the reason the value is', () => expect(valueIn(factsOf([bilirubin(2, 'mg/dL', '2025-02-20')]), 'biliXuln')).toBe('missing: stale'))
})

describe('a threshold in the unit of the result', () => {
  const isHigh = (value: number, unit: string, more: object = {}): unknown => valueIn(factsOf([bilirubin(value, unit, HOUR_AGO, more)]), 'biliHigh')
  test.each([[1.99, 'mg/dL', false], [2, 'mg/dL', true], [2.01, 'mg/dL', true], [33.9, 'umol/L', false], [34, 'umol/L', true]])('%d %s: %s', (value, unit, expected) => expect(isHigh(value, unit)).toBe(expected))
  test('from a setting', () => {
    expect(valueIn(factsOf([bilirubin(33, 'umol/L', HOUR_AGO)]), 'biliMiddling')).toBe(true)
    expect(valueIn(factsOf([bilirubin(34, 'umol/L', HOUR_AGO)]), 'biliMiddling')).toBe(false)
  })
  const bound = (comparator: string, value: number): unknown => isHigh(0, 'mg/dL', { valueQuantity: { value, unit: 'mg/dL', comparator } })
  test.each([['<', 2, false], ['<', 1, false], ['<', 2.1, 'missing: ambiguous'], ['<=', 2, 'missing: ambiguous'], ['>', 2, true], ['>', 3, true], ['>', 1.9, 'missing: ambiguous'], ['>=', 2, 'missing: ambiguous']])('a result of %s%d: %s', (comparator, value, expected) => {
    expect(bound(comparator, value)).toBe(expected)
  })
  test('is missing for the reason its value is', () => expect(valueIn(factsOf([]), 'biliHigh')).toBe('missing: absent'))
  test('keeps the text and the source of the value', () => expect(factsOf([bilirubin(3, 'mg/dL', HOUR_AGO, { id: 'b1' })]).fact('biliHigh')).toMatchObject({ text: '3 mg/dL', sources: ['Observation/b1'] }))
})
