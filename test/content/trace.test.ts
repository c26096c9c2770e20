import { describe, expect, test } from 'vitest'
import { loadContent } from './loaded.ts'

const content = loadContent()
const ids = new Set(content.rules.map(({ id }) => id))
const facts = Object.entries(content.seedFacts)

describe('the trace from seed documents to rules', () => {
  test('accounts for every statement', () => {
    expect(facts).toHaveLength(297)
    const perDocument = Object.fromEntries([...Map.groupBy(facts, ([id]) => id.slice(0, 2))].map(([source, list]) => [source, list.length]))
    expect(perDocument).toEqual({ S0: 98, S1: 28, S2: 66, S3: 69, S4: 36 })
  })
  test('leads only to rules that exist', () => {
    expect(facts.flatMap(([id, { rules }]) => rules.filter((rule) => !ids.has(rule)).map((rule) => `${id} → ${rule}`))).toEqual([])
  })
  test('every rule has evidence', () => {
    expect(content.rules.filter(({ evidence }) => evidence.length === 0)).toEqual([])
  })
  test('precedence names only rules that exist', () => {
    expect(content.precedence.flatMap(({ keep, drop }) => [keep, ...drop]).filter((id) => !ids.has(id))).toEqual([])
  })
})
