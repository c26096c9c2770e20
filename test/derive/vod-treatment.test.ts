import { describe, expect, it, test } from 'vitest'
import { dose, transplantation, transplanted, viewOf, weight } from './vod-record.ts'
import { valueIn } from './scope.ts'

describe('defibrotide', () => {
  it('is dosed by the weight before fluid retention', () => {
    const scope = viewOf([...transplanted(10), weight(88)])
    expect([valueIn(scope, 'defibrotideDoseMg'), valueIn(scope, 'defibrotideDoseText')]).toEqual([500, '500 mg (6.25 mg/kg)'])
  })

  it('has no dose in mg without that weight, and says so', () => {
    const scope = viewOf([dose(20), weight(88)])
    expect([valueIn(scope, 'defibrotideDoseMg'), valueIn(scope, 'defibrotideDoseText')]).toEqual(['missing: absent', '6.25 mg/kg (baseline weight not on file)'])
  })

  test.each([
    ['bleeding', { icd10: 'K92.2', at: '-1d' }, ['bleeding on record']],
    ['an anticoagulant', { ordered: 'enoxaparin', rxnorm: '67108', at: '-3d' }, ['Enoxaparin is active']],
    ['nothing', { ordered: 'ursodiol', at: '-3d' }, []],
  ])('%s in its way', (_, resource, expected) => {
    expect(valueIn(viewOf([...transplanted(10), resource]), 'defibrotideObstacles')).toEqual(expected)
  })
})

describe('VOD on record', () => {
  const after = (condition: Readonly<Record<string, unknown>>) => viewOf([dose(20), { icd10: 'K76.5', ...condition }])
  test.each([
    ['began after the first dose and lasts', { at: '-5d' }, true, true],
    ['began on the day of the first dose', { at: '-20d' }, true, true],
    ['began the day before', { at: '-21d' }, false, false],
    ['is resolved', { at: '-5d', clinical: 'resolved' }, true, false],
    ['has no date', {}, true, true],
    ['is only suspected', { at: '-5d', verification: 'provisional' }, false, false],
  ])('%s', (_, condition, isAfter, isActive) => {
    expect([valueIn(after(condition), 'vodAfterFirstDose'), valueIn(after(condition), 'vodActive')]).toEqual([isAfter, isActive])
  })
})

describe('liver tests after transplantation', () => {
  const test1 = (loinc: string, daysAgo: number) => ({ loinc, value: 20, unit: 'U/L', high: 40, at: `-${String(daysAgo)}d` })
  const bili = (daysAgo: number) => ({ loinc: '1975-2', value: 0.5, unit: 'mg/dL', high: 1.2, at: `-${String(daysAgo)}d` })
  it('are as old as the oldest of the three', () => {
    expect(valueIn(viewOf([transplantation(9), test1('1742-6', 1), test1('1920-8', 8), bili(1)]), 'liverTestsAgeDays')).toBe(8)
  })

  it('without one of the three were never complete', () => {
    const scope = viewOf([transplantation(9), test1('1742-6', 1), bili(1)])
    expect([valueIn(scope, 'liverTestsAgeDays'), valueIn(scope, 'liverTestsNever')]).toEqual(['missing: absent', true])
  })

  it('are unknown while results could not be read', () => {
    expect(valueIn(viewOf([transplantation(9)], { unread: ['labs'] }), 'liverTestsNever')).toBe('missing: unavailable')
  })
})
