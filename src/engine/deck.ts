import { type HookName, type Indicator, RANK } from '../content/schema/common.ts'
import type { CARD_TOPICS } from '../content/schema/rule.ts'
import type { Finding } from './findings.ts'
import type { Content } from './rule.ts'

export type CardTopic = (typeof CARD_TOPICS)[number]

/** The findings of one card, leading finding first. */
export interface Group {
  readonly topic: CardTopic
  readonly findings: readonly Finding[]
}

/** Not answered before: what was is a line at most, and makes no card urgent. */
export const isFresh = ({ acknowledged }: Finding): boolean => acknowledged === undefined

/** The urgency of findings that still want an answer. */
export const highest = (findings: readonly Finding[]): Indicator =>
  findings.filter(isFresh).reduce<Indicator>((top, { indicator }) => (RANK[indicator] > RANK[top] ? indicator : top), 'info')

function leadingFirst(content: Content): (a: Finding, b: Finding) => number {
  const position = new Map(content.deck.rank.map((id, i) => [id, i]))
  const rankOf = ({ rule }: Finding): number => position.get(rule.id) ?? content.deck.rank.length
  const answered = (finding: Finding): number => Number(!isFresh(finding))
  return (a, b) => answered(a) - answered(b) || RANK[b.indicator] - RANK[a.indicator] || rankOf(a) - rankOf(b) || a.rule.id.localeCompare(b.rule.id)
}

/** A permanent stop makes every other advice about this dose pointless. */
const isStop = ({ indicator, said }: Finding): boolean => indicator === 'critical' && said.action === 'discontinue'

function groupByTopic(findings: readonly Finding[]): Map<CardTopic, Finding[]> {
  const groups = new Map<CardTopic, Finding[]>()
  for (const finding of findings) {
    const list = groups.get(finding.rule.card)
    if (list) list.push(finding)
    else groups.set(finding.rule.card, [finding])
  }
  return groups
}

/** Moves a group to the first existing card that takes it in; without one it is dropped from display. */
function join(groups: Map<CardTopic, Finding[]>, topic: CardTopic, content: Content): void {
  const moving = groups.get(topic) ?? []
  groups.delete(topic)
  const host = content.deck.cards[topic].joins.find((other) => groups.has(other))
  if (host) groups.get(host)?.push(...moving)
}

/** Cards that this hook does not show by themselves: their findings become lines of another card. */
function foldForHook(groups: Map<CardTopic, Finding[]>, hook: HookName, content: Content): void {
  for (const topic of Array.from(groups.keys())) {
    const isOwnCard = content.deck.cards[topic].hooks.includes(hook)
    const interrupts = hook !== 'order-sign' || RANK[highest(groups.get(topic) ?? [])] > RANK.info
    if (!isOwnCard || !interrupts) join(groups, topic, content)
  }
}

const byRankDescending = (content: Content) => (a: CardTopic, b: CardTopic): number => content.deck.cards[b].rank - content.deck.cards[a].rank

/**
 * Few cards by decision, never one per rule. At order-sign nothing is shown unless something must be resolved; beyond the
 * budget the cards that matter least join others or are dropped.
 */
export function dealCards(all: readonly Finding[], hook: HookName, content: Content): readonly Group[] {
  const findings = all.filter(({ told }) => told !== true)
  const fresh = findings.filter(isFresh)
  if (fresh.length === 0 || (hook === 'order-sign' && highest(fresh) === 'info')) return []
  const shown = fresh.some(isStop) ? findings.filter((finding) => isStop(finding) || finding.rule.card === 'giveOrHold' || finding.rule.card === 'interaction') : findings
  const groups = groupByTopic(shown)
  foldForHook(groups, hook, content)
  for (const topic of [...groups.keys()].sort(byRankDescending(content))) {
    if (groups.size <= content.deck.budget[hook]) break
    join(groups, topic, content)
  }
  const order = leadingFirst(content)
  const opened = [...groups].filter(([, list]) => list.some(isFresh))
  return opened.map(([topic, list]) => ({ topic, findings: list.sort(order) }))
    .sort((a, b) => RANK[highest(b.findings)] - RANK[highest(a.findings)] || content.deck.cards[a.topic].rank - content.deck.cards[b.topic].rank)
}
