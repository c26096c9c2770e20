import { describe, expect, it, test } from 'vitest'
import { creatinine, dose, transplanted, transplantation, viewOf, weight } from './vod-record.ts'
import { valueIn } from './scope.ts'

describe('weight gain', () => {
  test.each([
    ['80 to 84.0 kg is 5 %', 84, 5],
    ['80 to 84.1 kg is 5.125 %', 84.1, 5.125],
    ['a loss is negative', 76, -5],
  ])('%s', (_, kg, expected) => {
    expect(valueIn(viewOf([dose(20), weight(80, 21), weight(kg)]), 'vodWeightGainPct')).toBe(expected)
  })

  it('counts from the day conditioning started, not from the first dose', () => {
    expect(valueIn(viewOf([...transplanted(10), weight(90, 58), weight(84.1)]), 'vodWeightGainPct')).toBe(5.125)
  })

  it('takes the first weight of the day conditioning started', () => {
    const resources = [dose(60), transplantation(10), { given: 'melphalan', at: '-16d' }, { ...weight(80), at: '-388h' }, { ...weight(82), at: '-380h' }, weight(84)]
    expect(valueIn(viewOf(resources), 'vodWeightBaseline')).toBe(80)
  })

  test.each([
    ['a weight 7 days before the first dose is a baseline', 27, 80],
    ['one of 8 days before is not', 28, 'missing: absent'],
  ])('%s', (_, daysAgo, expected) => {
    expect(valueIn(viewOf([dose(20), weight(80, daysAgo), weight(84)]), 'vodWeightBaseline')).toBe(expected)
  })

  test.each([
    ['a weight of 14 days ago counts for today', 14, 6.25],
    ['one of 15 days ago does not', 15, 'missing: absent'],
  ])('%s', (_, daysAgo, expected) => {
    expect(valueIn(viewOf([dose(20), weight(80, 21), weight(85, daysAgo)]), 'vodWeightGainPct')).toBe(expected)
  })

  it('is unknown without a baseline', () => {
    expect(valueIn(viewOf([dose(20), weight(84)]), 'vodWeightGainPct')).toBe('missing: absent')
  })
})

describe('creatinine over its baseline', () => {
  it('counts from the days before transplantation', () => {
    expect(valueIn(viewOf([...transplanted(10), creatinine(1.2)]), 'vodCreatinineRatio')).toBe(1.5)
  })

  it('compares across units', () => {
    const micromol = { loinc: '14682-9', value: 106.104, unit: 'umol/L', at: '-1h' }
    expect(valueIn(viewOf([...transplanted(10), micromol]), 'vodCreatinineRatio')).toBeCloseTo(1.5, 3)
  })

  it('is unknown without a recent value', () => {
    expect(valueIn(viewOf([dose(30), creatinine(0.8, '-31d')]), 'vodCreatinineRatio')).toBe('missing: absent')
  })
})
