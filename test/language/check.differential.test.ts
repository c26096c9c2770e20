import fc from 'fast-check'
import { evaluate } from 'fhirpath'
import r4 from 'fhirpath/fhir-context/r4'
import { expect, it } from 'vitest'
import { compileCheck, isCheck, printTree, type Ternary } from '../../src/language/check.ts'
import { conditions, facts } from './check-arbitraries.ts'
import { type Facts, lookupIn, SIGNATURE } from './check-signature.ts'

/** fhirpath.js throws for a variable it was not given, so every name is given; a missing fact is the empty collection. */
function environment(values: Facts): Record<string, unknown> {
  const names = [...SIGNATURE.names()]
  const setting = Object.fromEntries(names.filter((name) => name.startsWith('setting.')).map((name) => [name.slice('setting.'.length), values[name] ?? []]))
  return { ...Object.fromEntries(names.map((name) => [name, values[name] ?? []])), setting }
}

function oracle(source: string, values: Facts): Ternary {
  const answer: unknown[] = evaluate({}, source, environment(values), r4, { async: false })
  expect(answer.length).toBeLessThanOrEqual(1)
  const [value] = answer
  if (value !== undefined && typeof value !== 'boolean') throw new Error(`not a condition: ${source}`)
  return value
}

// Where FHIRPath, as fhirpath.js implements it, says more than a check may say, the generator stays out:
// - A single item of any type stands for `true` in Boolean logic (https://hl7.org/fhirpath/N1/#singleton-evaluation-of-collections);
//   a check of that kind is a type error, because "%anc and …" is far more often a forgotten comparison.
// - Lists are not compared with =, and nothing is compared across types; type errors too.
// - Decimals are compared after rounding to eight places; facts come with fewer.
// - Results known from one side ("<1") do not exist in FHIRPath; check.test.ts has their table.
it('a compiled check answers what fhirpath.js answers, on random conditions over facts that are missing at random', () => {
  const seen = { true: 0, false: 0, undefined: 0 }
  fc.assert(fc.property(conditions, facts, (tree, values) => {
    const source = printTree(tree)
    const check = compileCheck(source, SIGNATURE)
    if (!isCheck(check)) throw new Error(`${source}: ${check.map(({ message }) => message).join('; ')}`)
    const ours = check.test(lookupIn(values))
    seen[`${ours}`] += 1
    expect({ source, answer: ours }).toEqual({ source, answer: oracle(source, values) })
  }), { numRuns: 4000 })
  // A generator that mostly produced one answer would prove little.
  expect(Math.min(...Object.values(seen))).toBeGreaterThan(400)
}, 60_000)
