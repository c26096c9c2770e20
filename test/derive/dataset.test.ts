import { describe, expect, it } from 'vitest'
import type { ScopeOptions } from './scope.ts'
import { scopeOf, valueIn } from './scope.ts'

type Resources = NonNullable<ScopeOptions['resources']>
const read = (name: string, resources: Resources = []) => valueIn(scopeOf({ resources, profile: 'es-valtermed' }), name)
const woman = { resourceType: 'Patient', gender: 'female', birthDate: '1995-01-01' }
const man = { resourceType: 'Patient', gender: 'male', birthDate: '1980-01-01' }

describe('the registry data set', () => {
  it('asks women who may bear children for test and contraception', () => {
    expect([read('pregnancyAnswered', [woman]), read('contraceptionAnswered', [woman])]).toEqual([false, false])
    expect([read('pregnancyAnswered', [man]), read('contraceptionAnswered', [man])]).toEqual(['missing: not-applicable', 'missing: not-applicable'])
  })
  it('asks for the response after the first dose only', () => {
    const dose = { given: 'inotuzumab ozogamicin', at: '-21d', mg: 1.6 }
    expect(read('responseAnswered')).toBe('missing: not-applicable')
    expect(read('responseAnswered', [dose])).toBe(false)
    expect(read('responseAnswered', [dose, { loinc: '97509-4', answer: { text: 'Complete remission' }, at: '-3d' }])).toBe(true)
  })
  it('asks for the amount of every infusion', () => {
    expect(read('dosesAnswered')).toBe('missing: not-applicable')
    expect(read('dosesAnswered', [{ given: 'inotuzumab ozogamicin', at: '-21d', mg: 1.6 }])).toBe(true)
    expect(read('dosesAnswered', [{ given: 'inotuzumab ozogamicin', at: '-21d', mg: 1.6 }, { given: 'inotuzumab ozogamicin', at: '-14d' }])).toBe(false)
  })
  it('lists what is not on file by name', () => {
    const missing = read('datasetAbsent', [man])
    expect(missing).toContain('Left ventricular ejection fraction')
    expect(missing).not.toContain('Administrative sex')
    expect(read('datasetOpen', [man])).toEqual(['informed consent'])
    expect(read('datasetOpen', [man, { loinc: '59284-0', valueBoolean: true, at: '-3d' }])).toEqual([])
  })
})
