import { describe, expect, test } from 'vitest'
import type { Derivation } from '../../src/derive/derivation.ts'
import { buildCard } from '../../src/engine/card.ts'
import type { Finding } from '../../src/engine/findings.ts'
import type { CompiledRule } from '../../src/engine/rule.ts'
import { suggestionsFor } from '../../src/engine/suggestions.ts'
import { type Fact, present } from '../../src/facts/fact.ts'
import type { Scope } from '../../src/facts/scope.ts'
import { lintResponse } from '../../src/hooks/response-lint.ts'
import { loadContent } from '../content/loaded.ts'
import { calendar, chartOf, NOW, order, scopeOn } from '../facts/small-content.ts'
import { toolsOf } from './findings.ts'

const content = loadContent()
const at = NOW

/** A dose of which every fact is the same text, with a value of the fact's own type. */
function doseSaying(text: string): Scope {
  const value = (type: string): unknown => ({ number: 1e21 / 3, boolean: true, text, list: [text], records: [], moment: at })[type]
  const facts = [...content.mapping.declarations].map(([name, { type }]): [string, Fact] => [name, present(value(type), text, { at, sources: [] })])
  const derivations = new Map(facts.map(([name, fact]): [string, Derivation] => [name, { facts: {}, uses: [], compute: () => ({ [name]: fact }) }]))
  return scopeOn({ ...chartOf({ content, drafts: [order({ dosageInstruction: [{ text: 'as before' }] })] }), derivations })
}

/** What a rule can say: once for each level, or once. */
const findingsOf = (rule: CompiledRule, scope: Scope): readonly Finding[] => {
  const plain = { rule, scope, isPreview: false }
  return rule.levels.length > 0 ? rule.levels.map((level) => ({ ...plain, level, said: level.said, indicator: level.said.indicator })) : [{ ...plain, said: rule.said, indicator: rule.said.indicator }]
}

const contents = content.languages.map((language) => loadContent(undefined, {}, language))
const rules = contents.flatMap((one) => one.rules.map((rule) => [`${rule.id} in ${one.phrases.language}`, rule, one] as const))
const ordinary = doseSaying('0.8 ×10⁹/L')
const hostile = doseSaying(`<img src=x onerror=alert(1)> $& {{items}} [a](javascript:1) \u202E\u0000\n\n# ${'W'.repeat(300)}`)

describe.each(rules)('%s', (_, rule, spoken) => {
  test('makes a card that CDS Hooks allows, whatever the record holds', () => {
    for (const finding of [...findingsOf(rule, ordinary), ...findingsOf(rule, hostile)]) {
      const card = buildCard({ topic: rule.card, findings: [finding] }, spoken, toolsOf())
      expect(lintResponse({ cards: [card] }, ['MedicationRequest/o1'])).toEqual([])
      expect(card.detail?.split('\n').length).toBeLessThanOrEqual(12)
      expect(card.detail?.split('\n').every((line) => line.startsWith('- '))).toBe(true)
    }
  })
  test('has a headline with room for its values', () => {
    for (const { said } of findingsOf(rule, ordinary)) {
      const words = said.summary.source.replaceAll(/\{\{[^}]*\}\}/g, 'x'.repeat(12))
      expect(words.length).toBeLessThanOrEqual(139)
    }
  })
})

test('all findings of a decision fit one card, and each of them is named', () => {
  for (const topic of ['giveOrHold', 'dose', 'missing', 'question', 'interaction', 'guidance'] as const) {
    const findings = content.rules.filter(({ card }) => card === topic).flatMap((rule) => findingsOf(rule, hostile).slice(0, 1))
    const card = buildCard({ topic, findings }, content, toolsOf())
    expect(lintResponse({ cards: [card] }, ['MedicationRequest/o1'])).toEqual([])
    expect(card.detail?.split('\n').length).toBeLessThanOrEqual(12)
    expect(card.extension?.['org.ino-cds.findings']).toHaveLength(findings.length)
    expect(card.suggestions?.length ?? 0).toBeLessThanOrEqual(content.deck.suggestionsPerCard)
    expect(card.overrideReasons?.length ?? 0).toBeLessThanOrEqual(content.deck.overrideReasonsPerCard)
  }
})

test('every suggestion that is shipped can be filled, and creates a draft of the patient in context', () => {
  const wanted = { needs: undefined, unless: undefined }
  for (const [id, suggestion] of content.suggestions) {
    const { needs: _, unless: __, ...rest } = { ...suggestion, ...wanted }
    const free = { ...content, suggestions: new Map([[id, rest]]) }
    const [rule] = content.rules
    if (!rule) throw new Error('no rules')
    const finding: Finding = { rule, said: { ...rule.said, suggestions: [id] }, indicator: 'warning', scope: ordinary, isPreview: false }
    const [offered] = suggestionsFor([finding], free, toolsOf(), calendar)
    expect(offered?.actions, id).toHaveLength(suggestion.actions.length)
    for (const action of offered?.actions ?? []) {
      if (action.type !== 'create') continue
      expect(action.resource, id).toMatchObject({ resourceType: expect.stringMatching(/Request$/) as string, status: 'draft', subject: { reference: 'Patient/p1' } })
      expect(JSON.stringify(action.resource), id).not.toMatch(/null|""|\{\}|\[\]|\{\{/)
    }
  }
})
