import type { FastifyReply, FastifyRequest } from 'fastify'
import { serviceOf } from '../hooks/services.ts'
import type { Metrics } from './metrics.ts'
import { sendProblem, sendUnauthorized } from './problems.ts'
import type { Authenticate, TrustedClient } from './types.ts'
import './request-state.ts'

export interface GuardOptions { readonly authenticate: Authenticate; readonly metrics: Metrics }

/** A route of one service. */
export type ServiceRequest = FastifyRequest<{ Params: { id: string } }>

/** A trailing slash is the one difference between audience and address that is tolerated. */
export const audience = (address: string): string[] => [address, `${address}/`]

/** Lets in authenticated callers of a known service, before their body is read. */
export function guardService({ authenticate, metrics }: GuardOptions, audiences: (id: string) => readonly string[]) {
  return async (request: ServiceRequest, reply: FastifyReply): Promise<FastifyReply | undefined> => {
    const service = serviceOf(request.params.id)
    if (!service) return sendProblem(reply, 'unknown-service')
    const client = await admit({ authenticate, metrics }, request, audiences(service.id))
    if (!client) return sendUnauthorized(reply)
    request.caller = { service, client }
    return undefined
  }
}

/** The client, or undefined with the reason logged. The issuer is logged only when it is one of the configuration. */
export async function admit({ authenticate, metrics }: GuardOptions, request: FastifyRequest, audiences: readonly string[]): Promise<TrustedClient | undefined> {
  const result = await authenticate(request.headers.authorization, audiences)
  if ('client' in result) return result.client
  metrics.refusals.inc({ reason: result.refused })
  request.log.warn({ refused: result.refused, issuer: result.issuer }, 'caller not authenticated')
  return undefined
}
