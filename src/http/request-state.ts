import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { ErrorCode } from '../errors.ts'
import type { ServiceEntry } from '../hooks/services.ts'
import type { TrustedClient } from './types.ts'

/** Who calls which service; known once the guard has let a request in. */
export interface Caller { readonly service: ServiceEntry; readonly client: TrustedClient }

declare module 'fastify' {
  interface FastifyRequest {
    /** Epoch ms at which the headers were read. */
    receivedAt: number
    caller: Caller | undefined
  }
  interface FastifyReply {
    /** Set when the answer is an error of the table. */
    problem: ErrorCode | undefined
  }
}

/** Declares what requests and replies carry from one hook to the next. */
export function declareState(app: FastifyInstance): void {
  app.decorateRequest('receivedAt', 0)
  app.decorateRequest('caller', undefined)
  app.decorateReply('problem', undefined)
  app.addHook('onRequest', (request, _reply, done) => {
    request.receivedAt = Date.now()
    done()
  })
}

/** The caller behind a guarded route. */
export function callerOf({ caller }: FastifyRequest): Caller {
  if (!caller) throw new TypeError('the route is not guarded')
  return caller
}
