import type { HookName } from '../content/schema/common.ts'
import type { Card } from '../hooks/response.ts'
import { type Chart, type Focus, openScope, type Scope } from '../facts/scope.ts'
import type { Acknowledgement } from './evidence.ts'
import { buildCard, type CardTools } from './card.ts'
import { dealCards } from './deck.ts'
import { type Evaluation, evaluateScope, type Finding, mergeDoses, type Unevaluated } from './findings.ts'
import type { Content } from './rule.ts'

/** The whole decision of one call, shown or not: what others may check, store and explain. */
export interface Decision {
  readonly id: string
  readonly profile: string
  readonly labelRevision: string
  readonly content: string
  readonly orders: readonly string[]
  readonly findings: readonly { readonly rule: string; readonly indicator: string; readonly order?: string; readonly shown: boolean; readonly grade?: string }[]
  readonly missing: readonly { readonly fact: string; readonly why: string }[]
  readonly notEvaluated: readonly Unevaluated[]
}

export interface Decided {
  readonly cards: readonly Card[]
  readonly decision: Decision
  readonly findings: readonly Finding[]
  /** One for each evaluation, with the facts it read. */
  readonly scopes: readonly Scope[]
}

const unique = <T>(items: readonly T[], key: (item: T) => string): T[] => [...new Map(items.map((item) => [key(item), item])).values()]

function missingOf(evaluations: readonly Evaluation[], content: Content): Decision['missing'] {
  const all = evaluations.flatMap(({ missing }) => [...missing])
  return unique(all, ([name]) => name).map(([name, { detail }]) => ({ fact: name, why: `${content.mapping.declarations.get(name)?.title ?? name}: ${detail}` }))
}

function gradeOf({ scope, rule }: Finding): { grade: string } | Record<string, never> {
  const grade = rule.grade === undefined ? undefined : scope.fact(rule.grade)
  return grade?.state === 'present' ? { grade: grade.text } : {}
}

/** The sources that a safety check needed and did not get, by their clinical names. */
function unreadSources(chart: Chart, content: Content): string[] {
  return content.sources.flatMap(({ key, title, safety }) => {
    const state = chart.index.sources.get(key)
    return safety && state !== undefined && state.state !== 'read' ? [`${title} (${content.phrases.of(state.why)})`] : []
  })
}

export interface DecideTools extends Omit<CardTools, 'notChecked' | 'calendar' | 'decision'> {
  /** Earlier answers to the same findings; without it everything is new. */
  readonly acknowledged?: (finding: Finding) => Acknowledgement | undefined
  /** What was already shown while the order was being written; without it nothing was. Counts only for what informs. */
  readonly told?: (finding: Finding) => boolean
}

function withAnswer(finding: Finding, { acknowledged, told }: DecideTools): Finding {
  const answer = acknowledged?.(finding)
  const isTold = finding.indicator === 'info' && told?.(finding) === true
  return { ...finding, ...(answer ? { acknowledged: answer } : {}), ...(isTold ? { told: true } : {}) }
}

/**
 * From a chart to cards and the decision behind them. Pure: time, identifiers and references come in with the tools.
 * `focuses` has one entry per planned dose, per other order of concern, or one for the patient.
 */
export function decide(content: Content, chart: Chart, hook: HookName, focuses: readonly Focus[], tools: DecideTools): Decided {
  const scopes = focuses.map((focus) => openScope(chart, focus))
  const evaluations = scopes.map((scope) => evaluateScope(content, scope))
  const findings = mergeDoses(evaluations.flatMap((evaluation) => evaluation.findings)).map((finding) => withAnswer(finding, tools))
  const groups = dealCards(findings, hook, content)
  const id = tools.uuid()
  const cardTools = { ...tools, decision: id, calendar: chart.calendar, notChecked: unreadSources(chart, content) }
  const shown = new Set(groups.flatMap((group) => group.findings))
  const decision: Decision = {
    id, profile: content.profile, labelRevision: content.labelRevision, content: content.hash,
    orders: unique(focuses.flatMap(({ order }) => (order ? [order.reference] : [])), String),
    findings: findings.map((finding) => ({
      rule: finding.rule.id, indicator: finding.indicator, ...(finding.scope.focus.order ? { order: finding.scope.focus.order.reference } : {}), shown: shown.has(finding), ...gradeOf(finding),
    })),
    missing: missingOf(evaluations, content),
    notEvaluated: unique(evaluations.flatMap(({ notEvaluated }) => notEvaluated), ({ rule }) => rule),
  }
  return { cards: groups.map((group) => buildCard(group, content, cardTools)), decision, findings, scopes }
}
