import { describe, expect, it } from 'vitest'
import type { CheckValue } from '../../src/language/check.ts'
import { check, lookupIn, problems, type Facts } from './check-signature.ts'

const test = (source: string, facts: Facts = {}) => check(source).test(lookupIn(facts))

const below = (limit: number): CheckValue => ({ bound: 'below', limit })
const above = (limit: number): CheckValue => ({ bound: 'above', limit })

describe('comparing numbers', () => {
  it.each([
    ['%anc < 1', 0.99, true], ['%anc < 1', 1, false], ['%anc < 1', 1.01, false],
    ['%anc <= 1', 0.99, true], ['%anc <= 1', 1, true], ['%anc <= 1', 1.01, false],
    ['%anc > 1', 0.99, false], ['%anc > 1', 1, false], ['%anc > 1', 1.01, true],
    ['%anc >= 1', 0.99, false], ['%anc >= 1', 1, true], ['%anc >= 1', 1.01, true],
    ['%anc = 1', 1, true], ['%anc = 1', 1.01, false], ['%anc != 1', 1, false], ['%anc != 1', 1.01, true],
    ['1 > %anc', 0.99, true], ['1 > %anc', 1, false], ['%anc > -1', -0.5, true], ['%anc > -1', -1, false],
  ])('%s at %d is %s', (source, anc, expected) => expect(test(source, { anc })).toBe(expected))
  it.each(['%anc < 1', '%anc >= 1', '%anc = 1', '%anc != 1', '1 < %anc'])('%s is empty without the fact', (source) => expect(test(source)).toBeUndefined())
  it('reads settings by their dotted name', () => {
    expect(test('%anc < %setting.anc_threshold', { anc: 0.9, 'setting.anc_threshold': 1 })).toBe(true)
    expect(test('%anc < %setting.anc_threshold', { anc: 1, 'setting.anc_threshold': 1 })).toBe(false)
  })
})

describe('a result reported as "<1"', () => {
  it.each([
    ['%anc < 1', true], ['%anc < 1.5', true], ['%anc < 0.5', undefined],
    ['%anc <= 1', true], ['%anc <= 0.5', undefined],
    ['%anc > 1', false], ['%anc > 0.5', undefined],
    ['%anc >= 1', false], ['%anc >= 0.5', undefined],
    ['%anc = 1', false], ['%anc = 0.5', undefined], ['%anc != 1', true], ['%anc != 0.5', undefined],
    ['1 > %anc', true], ['1 <= %anc', false], ['0.5 < %anc', undefined],
  ])('makes %s %s', (source, expected) => expect(test(source, { anc: below(1) })).toBe(expected))
})

describe('a result reported as ">10"', () => {
  it.each([
    ['%anc > 10', true], ['%anc > 9', true], ['%anc > 11', undefined],
    ['%anc >= 10', true], ['%anc >= 11', undefined],
    ['%anc < 10', false], ['%anc < 11', undefined],
    ['%anc <= 10', false], ['%anc <= 11', undefined],
    ['%anc = 10', false], ['%anc = 11', undefined], ['10 < %anc', true],
  ])('makes %s %s', (source, expected) => expect(test(source, { anc: above(10) })).toBe(expected))
})

describe('two results known from one side', () => {
  it('are ordered only where their ranges do not meet', () => {
    expect(test('%anc < %plt', { anc: below(1), plt: above(1) })).toBe(true)
    expect(test('%anc >= %plt', { anc: below(1), plt: above(1) })).toBe(false)
    expect(test('%anc > %plt', { anc: above(2), plt: below(1) })).toBe(true)
    expect(test('%anc < %plt', { anc: below(2), plt: above(1) })).toBeUndefined()
    expect(test('%anc < %plt', { anc: below(1), plt: below(5) })).toBeUndefined()
    expect(test('%anc = %plt', { anc: below(1), plt: below(1) })).toBeUndefined()
  })
  it('exist, count as one, and are in a list only for certain', () => {
    expect(test('%anc.exists()', { anc: below(1) })).toBe(true)
    expect(test('%anc.count() = 1', { anc: below(1) })).toBe(true)
    expect(test('%anc in (1 | 2)', { anc: below(1) })).toBe(false)
    expect(test('%anc in (0 | 2)', { anc: below(1) })).toBeUndefined()
  })
})

