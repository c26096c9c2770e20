import { describe, expect, it, test } from 'vitest'
import type { ShortResource } from '../../src/content/example-resources.ts'
import { bilirubin, dose, viewOf } from './vod-record.ts'
import { valueIn } from './scope.ts'

const alt = (value: number, at: string): ShortResource => ({ loinc: '1742-6', value, unit: 'U/L', high: 40, at })
const alp = (value: number, at: string): ShortResource => ({ loinc: '6768-6', value, unit: 'U/L', high: 120, at })

describe('days of a liver hold', () => {
  const days = (resources: readonly ShortResource[], settings = {}) => valueIn(viewOf([dose(40), ...resources], { settings }), 'hepaticHoldDays')
  test.each([
    ['run from the first value above its limit', [bilirubin(1.9, '-29d'), bilirubin(1.9, '-15d'), bilirubin(1.9, '-1d')], 29],
    ['start again after a value at its limit', [bilirubin(1.9, '-29d'), bilirubin(1.8, '-15d'), bilirubin(1.9, '-1d')], 1],
    ['are none when the newest value is at its limit', [bilirubin(1.9, '-29d'), bilirubin(1.8, '-1d')], 0],
    ['run on when another test takes over', [bilirubin(1.9, '-29d'), alt(101, '-20d'), bilirubin(1.0, '-15d'), alt(101, '-1d')], 29],
    ['leave out values of before treatment', [bilirubin(1.9, '-45d'), bilirubin(1.9, '-10d')], 10],
    ['are not counted on without a recent result', [bilirubin(1.9, '-40d'), bilirubin(1.9, '-15d')], 0],
    ['are not counted where Gilbert syndrome explains bilirubin', [{ icd10: 'E80.4', at: '-3000d' }, bilirubin(1.9, '-29d'), bilirubin(1.9, '-1d')], 0],
    ['need both kinds of tests where the site says so', [bilirubin(1.9, '-29d'), bilirubin(1.9, '-1d')], 29],
  ])('%s', (_, resources, expected) => {
    expect(days(resources)).toBe(expected)
  })

  it('with both wanted, bilirubin alone holds nothing', () => {
    expect(days([bilirubin(1.9, '-29d'), bilirubin(1.9, '-1d')], { hepatic_hold_logic: 'both' })).toBe(0)
  })

  it('with both wanted, count while both are above', () => {
    expect(days([bilirubin(1.9, '-29d'), alt(101, '-20d'), bilirubin(1.9, '-1d')], { hepatic_hold_logic: 'both' })).toBe(20)
  })
})

describe('alkaline phosphatase', () => {
  const worse = (resources: readonly ShortResource[]) => valueIn(viewOf([dose(20), ...resources]), 'alpWorsened')
  test.each([
    ['of grade 2 after normal', [alp(80, '-21d'), alp(301, '-1d')], true],
    ['of grade 2 after grade 2', [alp(310, '-21d'), alp(400, '-1d')], false],
    ['of grade 3 after grade 2', [alp(310, '-21d'), alp(601, '-1d')], true],
    ['of grade 2 with nothing known before', [alp(301, '-1d')], true],
    ['of grade 2 with a value of more than 14 days before treatment', [alp(310, '-35d'), alp(301, '-1d')], true],
    ['known only to be above the limit of grade 2', [alp(80, '-21d'), { ...alp(300, '-1d'), comparator: '>' }], true],
    ['at the limit of grade 1', [alp(80, '-21d'), alp(120, '-1d')], false],
  ])('%s', (_, resources, expected) => {
    expect(worse(resources)).toBe(expected)
  })

  it('not measured is unknown', () => {
    expect(worse([])).toBe('missing: absent')
  })
})

describe('liver failure', () => {
  test.each([
    ['after the first dose', '-5d', true], ['on its day', '-20d', true], ['before it', '-21d', false],
  ])('%s', (_, at, expected) => {
    expect(valueIn(viewOf([dose(20), { icd10: 'K72.00', at }]), 'liverFailureAfterFirstDose')).toBe(expected)
  })
})

describe('the VOD line of a liver card', () => {
  it('names the signs', () => {
    expect(valueIn(viewOf([dose(20), { icd10: 'R18.8', at: '-1d' }]), 'hepaticVodLine')).toBe('look for veno-occlusive disease: ascites')
  })

  it('says that there are none', () => {
    expect(valueIn(viewOf([dose(20)]), 'hepaticVodLine')).toBe('no other sign of veno-occlusive disease on record')
  })
})
