import { describe, expect, test } from 'vitest'
import type { GradeRow, SignRow } from '../../src/derive/vod-tables.ts'
import type { ShortResource } from '../../src/content/example-resources.ts'
import type { Scope } from '../../src/facts/scope.ts'
import { adult, answer, ascites, bilirubin, creatinine, dose, enlargedLiver, liverPain, viewOf, weight } from './vod-record.ts'
import type { ScopeOptions } from './scope.ts'

const rows = <T>(scope: Scope, name: string): readonly T[] => {
  const fact = scope.fact(name)
  return fact.state === 'present' ? fact.value as readonly T[] : [] // sound: the facts of this file are records
}
const base = [adult, dose(20), weight(80, 21)]
const sign = (key: SignRow['key'], resources: readonly ShortResource[], options: ScopeOptions = {}) => rows<SignRow>(viewOf([...base, ...resources], options), 'vodSignRows').find((row) => row.key === key)
const grade = (name: string, resources: readonly ShortResource[], options: ScopeOptions = {}) => rows<GradeRow>(viewOf([...base, ...resources], options), 'vodGradeRows').find((row) => row.name === name)

describe('the four signs', () => {
  test.each([[2, 'present'], [1.9, 'absent']])('bilirubin %d mg/dL is %s', (value, state) => expect(sign('bilirubin', [bilirubin(value)])).toMatchObject({ state, limit: '≥ 2 mg/dL' }))
  test('its limit is in the unit of the result', () => expect(sign('bilirubin', [bilirubin(40, '-1h', { unit: 'umol/L', high: 20 })])).toMatchObject({ state: 'present', limit: '≥ 34 umol/L' }))
  test('what was not measured is not known, with the reason', () => expect(sign('bilirubin', [])).toMatchObject({ state: 'not-known', text: expect.any(String) }))
  test('nobody wrote it down: that is not absent', () => expect(sign('ascites', [])?.state).toBe('not-recorded'))
  test('diagnoses that could not be read leave it not known', () => expect(sign('ascites', [], { unread: ['conditions'] })?.state).toBe('not-known'))
  test('stated to be absent it is absent', () => expect(sign('ascites', [answer('ascites', { valueBoolean: false })])?.state).toBe('absent'))
  test('with another cause it is excused', () => expect(sign('ascites', [ascites(), answer('notAttributable', { valueString: 'ascites' })])?.state).toBe('excused'))
  test('liver and pain together are one sign, from the later of the two', () => {
    expect(sign('painfulHepatomegaly', [enlargedLiver('-2d'), liverPain('-1d')])).toMatchObject({ state: 'present', since: { precise: true } })
    expect(sign('painfulHepatomegaly', [enlargedLiver()])?.state).toBe('not-recorded')
  })
})

describe('the severity table', () => {
  test('shows the limits of every column as the settings say', () => {
    expect(grade('bilirubin', [])?.limits).toEqual(['≥ 2 mg/dL', '≥ 3 mg/dL', '≥ 5 mg/dL', '≥ 8 mg/dL'])
    expect(grade('days', [])?.limits).toEqual(['> 7 d', '5–7 d', '≤ 4 d', ''])
    expect(grade('transaminases', [])?.limits).toEqual(['≤ 2 × ULN', '> 2 × ULN', '> 5 × ULN', '> 8 × ULN'])
    expect(grade('creatinine', [], { settings: { vod_grade_creatinine: [1.3, 1.6, 2.1] } })?.limits).toEqual(['< × 1.3', '≥ × 1.3', '≥ × 1.6', '≥ × 2.1'])
  })
  test.each([[2.9, 'mild'], [3, 'moderate'], [5, 'severe'], [8, 'very severe']])('bilirubin %d stands in the column %s', (value, column) => expect(grade('bilirubin', [bilirubin(value)])).toMatchObject({ grade: column, text: `bilirubin ${String(value)} mg/dL` }))
  test('what cannot be judged stands in none', () => expect(grade('creatinine', [creatinine(1)])).not.toHaveProperty('grade'))
})
