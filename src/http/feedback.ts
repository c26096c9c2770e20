import type { FastifyInstance } from 'fastify'
import { isFeedbackProblem, readFeedback } from '../hooks/feedback.ts'
import type { Store } from '../store/store.ts'
import { audience, guardService, type GuardOptions, type ServiceRequest } from './guard.ts'
import { sendProblem } from './problems.ts'
import { callerOf } from './request-state.ts'

export interface FeedbackOptions extends GuardOptions { readonly publicUrl: string; readonly store: Store }

/**
 * `POST /cds-services/{id}/feedback` (CDS Hooks, Feedback): 200 without a body once every usable entry is durable. Tokens may name
 * the service or this endpoint as audience: the specification's text says one thing, its examples another.
 */
export function feedbackRoute(api: FastifyInstance, { publicUrl, store, ...guard }: FeedbackOptions): void {
  const audiences = (id: string) => [`${publicUrl}/cds-services/${id}`, `${publicUrl}/cds-services/${id}/feedback`].flatMap(audience)

  api.post('/cds-services/:id/feedback', { onRequest: guardService(guard, audiences) }, async (request: ServiceRequest, reply) => {
    const { service, client } = callerOf(request)
    const read = readFeedback(request.body)
    if (isFeedbackProblem(read)) return sendProblem(reply, read.code, read)
    const received = { service: service.id, client: client.id, receivedAt: request.receivedAt }
    const { stored, matched } = await store.recordFeedback(read.entries.map((entry) => ({ ...entry, ...received })))
    const fates = { matched, unmatched: stored - matched, unusable: read.unusable }
    for (const [fate, entries] of Object.entries(fates)) guard.metrics.feedback.inc({ fate }, entries)
    request.log.info({ service: service.id, client: client.id, ...fates }, 'feedback stored')
    return reply.code(200).send()
  })
}
