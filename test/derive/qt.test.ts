import { describe, expect, it, test } from 'vitest'
import type { ShortResource } from '../../src/content/example-resources.ts'
import { fridericia } from '../../src/derive/qt.ts'
import { scopeOf, type ScopeOptions, valueIn } from './scope.ts'

const read = (name: string, resources: readonly ShortResource[], options: ScopeOptions = {}): unknown => valueIn(scopeOf({ ...options, resources }), name)
const given = (at: string): ShortResource => ({ given: 'inotuzumab ozogamicin', at, mg: 1.6 })
const qtcf = (value: number, at: string): ShortResource => ({ loinc: '76634-5', value, unit: 'ms', at })
const bazett = (value: number, at: string): ShortResource => ({ loinc: '76635-2', value, unit: 'ms', at })

describe('QTcF', () => {
  it('by Fridericia divides by the cube root of the RR interval', () => expect(fridericia(400, 75)).toBeCloseTo(430.887, 3))
  it('is computed from QT and heart rate of one tracing', () => {
    expect(read('qtcfLatest', [{ loinc: '8634-8', value: 400, unit: 'ms', at: '-3d' }, { loinc: '8867-4', value: 75, unit: '/min', at: '-3d' }])).toBe(431)
    expect(read('qtcfLatest', [{ loinc: '8634-8', value: 0.4, unit: 's', at: '-3d' }, { loinc: '8637-1', value: 800, unit: 'ms', at: '-3d' }])).toBe(431)
    expect(read('qtcfLatest', [{ loinc: '8634-8', value: 400, unit: 'ms', at: '-3d' }, { loinc: '8867-4', value: 75, unit: '/min', at: '-2d' }])).toBe('missing: absent')
  })
  it('of a triplicate is the mean, rounded to a millisecond', () => expect(read('qtcfLatest', [qtcf(469, '-1d'), qtcf(470, '-1d'), qtcf(472, '-1d')])).toBe(470))
  it('rises from the last tracing before treatment', () => {
    expect(read('qtcfRise', [qtcf(410, '-10d'), given('-7d'), qtcf(469, '-1d')])).toBe(59)
    expect(read('qtcfRise', [qtcf(410, '-10d'), given('-7d'), qtcf(470, '-1d')])).toBe(60)
    expect(read('qtcfRise', [given('-7d'), qtcf(470, '-1d')])).toBe('missing: absent')
  })
  it('before treatment is of the two weeks before the first dose', () => {
    expect(read('qtcfBaseline', [qtcf(410, '-21d'), given('-7d')])).toBe(410)
    expect(read('qtcfBaseline', [qtcf(410, '-22d'), given('-7d')])).toBe('missing: absent')
  })
  it('of after the first infusion on the same day is not before treatment', () => expect(read('qtcfBaseline', [given('-168h'), qtcf(480, '-166h')])).toBe('missing: absent'))
})

describe('a QTc by another formula', () => {
  it('is told where it is all there is', () => expect(read('otherQtc', [bazett(505, '-3d')])).toBe(505))
  it('is of no interest beside a QTcF as new', () => expect(read('otherQtc', [bazett(505, '-3d'), qtcf(430, '-3d')])).toBe('missing: not-applicable'))
  it('is told where it is newer', () => expect(read('otherQtc', [bazett(505, '-1d'), qtcf(430, '-3d')])).toBe(505))
  it('of years ago says nothing', () => expect(read('otherQtc', [bazett(505, '-366d')])).toBe('missing: not-applicable'))
  it('was an ECG all the same', () => expect(read('ecgAgeDays', [bazett(430, '-3d')])).toBe(3))
})

describe('a predisposition', () => {
  const strong = (resources: readonly ShortResource[]): unknown => read('qtPredispositions', resources)
  test.each([['long QT syndrome', 'I45.81'], ['torsades', 'I47.21'], ['heart failure', 'I50.9'], ['a relative with sudden death', 'Z82.41']])('is %s', (text, icd10) => expect(strong([{ icd10, text, at: '-900d' }])).toEqual([text]))
  it('may stand in the family history', () => expect(strong([{ resourceType: 'FamilyMemberHistory', status: 'completed', condition: [{ code: { text: 'Long QT syndrome' } }] }])).toEqual(['family history: Long QT syndrome']))
  it('is an earlier QTcF above 500 ms, not the newest', () => {
    expect(strong([qtcf(501, '-90d'), qtcf(430, '-3d')])).toHaveLength(1)
    expect(strong([qtcf(500, '-90d'), qtcf(430, '-3d')])).toEqual([])
    expect(strong([qtcf(520, '-3d')])).toEqual([])
  })
  it('is not an infarction alone', () => {
    expect(strong([{ icd10: 'I25.2', text: 'Old myocardial infarction', at: '-900d' }])).toEqual([])
    expect(read('qtRisks', [{ icd10: 'I25.2', text: 'Old myocardial infarction', at: '-900d' }])).toEqual(['Old myocardial infarction'])
  })
  it('is not a bundle branch block or pacemaker alone, from the problem list or an ECG report', () => {
    const block: ShortResource = { icd10: 'I44.7', text: 'Left bundle branch block', at: '-900d' }
    expect([strong([block]), read('qtRisks', [block])]).toEqual([[], ['Left bundle branch block']])
    expect(read('qtRisks', [{ loinc: '11524-6', answer: { text: 'Ventricular pacing' }, at: '-3d' }])).toEqual(['wide QRS in the ECG of 2025-02-28'])
    expect(read('qtRisks', [{ loinc: '11524-6', answer: { text: 'Sinus rhythm' }, at: '-3d' }])).toEqual([])
  })
  it('is not known where diagnoses could not be read', () => expect(read('qtRisks', [], { unread: ['conditions'] })).toBe('missing: unavailable'))
})

describe('an ECG', () => {
  const drug = (at: string, more: ShortResource = {}): ShortResource => ({ ordered: 'haloperidol', at, ...more })
  const late = (resources: readonly ShortResource[]): number => (read('qtDrugsWithoutEcg', resources) as readonly string[]).length
  it('is due more than seven days after a QT drug was begun', () => expect([late([drug('-7d'), qtcf(430, '-20d')]), late([drug('-8d'), qtcf(430, '-20d')])]).toEqual([0, 1]))
  it('after the drug was begun settles it', () => expect([late([drug('-10d'), qtcf(430, '-10d')]), late([drug('-10d'), qtcf(430, '-11d')])]).toEqual([0, 1]))
  it('is due where there never was one', () => expect(late([drug('-10d')])).toBe(1))
  it('is not due for a drug that ended long ago', () => expect(late([drug('-30d', { end: '-8d' }), qtcf(430, '-40d')])).toBe(0))
  it('belongs to a cycle from two weeks before its Day 1', () => {
    expect([read('ecgThisCycle', [given('-7d'), qtcf(430, '-21d')]), read('ecgThisCycle', [given('-7d'), qtcf(430, '-22d')])]).toEqual([true, false])
    expect(read('ecgThisCycle', [given('-7d')])).toBe(false)
  })
  it('is looked after for six weeks after the last dose', () => {
    expect([read('qtWatch', [given('-42d')], { order: false }), read('qtWatch', [given('-43d')], { order: false }), read('qtWatch', [given('-43d')])]).toEqual([true, false, true])
  })
})
