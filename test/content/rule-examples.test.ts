import { describe, expect, test } from 'vitest'
import { evaluateRule, lookupOf } from '../../src/engine/evaluate.ts'
import type { CompiledRule } from '../../src/engine/rule.ts'
import type { RuleExample } from '../../src/content/schema/rule.ts'
import type { CheckValue } from '../../src/language/check.ts'
import { loadContent } from './loaded.ts'

const content = loadContent()
const defaults = Object.fromEntries(Object.entries(content.settings).map(([name, value]) => [`setting.${name}`, value as CheckValue]))

const outcomeOf = (rule: CompiledRule, { given }: RuleExample): string => {
  const outcome = evaluateRule(rule, lookupOf({ ...defaults, ...given }))
  return outcome.kind === 'fired' ? outcome.indicator : outcome.kind
}

describe.each(content.rules.map((rule) => [rule.id, rule] as const))('%s', (_, rule) => {
  test.each(rule.examples.map((example) => [example.name, example] as const))('%s', (_name, example) => {
    expect(outcomeOf(rule, example)).toBe(example.then)
  })
  test('shows what happens when data are missing', () => {
    const isMissing = ({ given, then }: RuleExample): boolean => then === 'unknown' || rule.when.some(({ check }) => check.names.some((name) => !name.startsWith('setting.') && !(name in given)))
    expect(rule.examples.some(isMissing)).toBe(true)
  })
})
