import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { traceOf } from '../fhir/trace.ts'
import { isRequestProblem, parseHookRequest } from '../hooks/request.ts'
import type { DecisionRecord } from '../store/store.ts'
import type { DecisionRecorder } from './decision-recorder.ts'
import { noticed } from './fhir-notices.ts'
import { audience, guardService, type GuardOptions, type ServiceRequest } from './guard.ts'
import { countDecision, type Metrics } from './metrics.ts'
import { sendProblem } from './problems.ts'
import type { Shedding } from './shedding.ts'
import { callerOf, type Ending } from './request-state.ts'
import type { AnswerHook, HookAnswer } from './types.ts'

export interface CallOptions extends GuardOptions {
  readonly publicUrl: string
  readonly deadlineMs: number
  readonly answerHook: AnswerHook
  readonly recorder: DecisionRecorder
  readonly shedding: Shedding
}

/** `POST /cds-services/{id}` (CDS Hooks, Calling a CDS Service). */
export function callServiceRoute(api: FastifyInstance, options: CallOptions): void {
  const onRequest = [guardService(options, (id) => audience(`${options.publicUrl}/cds-services/${id}`)), options.shedding.takePlace]
  const onResponse = async (request: FastifyRequest, reply: FastifyReply) => count(options.metrics, request, reply)
  api.post('/cds-services/:id', { onRequest, onResponse }, async (request: ServiceRequest, reply) => answer(options, request, reply))
}

async function answer({ answerHook, deadlineMs, recorder, shedding, metrics }: CallOptions, request: ServiceRequest, reply: FastifyReply): Promise<FastifyReply> {
  const { service, client } = callerOf(request)
  const parsed = parseHookRequest(service, request.body)
  if (isRequestProblem(parsed)) return sendProblem(reply, parsed.code, parsed)
  request.caller = { service: { ...service, hooks: [parsed.hook] }, client }
  if (parsed.odd.length > 0) request.log.info({ odd: parsed.odd, client: client.id }, 'odd request tolerated')
  const limit = timeLimit(request, reply, deadlineMs)
  try {
    await shedding.turn(request)
    const { traceparent, tracestate } = request.headers
    const trace = traceOf(traceparent, tracestate, request.id)
    reply.trace = trace.traceId
    const given = await answerHook({ service, request: parsed, client, acceptLanguage: request.headers['accept-language'], receivedAt: request.receivedAt, signal: limit.signal, until: limit.until, trace, notice: noticed(metrics, request.log) })
    if (given.decision) await remember({ recorder, deadlineMs }, given.decision, request)
    if (given.kind === 'problem') return sendProblem(reply, given.code, given)
    reply.ending = endingOf(given)
    if (given.explained) countDecision(metrics, given.explained)
    return reply.send(given.body)
  } finally {
    limit.end()
  }
}

interface TimeLimit { readonly signal: AbortSignal; readonly until: number; end(): void }

/** Kept back from the time of a call for evaluating what was read, recording the decision and sending the answer. */
const RESERVE_MS = 250
const RESERVE_SHARE = 0.1
const readingMs = (deadlineMs: number): number => deadlineMs - Math.min(RESERVE_MS, deadlineMs * RESERVE_SHARE)

/** Fires when the time for reading is used up, counted from the arrival of the request, or when the client has hung up. */
function timeLimit({ receivedAt }: FastifyRequest, reply: FastifyReply, deadlineMs: number): TimeLimit {
  const controller = new AbortController()
  const abort = (name: string) => controller.abort(new DOMException('the hook call is over', name))
  const until = receivedAt + readingMs(deadlineMs)
  const timer = setTimeout(() => abort('TimeoutError'), Math.max(1, until - Date.now()))
  const hungUp = () => abort('AbortError')
  reply.raw.once('close', hungUp)
  const end = () => {
    clearTimeout(timer)
    reply.raw.off('close', hungUp)
  }
  return { signal: controller.signal, until, end }
}

/** Longest wait for the store, and what is left of the deadline for sending the answer, in ms. */
const RECORDING_MS = 500
const SENDING_MS = 25

/** Before the answer leaves, because feedback on its cards may follow at once; but only while there is time. */
function remember({ recorder, deadlineMs }: Pick<CallOptions, 'recorder' | 'deadlineMs'>, decision: DecisionRecord, { receivedAt }: FastifyRequest): Promise<void> {
  const left = receivedAt + deadlineMs - Date.now() - SENDING_MS
  return recorder.record(decision, Math.max(SENDING_MS, Math.min(RECORDING_MS, left)))
}

function endingOf({ body: { cards }, explained }: Extract<HookAnswer, { kind: 'answer' }>): Ending {
  if (!explained) return { outcome: 'unconcerned' }
  const { id, content, findings, notEvaluated } = explained
  const complete = cards.length > 0 ? 'cards' : 'no-cards'
  return { outcome: notEvaluated.length > 0 ? 'incomplete' : complete, decision: id, content, cards: cards.length, findings: findings.length, notEvaluated: notEvaluated.length }
}

function count({ hookCalls, hookDuration }: Metrics, { caller, receivedAt }: FastifyRequest, { statusCode, ending }: FastifyReply): void {
  if (!caller) return
  const { id, hooks } = caller.service
  hookCalls.inc({ service: id, status: String(statusCode) })
  hookDuration.observe({ hook: hooks.join(' '), outcome: ending?.outcome ?? (statusCode < 500 ? 'refused' : 'failed') }, (Date.now() - receivedAt) / 1000)
}
