import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { compilePath, convertUcum, isPath, isUcum } from '../../src/language/fhirpath.ts'
import { hasNestedQuantifier } from '../../src/language/fhirpath-lint.ts'
import { RESOURCES } from './example-resources.ts'

function problem(expression: string): string | undefined {
  const result = compilePath(expression)
  return isPath(result) ? undefined : result.problem
}

function read(expression: string, resource: object): readonly unknown[] {
  const result = compilePath(expression)
  if (!isPath(result)) throw new Error(result.problem)
  return result.read(resource)
}

function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    Object.values(value).forEach(frozen)
    Object.freeze(value)
  }
  return value
}

describe('what a path may not do is refused when it is compiled', () => {
  it.each([
    ['foo()', 'foo() is not a function a path may use'],
    ['iif(value.exists(), foo(), bar())', 'foo() is not a function a path may use'],
    ['code.coding.where(nearly(code))', 'nearly() is not a function a path may use'],
    ['now()', 'now(): a path has no clock: compare dates in a derived fact'],
    ['effective > today() - 3 days', 'today(): a path has no clock: compare dates in a derived fact'],
    ['subject.resolve()', 'resolve(): a path reads one resource and reaches nothing else'],
    ["code.memberOf('http://example.org')", 'memberOf(): a path reads one resource and reaches nothing else'],
    ["value.trace('value')", 'trace(): a path writes no log'],
    ['%resource.id', 'a path has no %variables: it reads its own resource'],
    ['%context.id', 'a path has no %variables: it reads its own resource'],
    ["value.matches('^(a+)+$')", 'the pattern repeats inside a repetition, which can block the process'],
    [String.raw`value.replaceMatches('(\\d*)*', '')`, 'the pattern repeats inside a repetition, which can block the process'],
    ['value.matches(code.text)', 'the pattern of a match must be written out'],
    ["value.matches('a' & code.text)", 'the pattern of a match must be written out'],
  ])('%s', (expression, message) => expect(problem(expression)).toBe(message))
  it.each(['value +', 'where(', "'open", '', 'value.as(Nonsense)', 'value in (1, 2)'])('%j, which does not parse or run', (expression) => expect(problem(expression)).toMatch(/./u))
  it.each(["value.matches('^[0-9]+([.][0-9]+)?$')", "code.text.matches('grade [1-5]')", "code.coding.where(system = 'x' and code.startsWith('C91')).exists()"])('%s is fine', (expression) => expect(problem(expression)).toBeUndefined())
})

describe('a nested quantifier', () => {
  it.each(['(a+)+', '(a*)*', '(a|a)*', '([a-z]+)*', '(?:a+)+', '((a+)b)+', '(a{2,})+', '(x(a+)){1,}', '(a?)*'])('is in %s', (pattern) => expect(hasNestedQuantifier(pattern)).toBe(true))
  it.each(['a+b+', '(a+)', '(a+)?', '(ab)+', String.raw`(\+)+`, '([+*])+', '(a+){3}', '(?=a+)', '^[A-Z]{1,3}$'])('is not in %s', (pattern) => expect(hasNestedQuantifier(pattern)).toBe(false))
})

describe('reading', () => {
  it('never changes the resource, not even invisibly', () => {
    const names = (value: unknown): unknown => (typeof value === 'object' && value !== null ? [Object.getOwnPropertyNames(value), Object.values(value).map(names)] : value)
    for (const resource of RESOURCES) {
      const before = structuredClone(resource)
      for (const expression of ['value', 'code.coding.where(true)', 'contained', 'descendants()', '$this', 'value.ofType(Quantity)']) read(expression, frozen(resource))
      expect(names(resource)).toEqual(names(before))
    }
  })
  it('gives a quantity as its JSON, of the record and computed', () => {
    const quantity = { value: 0.8, unit: 'mg/m2', system: 'http://unitsofmeasure.org', code: 'mg/m2' }
    expect(read('value', { resourceType: 'Observation', valueQuantity: quantity })).toEqual([quantity])
    expect(read('value.ofType(Quantity)', { resourceType: 'Observation', valueQuantity: quantity })).toEqual([quantity])
    expect(read("5 'mg'", {})).toEqual([{ value: 5, unit: 'mg', code: 'mg', system: 'http://unitsofmeasure.org' }])
    expect(read('3 days', {})).toEqual([{ value: 3, unit: 'days' }])
  })
  it('computes in decimal and gives plain numbers', () => expect(read('value.value * 0.1', { resourceType: 'Observation', valueQuantity: { value: 2.1 } })).toEqual([0.21]))
  it('gives dates as text', () => {
    expect(read('effective', { resourceType: 'Observation', effectiveDateTime: '2025-03' })).toEqual(['2025-03'])
    expect(read('@2025-03-24', {})).toEqual(['2025-03-24'])
  })
  it('is nothing where the record has the wrong shape', () => expect(read("code.coding.code.startsWith('a')", { resourceType: 'Observation', code: { coding: [{ code: 'a' }, { code: 'ab' }] } })).toEqual([]))
})

describe('UCUM', () => {
  it.each(['10*3/uL', 'mg/dL', '{cells}/uL', '[lb_av]', '%', 'K/uL', 'Cel'])('%s is a unit', (code) => expect(isUcum(code)).toBe(true))
  it.each(['IU/L', 'milligram', 'msec', 'lb', '', 'mg / dL', 'x10*3/uL', 'mg/m²', `{${'x'.repeat(80)}}`])('%j is none', (code) => expect(isUcum(code)).toBe(false))
  it('converts what has the same dimension, and moles to mass by weight', () => {
    expect(convertUcum(100, '[degF]', 'Cel')).toBeCloseTo(37.7778, 4)
    expect(convertUcum(34, 'umol/L', 'mg/dL')).toBeUndefined()
    expect(convertUcum(34, 'umol/L', 'mg/dL', 584.66)).toBeCloseTo(1.987844, 6)
    expect(convertUcum(1, 'mg', 'mL')).toBeUndefined()
    expect(convertUcum(1, 'nonsense', 'mL')).toBeUndefined()
  })
  it('never writes a unit of the record to the console', () => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => undefined)
    const pieces = fc.constantFrom('mg', 'dL', '/', '.', '(', ')', '10*', '^', '3', '{', '}', '[', ']', 'U', '%', '-', 'Cel', '[degF]', 'mol', ' ', '!', '"', "'", '<')
    fc.assert(fc.property(fc.array(pieces, { minLength: 1, maxLength: 7 }), (parts) => {
      isUcum(parts.join(''))
      convertUcum(1, parts.join(''), 'mg/dL', 100)
      expect(log).not.toHaveBeenCalled()
    }), { numRuns: 2000, examples: [[['{', '}', '3', '.', '^', 'Cel', 'mg']]] })
    log.mockRestore()
  })
})
