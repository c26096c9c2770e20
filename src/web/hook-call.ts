import type { Bundle } from 'fhir/r4.js'
import { findService, runPrefetch, type PrefetchContext } from './discovery.ts'
import { askJson, headersOf, type Failure, type Reply } from './http.ts'
import type { DemoClient } from './sandbox-api.ts'
import type { HookCall } from './session.ts'
import { authorization } from './signing.ts'
import { draftName, type Draft } from './suggestion.ts'
import { uuid } from './uuid.ts'
import { cardsOf, type Card, type HookName } from './wire.ts'

/** Everything one call of a hook is made of. */
interface HookQuestion {
  readonly hook: HookName
  readonly hookInstance: string
  readonly context: PrefetchContext
  readonly drafts: readonly Draft[]
  readonly origin: string
  /** Who signs the call, made out to a service below `audience`. */
  readonly ehr?: DemoClient
  readonly audience?: string
}

interface HookOutcome {
  readonly call: HookCall
  readonly answer: { readonly cards: readonly Card[] } | { readonly failure: Failure }
}

const SERVICE_TIMEOUT_MS = 8_000

const bundleOf = (drafts: readonly Draft[]): Bundle => ({
  resourceType: 'Bundle', type: 'collection', entry: drafts.map((resource) => ({ resource })),
})

/**
 * The body of a hook call (CDS Hooks 2.0, HTTP Request). At order-select every unsigned order of this session counts as selected:
 * the cards on the screen speak of all of them, so each call must ask about all of them.
 */
export const requestBody = (question: HookQuestion, prefetch: Readonly<Record<string, unknown>>): object => ({
  hook: question.hook,
  hookInstance: question.hookInstance,
  fhirServer: `${question.origin}/fhir`,
  // The embedded FHIR server is open; an EHR sends a token for this one call.
  fhirAuthorization: { access_token: 'sandbox', token_type: 'Bearer', expires_in: 300, scope: 'patient/*.read', subject: 'ino-cds', patient: question.context.patientId },
  context: {
    ...question.context,
    ...(question.hook === 'order-select' ? { selections: question.drafts.map(draftName) } : {}),
    draftOrders: bundleOf(question.drafts),
  },
  prefetch,
})

const answerOf = (reply: Reply): HookOutcome['answer'] => {
  if (!reply.ok) return { failure: reply.failure }
  const cards = cardsOf(reply.body)
  return cards ? { cards } : { failure: { why: 'unreadable' } }
}

const newCall = (): Pick<HookCall, 'id' | 'at'> => ({ id: uuid(), at: new Date() })

const uncalled = (hook: HookName, url: string, failure: Failure): HookOutcome =>
  ({ answer: { failure }, call: { ...newCall(), hook, url, sent: {}, received: {}, request: null, response: failure, prefetchMs: 0, durationMs: 0 } })

/** Discovery, prefetch, call: as an EHR does it over HTTP. Never throws. */
export const callHook = async (question: HookQuestion, signal: AbortSignal): Promise<HookOutcome> => {
  const { hook, origin } = question
  const service = await findService(hook, signal)
  if ('why' in service) return uncalled(hook, `${origin}/cds-services`, service)
  const started = performance.now()
  const prefetch = await runPrefetch(service.prefetch ?? {}, question.context, `${origin}/fhir`, signal)
  const request = requestBody(question, prefetch)
  const url = `${origin}/cds-services/${service.id}`
  const headers = await authorization(question.ehr, `${question.audience ?? origin}/cds-services/${service.id}`)
  const asked = performance.now()
  const reply = await askJson(url, { method: 'POST', json: request, headers, timeoutMs: SERVICE_TIMEOUT_MS, signal })
  const answer = answerOf(reply)
  const call: HookCall = {
    ...newCall(), ...('authorization' in headers && question.ehr ? { signedAs: question.ehr.iss } : {}), sent: headersOf({ json: request, headers }), received: reply.headers ?? {},
    hook, url, request, response: reply.ok ? reply.body : reply.body ?? reply.failure,
    prefetchMs: Math.round(asked - started), durationMs: Math.round(performance.now() - asked),
    ...statusOf(reply), ...('cards' in answer ? { cards: answer.cards.length } : {}),
  }
  return { call, answer }
}

const statusOf = (reply: Reply): { readonly status?: number } => {
  const status = reply.ok ? reply.status : reply.failure.status
  return status === undefined ? {} : { status }
}
