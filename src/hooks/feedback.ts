import { z } from 'zod'

export type FeedbackOutcome = 'accepted' | 'overridden'

/** A reason for an override. Clients may send reasons of their own, and leave out system or display. */
export interface FeedbackReason { readonly code?: string; readonly system?: string; readonly display?: string }

/** One usable entry (CDS Hooks, Feedback). */
export interface FeedbackEntry {
  /** `card.uuid` of the answer; some clients send something else here. */
  readonly card: string
  readonly outcome: FeedbackOutcome
  /** uuids of the accepted suggestions */
  readonly acceptedSuggestions: readonly string[]
  readonly reason?: FeedbackReason
  /** What the clinician wrote. May identify a patient: never log it. */
  readonly comment?: string
  /** epoch ms, as the client's clock had it */
  readonly outcomeAt: number
}

/** The usable entries of a feedback call and the number of those that were not. */
export interface Feedback { readonly entries: readonly FeedbackEntry[]; readonly unusable: number }

export interface FeedbackProblem { readonly code: 'feedback-invalid'; readonly expression: readonly string[] }

const COMMENT_LIMIT = 4_000
const CODE_LIMIT = 500
/** Longer than any uuid or topic code, short enough to store for every entry. */
const ID_LIMIT = 200

const Text = z.string().trim().min(1)
const lenient = <S extends z.ZodType>(schema: S) => schema.optional().catch(undefined)
const Id = Text.max(ID_LIMIT)

const Reason = z.object({
  reason: lenient(z.object({ code: lenient(Text), system: lenient(Text), display: lenient(Text) })),
  userComment: lenient(Text),
  extension: lenient(z.record(z.string(), z.unknown())),
})
type Reason = z.infer<typeof Reason>

const Entry = z.object({
  card: Id,
  outcome: z.enum(['accepted', 'overridden']),
  acceptedSuggestions: lenient(z.array(lenient(z.object({ id: Id })))),
  overrideReason: lenient(Reason),
  // Epic's samples use the plural for one object.
  overrideReasons: lenient(z.union([Reason, z.array(lenient(Reason))])),
  outcomeTimestamp: z.iso.datetime({ offset: true }).transform((instant) => Date.parse(instant)).pipe(z.number()),
})
type Entry = z.infer<typeof Entry>

const Envelope = z.object({ feedback: z.array(z.unknown()) })

/** The body of a feedback call and its entries, for their description. */
export { Envelope as FeedbackBody, Entry as FeedbackItem }

/**
 * Reads the body of `POST /cds-services/{id}/feedback`. Entries that cannot be used are counted, not refused; an envelope that
 * cannot be read, or one without a single usable entry, is a problem. An empty list is nothing to store.
 */
export function readFeedback(body: unknown): Feedback | FeedbackProblem {
  const envelope = Envelope.safeParse(body)
  if (!envelope.success) return { code: 'feedback-invalid', expression: ['feedback'] }
  const sent = envelope.data.feedback
  const entries = sent.flatMap((entry) => usable(entry))
  const unusable = sent.length - entries.length
  if (sent.length > 0 && entries.length === 0) return { code: 'feedback-invalid', expression: sent.flatMap((entry, index) => faults(entry, index)) }
  return { entries, unusable }
}

/** True for a feedback call that cannot be used at all. */
export const isFeedbackProblem = (read: Feedback | FeedbackProblem): read is FeedbackProblem => 'code' in read

/** Says where at most this many entries are wrong; more helps nobody. */
const FAULTY_ENTRIES = 10

function faults(entry: unknown, index: number): string[] {
  if (index >= FAULTY_ENTRIES) return []
  const paths = Entry.safeParse(entry).error?.issues.map(({ path }) => [`feedback[${index}]`, ...path.map(String)].join('.')) ?? []
  return [...new Set(paths)]
}

function usable(sent: unknown): FeedbackEntry[] {
  const parsed = Entry.safeParse(sent)
  return parsed.success ? [entryOf(parsed.data)] : []
}

function entryOf(entry: Entry): FeedbackEntry {
  const reasons = reasonsOf(entry)
  const reason = reasons.map(reasonOf).find((found) => found !== undefined)
  const comment = cleanComment(reasons.flatMap(({ userComment }) => userComment ?? []).join('\n'))
  return {
    card: entry.card,
    outcome: entry.outcome,
    acceptedSuggestions: (entry.acceptedSuggestions ?? []).flatMap((suggestion) => suggestion?.id ?? []),
    outcomeAt: entry.outcomeTimestamp,
    ...(reason ? { reason } : {}),
    ...(comment === '' ? {} : { comment }),
  }
}

function reasonsOf({ overrideReason, overrideReasons }: Entry): readonly Reason[] {
  const plural = Array.isArray(overrideReasons) ? overrideReasons : [overrideReasons]
  return [overrideReason, ...plural].filter((reason) => reason !== undefined)
}

function reasonOf({ reason, extension }: Reason): FeedbackReason | undefined {
  return compact(reason ?? {}) ?? compact(epicReason(extension ?? {}))
}

/** Epic sends the reason as extension members only. */
const EPIC = 'com.epic.cdshooks.feedback.overrideReason'

function epicReason(extension: Readonly<Record<string, unknown>>) {
  const member = (name: string): string | undefined => Text.safeParse(extension[`${EPIC}.${name}`]).data
  return { code: member('reasonCategory'), display: member('reasonDisplay') ?? member('reasonTitle') }
}

type Sent<T> = { readonly [K in keyof T]?: T[K] | undefined }

function compact({ code, system, display }: Sent<FeedbackReason>): FeedbackReason | undefined {
  if (code === undefined && display === undefined) return undefined
  return {
    ...(code === undefined ? {} : { code: code.slice(0, CODE_LIMIT) }),
    ...(system === undefined ? {} : { system: system.slice(0, CODE_LIMIT) }),
    ...(display === undefined ? {} : { display: display.slice(0, CODE_LIMIT) }),
  }
}

/** Control characters, line and paragraph separators, and the marks that change writing direction. Line feed and tab stay. */
// eslint-disable-next-line no-control-regex -- control characters are the point
const UNPRINTABLE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/g

const cleanComment = (comment: string): string => [...comment.replace(UNPRINTABLE, ' ')].slice(0, COMMENT_LIMIT).join('')
