import type { CompiledRule, Content } from '../../engine/rule.ts'
import { listSetting, numberSetting } from '../../facts/settings.ts'
import type { CallCount, Governance, ReasonCount, RuleCount } from '../../store/governance.ts'
import { type Share, visible, type Visible, visibleParts, wilson } from './statistics.ts'

type Indicator = 'critical' | 'warning' | 'info'

/** Firings and what became of them, small numbers hidden. Shares are of the answered firings, and hidden where their counts are. */
export interface Answers {
  readonly fired: Visible
  readonly shown: Visible
  readonly accepted: Visible
  readonly overridden: Visible
  readonly unanswered: Visible
  readonly acceptedShare: Share | undefined
  readonly overriddenShare: Share | undefined
}

export interface RuleSummary extends Answers {
  readonly rule: string
  readonly title: string
  /** The highest the rule can have; undefined for a rule that no longer exists. */
  readonly indicator: Indicator | undefined
  readonly reasons: readonly { readonly code: string; readonly display: string; readonly count: Visible }[]
  readonly review: Review | undefined
}

/** Why a rule should be looked at: overridden nearly always, or more often than its target. `surely`: even the lower end of the interval lies above. */
export interface Review { readonly why: 'nearly-always' | 'above-target'; readonly limit: number; readonly isSure: boolean }

export interface PeriodSummary extends Answers { readonly from: string }

/** A target of the committee beside what was reached. */
export interface Target { readonly name: 'critical-per-10' | 'justified-critical'; readonly limit: number; readonly value: number | undefined; readonly share?: Share }

export interface Summary {
  /** Calls answered after a check of their order. */
  readonly calls: Visible
  /** Calls of which nothing could be checked: the client got an error. */
  readonly refused: Visible
  readonly all: Answers
  readonly rules: readonly RuleSummary[]
  readonly periods: readonly PeriodSummary[]
  readonly profiles: readonly (Answers & { readonly name: string })[]
  readonly clients: readonly (Answers & { readonly name: string })[]
  readonly targets: readonly Target[]
  /** Counts below it are hidden. */
  readonly limit: number
}

type Counted = Pick<RuleCount, 'fired' | 'accepted' | 'overridden' | 'unanswered'>

const total = (counts: readonly Counted[], what: keyof Counted): number => counts.reduce((sum, count) => sum + count[what], 0)

function answersOf(counts: readonly Counted[], limit: number): Answers {
  const [accepted, overridden, unanswered] = [total(counts, 'accepted'), total(counts, 'overridden'), total(counts, 'unanswered')]
  const shownAll = accepted + overridden + unanswered
  const quiet = total(counts, 'fired') - shownAll
  const [visibleAccepted, visibleOverridden, visibleUnanswered] = visibleParts([accepted, overridden, unanswered], limit)
  // Firings that were not shown are a part as well: fired and shown together would tell them.
  const [shown, isQuietVisible] = visibleParts([shownAll, quiet], limit)
  const canTell = visibleAccepted !== undefined && visibleOverridden !== undefined
  return {
    fired: shown === undefined || isQuietVisible === undefined ? undefined : visible(shownAll + quiet, limit), shown: visible(shownAll, limit),
    accepted: visibleAccepted, overridden: visibleOverridden, unanswered: visibleUnanswered,
    acceptedShare: canTell ? wilson(accepted, accepted + overridden) : undefined, overriddenShare: canTell ? wilson(overridden, accepted + overridden) : undefined,
  }
}

const RANKED: readonly Indicator[] = ['critical', 'warning', 'info']
const indicatorOf = (rule: CompiledRule | undefined): Indicator | undefined =>
  (rule ? RANKED.find((indicator) => [rule.said, ...rule.levels.map(({ said }) => said)].some((said) => said.indicator === indicator)) : undefined)

const TARGETS: Readonly<Record<Indicator, string | undefined>> = { critical: 'target_override_critical_pct', warning: 'target_override_warning_pct', info: undefined }

/** From the counts as they are: a rule that nearly everybody overrides has few acceptances, and would hide behind them. It says no number. */
function reviewOf(counts: readonly RuleCount[], indicator: Indicator | undefined, { settings }: Content): Review | undefined {
  const [accepted, overridden, unanswered] = [total(counts, 'accepted'), total(counts, 'overridden'), total(counts, 'unanswered')]
  const share = wilson(overridden, accepted + overridden)
  if (share === undefined || accepted + overridden + unanswered < numberSetting(settings, 'review_min_firings')) return undefined
  const exceeds = (limit: number, why: Review['why']): Review | undefined => (share.share > limit ? { why, limit, isSure: share.low > limit } : undefined)
  const target = indicator && TARGETS[indicator]
  return exceeds(numberSetting(settings, 'review_override_pct') / 100, 'nearly-always') ?? (target === undefined ? undefined : exceeds(numberSetting(settings, target) / 100, 'above-target'))
}

