import type { FastifyReply, FastifyRequest } from 'fastify'
import { serviceOf } from '../hooks/services.ts'
import type { Metrics } from './metrics.ts'
import { sendProblem, sendUnauthorized } from './problems.ts'
import type { RateLimits } from './rate-limits.ts'
import type { Authenticate, TrustedClient } from './types.ts'
import './request-state.ts'

export interface GuardOptions { readonly authenticate: Authenticate; readonly metrics: Metrics; readonly limits: RateLimits }

/** A route of one service. */
export type ServiceRequest = FastifyRequest<{ Params: { id: string } }>

/** A trailing slash is the one difference between audience and address that is tolerated. */
export const audience = (address: string): string[] => [address, `${address}/`]

/** Lets in authenticated callers of a known service, before their body is read. */
export function guardService(options: GuardOptions, audiences: (id: string) => readonly string[]) {
  const { address, client: share } = options.limits
  return async (request: ServiceRequest, reply: FastifyReply): Promise<FastifyReply | undefined> => {
    if (await address(request, reply)) return reply
    const service = serviceOf(request.params.id)
    if (!service) return sendProblem(reply, 'unknown-service')
    const client = await admit(options, request, audiences(service.id))
    if (!client) return sendUnauthorized(reply)
    request.caller = { service, client }
    return client.id === ANONYMOUS ? undefined : share(request, reply)
  }
}

/** The id of every caller where nobody has to say who they are. */
export const ANONYMOUS = 'anonymous'

/** The client, or undefined with the reason logged. The issuer is logged only when it is one of the configuration. */
export async function admit({ authenticate, metrics }: GuardOptions, request: FastifyRequest, audiences: readonly string[]): Promise<TrustedClient | undefined> {
  const result = await authenticate(authorizationOf(request), audiences)
  if ('client' in result) {
    if (result.odd) request.log.info({ odd: result.odd, issuer: result.client.id }, 'caller authenticated by an odd token')
    return result.client
  }
  const { refused, issuer, tenant, jti } = result
  metrics.refusals.inc({ reason: refused })
  request.log.warn({ refused, issuer, tenant, jti }, 'caller not authenticated')
  return undefined
}

/** Node keeps the first of several Authorization headers and drops the rest; a proxy before us may have judged another one. */
function authorizationOf({ raw, headers }: FastifyRequest): string | undefined {
  const all = raw.headersDistinct['authorization'] ?? []
  return all.length > 1 ? '' : headers.authorization
}
