import fc from 'fast-check'
import { evaluate } from 'fhirpath'
import r4 from 'fhirpath/fhir-context/r4'
import { describe, expect, it } from 'vitest'
import { compilePath, isPath } from '../../src/language/fhirpath.ts'
import { plainSegments } from '../../src/language/fhirpath-plain.ts'
import { RESOURCES } from './example-resources.ts'

/** Without the functions that fhirpath.js finds below a text, where JavaScript has its string methods: `status.repeat`. */
const oracle = (path: string, resource: object): unknown[] =>
  evaluate(structuredClone(resource), path, {}, r4, { async: false }).filter((value: unknown) => typeof value !== 'function')

/** Below a number fhirpath.js shows the inside of its own decimal (`valueInteger: 0` has a `.value`); a number has no elements. */
const goesBelowNumber = (path: string, resource: object): boolean =>
  path.split('.').some((_, at, parts) => at > 0 && oracle(parts.slice(0, at).join('.'), resource).some((value) => typeof value === 'number'))

function read(path: string, resource: object): unknown {
  const compiled = compilePath(path)
  if (!isPath(compiled)) throw new Error(compiled.problem)
  return compiled.read(resource)
}

const PLAIN = [
  'value', 'valueQuantity', 'valueQuantity.value', 'value.value', 'value.coding.code', 'effective', 'effective.start', 'effectiveDateTime', 'issued', 'status', 'code.text', 'code.coding', 'code.coding.code',
  'component.value', 'component.value.value', 'component.code.text', 'referenceRange.high.value', 'interpretation.coding.code', 'subject.reference', 'dataAbsentReason.coding.code',
  'Observation.value', 'Patient.birthDate', 'birthDate', 'deceased', 'name.given', 'medication', 'medication.reference', 'medication.coding.code', 'contained', 'contained.code.text', 'contained.value.value',
  'contained.ingredient.item.text', 'dosageInstruction.timing.event', 'dosageInstruction.timing.repeat.bounds.start', 'dosageInstruction.doseAndRate.dose', 'dosageInstruction.doseAndRate.dose.value', 'dosageInstruction.asNeeded',
  'dosage.dose.value', 'onset', 'abatement', 'stage.summary.text', 'performed.start', 'entry.resource.value.value', 'entry.resource.birthDate', 'item.answer.value', 'item.item.answer.value', 'item.item.answer.item.answer.value', 'nothing', 'value.nothing.at.all',
]

describe('a plain path read by closures gives what fhirpath.js gives', () => {
  it.each(PLAIN)('%s', (path) => {
    expect(plainSegments(path)).toBeDefined()
    for (const resource of RESOURCES) expect(read(path, resource)).toEqual(goesBelowNumber(path, resource) ? [] : oracle(path, resource))
  })

  it('for random paths', () => {
    const segment = fc.constantFrom(...new Set(PLAIN.flatMap((path) => path.split('.')).filter((each) => /^[a-z]/u.test(each))))
    const type = fc.constantFrom('', '', '', 'Observation.', 'Resource.', 'DomainResource.', 'Bundle.')
    const anything = fc.tuple(type, fc.array(segment, { minLength: 1, maxLength: 4 })).map(([prefix, segments]) => prefix + segments.join('.'))
    const extended = fc.tuple(type, fc.constantFrom(...PLAIN), segment).map(([prefix, start, end]) => `${/^[A-Z]/u.test(start) ? '' : prefix}${start}.${end}`)
    const path = fc.oneof(anything, extended, fc.constantFrom(...PLAIN))
    let found = 0
    fc.assert(fc.property(path, fc.constantFrom(...RESOURCES), (expression, resource) => {
      const expected = oracle(expression, resource)
      if (goesBelowNumber(expression, resource)) return
      if (expected.length > 0) found += 1
      expect(read(expression, resource)).toEqual(expected)
    }), { numRuns: 3000 })
    expect(found).toBeGreaterThan(100)
  })
})

describe('any other path goes through fhirpath.js itself', () => {
  it.each([
    "code.coding.where(system = 'http://loinc.org').code", 'value.ofType(Quantity).value', "extension.where(url = 'u').value", 'birthDate.extension.value', 'contained.id', 'name.given.first()', 'name.given.count()',
    'value.exists()', 'component.select(code.text)', 'value.value * 2', '(value.value > 0.5) or false', "code.text & 'x'", 'item.repeat(item | answer.item).linkId', 'id', 'referenceRange.high.value - referenceRange.low.value',
  ])('%s', (path) => {
    expect(plainSegments(path)).toBeUndefined()
    for (const resource of RESOURCES) {
      let expected: unknown = []
      try {
        expected = evaluate(structuredClone(resource), path, {}, r4, { async: false, preciseMath: true })
      } catch {
        // A resource the expression cannot be asked of reads as nothing.
      }
      expect(read(path, resource)).toEqual(expected)
    }
  })
})
