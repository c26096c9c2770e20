import { performance } from 'node:perf_hooks'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { ANONYMOUS } from './guard.ts'
import type { Metrics } from './metrics.ts'
import { places } from './places.ts'
import { sendProblem } from './problems.ts'
import { callerOf } from './request-state.ts'
import { turns } from './turns.ts'

/** What a route that does the heavy work asks. */
export interface Shedding {
  /** Once the caller is known and before the body is read: the 503 that it got when there was no place, else undefined. */
  takePlace(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined>
  /** Resolves when the call may begin its work. */
  turn(request: FastifyRequest): Promise<void>
}

/** How often the work of the process is measured. */
const WINDOW_MS = 200
const S = 1000

/**
 * Turns calls away that could not be answered within `limitMs`, with 503 and Retry-After and without reading them, so that those let in are
 * answered in time. A limit of 0 lets everybody in.
 */
export function shedding(app: FastifyInstance, limitMs: number, metrics: Pick<Metrics, 'shed' | 'expectedWait'>): Shedding {
  const under = places(limitMs)
  const queue = turns()
  let finished = 0
  let before = performance.eventLoopUtilization()
  const window = setInterval(() => {
    const { active } = performance.eventLoopUtilization(before)
    before = performance.eventLoopUtilization()
    under.measured(active, finished)
    finished = 0
    metrics.expectedWait.set(under.expectedWaitMs() / S)
  }, WINDOW_MS)
  window.unref()
  app.server.on('connection', queue.arrived)
  app.addHook('onClose', async () => clearInterval(window))

  return {
    async takePlace(request, reply) {
      queue.arrived()
      const client = clientOf(request)
      if (!under.hasPlace(client)) {
        metrics.shed.inc()
        return sendProblem(reply.header('retry-after', Math.ceil(under.expectedWaitMs(client) / S)), 'too-busy')
      }
      const give = under.take(client)
      // A client that hangs up gets no response; its place is free all the same.
      reply.raw.once('close', () => {
        finished += 1
        give()
      })
      return undefined
    },
    turn: (request) => queue.mine(clientOf(request)),
  }
}

/** Callers who need not say who they are are told apart by their address. */
function clientOf(request: FastifyRequest): string {
  const { client: { id, tenant } } = callerOf(request)
  return id === ANONYMOUS ? request.ip : `${id} ${tenant ?? ''}`
}
