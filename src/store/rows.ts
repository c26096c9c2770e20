import { z } from 'zod'
import { present } from './present.ts'
import type { DecidedCard, DecisionRecord, FeedbackRecord, StoredCard, StoredFeedback } from './store.ts'

/** A value as both databases take it. */
export type SqlValue = string | number | null
export type SqlRow = Readonly<Record<string, unknown>>

/** An outcome this much later than its arrival, in ms, comes from a wrong clock: kept, but flagged. */
const AHEAD = 5 * 60_000

/** PostgreSQL refuses NUL and halves of surrogate pairs; a record must not be lost for one. */
const storable = (value: string): string => value.replaceAll('\u0000', '\ufffd').toWellFormed()
const clean = <R extends Readonly<Record<string, SqlValue>>>(row: R): R =>
  // Sound: strings become strings, all else stays.
  Object.fromEntries(Object.entries(row).map(([name, value]) => [name, typeof value === 'string' ? storable(value) : value])) as R

/** The row of a decision; its members are the columns. */
export const decisionRow = (record: DecisionRecord) => clean({
  id: record.id, at: record.at, service: record.service, hook: record.hook, client: record.client, tenant: record.tenant ?? null, hook_instance: record.hookInstance,
  patient_key: record.patientKey, user: record.user ?? null, outcome: record.outcome, profile: record.profile, label_revision: record.labelRevision,
  content_hash: record.contentHash, software: record.software, latency_ms: record.latencyMs, settings: JSON.stringify(record.settings),
  findings: JSON.stringify(record.findings), missing: JSON.stringify(record.missing), not_evaluated: JSON.stringify(record.notEvaluated),
  inputs: record.inputs === undefined ? null : JSON.stringify(record.inputs),
})

/** The rows of the cards of a decision, in the order in which they were sent. */
export const cardRows = ({ id, cards }: DecisionRecord) => cards.map(({ uuid, topic, rules, suggestions }, position) =>
  clean({ uuid, decision: id, position, topic: topic ?? null, rules: JSON.stringify(rules), suggestions: JSON.stringify(suggestions) }))

export const feedbackRow = ({ card, service, client, outcome, acceptedSuggestions, reason, comment, outcomeAt, receivedAt }: FeedbackRecord) => clean({
  card, service, client, outcome, outcome_at: outcomeAt, received_at: receivedAt,
  suggestions: JSON.stringify(acceptedSuggestions),
  reason_code: reason?.code ?? null,
  reason_system: reason?.system ?? null,
  reason_display: reason?.display ?? null,
  comment: comment ?? null,
  ahead: outcomeAt > receivedAt + AHEAD ? 1 : 0,
})

const json = <S extends z.ZodType>(schema: S) => z.string().transform((value): unknown => JSON.parse(value)).pipe(schema)
const maybe = z.string().nullable()
const texts = json(z.array(z.string()))

const Finding = z.object({ rule: z.string(), indicator: z.string(), order: z.string().exactOptional(), shown: z.boolean(), evidenceHash: z.string().exactOptional() })
const Input = z.object({ fact: z.string(), sources: z.array(z.string()), value: z.string().exactOptional(), day: z.string().exactOptional() })

const DecisionRow = z.object({
  id: z.string(), at: z.number(), service: z.string(), hook: z.string(), client: z.string(), tenant: maybe, hook_instance: z.string(), patient_key: z.string(), user: maybe,
  // Decisions of an earlier release had nothing but cards or none, and did not say which.
  outcome: z.enum(['cards', 'no-cards', 'refused', '']),
  profile: z.string(), label_revision: z.string(), content_hash: z.string(), software: z.string(), latency_ms: z.number(),
  settings: json(z.record(z.string(), z.unknown())), findings: json(z.array(Finding)),
  missing: json(z.array(z.object({ fact: z.string(), why: z.string().exactOptional() }))),
  not_evaluated: json(z.array(z.object({ rule: z.string(), why: z.string().exactOptional() }))),
  inputs: json(z.array(Input)).nullable(),
})

const CardRow = z.object({ uuid: z.string(), decision: z.string(), topic: maybe, rules: texts, suggestions: texts })

/** The cards of one decision, as they were sent. */
export function cardsOf(rows: readonly SqlRow[]): ReadonlyMap<string, readonly DecidedCard[]> {
  const cards = rows.map((row) => CardRow.parse(row))
  return new Map(Object.entries(Object.groupBy(cards, ({ decision }) => decision)).map(([decision, own = []]) => [decision, own.map(sentCard)]))
}

const sentCard = ({ uuid, topic, rules, suggestions }: z.infer<typeof CardRow>): DecidedCard => ({ uuid, rules, suggestions, ...present({ topic }) })

export function storedDecision(row: SqlRow, cards: readonly DecidedCard[]): DecisionRecord {
  const { hook_instance: hookInstance, patient_key: patientKey, label_revision: labelRevision, content_hash: contentHash, latency_ms: latencyMs, not_evaluated: notEvaluated, outcome, tenant, user, inputs, ...same } = DecisionRow.parse(row)
  const said = outcome === '' ? (cards.length > 0 ? 'cards' : 'no-cards') : outcome
  return { ...same, hookInstance, patientKey, labelRevision, contentHash, latencyMs, notEvaluated, outcome: said, cards, ...present({ tenant, user, inputs }) }
}

const FeedbackRow = z.object({
  id: z.number(), card: z.string(), decision: maybe, service: z.string(), client: z.string(), outcome: z.enum(['accepted', 'overridden']), suggestions: texts,
  reason_code: maybe, reason_system: maybe, reason_display: maybe, comment: maybe, outcome_at: z.number(), ahead: z.number(), received_at: z.number(),
})

export function storedFeedback(row: SqlRow): StoredFeedback {
  const { decision, suggestions, reason_code: code, reason_system: system, reason_display: display, comment, outcome_at: outcomeAt, received_at: receivedAt, ahead, ...same } = FeedbackRow.parse(row)
  const reason = present({ code, system, display })
  return { ...same, outcomeAt, receivedAt, ahead: ahead === 1, acceptedSuggestions: suggestions, ...present({ decision, comment }), ...(Object.keys(reason).length > 0 ? { reason } : {}) }
}

const StoredCardRow = CardRow.extend({ at: z.number(), service: z.string(), patient_key: z.string() })

export function storedCard(row: SqlRow): StoredCard {
  const { patient_key: patientKey, topic, ...card } = StoredCardRow.parse(row)
  return { ...card, patientKey, ...present({ topic }) }
}
