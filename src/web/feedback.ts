import type { Coding } from 'fhir/r4.js'
import { findService } from './discovery.ts'
import { askJson } from './http.ts'
import type { DemoClient } from './sandbox-api.ts'
import { authorization } from './signing.ts'
import type { Card, Feedback, HookName, Suggestion } from './wire.ts'

const TIMEOUT_MS = 8_000

/** Feedback that a suggestion was taken; undefined where card or suggestion has no uuid to speak of. */
export const acceptedFeedback = (card: Card, suggestion: Suggestion, now: Date): Feedback | undefined =>
  (card.uuid === undefined || suggestion.uuid === undefined ? undefined : {
    card: card.uuid, outcome: 'accepted', acceptedSuggestions: [{ id: suggestion.uuid }], outcomeTimestamp: now.toISOString(),
  })

/** Feedback that a card was overridden, with the reason, the comment, both or neither. */
export const overriddenFeedback = (card: Card, reason: Coding | undefined, comment: string, now: Date): Feedback | undefined => {
  if (card.uuid === undefined) return undefined
  const overrideReason = { ...(reason ? { reason } : {}), ...(comment === '' ? {} : { userComment: comment }) }
  const isGiven = Object.keys(overrideReason).length > 0
  return { card: card.uuid, outcome: 'overridden', ...(isGiven ? { overrideReason } : {}), outcomeTimestamp: now.toISOString() }
}

/** Posts feedback to the service that gave the card. False if it was not stored. */
export const postFeedback = async (hook: HookName, feedback: Feedback, ehr?: DemoClient, audience = ''): Promise<boolean> => {
  const service = await findService(hook, AbortSignal.timeout(TIMEOUT_MS))
  if ('why' in service) return false
  const headers = await authorization(ehr, `${audience}/cds-services/${service.id}/feedback`)
  const reply = await askJson(`/cds-services/${service.id}/feedback`, { method: 'POST', headers, json: { feedback: [feedback] }, timeoutMs: TIMEOUT_MS })
  return reply.ok
}
