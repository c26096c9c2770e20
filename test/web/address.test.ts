import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ACTS, scenarioOf, searchOf } from '../../src/web/address.ts'

describe('a link to a scenario', () => {
  test('names patient, act and dialect', () => expect(scenarioOf('?patient=low-anc&scenario=order&dialect=epic')).toEqual({ patientId: 'low-anc', act: 'order', dialect: 'epic' }))
  test('asks nothing when it is empty, and nothing unknown', () => {
    expect(scenarioOf('')).toEqual({})
    expect(scenarioOf('?scenario=delete')).toEqual({})
  })
  test('says what it was made from', () => fc.assert(fc.property(
    fc.record({ patientId: fc.string({ minLength: 1 }), act: fc.constantFrom(...ACTS), dialect: fc.string({ minLength: 1 }) }, { requiredKeys: [] }),
    (scenario) => { expect(scenarioOf(searchOf(scenario))).toEqual(scenario) })))
})
