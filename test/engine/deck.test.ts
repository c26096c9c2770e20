import { describe, expect, test } from 'vitest'
import type { HookName } from '../../src/content/schema/common.ts'
import { dealCards, highest } from '../../src/engine/deck.ts'
import type { Finding } from '../../src/engine/findings.ts'
import { fileWith } from '../facts/small-content.ts'
import { acknowledged, contentWith, findingsOf, type RuleMembers } from './findings.ts'

type Rules = Readonly<Record<string, RuleMembers>>
const DECK = 'cards/deck.yaml'

/** The cards as text: `topic: rule rule`, in the order shown. */
function deal(rules: Rules, { hook = 'order-sign' as HookName, deck = {}, change = (findings: readonly Finding[]) => findings } = {}): string[] {
  const content = contentWith(rules, { [DECK]: fileWith(DECK, deck) })
  return dealCards(change(findingsOf(content)), hook, content).map(({ topic, findings }) => `${topic}: ${findings.map(({ rule }) => rule.id).join(' ')}`)
}
const answer = (...ids: readonly string[]) => (findings: readonly Finding[]): readonly Finding[] => findings.map((finding) => (ids.includes(finding.rule.id) ? acknowledged(finding) : finding))

describe('findings of one decision', () => {
  test('share a card', () => expect(deal({ a: {}, b: {}, c: { card: 'dose' } })).toEqual(['giveOrHold: a b', 'dose: c']))
  test('stand by urgency, then by the rank of the deck, then by name', () => {
    const rules = { a: {}, b: { indicator: 'critical' }, c: {}, d: { indicator: 'info' }, e: { indicator: 'critical' } }
    expect(deal(rules)).toEqual(['giveOrHold: b e a c d'])
    expect(deal(rules, { deck: { rank: ['d', 'e', 'c'] } })).toEqual(['giveOrHold: e b c a d'])
  })
  test('make a card as urgent as the most urgent of them', () => expect(highest(findingsOf(contentWith({ a: { indicator: 'info' }, b: { indicator: 'critical' }, c: {} })))).toBe('critical'))
})

test('cards stand by urgency, then by the rank of their decision', () => {
  expect(deal({ a: {}, b: { card: 'dose', indicator: 'critical' }, c: { card: 'missing' } })).toEqual(['dose: b', 'giveOrHold: a', 'missing: c'])
})

describe('when an order is signed', () => {
  test('nothing is shown that only informs', () => {
    expect(deal({ a: { indicator: 'info' }, b: { card: 'dose', indicator: 'info' } })).toEqual([])
    expect(deal({ a: { indicator: 'info' }, b: { card: 'dose', indicator: 'info' } }, { hook: 'order-select' })).toEqual(['giveOrHold: a', 'dose: b'])
  })
  test('what informs becomes a line of a card that is shown', () => expect(deal({ a: {}, b: { card: 'dose', indicator: 'info' } })).toEqual(['giveOrHold: a b']))
  test('what was told while ordering is no line again', () => {
    const told = (findings: readonly Finding[]): readonly Finding[] => findings.map((finding) => (finding.indicator === 'info' ? { ...finding, told: true as const } : finding))
    expect(deal({ a: {}, b: { card: 'dose', indicator: 'info' } }, { change: told })).toEqual(['giveOrHold: a'])
  })
  test('what informs is not shown where no card takes it in', () => expect(deal({ a: { card: 'missing' }, b: { card: 'interaction', indicator: 'info' } })).toEqual(['missing: a']))
  test('a decision that this hook does not show by itself becomes lines too', () => {
    expect(deal({ a: {}, b: { card: 'guidance' } })).toEqual(['giveOrHold: a b'])
    expect(deal({ a: {}, b: { card: 'guidance' } }, { hook: 'order-select' })).toEqual(['giveOrHold: a', 'guidance: b'])
  })
})

describe('a permanent stop', () => {
  const stop = { indicator: 'critical', action: 'discontinue' }
  test('shows its own card alone, and interactions', () => {
    expect(deal({ a: stop, b: {}, c: { card: 'dose', indicator: 'critical' }, d: { card: 'missing' }, e: { card: 'interaction' }, f: { card: 'question' } })).toEqual(['giveOrHold: a b', 'interaction: e'])
  })
  test('is never hidden, whatever card it is on', () => expect(deal({ a: { ...stop, card: 'dose' }, b: { card: 'dose' } })).toEqual(['dose: a']))
  test('must be critical', () => expect(deal({ a: { ...stop, indicator: 'warning' }, b: { card: 'dose' } })).toEqual(['giveOrHold: a', 'dose: b']))
  test('that was answered hides nothing any more', () => expect(deal({ a: stop, b: { card: 'dose', indicator: 'critical' } }, { change: answer('a') })).toEqual(['dose: b']))
})

describe('the budget', () => {
  const five: Rules = { a: {}, b: { card: 'dose' }, c: { card: 'missing' }, d: { card: 'interaction' }, e: { card: 'question' } }
  test('joins what matters least to what it belongs to', () => {
    expect(deal(five)).toEqual(['giveOrHold: a d', 'dose: b', 'missing: c e'])
    expect(deal(five, { hook: 'order-select' })).toEqual(['giveOrHold: a', 'dose: b', 'missing: c e', 'interaction: d'])
  })
  test('is kept as long as it is kept', () => expect(deal({ a: {}, b: { card: 'dose' }, c: { card: 'question' } })).toEqual(['giveOrHold: a', 'dose: b', 'question: c']))
  test('may be a single card', () => expect(deal(five, { deck: { budget: { 'order-sign': 1, 'order-select': 1, 'patient-view': 1 } } })).toEqual(['giveOrHold: a b c d e']))
  test('loses no warning, whatever cards there are', () => {
    const topics = ['giveOrHold', 'dose', 'missing', 'interaction', 'question'] as const
    for (let chosen = 1; chosen < 2 ** topics.length; chosen += 1) {
      const cards = topics.filter((_, i) => (chosen >> i) % 2 === 1)
      const shown = deal(Object.fromEntries(cards.map((card, i) => [`r${String(i)}`, { card }])))
      expect(shown.length).toBeLessThanOrEqual(3)
      expect(shown.flatMap((card) => card.split(': ')[1]?.split(' ') ?? []).sort()).toEqual(cards.map((_, i) => `r${String(i)}`))
    }
  })
})

describe('a finding that was answered before', () => {
  const rules: Rules = { a: { indicator: 'critical' }, b: {}, c: { card: 'dose', indicator: 'info' } }
  test('opens no card', () => expect(deal(rules, { hook: 'order-select', change: answer('a', 'b') })).toEqual(['dose: c']))
  test('is a line below those that were not', () => expect(deal(rules, { change: answer('a') })).toEqual(['giveOrHold: b c a']))
  test('does not interrupt', () => expect(deal(rules, { change: answer('a', 'b') })).toEqual([]))
  test('makes nothing urgent that only informs', () => {
    const both: Rules = { a: { card: 'dose', indicator: 'critical' }, b: { card: 'dose', indicator: 'info' }, c: {} }
    expect(deal(both, { change: answer('a') })).toEqual(['giveOrHold: c b a'])
  })
  test('with all the others shows nothing', () => expect(deal(rules, { hook: 'patient-view', change: answer('a', 'b', 'c') })).toEqual([]))
})
