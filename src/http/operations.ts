import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { ServerState } from '../fhir/servers.ts'
import { loggedError } from '../logging.ts'
import type { Store } from '../store/store.ts'
import { METRICS_TYPE, type Metrics } from './metrics.ts'

export interface OperationOptions {
  readonly store: Store
  readonly metrics: Metrics
  /** True once the process has been asked to end. */
  readonly isEnding: () => boolean
  readonly content?: () => { readonly hash: string; readonly profile: string }
  readonly fhirServers?: () => readonly ServerState[]
}

type ReadyRequest = FastifyRequest<{ Querystring: { for?: unknown } }>

/** What those who run the service ask it: is it alive, may it get traffic, how is it doing. */
export function operationRoutes(api: FastifyInstance, { store, metrics, isEnding, content, fhirServers }: OperationOptions): void {
  const inForce = () => {
    const { hash, profile } = content?.() ?? {}
    return hash === undefined ? {} : { content: { hash, profile } }
  }
  api.get('/health/live', async () => ({ status: 'ok' }))

  // Everything works. With `?for=cards`: hook calls are answered, which they are without a store; a load balancer that asks the other
  // question would take all instances away at once when the database they share is down.
  api.get('/health/ready', async (request: ReadyRequest, reply) => {
    const stored = await store.health().then(() => 'ok', (cause: unknown) => {
      request.log.error({ failure: loggedError(cause) }, 'store not usable')
      return 'failing'
    })
    const closing = isEnding()
    const ready = (stored === 'ok' || request.query.for === 'cards') && !closing
    const status = !ready ? 'unavailable' : stored === 'ok' ? 'ok' : 'degraded'
    return reply.code(ready ? 200 : 503).send({ status, checks: { store: stored, shutdown: closing ? 'closing' : 'ok' }, ...(fhirServers ? { fhirServers: fhirServers() } : {}), ...inForce() })
  })

  api.get('/metrics', async (_request, reply) => reply.type(METRICS_TYPE).send(await metrics.text()))
}
