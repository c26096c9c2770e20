import type { FastifyBaseLogger, FastifyInstance } from 'fastify'
import { type OwnReasons, ownReason } from '../engine/reason-codes.ts'
import { type FeedbackEntry, isFeedbackProblem, readFeedback } from '../hooks/feedback.ts'
import { loggedError } from '../logging.ts'
import type { FeedbackReceipt, FeedbackRecord, Store } from '../store/store.ts'
import { audience, guardService, type GuardOptions, type ServiceRequest } from './guard.ts'
import { sendProblem } from './problems.ts'
import { callerOf } from './request-state.ts'

export interface FeedbackOptions extends GuardOptions {
  readonly publicUrl: string
  readonly store: Store
  /** What cards offer, as it is when feedback comes. */
  readonly reasons?: (() => OwnReasons) | undefined
  /** Are comments of clinicians kept? They may name a patient. */
  readonly storeComments: boolean
}

/** Seconds after which a client may try again what could not be stored. */
const RETRY_AFTER = 5

/**
 * `POST /cds-services/{id}/feedback` (CDS Hooks, Feedback): 200 without a body once every usable entry is durable, 503 when it could not
 * be made so. Tokens may name
 * the service or this endpoint as audience: the specification's text says one thing, its examples another.
 */
export function feedbackRoute(api: FastifyInstance, { publicUrl, store, storeComments, reasons, ...guard }: FeedbackOptions): void {
  const audiences = (id: string) => [`${publicUrl}/cds-services/${id}`, `${publicUrl}/cds-services/${id}/feedback`].flatMap(audience)

  api.post('/cds-services/:id/feedback', { onRequest: guardService(guard, audiences) }, async (request: ServiceRequest, reply) => {
    const { service, client } = callerOf(request)
    const read = readFeedback(request.body)
    if (isFeedbackProblem(read)) return sendProblem(reply, read.code, read)
    const received = { service: service.id, client: client.id, receivedAt: request.receivedAt }
    const receipt = await stored(store, read.entries.map(({ comment, ...entry }) => ({ ...ourWords(entry, reasons), ...received, ...(storeComments && comment !== undefined ? { comment } : {}) })), request.log)
    if (!receipt) return sendProblem(reply.header('retry-after', RETRY_AFTER), 'store-unavailable')
    const { matched } = receipt
    const fates = { matched, unmatched: receipt.stored - matched, unusable: read.unusable }
    for (const [fate, entries] of Object.entries(fates)) guard.metrics.feedback.inc({ fate }, entries)
    request.log.info({ service: service.id, client: client.id, ...fates }, 'feedback stored')
    return reply.code(200).send()
  })
}

/** Some clients are offered reasons in another form; what is counted has one. */
const ourWords = <E extends Pick<FeedbackEntry, 'reason'>>(entry: E, reasons: FeedbackOptions['reasons']): E =>
  (entry.reason && reasons ? { ...entry, reason: ownReason(entry.reason, reasons()) } : entry)

/** The receipt, or undefined when the entries could not be made durable; the reason is logged. */
async function stored(store: Store, entries: readonly FeedbackRecord[], log: FastifyBaseLogger): Promise<FeedbackReceipt | undefined> {
  try {
    return await store.recordFeedback(entries)
  } catch (cause) {
    log.error({ failure: loggedError(cause) }, 'feedback not stored')
    return undefined
  }
}
