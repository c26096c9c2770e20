import { describe, expect, it, test } from 'vitest'
import { scopeOf, type ScopeOptions, valueIn } from './scope.ts'

type Resources = NonNullable<ScopeOptions['resources']>
const given = (at: string) => ({ given: 'inotuzumab ozogamicin', at, mg: 1.6 })
const potassium = (value: number, at = '-1h') => ({ loinc: '2823-3', value, unit: 'mmol/L', at })
const phosphate = (value: number, unit = 'mg/dL', at = '-1h') => ({ loinc: unit === 'mg/dL' ? '2777-1' : '14879-1', value, unit, at })
const urate = (value: number, unit = 'mg/dL', at = '-1h') => ({ loinc: unit === 'mg/dL' ? '3084-1' : '14933-6', value, unit, at })
const calcium = (value: number, unit = 'mmol/L', at = '-1h') => ({ loinc: unit === 'mmol/L' ? '2000-8' : '17861-6', value, unit, at })
const albumin = (value: number, at = '-1h') => ({ loinc: '1751-7', value, unit: 'g/L', at })
const creatinine = (value: number, at = '-1h', unit = 'mg/dL') => ({ loinc: unit === 'mg/dL' ? '2160-0' : '14682-9', value, unit, high: unit === 'mg/dL' ? 1.2 : 106, at })
const PV: ScopeOptions = { order: false }

const read = (name: string, resources: Resources, options: ScopeOptions = PV): unknown => valueIn(scopeOf({ ...options, resources }), name)
const count = (resources: Resources, options: ScopeOptions = PV): number => (read('tlsAnalytes', [given('-2d'), ...resources], options) as readonly string[]).length

describe('the laboratory criteria', () => {
  test.each([
    ['potassium 5.9 mmol/L', potassium(5.9), 0], ['potassium 6.0 mmol/L', potassium(6.0), 1],
    ['uric acid 7.9 mg/dL', urate(7.9), 0], ['uric acid 8.0 mg/dL', urate(8), 1], ['uric acid 475 µmol/L', urate(475, 'umol/L'), 0], ['uric acid 476 µmol/L', urate(476, 'umol/L'), 1],
    ['phosphate 4.4 mg/dL', phosphate(4.4), 0], ['phosphate 4.5 mg/dL', phosphate(4.5), 1], ['phosphate 1.44 mmol/L', phosphate(1.44, 'mmol/L'), 0], ['phosphate 1.45 mmol/L', phosphate(1.45, 'mmol/L'), 1],
    ['calcium 1.76 mmol/L', calcium(1.76), 0], ['calcium 1.75 mmol/L', calcium(1.75), 1], ['calcium 7.1 mg/dL', calcium(7.1, 'mg/dL'), 0], ['calcium 7.0 mg/dL', calcium(7, 'mg/dL'), 1],
  ])('%s', (_, result, expected) => expect(count([result])).toBe(expected))

  it('correct calcium for albumin', () => {
    expect(count([calcium(1.7), albumin(30)])).toBe(0)
    expect(count([calcium(1.7), albumin(40)])).toBe(1)
  })
  it('take calcium as the laboratory corrected it', () => expect(count([{ text: 'Albumin-corrected calcium', value: 1.7, unit: 'mmol/L', at: '-1h' }])).toBe(1))
  it('give children more phosphate', () => {
    const born = (year: number) => ({ resourceType: 'Patient', birthDate: `${String(year)}-01-01` })
    expect(count([born(2012), phosphate(6.4)])).toBe(0)
    expect(count([born(2012), phosphate(6.5)])).toBe(1)
    expect(count([born(2012), phosphate(2.09, 'mmol/L')])).toBe(0)
    expect(count([born(2012), phosphate(2.1, 'mmol/L')])).toBe(1)
    expect(count([born(1980), phosphate(4.5)])).toBe(1)
  })
  it('count analytes that were abnormal within a day of each other', () => {
    expect(count([potassium(6.1, '-25h'), phosphate(5)])).toBe(2)
    expect(count([potassium(6.1, '-26h'), phosphate(5)])).toBe(1)
  })
  it('count an analyte once', () => expect(count([potassium(6.1, '-3h'), potassium(6.4, '-1h')])).toBe(1))
  it('stay while one of the analytes is not back', () => {
    expect(count([potassium(6.1, '-20h'), phosphate(5, 'mg/dL', '-20h'), potassium(4, '-2h')])).toBe(2)
    expect(count([potassium(6.1, '-20h'), phosphate(5, 'mg/dL', '-20h'), potassium(4, '-2h'), phosphate(3, 'mg/dL', '-2h')])).toBe(0)
  })
  it('believe a preliminary result that is worse', () => expect(count([{ ...potassium(6.2), status: 'preliminary' }, phosphate(5)])).toBe(2))
  it('do not let a preliminary result clear them', () => {
    expect(count([potassium(6.1, '-20h'), phosphate(5, 'mg/dL', '-20h'), { ...potassium(4, '-2h'), status: 'preliminary' }, { ...phosphate(3, 'mg/dL', '-2h'), status: 'preliminary' }])).toBe(2)
  })
  it('count a change of 25 % only where the site says so', () => {
    const rise: Resources = [potassium(4, '-3d'), potassium(5), phosphate(3, 'mg/dL', '-3d'), phosphate(3.74)]
    expect(count(rise)).toBe(0)
    expect(count(rise, { ...PV, settings: { tls_25pct_change: true } })).toBe(1)
  })
})

