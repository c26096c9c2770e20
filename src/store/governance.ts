import type { DecidedFinding, DecisionRecord, ReviewedDecision, StoredFeedback, TimeRange } from './store.ts'

/** Why a card was overridden, as the client said it, and how often. Without a code: no reason was given. */
export interface ReasonCount { readonly code?: string; readonly system?: string; readonly display?: string; readonly count: number }

interface Cell { readonly day: string; readonly profile: string; readonly client: string }

/** What became of one rule on one day with one profile at one client. A decision counts once, however many doses or cards it has. */
export interface RuleCount extends Cell {
  readonly rule: string
  /** Decisions in which the rule fired, shown or not. */
  readonly fired: number
  /** Decisions in which a card showed it: the sum of the next three. */
  readonly shown: number
  /** A suggestion of such a card was accepted. */
  readonly accepted: number
  readonly overridden: number
  /** No feedback came; the specification gives that no meaning. */
  readonly unanswered: number
  readonly reasons: readonly ReasonCount[]
}

/** Calls about orders of concern by what they got. */
export interface CallCount extends Cell { readonly service: string; readonly outcome: DecisionRecord['outcome']; readonly count: number }

export interface Governance { readonly rules: readonly RuleCount[]; readonly calls: readonly CallCount[] }

export interface GovernanceQuery extends TimeRange {
  /** IANA name of the zone whose calendar days are counted. */
  readonly timeZone: string
}

/** One rule firing in one decision, with the last answer to the cards that showed it. */
export interface Firing extends DecidedFinding {
  readonly decision: string
  /** epoch ms */
  readonly at: number
  readonly service: string
  readonly client: string
  readonly profile: string
  readonly contentHash: string
  readonly user?: string
  readonly answer?: Pick<StoredFeedback, 'outcome' | 'outcomeAt' | 'reason' | 'comment'>
}

export interface FiringsQuery extends TimeRange { readonly rule: string; /** The newest so many. */ readonly limit: number }

/** The last answer counts: clinicians may first override and later accept. Equal times: the one that arrived later. */
export function lastAnswer(rule: string, { decision, feedback }: ReviewedDecision): StoredFeedback | undefined {
  const cards = new Set(decision.cards.filter(({ rules }) => rules.includes(rule)).map(({ uuid }) => uuid))
  return feedback.filter(({ card }) => cards.has(card)).reduce<StoredFeedback | undefined>((last, one) => (last && last.outcomeAt > one.outcomeAt ? last : one), undefined)
}

interface Tally { readonly cell: Cell & { readonly rule: string }; fired: number; accepted: number; overridden: number; unanswered: number; readonly reasons: Map<string, { reason: Omit<ReasonCount, 'count'>; count: number }> }

/** Counts decisions as they stream by; memory grows with rules and days, not with decisions. */
export async function countGovernance(reviewed: AsyncIterable<ReviewedDecision>, timeZone: string): Promise<Governance> {
  const days = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' })
  const rules = new Map<string, Tally>()
  const calls = new Map<string, { cell: Omit<CallCount, 'count'>; count: number }>()
  for await (const one of reviewed) {
    const { at, profile, client, service, outcome, findings } = one.decision
    const cell = { day: days.format(at), profile, client }
    const call = entry(calls, JSON.stringify([cell, service, outcome]), () => ({ cell: { ...cell, service, outcome }, count: 0 }))
    call.count += 1
    for (const rule of new Set(findings.map((finding) => finding.rule))) {
      const tally = entry(rules, JSON.stringify([rule, cell]), () => ({ cell: { rule, ...cell }, fired: 0, accepted: 0, overridden: 0, unanswered: 0, reasons: new Map() }))
      count(tally, rule, one)
    }
  }
  return { rules: [...rules.values()].map(counted), calls: [...calls.values()].map(({ cell, count: number }) => ({ ...cell, count: number })) }
}

function entry<V>(map: Map<string, V>, key: string, fresh: () => V): V {
  const found = map.get(key) ?? fresh()
  map.set(key, found)
  return found
}

function count(tally: Tally, rule: string, one: ReviewedDecision): void {
  tally.fired += 1
  if (!one.decision.findings.some((finding) => finding.rule === rule && finding.shown)) return
  const answer = lastAnswer(rule, one)
  tally[answer?.outcome ?? 'unanswered'] += 1
  if (answer?.outcome !== 'overridden') return
  const reason = entry(tally.reasons, JSON.stringify([answer.reason?.code, answer.reason?.system]), () => ({ reason: answer.reason ?? {}, count: 0 }))
  reason.count += 1
}

const counted = ({ cell, fired, accepted, overridden, unanswered, reasons }: Tally): RuleCount =>
  ({ ...cell, fired, shown: accepted + overridden + unanswered, accepted, overridden, unanswered, reasons: [...reasons.values()].map(({ reason, count: number }) => ({ ...reason, count: number })) })

/** The newest firings of a rule, newest first. */
export async function firingsOf(reviewed: AsyncIterable<ReviewedDecision>, rule: string, limit: number): Promise<readonly Firing[]> {
  const newest: Firing[] = []
  for await (const one of reviewed) {
    newest.push(...firingsIn(one, rule))
    if (newest.length > 2 * limit) newest.splice(0, newest.length - limit)
  }
  return newest.slice(-limit).toReversed()
}

function firingsIn(one: ReviewedDecision, rule: string): readonly Firing[] {
  const { id: decision, at, service, client, profile, contentHash, user, findings } = one.decision
  const answer = lastAnswer(rule, one)
  return findings.filter((finding) => finding.rule === rule).map((finding) => ({
    ...finding, decision, at, service, client, profile, contentHash, ...(user === undefined ? {} : { user }), ...(answer && finding.shown ? { answer: answerOf(answer) } : {}),
  }))
}

const answerOf = ({ outcome, outcomeAt, reason, comment }: StoredFeedback): NonNullable<Firing['answer']> =>
  ({ outcome, outcomeAt, ...(reason ? { reason } : {}), ...(comment === undefined ? {} : { comment }) })
