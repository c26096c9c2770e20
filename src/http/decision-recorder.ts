import type { FastifyBaseLogger } from 'fastify'
import { loggedError } from '../logging.ts'
import type { DecisionRecord, Store } from '../store/store.ts'
import type { Metrics } from './metrics.ts'
import { within } from './within.ts'

/** Decisions that may wait for the store; then the oldest are given up. About 5 MB. */
const WAITING = 1_000
/** Longest that one waits, in ms: a record the store will never take must not wait for ever. */
const PATIENCE_MS = 15 * 60_000

export interface DecisionRecorder {
  /**
   * Resolves once the decision is recorded, or after so many ms: a store that fails or is slow must not cost the clinician the cards.
   * What could not be recorded is kept in memory and tried again until the store takes it. Never rejects.
   */
  record(decision: DecisionRecord, ms: number): Promise<void>
  /** Tries what still waits a last time, and gives it up. */
  close(): Promise<void>
}

export interface RecorderOptions {
  readonly store: Pick<Store, 'recordDecision'>
  readonly metrics: Pick<Metrics, 'unrecorded' | 'waiting'>
  readonly log: FastifyBaseLogger
  /** Time between two tries, in ms. */
  readonly againMs?: number
}

interface Waiting { readonly decision: DecisionRecord; readonly since: number }

export function decisionRecorder({ store, metrics, log, againMs = 1_000 }: RecorderOptions): DecisionRecorder {
  const waiting: Waiting[] = []
  let timer: NodeJS.Timeout | undefined

  function keep(decision: DecisionRecord, cause: unknown): void {
    log.warn({ decision: decision.id, failure: loggedError(cause) }, 'decision waits for the store')
    waiting.push({ decision, since: Date.now() })
    if (waiting.length > WAITING) giveUp(waiting.shift())
    changed()
  }

  function changed(): void {
    metrics.waiting.set(waiting.length)
    if (waiting.length > 0) timer ??= setTimeout(() => void again(), againMs).unref()
  }

  function giveUp(one: Waiting | undefined): void {
    if (!one) return
    metrics.unrecorded.inc()
    log.error({ decision: one.decision.id }, 'decision not recorded')
  }

  /** One after the other, as long as the store takes them. One it does not take goes to the end, so that it stops no other. */
  async function again(): Promise<void> {
    for (let left = waiting.length; left > 0; left -= 1) {
      const one = waiting.shift()
      if (!one || await store.recordDecision(one.decision).then(() => true, () => false)) continue
      if (Date.now() - one.since > PATIENCE_MS) giveUp(one)
      else waiting.push(one)
      break
    }
    timer = undefined
    changed()
  }

  return {
    async record(decision, ms) {
      const recorded = store.recordDecision(decision).catch((cause: unknown) => keep(decision, cause))
      await within(ms, recorded).catch(() => undefined)
    },
    async close() {
      clearTimeout(timer)
      await again()
      clearTimeout(timer)
      for (const one of waiting.splice(0)) giveUp(one)
    },
  }
}
