import {
  bulkhead, circuitBreaker, CircuitState, ExponentialBackoff, halfJitterGenerator, handleWhenResult, isBrokenCircuitError, isBulkheadRejectedError, SamplingBreaker,
} from 'cockatiel'
import { type Dispatcher, Pool } from 'undici'
import type { FhirTrouble } from './types.ts'

/** Does the server answer? `probing`: it did not, and one query is finding out whether it does again. */
export type Circuit = 'closed' | 'open' | 'probing'

/** What those who run the service want to know of the FHIR servers. `server` is a base URL of the configuration; nothing here is about a patient. */
export interface FhirWatch {
  /** One query ended; seconds include the wait for its turn. */
  answered(server: string, outcome: 'ok' | FhirTrouble, seconds: number): void
  circuit(server: string, state: Circuit): void
}

export interface ServerState { readonly server: string; readonly circuit: Circuit; readonly running: number; readonly waiting: number }

/** What may be said of an attempt. `silent`: the server gave no sign of life, which is held against it. */
export interface Attempted { readonly silent?: boolean }

/** One FHIR server: connections of its own, so many queries at a time, and none for a while when it does not answer. */
export interface FhirServer {
  /** Makes an attempt when there is room. Settles when the signal fires, whatever the attempt does. */
  attempt<T extends object>(ask: (connections: Dispatcher) => Promise<T>, signal: AbortSignal): Promise<T | { readonly why: FhirTrouble }>
  readonly watch: FhirWatch
  /** The base that names it. */
  readonly base: string
}

export interface FhirServers {
  /** The server at a base URL that the caller has found to be allowed: there are never more of them than the configuration names. */
  at(base: string): FhirServer
  /** Those that were asked since the start. */
  states(): readonly ServerState[]
  /** Ends all connections. */
  close(): Promise<void>
}

export interface Limits {
  /** Queries that run at once, each on a connection of its own: enough for two calls without prefetch side by side, few enough for an EHR. */
  readonly running: number
  /** Queries that may wait for their turn. */
  readonly waiting: number
  /** ms until a connection must be there. */
  readonly connectMs: number
  /** Share of silent queries, and how many queries there must have been for it to mean something: more than one call makes. */
  readonly silentShare: number
  readonly leastQueries: number
  /** ms after which a silent server is asked again: the first time, doubled each time up to the most. */
  readonly pauseMs: { readonly first: number; readonly most: number }
}

export const LIMITS: Limits = { running: 48, waiting: 2_000, connectMs: 2_500, silentShare: 0.5, leastQueries: 45, pauseMs: { first: 1_000, most: 15_000 } }

/** Over how long queries are counted. */
const SAMPLE_MS = 30_000

/** A query broken off, because the client hung up or the call was at its end: nobody's fault, and no answer of the server either. */
export class Cancelled extends Error {
  override readonly name = 'Cancelled'
}

const NOBODY: FhirWatch = { answered: () => undefined, circuit: () => undefined }

/** The FHIR servers of this process. */
export function fhirServers(watch: FhirWatch = NOBODY, limits: Limits = LIMITS): FhirServers {
  const known = new Map<string, OpenServer>()
  return {
    at(base) {
      const server = known.get(base) ?? openServer(base, watch, limits)
      known.set(base, server)
      return server
    },
    states: () => [...known.values()].map(({ state }) => state()),
    close: async () => void await Promise.all([...known.values()].map(({ close }) => close())),
  }
}

interface OpenServer extends FhirServer { state(): ServerState; close(): Promise<void> }

function openServer(base: string, watch: FhirWatch, limits: Limits): OpenServer {
  // A pool is bound to its origin: whatever address it is given, the token goes nowhere else. HTTP/1.1: one query cannot hold up another.
  const pool = new Pool(new URL(base).origin, { connections: limits.running, allowH2: false, connect: { timeout: limits.connectMs }, headersTimeout: 0, bodyTimeout: 0 })
  const room = bulkhead(limits.running, limits.waiting)
  const breaker = breakerFor(base, watch, limits)
  // Room first: what waits behind a silent server is let go at once when the circuit opens.
  const attempt: FhirServer['attempt'] = async (ask, signal) => {
    try {
      return await orAborted(room.execute(() => breaker.execute(() => ask(pool), signal), signal), signal)
    } catch (cause) {
      return { why: refusalOf(cause) }
    }
  }
  return {
    base, watch, attempt,
    state: () => ({ server: base, circuit: CIRCUITS[breaker.state], running: limits.running - room.executionSlots, waiting: limits.waiting - room.queueSlots }),
    close: () => pool.destroy(),
  }
}

const CIRCUITS: Readonly<Record<CircuitState, Circuit>> = {
  [CircuitState.Closed]: 'closed', [CircuitState.Open]: 'open', [CircuitState.HalfOpen]: 'probing', [CircuitState.Isolated]: 'open',
}

function breakerFor(base: string, watch: FhirWatch, { silentShare, leastQueries, pauseMs }: Limits) {
  const isSilent = (result: unknown): boolean => typeof result === 'object' && result !== null && 'silent' in result && result.silent === true
  // What is broken off says nothing about the server, but as a probe it has found no answer.
  const isLostProbe = (): boolean => breaker.state === CircuitState.HalfOpen
  const breaker = circuitBreaker(handleWhenResult(isSilent).orWhen(isLostProbe), {
    breaker: new SamplingBreaker({ threshold: silentShare, duration: SAMPLE_MS, minimumRps: leastQueries / (SAMPLE_MS / 1000) }),
    halfOpenAfter: new ExponentialBackoff({ initialDelay: pauseMs.first, maxDelay: pauseMs.most, generator: halfJitterGenerator }),
  })
  breaker.onStateChange((state) => watch.circuit(base, CIRCUITS[state]))
  return breaker
}

function refusalOf(cause: unknown): FhirTrouble {
  if (isBrokenCircuitError(cause)) return 'not-asked'
  if (isBulkheadRejectedError(cause)) return 'crowded'
  return 'timeout'
}

/** The library looks at a signal only when a turn comes; a call must not wait for that. */
async function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>()
  const stop = () => reject(new Cancelled())
  if (signal.aborted) stop()
  signal.addEventListener('abort', stop, { once: true })
  try {
    return await Promise.race([work, promise])
  } finally {
    signal.removeEventListener('abort', stop)
    // Nobody listens any more to what comes later.
    work.catch(() => undefined)
    promise.catch(() => undefined)
  }
}
