import type { SQLOutputValue } from 'node:sqlite'
import { z } from 'zod'
import type { DecidedCard, DecisionRecord, FeedbackRecord, Override, StoredCard } from './store.ts'

type Row = Readonly<Record<string, SQLOutputValue>>

/** An outcome this much later than its arrival, in ms, comes from a wrong clock: kept, but flagged. */
const AHEAD = 5 * 60_000

export const decisionRow = ({ id, at, service, client, hookInstance, patientKey, user, profile, contentHash, latencyMs, findings }: DecisionRecord) =>
  ({ id, at, service, client, hookInstance, patientKey, user: user ?? null, profile, contentHash, latencyMs, findings: JSON.stringify(findings) })

export const cardRow = (decision: string, { uuid, topic, rules, suggestions }: DecidedCard) =>
  ({ uuid, decision, topic: topic ?? null, rules: JSON.stringify(rules), suggestions: JSON.stringify(suggestions) })

export const feedbackRow = ({ card, service, client, outcome, acceptedSuggestions, reason, comment, outcomeAt, receivedAt }: FeedbackRecord) => ({
  card, service, client, outcome, outcomeAt, receivedAt,
  suggestions: JSON.stringify(acceptedSuggestions),
  reasonCode: reason?.code ?? null,
  reasonSystem: reason?.system ?? null,
  reasonDisplay: reason?.display ?? null,
  comment: comment ?? null,
  ahead: outcomeAt > receivedAt + AHEAD ? 1 : 0,
})

const json = <S extends z.ZodType>(schema: S) => z.string().transform((value): unknown => JSON.parse(value)).pipe(schema)
const maybe = z.string().nullable()
const texts = json(z.array(z.string()))

const OverrideRow = z.object({
  rule: z.string(), card: z.string(), outcome_at: z.number(), user: maybe, reason_code: maybe, reason_system: maybe,
  finding: json(z.object({ indicator: z.string(), order: z.string().optional(), evidenceHash: z.string().optional() })),
})

/** Leaves out what the database holds as null. */
const present = <T extends object>(value: T) =>
  // Sound: only members that are null or undefined are dropped, and the type says they may be absent.
  Object.fromEntries(Object.entries(value).filter(([, member]) => member !== null && member !== undefined)) as { [K in keyof T]?: NonNullable<T[K]> }

export function override(row: Row): Override {
  const { rule, card, outcome_at: at, user, reason_code: reasonCode, reason_system: reasonSystem, finding } = OverrideRow.parse(row)
  const { indicator, order, evidenceHash } = finding
  return { rule, indicator, card, at, ...present({ order, evidenceHash, user, reasonCode, reasonSystem }) }
}

const CardRow = z.object({
  uuid: z.string(), decision: z.string(), topic: maybe, rules: texts, suggestions: texts, at: z.number(), service: z.string(), patient_key: z.string(),
})

export function storedCard(row: Row): StoredCard {
  const { patient_key: patientKey, topic, ...card } = CardRow.parse(row)
  return { ...card, patientKey, ...present({ topic }) }
}
