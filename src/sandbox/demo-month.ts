import { randomUUID } from 'node:crypto'
import type { Chart } from './patients/chart-schema.ts'

/** Under this client the made-up decisions stand, so that they can be told from others. */
export const DEMO_CLIENT = 'https://demonstration.example'

const DAYS = 30
const CALLS_A_DAY = 36
const DAY_MS = 86_400_000

/** How clinicians of the demonstration answer, by urgency: shares of accepted and of overridden; the rest does not answer. */
const ANSWERS = { critical: { accepted: 0.68, overridden: 0.24 }, warning: { accepted: 0.42, overridden: 0.44 }, info: { accepted: 0.05, overridden: 0.1 } } as const
/** One rule that nearly everybody overrides: there must be something to review. */
const NOISY = { accepted: 0.03, overridden: 0.92 }

/** Where the month is written to: the store of the service, as far as it is needed. */
export interface DemoStore<Record, Feedback> {
  patientKey(client: string, patientId: string): string
  recordDecision(record: Record): Promise<void>
  recordFeedback(entries: readonly Feedback[]): Promise<unknown>
}

/** What the decisions claim to have been made with. */
export interface DemoContent { readonly profile: string; readonly labelRevision: string; readonly contentHash: string; readonly software: string; /** Reasons a rule offers. */ readonly reasons: (rule: string) => readonly { readonly code: string; readonly system: string; readonly display: string }[] }

type Indicator = keyof typeof ANSWERS
interface Fired { readonly rule: string; readonly indicator: Indicator }

/** A small generator with a fixed start (mulberry32), so that every demonstration shows the same month. */
function numbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    const mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    const more = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((more ^ (more >>> 14)) >>> 0) / 4_294_967_296
  }
}

const decisionOf = (at: number, patientKey: string, findings: readonly Fired[], content: DemoContent) => {
  const { profile, labelRevision, contentHash, software } = content
  return {
    id: randomUUID(), at, service: 'inotuzumab-order-sign', hook: 'order-sign', client: DEMO_CLIENT, hookInstance: randomUUID(), patientKey,
    outcome: findings.length > 0 ? 'cards' as const : 'no-cards' as const, findings: findings.map((finding) => ({ ...finding, shown: true })),
    cards: findings.map(({ rule }) => ({ uuid: randomUUID(), rules: [rule], suggestions: [] })), missing: [], notEvaluated: [], profile, labelRevision, contentHash, settings: {}, software, latencyMs: 40,
  }
}
type DemoDecision = ReturnType<typeof decisionOf>

const pick = <T>(list: readonly T[], random: () => number): T | undefined => list[Math.floor(random() * list.length)]

function feedbackOn({ cards, findings, at, service }: DemoDecision, content: DemoContent, noisy: string | undefined, random: () => number) {
  return cards.flatMap(({ uuid, rules: [rule = ''] }, i) => {
    const indicator = findings[i]?.indicator ?? 'info'
    const { accepted, overridden } = rule === noisy ? NOISY : ANSWERS[indicator]
    const drawn = random()
    if (drawn >= accepted + overridden) return []
    const reason = pick(content.reasons(rule), random)
    const outcome = drawn < accepted ? 'accepted' as const : 'overridden' as const
    return [{ card: uuid, outcome, acceptedSuggestions: [], outcomeAt: at + 60_000, service, client: DEMO_CLIENT, receivedAt: at + 61_000, ...(outcome === 'overridden' && reason ? { reason } : {}) }]
  })
}
export type DemoFeedback = ReturnType<typeof feedbackOn>[number]

/** Writes thirty days of made-up decisions and answers, ending now, over the demo patients and the rules their stories expect. */
export async function loadDemoMonth(store: DemoStore<DemoDecision, DemoFeedback>, charts: readonly Chart[], content: DemoContent, now: number): Promise<void> {
  const random = numbers(20_261_121)
  const noisy = charts.flatMap(({ expect }) => Object.entries(expect)).find(([, indicator]) => indicator === 'warning')?.[0]
  const decisions = Array.from({ length: DAYS * CALLS_A_DAY }, (_, call) => {
    const chart = pick(charts, random)
    const findings = Object.entries(chart?.expect ?? {}).map(([rule, indicator]) => ({ rule, indicator }))
    return decisionOf(Math.round(now - random() * DAYS * DAY_MS), store.patientKey(DEMO_CLIENT, `${chart?.id ?? ''}-${call}`), findings, content)
  })
  await Promise.all(decisions.map((decision) => store.recordDecision(decision)))
  await store.recordFeedback(decisions.flatMap((decision) => feedbackOn(decision, content, noisy, random)))
}