describe('the days around a dose of the first cycle', () => {
  const watch = (resources: Resources, options: ScopeOptions = PV): unknown => read('tlsWatch', resources, options)
  it('begin three days before and end seven days after', () => {
    expect([watch([given('-7d')]), watch([given('-8d')])]).toEqual([true, false])
    expect([watch([], { planned: '3d' }), watch([], { planned: '4d' })]).toEqual([true, false])
  })
  it('are those of every dose of that cycle, and of no later one', () => {
    expect(watch([given('-20d'), given('-13d'), given('-6d')])).toBe(true)
    expect(watch([given('-34d'), given('-27d'), given('-20d'), given('-6d')])).toBe(false)
  })
  it('see nothing where the first cycle was given elsewhere', () => {
    const answer = { resourceType: 'QuestionnaireResponse', at: '-1d', item: [{ linkId: 'priorCycles', answer: [{ valueInteger: 2 }] }] }
    expect(watch([given('-2d'), answer])).toBe(false)
  })
  it('make labs due for three days after a dose', () => {
    expect([read('tlsLabsWatch', [given('-3d')]), read('tlsLabsWatch', [given('-4d')]), read('tlsLabsWatch', [])]).toEqual([true, false, false])
  })
})

describe('the clinical signs', () => {
  const signs = (resources: Resources): readonly string[] => read('tlsComplications', [given('-2d'), ...resources]) as readonly string[]
  it('take a rise of creatinine by 0.3 mg/dL', () => {
    expect(signs([creatinine(0.8, '-3d'), creatinine(1.09)])).toEqual([])
    expect(signs([creatinine(0.8, '-3d'), creatinine(1.1)])).toHaveLength(1)
  })
  it('take a rise of creatinine by 26.5 µmol/L', () => {
    expect(signs([creatinine(70, '-3d', 'umol/L'), creatinine(96.4, '-1h', 'umol/L')])).toEqual([])
    expect(signs([creatinine(70, '-3d', 'umol/L'), creatinine(96.5, '-1h', 'umol/L')])).toHaveLength(1)
  })
  it('take creatinine above one and a half times its limit without a baseline', () => {
    expect(signs([creatinine(1.8)])).toEqual([])
    expect(signs([creatinine(1.81)])).toHaveLength(1)
  })
  it('take a seizure or arrhythmia that began near the dose', () => {
    expect(signs([{ icd10: 'R56.9', text: 'Seizure', at: '-1d' }])).toEqual(['Seizure'])
    expect(signs([{ icd10: 'I48.91', text: 'Atrial fibrillation', at: '-900d' }])).toEqual([])
  })
  it('tell a diagnosis from a suspicion, and a current one from an old one', () => {
    const named = (resources: Resources) => [read('tlsDiagnosed', resources), read('tlsSuspected', resources)]
    expect(named([{ icd10: 'E88.3', at: '-14d' }])).toEqual([true, false])
    expect(named([{ icd10: 'E88.3', at: '-15d' }])).toEqual([false, false])
    expect(named([{ icd10: 'E88.3', at: '-1d', verification: 'provisional' }])).toEqual([false, true])
    expect(named([{ icd10: 'E88.3', at: '-5d', clinical: 'resolved' }])).toEqual([false, false])
  })
})
