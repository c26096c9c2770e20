import type { FeedbackEntry } from '../hooks/feedback.ts'

/** A rule that fired in a decision. */
export interface DecidedFinding {
  readonly rule: string
  readonly indicator: string
  readonly order?: string
  readonly shown: boolean
  /** Hash over the values, dates and thresholds the finding rests on; equal evidence, equal hash. */
  readonly evidenceHash?: string
}

/** A card that was sent. */
export interface DecidedCard {
  readonly uuid: string
  readonly topic?: string
  readonly rules: readonly string[]
  /** uuids of its suggestions */
  readonly suggestions: readonly string[]
}

/** What was decided in one hook call. It names no patient: `patientKey` comes from `Store.patientKey`. */
export interface DecisionRecord {
  readonly id: string
  /** epoch ms */
  readonly at: number
  readonly service: string
  readonly client: string
  readonly hookInstance: string
  readonly patientKey: string
  /** Who was asked, e.g. `Practitioner/x`. */
  readonly user?: string
  readonly findings: readonly DecidedFinding[]
  readonly cards: readonly DecidedCard[]
  readonly profile: string
  readonly contentHash: string
  readonly latencyMs: number
}

/** One entry of a feedback call, as received. */
export interface FeedbackRecord extends FeedbackEntry {
  readonly service: string
  readonly client: string
  /** epoch ms */
  readonly receivedAt: number
}

/** A rule that a clinician overrode: one row for each rule of the overridden card. */
export interface Override {
  readonly rule: string
  readonly indicator: string
  readonly order?: string
  readonly evidenceHash?: string
  readonly card: string
  /** epoch ms of the outcome */
  readonly at: number
  readonly user?: string
  readonly reasonCode?: string
  readonly reasonSystem?: string
}

/** A card found again by its uuid. */
export interface StoredCard extends DecidedCard { readonly decision: string; readonly at: number; readonly service: string; readonly patientKey: string }

/** How many entries were stored, and how many of them belong to a card this store knows. */
export interface FeedbackReceipt { readonly stored: number; readonly matched: number }

/** What the service remembers: decisions and feedback. Every method rejects when the store cannot be used. */
export interface Store {
  /** A pseudonym for a patient of a client: HMAC-SHA-256 under a random key of this store. The same patient, the same key. */
  patientKey(client: string, patientId: string): string
  recordDecision(record: DecisionRecord): Promise<void>
  /** Resolves once the entries are durable: they survive a crash. All of them or none. */
  recordFeedback(entries: readonly FeedbackRecord[]): Promise<FeedbackReceipt>
  /** Overrides of this patient's cards whose outcome is at or after `since` (epoch ms), newest first. */
  overrides(patientKey: string, since: number): Promise<readonly Override[]>
  cardOf(uuid: string): Promise<StoredCard | undefined>
  /** Resolves when the store can be written to. */
  health(): Promise<void>
  close(): Promise<void>
}
