import { createHash, timingSafeEqual } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest, onRequestAsyncHookHandler } from 'fastify'
import type { Config } from '../config.ts'
import { sendUnauthorized } from './problems.ts'

/** What decides about the routes under `/admin/`. */
export type AdminConfig = Pick<Config, 'adminTokens' | 'command'>

const digest = (value: string): Uint8Array => createHash('sha256').update(value).digest()
const bearer = (authorization: string | undefined): string | undefined => /^bearer +(\S+) *$/i.exec(authorization ?? '')?.[1]

/** Compares digests, and with every token, so that neither length, beginning nor number of the secrets shows in the time it takes. */
const isOneOf = (digests: readonly Uint8Array[], token: string): boolean =>
  digests.filter((one) => timingSafeEqual(one, digest(token))).length > 0

/** An onRequest hook that lets in only who bears one of the tokens; every other caller gets the same empty 401. */
export function guardAdmin(tokens: readonly string[]): onRequestAsyncHookHandler {
  const digests = tokens.map(digest)
  return async (request: FastifyRequest, reply: FastifyReply) => {
    const token = bearer(request.headers.authorization)
    if (token !== undefined && isOneOf(digests, token)) return
    request.log.warn({ route: request.routeOptions.url }, 'administrator not authenticated')
    return sendUnauthorized(reply)
  }
}

/**
 * Registers routes under `/admin/` in a scope of their own: guarded by ADMIN_TOKEN, nothing of them cached. Without a token they do not
 * exist; the sandbox, which holds made-up patients only, then leaves them open.
 */
export function adminRoutes(app: FastifyInstance, { adminTokens, command }: AdminConfig, register: (admin: FastifyInstance) => void): void {
  if (adminTokens.length === 0 && command !== 'sandbox') return
  void app.register(async (admin) => {
    admin.addHook('onRequest', async (_request, reply) => void reply.headers({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer', 'x-content-type-options': 'nosniff' }))
    if (adminTokens.length > 0) admin.addHook('onRequest', guardAdmin(adminTokens))
    register(admin)
  })
}
