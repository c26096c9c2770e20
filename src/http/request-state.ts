import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { ErrorCode } from '../errors.ts'
import type { Service } from '../hooks/services.ts'
import type { Outcome } from './metric-table.ts'
import type { TrustedClient } from './types.ts'

/** Who calls which service; known once the guard has let a request in. */
export interface Caller { readonly service: Service; readonly client: TrustedClient }

/** How a hook call ended, for its log line: enough to find its decision in the store, nothing about the patient. */
export interface Ending {
  readonly outcome: Outcome
  /** Id of the decision. */
  readonly decision?: string
  readonly content?: string
  readonly cards?: number
  readonly findings?: number
  readonly notEvaluated?: number
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Epoch ms at which the headers were read. */
    receivedAt: number
    caller: Caller | undefined
  }
  interface FastifyReply {
    /** Set when the answer is an error of the table. */
    problem: ErrorCode | undefined
    /** Trace id of a hook call (W3C Trace Context). */
    trace: string | undefined
    /** Set when a hook call got an answer that is no error. */
    ending: Ending | undefined
  }
}

/** Declares what requests and replies carry from one hook to the next. */
export function declareState(app: FastifyInstance): void {
  app.decorateRequest('receivedAt', 0)
  app.decorateRequest('caller', undefined)
  app.decorateReply('problem', undefined)
  app.decorateReply('ending', undefined)
  app.decorateReply('trace', undefined)
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
