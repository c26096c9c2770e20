import { describe, expect, it, test } from 'vitest'
import { scopeOf, type ScopeOptions, valueIn } from './scope.ts'

type Resources = NonNullable<ScopeOptions['resources']>
const read = (name: string, resources: Resources = [], options: ScopeOptions = {}): unknown => valueIn(scopeOf({ ...options, resources }), name)

const marrow = (value: number, at = '-5d') => ({ loinc: '11150-0', value, unit: '%', at })
const wbc = (value: number, at = '-1d') => ({ loinc: '6690-2', value, unit: '10*9/L', at })
const share = (value: number, at = '-1d') => ({ loinc: '26446-5', value, unit: '%', at })
const ldh = (value: number, at = '-1d') => ({ loinc: '2532-0', value, unit: 'U/L', high: 250, at })
const creatinine = (value: number, at = '-1d') => ({ loinc: '2160-0', value, unit: 'mg/dL', high: 1.2, at })
const urate = (value: number, unit = 'mg/dL', at = '-1d') => ({ loinc: unit === 'mg/dL' ? '3084-1' : '14933-6', value, unit, high: unit === 'mg/dL' ? 7.2 : 428, at })
const given = (at: string) => ({ given: 'inotuzumab ozogamicin', at, mg: 1.6 })
const LOW: Resources = [marrow(30), wbc(4), share(5), ldh(300), creatinine(0.8), urate(5)]
const without = (loinc: string): Resources => LOW.filter((one) => one['loinc'] !== loinc)

describe('a high tumour burden', () => {
  it('is excluded when every sign is known and none holds', () => expect(read('highTumorBurden', LOW)).toBe(false))
  it('is not known while one sign is not', () => expect(read('highTumorBurden', without('2532-0'))).toBe('missing: absent'))
  it('is not excluded by an empty record', () => expect(read('highTumorBurden')).toBe('missing: absent'))

  test.each([
    ['marrow blasts of 49 %', '11150-0', [marrow(49)], false], ['marrow blasts of exactly 50 %', '11150-0', [marrow(50)], true], ['marrow blasts of 51 %', '11150-0', [marrow(51)], true],
    ['LDH just below twice its limit', '2532-0', [ldh(499)], false], ['LDH at twice its limit', '2532-0', [ldh(500)], true],
    ['white cells of 99.9', '6690-2', [wbc(99.9), share(1)], false], ['white cells of 100', '6690-2', [wbc(100), share(1)], true],
  ])('%s', (_, loinc, results, expected) => {
    expect(read('highTumorBurden', [...without(loinc).filter((one) => !results.some(({ loinc: other }) => other === one['loinc'])), ...results])).toBe(expected)
  })

  it('shows in one sign even if nothing else is known', () => expect(read('highTumorBurden', [marrow(90)])).toBe(true))
  it('shows in circulating blasts before cytoreduction brought them down', () => {
    expect(read('highTumorBurden', [...without('6690-2').filter(({ loinc }) => loinc !== '26446-5'), wbc(30, '-6d'), share(50, '-6d'), wbc(3), share(10)])).toBe(true)
  })
  it('needs more than 10 000 circulating blasts', () => {
    expect(read('highTumorBurden', [...without('6690-2').filter(({ loinc }) => loinc !== '26446-5'), wbc(20), share(50)])).toBe(false)
    expect(read('highTumorBurden', [...without('6690-2').filter(({ loinc }) => loinc !== '26446-5'), wbc(20), share(51)])).toBe(true)
  })
  it('needs creatinine and uric acid above their limits together', () => {
    expect(read('highTumorBurden', [...without('2160-0'), creatinine(1.3)])).toBe(false)
    expect(read('highTumorBurden', [...without('2160-0').filter(({ loinc }) => loinc !== '3084-1'), creatinine(1.3), urate(7.3)])).toBe(true)
  })
  it('lasts until Day 8 only where something measured since Day 1 says so', () => {
    expect(read('highTumorBurden', [marrow(90, '-10d'), given('-7d')])).toBe('missing: absent')
    expect(read('highTumorBurden', [marrow(90, '-2d'), given('-7d')])).toBe(true)
  })
  it('is not cleared by a preliminary result', () => {
    expect(read('highTumorBurden', [...without('11150-0'), marrow(60), { ...marrow(10, '-1d'), status: 'preliminary' }])).toBe(true)
  })
})

describe('uric acid for rasburicase', () => {
  test.each([[7.5, 'mg/dL', false], [7.6, 'mg/dL', true], [446, 'umol/L', false], [447, 'umol/L', true]])('%s %s', (value, unit, expected) => {
    expect(read('uricAcidHigh', [urate(value, unit)])).toBe(expected)
  })
  it('stays high where nobody measured again', () => expect(read('uricAcidHigh', [urate(9, 'mg/dL', '-10d')])).toBe(true))
  it('is not known without a result', () => expect(read('uricAcidHigh')).toBe('missing: absent'))
})

describe('creatinine above its limit', () => {
  test.each([[1.2, false], [1.21, true]])('%s mg/dL', (value, expected) => expect(read('creatinineAboveUln', [creatinine(value)])).toBe(expected))
  it('is not known without a limit', () => expect(read('creatinineAboveUln', [{ loinc: '2160-0', value: 2, unit: 'mg/dL', at: '-1d' }])).toBe('missing: uln'))
})

describe('G6PD', () => {
  const activity = (value: number) => ({ loinc: '32546-4', value, unit: 'U/g{Hb}', low: 7, at: '-100d' })
  it('is deficient by diagnosis, whatever a result says', () => expect(read('g6pdStatus', [{ icd10: 'D75.A' }, activity(9)])).toBe('deficient'))
  test.each([[6.9, 'deficient'], [7, 'normal']])('activity %s U/g Hb', (value, expected) => expect(read('g6pdStatus', [activity(value)])).toBe(expected))
  it('is read from words too', () => expect(read('g6pdStatus', [{ loinc: '32546-4', answer: { text: 'Deficient' }, at: '-5d' }])).toBe('deficient'))
  it('is not known when it was never tested', () => expect(read('g6pdStatus')).toBe('missing: absent'))
})

describe('hydration', () => {
  it('is an infusion or a service order', () => {
    expect(read('hydration', [{ ordered: 'IV hydration', at: '-1d' }])).toBe(true)
    expect(read('hydration', [{ resourceType: 'ServiceRequest', text: 'Oral hydration' }])).toBe(true)
    expect(read('hydration')).toBe(false)
  })
  it('is not known where medications were not read', () => expect(read('hydration', [], { unread: ['medications'] })).toBe('missing: unavailable'))
})
