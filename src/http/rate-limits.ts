import rateLimit from '@fastify/rate-limit'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Config } from '../config.ts'
import { sendProblem } from './problems.ts'

/** Counts a request; the 429 it got when there were too many, else undefined. */
export type Limit = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply | undefined>

/** Fair shares: `address` before anything is known of a caller, `client` once it is authenticated. */
export interface RateLimits { readonly address: Limit; readonly client: Limit }

/** Counted in short windows, so that who was too fast waits for seconds and not for a minute. */
const WINDOW_MS = 10_000
const inWindow = (perMinute: number): number => Math.max(1, Math.floor(perMinute * WINDOW_MS / 60_000))

const unlimited: Limit = async () => undefined

/** The limits of the configuration. Each process counts for itself. */
export async function rateLimits(app: FastifyInstance, { client, address }: Config['rateLimits']): Promise<RateLimits> {
  if (client === 0 && address === 0) return { client: unlimited, address: unlimited }
  await app.register(rateLimit, { global: false, timeWindow: WINDOW_MS })
  return {
    address: limitOf(app, address, ({ ip }) => `address ${ip}`),
    // A client that could not be told from others is not counted as one.
    client: limitOf(app, client, ({ caller, ip }) => (caller ? `client ${caller.client.id} ${caller.client.tenant ?? ''}` : `address ${ip}`)),
  }
}

function limitOf(app: FastifyInstance, perMinute: number, keyGenerator: (request: FastifyRequest) => string): Limit {
  if (perMinute === 0) return unlimited
  const count = app.createRateLimit({ max: inWindow(perMinute), keyGenerator })
  return async (request, reply) => {
    const limit = await count(request)
    if (limit.isAllowed || !limit.isExceeded) return undefined
    return sendProblem(reply.header('retry-after', limit.ttlInSeconds), 'rate-limited')
  }
}
