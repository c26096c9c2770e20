import { randomUUID } from 'node:crypto'
import cors from '@fastify/cors'
import { fastify, LogController, type FastifyBaseLogger, type FastifyInstance, type FastifyReply, type FastifyRequest, type HTTPMethods } from 'fastify'
import type { Config } from '../config.ts'
import type { OwnReasons } from '../engine/reason-codes.ts'
import type { ServerState } from '../fhir/servers.ts'
import type { DiscoveryResponse } from '../hooks/services.ts'
import { loggedError } from '../logging.ts'
import type { Store } from '../store/store.ts'
import { acceptHookCalls, acceptJson } from './body.ts'
import { callServiceRoute } from './call-service.ts'
import { clientAuthentication } from './client-auth.ts'
import { decisionRecorder } from './decision-recorder.ts'
import { discoveryRoute } from './discovery.ts'
import { feedbackRoute } from './feedback.ts'
import { createMetrics, type Metrics } from './metrics.ts'
import { operationRoutes } from './operations.ts'
import { handleBadBytes, handleError, sendProblem } from './problems.ts'
import { rateLimits } from './rate-limits.ts'
import { replayGuard } from './replay.ts'
import { declareState } from './request-state.ts'
import { shedding } from './shedding.ts'
import type { AnswerHook, Authenticate } from './types.ts'

/** The part of the configuration that the HTTP layer needs. */
export type HttpConfig = Pick<Config, 'publicUrl' | 'guardedDiscovery' | 'authMode' | 'clients' | 'fhirServers' | 'corsOrigins' | 'deadlineMs' | 'shedAfterMs' | 'bodyLimit' | 'rateLimits' | 'stored'>

export interface ServerOptions {
  readonly config: HttpConfig
  readonly discovery: () => DiscoveryResponse
  /** The content in force, for those who ask whether the service is ready. */
  readonly content?: () => { readonly hash: string; readonly profile: string }
  /** The override reasons that cards offer. */
  readonly reasons?: () => OwnReasons
  readonly answerHook: AnswerHook
  readonly store: Store
  readonly log: FastifyBaseLogger
  /** Counted elsewhere too; counters of its own otherwise. */
  readonly metrics?: Metrics
  /** What is known of the FHIR servers. One that does not answer is told, but takes no traffic away from this instance. */
  readonly fhirServers?: () => readonly ServerState[]
  /** True once the process has been asked to end. */
  readonly isDraining?: () => boolean
  /** Replaces the client authentication that the configuration asks for. */
  readonly authenticate?: Authenticate
}

/** Time in ms for a request to arrive completely. */
const ARRIVAL_MS = 30_000
/** Time in ms for its headers. */
const HEADERS_MS = 15_000
/** Longer than any service id. */
const PARAM_LIMIT = 200

/**
 * The HTTP application: discovery, hooks, feedback, health, metrics. Not listening yet; more routes may be registered on it and
 * inherit its error handler and CORS, but neither the body parser nor the headers of the API.
 */
export function buildServer(options: ServerOptions): FastifyInstance {
  const { config, log } = options
  const app = fastify({
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'correlationId' }),
    genReqId: () => randomUUID(),
    bodyLimit: config.bodyLimit,
    requestTimeout: ARRIVAL_MS,
    http: { headersTimeout: HEADERS_MS, connectionsCheckingInterval: HEADERS_MS / 3 },
    return503OnClosing: false,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: PARAM_LIMIT },
    frameworkErrors: handleError,
    clientErrorHandler: handleBadBytes,
  })
  declareState(app)
  app.setErrorHandler(handleError)
  app.setNotFoundHandler((_request, reply) => sendProblem(secured(reply), 'not-found'))
  const isEnding = endsConnections(app, options)
  keepsToTls(app, config)
  allowOrigins(app, config)
  void app.register((api) => registerApi(api, options, isEnding))
  return app
}

/** Once the process ends, every answer is the last of its connection: a client that kept it open would lose its next request. */
function endsConnections(app: FastifyInstance, { isDraining = () => false }: ServerOptions): () => boolean {
  let isClosing = false
  const isEnding = () => isClosing || isDraining()
  app.addHook('preClose', async () => { isClosing = true })
  app.addHook('onSend', async (_request, reply) => {
    if (isEnding()) reply.header('connection', 'close')
  })
  return isEnding
}

/** Browsers that came over TLS once come so again, to the pages with their sessions as well. */
function keepsToTls(app: FastifyInstance, { publicUrl }: HttpConfig): void {
  if (!publicUrl.startsWith('https:')) return
  app.addHook('onRequest', async (_request, reply) => void reply.header('strict-transport-security', 'max-age=31536000'))
}