function reasonsOf(counts: readonly RuleCount[], { overrideReasons }: Content, limit: number): RuleSummary['reasons'] {
  const byCode = Map.groupBy(counts.flatMap(({ reasons }) => reasons), ({ code }) => code ?? '')
  const rows = [...byCode].map(([code, some]) => ({ code, display: overrideReasons.reasons[code]?.display ?? some.find(({ display }) => display)?.display ?? code, count: some.reduce((sum, { count }) => sum + count, 0) }))
  const parts = visibleParts(rows.map(({ count }) => count), limit)
  return rows.map((row, i) => ({ ...row, count: parts[i] })).sort((a, b) => (b.count ?? 0) - (a.count ?? 0))
}

function ruleSummary(id: string, counts: readonly RuleCount[], content: Content, limit: number): RuleSummary {
  const rule = content.rules.find((one) => one.id === id)
  const [answers, indicator] = [answersOf(counts, limit), indicatorOf(rule)]
  const reasons = answers.overridden === undefined ? [] : reasonsOf(counts, content, limit)
  return { rule: id, title: rule?.title ?? id, indicator, ...answers, reasons, review: reviewOf(counts, indicator, content) }
}

const DAY_MS = 86_400_000
const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10)

/** The Monday of a day's week. */
const weekOf = (day: string): string => {
  const at = Date.parse(day)
  return dayOf(at - ((new Date(at).getUTCDay() + 6) % 7) * DAY_MS)
}

function periodsOf(rules: readonly RuleCount[], limit: number): readonly PeriodSummary[] {
  const weeks = Map.groupBy(rules, ({ day }) => weekOf(day))
  const [first, last] = [...weeks.keys()].sort().filter((_, i, all) => i === 0 || i === all.length - 1)
  if (first === undefined) return []
  const count = Math.round((Date.parse(last ?? first) - Date.parse(first)) / (7 * DAY_MS)) + 1
  // Weeks in which nothing happened are part of the picture.
  return Array.from({ length: count }, (_, i) => dayOf(Date.parse(first) + i * 7 * DAY_MS)).map((from) => ({ from, ...answersOf(weeks.get(from) ?? [], limit) }))
}

const isWrong = ({ code }: ReasonCount, wrong: ReadonlySet<string | number>): boolean => code !== undefined && wrong.has(code)

function targetsOf(rules: readonly RuleCount[], calls: number, content: Content, limit: number): readonly Target[] {
  const { settings } = content
  const critical = rules.filter(({ rule }) => indicatorOf(content.rules.find(({ id }) => id === rule)) === 'critical')
  const [accepted, overridden, unanswered] = [total(critical, 'accepted'), total(critical, 'overridden'), total(critical, 'unanswered')]
  const wrong = new Set(listSetting(settings, 'wrong_alert_reasons'))
  const called = critical.flatMap(({ reasons }) => reasons).filter((reason) => isWrong(reason, wrong)).reduce((sum, { count }) => sum + count, 0)
  const answered = accepted + overridden
  const canTell = visibleParts([answered - called, called], limit).every((part) => part !== undefined)
  const justified = canTell ? wilson(answered - called, answered) : undefined
  const shown = visible(accepted + overridden + unanswered, limit)
  const perTen = shown === undefined || visible(calls, limit) === undefined || calls === 0 ? undefined : shown / calls * 10
  return [
    { name: 'critical-per-10', limit: numberSetting(settings, 'target_critical_per_10_calls'), value: perTen },
    { name: 'justified-critical', limit: numberSetting(settings, 'target_justified_critical_pct') / 100, value: justified?.share, ...(justified ? { share: justified } : {}) },
  ]
}

const by = (rules: readonly RuleCount[], what: 'profile' | 'client', limit: number): Summary['profiles'] =>
  [...Map.groupBy(rules, (count) => count[what])].map(([name, some]) => ({ name, ...answersOf(some, limit) }))

const callsIn = (calls: readonly CallCount[], isRefused: boolean): number =>
  calls.filter(({ outcome }) => (outcome === 'refused') === isRefused).reduce((sum, { count }) => sum + count, 0)

/** What the dashboard shows and the exports hold: counts with small ones hidden, shares with intervals, what should be reviewed. */
export function summarize({ rules, calls }: Governance, content: Content): Summary {
  const limit = numberSetting(content.settings, 'small_number_limit')
  const called = callsIn(calls, false)
  return {
    calls: visible(called, limit), refused: visible(callsIn(calls, true), limit), all: answersOf(rules, limit), limit,
    rules: [...Map.groupBy(rules, ({ rule }) => rule)].map(([id, counts]) => ruleSummary(id, counts, content, limit)),
    periods: periodsOf(rules, limit), profiles: by(rules, 'profile', limit), clients: by(rules, 'client', limit), targets: targetsOf(rules, called, content, limit),
  }
}
