import type { FeedbackEntry } from '../hooks/feedback.ts'
import type { Firing, FiringsQuery, Governance, GovernanceQuery } from './governance.ts'

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

/** A fact that the decision read. How much of it is kept is a setting: nothing, where it came from, or that and its value. */
export interface DecidedInput {
  readonly fact: string
  /** References of the resources it came from, e.g. `Observation/7`. */
  readonly sources: readonly string[]
  /** As shown to the clinician, with unit; absent where the fact is missing or values are not kept. */
  readonly value?: string
  /** Day of the value, `yyyy-mm-dd`. */
  readonly day?: string
}

/** A fact nobody had; `why` may quote the record and is kept only with values. */
export interface MissingInput { readonly fact: string; readonly why?: string }

/** A rule that reached no verdict. */
export interface NotEvaluated { readonly rule: string; readonly why?: string }

/** `cards`: some were sent. `no-cards`: the order was checked and nothing was to be said. `refused`: nothing could be checked, the caller got an error. */
export type DecisionOutcome = 'cards' | 'no-cards' | 'refused'

/** What was decided in one hook call. It names no patient: `patientKey` comes from `Store.patientKey`. */
export interface DecisionRecord {
  readonly id: string
  /** epoch ms */
  readonly at: number
  readonly service: string
  readonly hook: string
  readonly client: string
  readonly tenant?: string
  readonly hookInstance: string
  readonly patientKey: string
  /** Who was asked, e.g. `Practitioner/x`. */
  readonly user?: string
  readonly outcome: DecisionOutcome
  readonly findings: readonly DecidedFinding[]
  readonly cards: readonly DecidedCard[]
  readonly missing: readonly MissingInput[]
  readonly notEvaluated: readonly NotEvaluated[]
  /** Absent: the site does not store inputs. */
  readonly inputs?: readonly DecidedInput[]
  readonly profile: string
  readonly labelRevision: string
  readonly contentHash: string
  /** The settings that differ from their declared defaults. */
  readonly settings: Readonly<Record<string, unknown>>
  /** Version of this software. */
  readonly software: string
  readonly latencyMs: number
}

/** One entry of a feedback call, as received. */
export interface FeedbackRecord extends FeedbackEntry {
  readonly service: string
  readonly client: string
  /** epoch ms */
  readonly receivedAt: number
}

/** A feedback entry read back. `decision` is absent where its card is not known here. */
export interface StoredFeedback extends FeedbackRecord { readonly id: number; readonly decision?: string; /** Its time lies well after its arrival. */ readonly ahead: boolean }

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

/** From `since` (inclusive) to `until` (exclusive), epoch ms: decisions by the arrival of the call, feedback by its own. */
export interface TimeRange { readonly since: number; readonly until: number }

/** Decisions in order of time, with what clinicians answered to their cards. */
export interface ReviewedDecision { readonly decision: DecisionRecord; readonly feedback: readonly StoredFeedback[] }

/** What may be forgotten: decisions (with their cards and feedback) and unmatched feedback from before, tokens expired by then. Epoch ms. */
export interface Expiry { readonly decisionsBefore?: number; readonly tokensBefore: number }

/** What the service remembers: decisions, feedback, used tokens. Every method rejects when the store cannot be used. */
export interface Store {
  /** A pseudonym for a patient of a client: HMAC-SHA-256 under a random key of this store. The same patient, the same key. */
  patientKey(client: string, patientId: string): string
  /** Resolves once feedback on its cards will find them, whichever instance gets it. */
  recordDecision(record: DecisionRecord): Promise<void>
  /** Resolves once the entries are durable: they survive a crash. All of them or none. */
  recordFeedback(entries: readonly FeedbackRecord[]): Promise<FeedbackReceipt>
  /** True for the first use of this token before `until` (epoch ms), at whichever instance; false ever after. Check and set are one step. */
  useToken(key: string, until: number): Promise<boolean>
  /** Overrides of this patient's cards whose outcome is at or after `since` (epoch ms), newest first. */
  overrides(patientKey: string, since: number): Promise<readonly Override[]>
  /** Evidence hashes of what this user was only informed of while ordering for this patient, at or after `since` (epoch ms). */
  toldWhileOrdering(asked: { readonly patientKey: string; readonly user: string; readonly since: number }): Promise<readonly string[]>
  cardOf(uuid: string): Promise<StoredCard | undefined>
  /** Reads in small pages, oldest first, so that memory stays constant and other work goes on. */
  decisions(range: TimeRange): AsyncIterable<ReviewedDecision>
  feedback(range: TimeRange): AsyncIterable<StoredFeedback>
  /** How often each rule fired, was shown and was answered, by day, profile and client. Statistics are the reader's. */
  governance(query: GovernanceQuery): Promise<Governance>
  /** The newest firings of one rule, newest first. */
  firings(query: FiringsQuery): Promise<readonly Firing[]>
  /** Removes one small batch of what has expired; the number of rows it removed, 0 when nothing is left. */
  prune(expiry: Expiry): Promise<number>
  /** Resolves when the store can be written to. */
  health(): Promise<void>
  close(): Promise<void>
}