function allowOrigins(app: FastifyInstance, { corsOrigins }: HttpConfig): void {
  if (corsOrigins.length === 0) return
  void app.register(cors, {
    origin: corsOrigins === '*' ? '*' : [...corsOrigins],
    methods: ['GET', 'POST', 'OPTIONS'],
    allowedHeaders: ['content-type', 'authorization'],
    exposedHeaders: ['etag', 'www-authenticate', 'retry-after', CORRELATION],
    maxAge: 600,
    strictPreflight: false,
  })
}

async function registerApi(api: FastifyInstance, options: ServerOptions, isEnding: () => boolean): Promise<void> {
  const { config, discovery, answerHook, store } = options
  const metrics = options.metrics ?? createMetrics()
  const limits = await rateLimits(api, config.rateLimits)
  const recorder = decisionRecorder({ store, metrics, log: api.log })
  api.addHook('onClose', () => recorder.close())
  const replay = replayGuard({ store, onFailure: (cause) => api.log.error({ failure: loggedError(cause) }, 'used tokens are remembered by this instance alone') })
  const guard = { authenticate: options.authenticate ?? clientAuthentication(config, replay), metrics, limits }
  acceptJson(api)
  api.addHook('onRequest', (_request, reply, done) => {
    secured(reply)
    done()
  })
  countInFlight(api, metrics)
  api.addHook('onResponse', async (request, reply) => report(request, reply, metrics))
  discoveryRoute(api, { ...guard, discovery, publicUrl: config.publicUrl, guarded: config.guardedDiscovery })
  void api.register(async (calls) => {
    acceptHookCalls(calls)
    callServiceRoute(calls, { ...guard, answerHook, recorder, shedding: shedding(calls, config.shedAfterMs, metrics), publicUrl: config.publicUrl, deadlineMs: config.deadlineMs })
  })
  feedbackRoute(api, { ...guard, store, reasons: options.reasons, storeComments: config.stored.comments, publicUrl: config.publicUrl })
  operationRoutes(api, { store, metrics, isEnding, ...(options.content ? { content: options.content } : {}), ...(options.fhirServers ? { fhirServers: options.fhirServers } : {}) })
  refuseOtherMethods(api, config)
}

const CORRELATION = 'x-correlation-id'

/** Headers of every API answer. Set early, so that a route may say otherwise and errors carry them too. */
function secured(reply: FastifyReply): FastifyReply {
  return reply.headers({
    'cache-control': 'no-store',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    [CORRELATION]: reply.request.id,
  })
}

/** A client that hangs up gets no response; its request ends all the same. */
function countInFlight(api: FastifyInstance, { inFlight }: Metrics): void {
  api.addHook('onRequest', (_request, reply, done) => {
    inFlight.inc()
    reply.raw.once('close', () => inFlight.dec())
    done()
  })
}

/** One line a call, without anything about the patient. */
function report(request: FastifyRequest, reply: FastifyReply, metrics: Metrics): void {
  const { method, caller } = request
  const problem = reply.problem === undefined ? {} : { problem: reply.problem }
  if (reply.problem !== undefined) metrics.problems.inc({ code: reply.problem })
  const route = request.routeOptions.url
  request.log.info({ method, route, service: caller?.service.id, client: caller?.client.id, trace: reply.trace, status: reply.statusCode, ms: Math.round(reply.elapsedTime), ...reply.ending, ...problem }, 'answered')
}

const PATHS: readonly { readonly url: string; readonly allow: readonly HTTPMethods[] }[] = [
  { url: '/cds-services', allow: ['GET', 'HEAD'] },
  { url: '/cds-services/:id', allow: ['POST'] },
  { url: '/cds-services/:id/feedback', allow: ['POST'] },
  { url: '/health/live', allow: ['GET', 'HEAD'] },
  { url: '/health/ready', allow: ['GET', 'HEAD'] },
  { url: '/metrics', allow: ['GET', 'HEAD'] },
]
const METHODS: readonly HTTPMethods[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

/** Known path, wrong method: 405. With CORS, OPTIONS is a preflight and answered elsewhere. */
function refuseOtherMethods(api: FastifyInstance, { corsOrigins }: HttpConfig): void {
  for (const { url, allow } of PATHS) {
    const method = METHODS.filter((one) => !allow.includes(one) && (one !== 'OPTIONS' || corsOrigins.length === 0))
    // Before the body is read: its type does not matter any more.
    const onRequest = async (_request: FastifyRequest, reply: FastifyReply) => sendProblem(reply.header('allow', allow.join(', ')), 'method-not-allowed')
    api.route({ method: [...method], url, onRequest, handler: onRequest })
  }
}
