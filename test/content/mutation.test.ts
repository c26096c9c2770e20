import { describe, expect, test } from 'vitest'
import { evaluateRule, lookupOf } from '../../src/engine/evaluate.ts'
import type { CompiledLevel, CompiledLine, CompiledRule } from '../../src/engine/rule.ts'
import { type Check, type CheckValue, compileTree, mutantsOf, printTree } from '../../src/language/check.ts'
import { loadContent } from './loaded.ts'

const content = loadContent()
const defaults = Object.fromEntries(Object.entries(content.settings).map(([name, value]) => [`setting.${name}`, value as CheckValue]))

interface Mutant { readonly what: string; readonly rule: CompiledRule }

const negated = ({ tree }: Check): { what: string; tree: Check['tree'] } => ({ what: 'negated', tree: { kind: 'call', call: 'not', of: tree } })

const mutate = (check: Check): { what: string; check: Check }[] =>
  [negated(check), ...mutantsOf(check.tree)].map(({ what, tree }) => ({ what: `${what}: ${printTree(tree)}`, check: { ...check, tree, test: compileTree(tree) } }))

const replaceAt = <T>(list: readonly T[], index: number, item: T): T[] => list.map((old, i) => (i === index ? item : old))
const dropAt = <T>(list: readonly T[], index: number): T[] => list.filter((_, i) => i !== index)

function lineMutants(rule: CompiledRule, member: 'when' | 'unless'): Mutant[] {
  const lines = rule[member]
  return lines.flatMap((line: CompiledLine, i) => [
    ...(lines.length > 1 || member === 'unless' ? [{ what: `${member} ${i} dropped`, rule: { ...rule, [member]: dropAt(lines, i) } }] : []),
    ...mutate(line.check).map(({ what, check }) => ({ what: `${member} ${i} ${what}`, rule: { ...rule, [member]: replaceAt(lines, i, { ...line, check }) } })),
  ])
}

const levelMutants = (rule: CompiledRule): Mutant[] => rule.levels.flatMap((level: CompiledLevel, i) => [
  ...(rule.levels.length > 1 ? [{ what: `level ${i} dropped`, rule: { ...rule, levels: dropAt(rule.levels, i) } }] : []),
  ...mutate(level.check).map(({ what, check }) => ({ what: `level ${i} ${what}`, rule: { ...rule, levels: replaceAt(rule.levels, i, { ...level, check }) } })),
])

const isKilled = (rule: CompiledRule): boolean => rule.examples.some((example) => {
  const outcome = evaluateRule(rule, lookupOf({ ...defaults, ...example.given }))
  return (outcome.kind === 'fired' ? outcome.indicator : outcome.kind) !== example.then
})

describe('every change to a rule is noticed by one of its examples', () => {
  test.each(content.rules.map((rule) => [rule.id, rule] as const))('%s', (_, rule) => {
    const mutants = [...lineMutants(rule, 'when'), ...lineMutants(rule, 'unless'), ...levelMutants(rule)]
    expect(mutants.length).toBeGreaterThan(0)
    expect(mutants.filter((mutant) => !isKilled(mutant.rule)).map(({ what }) => what)).toEqual([])
  })
})
