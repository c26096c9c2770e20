import { createHash } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import type { DiscoveryResponse } from '../hooks/services.ts'
import { admit, audience, type GuardOptions } from './guard.ts'
import { sendUnauthorized } from './problems.ts'

export interface DiscoveryOptions extends GuardOptions { /** What is announced now; it changes with the content. */ readonly discovery: () => DiscoveryResponse; readonly publicUrl: string; /** Needs a token even to be read. */ readonly guarded: boolean }

/**
 * `GET /cds-services` (CDS Hooks, Discovery). Open unless told otherwise, because it holds nothing about patients; but a token
 * that is sent must be good, so that a client learns of its mistake here and not in the middle of an order.
 */
export function discoveryRoute(api: FastifyInstance, { discovery, publicUrl, guarded, ...guard }: DiscoveryOptions): void {
  const known = new WeakMap<DiscoveryResponse, Announced>()
  const audiences = audience(`${publicUrl}/cds-services`)

  api.get('/cds-services', async (request, reply) => {
    if (await guard.limits.address(request, reply)) return reply
    if ((guarded || request.headers.authorization !== undefined) && !(await admit(guard, request, audiences))) return sendUnauthorized(reply)
    const announced = discovery()
    const { body, etag } = known.get(announced) ?? announcedAs(announced)
    known.set(announced, { body, etag })
    reply.header('etag', etag).header('cache-control', 'public, max-age=300')
    if (namesTag(request.headers['if-none-match'], etag)) return reply.code(304).send()
    return reply.type('application/json; charset=utf-8').send(body)
  })
}

interface Announced { readonly body: string; readonly etag: string }

function announcedAs(discovery: DiscoveryResponse): Announced {
  const body = JSON.stringify(discovery)
  return { body, etag: `"${createHash('sha256').update(body).digest('base64url')}"` }
}

const namesTag = (header: string | undefined, etag: string): boolean =>
  (header ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, '')).some((tag) => tag === etag || tag === '*')