describe('three-valued logic', () => {
  const VALUES = { true: { onDialysis: true }, false: { onDialysis: false }, empty: {} } as const
  const OTHERS = { true: { pregnant: true }, false: { pregnant: false }, empty: {} } as const
  const keys = ['true', 'false', 'empty'] as const
  // Truth tables of the FHIRPath specification, section Boolean logic; columns are the right side true, false, empty.
  const TABLES = {
    and: { true: [true, false, undefined], false: [false, false, false], empty: [undefined, false, undefined] },
    or: { true: [true, true, true], false: [true, false, undefined], empty: [true, undefined, undefined] },
    implies: { true: [true, false, undefined], false: [true, true, true], empty: [true, undefined, undefined] },
  } as const
  for (const operator of ['and', 'or', 'implies'] as const) {
    for (const left of keys) {
      it.each(keys.map((right, column) => [right, TABLES[operator][left][column]] as const))(`${left} ${operator} %s is %s`, (right, expected) => {
        expect(test(`%onDialysis ${operator} %pregnant`, { ...VALUES[left], ...OTHERS[right] })).toBe(expected)
      })
    }
  }
  it('keeps not() of empty empty', () => {
    expect(test('%onDialysis.not()')).toBeUndefined()
    expect(test('%onDialysis.not()', { onDialysis: true })).toBe(false)
    expect(test('%onDialysis.not()', { onDialysis: false })).toBe(true)
  })
})

describe('existence and membership', () => {
  it('know a missing fact from a present one', () => {
    expect(test('%anc.exists()')).toBe(false)
    expect(test('%anc.empty()')).toBe(true)
    expect(test('%anc.exists()', { anc: 0 })).toBe(true)
    expect(test('%onDialysis.empty()', { onDialysis: false })).toBe(false)
  })
  it('know whether a condition is known', () => {
    expect(test('(%anc < 1).exists()')).toBe(false)
    expect(test('(%anc < 1).exists()', { anc: 5 })).toBe(true)
  })
  it('count the items of a list, of a missing one none', () => {
    expect(test('%risks.count() >= 2', { risks: ['a', 'b'] })).toBe(true)
    expect(test('%risks.count() >= 2', { risks: ['a'] })).toBe(false)
    expect(test('%risks.count() = 0')).toBe(true)
    expect(test('%risks.exists()', { risks: [] })).toBe(false)
  })
  it.each([
    ["%remission in ('CR' | 'CRi')", { remission: 'CRi' }, true],
    ["%remission in ('CR' | 'CRi')", { remission: 'none' }, false],
    ["%remission in ('CR' | 'CRi')", {}, undefined],
    ["%remission in ('CR')", { remission: 'CR' }, true],
    ['%cycle in (1 | 2)', { cycle: 2 }, true],
    ['%cycle in (1 | 2)', { cycle: 3 }, false],
    ['%remission in %risks', { remission: 'CR' }, false],
    ['%remission in %risks', { risks: ['CR'] }, undefined],
    ["%risks contains 'age'", { risks: ['age', 'hct'] }, true],
    ["%risks contains 'age'", { risks: ['hct'] }, false],
    ["%risks contains 'age'", {}, false],
    ["('a' | 'b') contains %mrd", { mrd: 'b' }, true],
    ["('a' | 'b') contains %mrd", {}, undefined],
  ])('%s with %j is %s', (source, facts: Facts, expected) => expect(test(source, facts)).toBe(expected))
  it('counts a union once each', () => expect(test("('a' | 'b' | 'a').count() = 2")).toBe(true))
})

describe('precedence', () => {
  it.each([
    ['true or false and false', true],
    ['false implies false implies false', false],
    ['false implies (false implies false)', true],
    ['true or true implies false', false],
    ['1 < 2 = true', true],
    ["'a' in ('a' | 'b') and true", true],
    ['true = false and false', false],
    ['%onDialysis.not().not()', true],
  ])('%s is %s', (source, expected) => expect(test(source, { onDialysis: true })).toBe(expected))
  it('binds membership looser than comparison, so a comparison is no item', () => {
    expect(problems("%mrd = 'a' in ('a' | 'b')")[0]?.message).toContain("%mrd = 'a' is true or false, which is in no list of texts")
  })
})

describe('texts', () => {
  it('are read with their escapes', () => {
    expect(test(String.raw`%mrd = 'it\'s \u00e9\\ \n'`, { mrd: "it's é\\ \n" })).toBe(true)
  })
  it('may look like an operator', () => expect(test("%mrd = 'and'", { mrd: 'and' })).toBe(true))
})

describe('a compiled check', () => {
  it('names what it reads, each once, in order', () => {
    expect(check('%anc < %setting.anc_threshold and %plt.exists() and %anc > 0').names).toEqual(['anc', 'setting.anc_threshold', 'plt'])
  })
  it('keeps its source', () => expect(check('%anc   < 1').source).toBe('%anc   < 1'))
  it('cannot be changed', () => expect(Object.isFrozen(check('%anc < 1'))).toBe(true))
})
