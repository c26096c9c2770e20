import { setTimeout as pause } from 'node:timers/promises'
import { bulkhead } from 'cockatiel'
import { type Dispatcher, request } from 'undici'
import { addressBelow } from './address.ts'
import { type ReadLimit } from './body.ts'
import { discard, pageOf } from './page.ts'
import { type FhirPage, type FhirReader, isFailure, type OpenServer } from './reader.ts'
import { type Attempted, Cancelled, type FhirServer, type FhirServers, fhirServers } from './servers.ts'
import { type CallTrace, traceHeaders } from './trace.ts'
import { isSilence, troubleOf, troubleOfStatus } from './troubles.ts'
import type { FhirAccess, FhirFailure } from './types.ts'

export interface ReaderOptions {
  readonly servers?: FhirServers
  readonly now?: () => number
  /** ms for one attempt. */
  readonly timeoutMs?: number
  /** Epoch ms at which the signal fires for want of time: no pause lasts beyond it. Without it, the time of one attempt from now. */
  readonly until?: number
  readonly trace?: CallTrace
  readonly bytes?: { readonly answer: number; readonly call: number }
}

const TIMEOUT_MS = 2_500
/** All sources of a call without prefetch are asked for at once; only a record that refers to many Medications waits. */
const MOST_AT_ONCE = 24
/** One answer may be as large as the largest request; all of a call, four times as much. */
const BYTES = { answer: 16 * 1024 * 1024, call: 64 * 1024 * 1024 }

// Shared by all calls that name no others, so that connections are reused. It holds no token, and idle connections do not keep the process alive.
const sharedServers = fhirServers()

/** An attempt that failed, and how long to wait before the next, if another is worth while. */
type Attempt = FhirPage | (FhirFailure & Attempted & { readonly againInMs?: number })

/** The client's FHIR server, open during one hook call. */
export const openServer = (access: FhirAccess, options: ReaderOptions = {}): OpenServer => ({ base: access.base, reader: fhirReader(access, options) })

/**
 * Reads a FHIR R4 server with the token of one hook call, so many queries at a time and so many bytes in all: GET only, no redirects,
 * JSON only, and never an address that is not below the base. Failures carry neither token nor address.
 */
export function fhirReader(access: FhirAccess, options: ReaderOptions = {}): FhirReader {
  const { servers = sharedServers, now = Date.now, timeoutMs = TIMEOUT_MS, until = now() + timeoutMs, trace, bytes = BYTES } = options
  const server = servers.at(access.base)
  const room = bulkhead(MOST_AT_ONCE, Number.POSITIVE_INFINITY)
  const limit: ReadLimit = { answer: bytes.answer, call: { left: bytes.call } }
  const began = performance.now()
  let asked = 0

  async function ask(address: string, connections: Dispatcher, signal: AbortSignal): Promise<Attempt> {
    // The token ran out while the query waited for its turn.
    if (now() >= access.expiresAt) throw new Cancelled()
    asked += 1
    const started = performance.now()
    const clock = AbortSignal.timeout(timeoutMs)
    try {
      return await answerOf(await request(address, { method: 'GET', headers: headersOf(access, trace, asked), dispatcher: connections, signal: AbortSignal.any([signal, clock]) }), limit, now())
    } catch (cause) {
      if (!signal.aborted) return clock.aborted ? { why: 'timeout', silent: true } : troubleOf(cause)
      if (isSilence(signal.reason, performance.now() - started, performance.now() - began)) return { why: 'timeout', silent: true }
      throw new Cancelled()
    }
  }

  async function read(query: string, signal: AbortSignal): Promise<FhirPage | FhirFailure> {
    const address = addressBelow(access.base, query)
    if (address === undefined) return { why: 'elsewhere' }
    if (now() >= access.expiresAt) return { why: 'expired' }
    const attempt = (): Promise<Attempt> => observed(server, () => server.attempt((connections) => ask(address, connections, signal), signal))
    const first = await attempt()
    const againInMs = isFailure(first) ? first.againInMs : undefined
    if (againInMs === undefined || now() + againInMs >= until) return plain(first)
    const isTime = await pause(againInMs, true, { signal }).catch(() => false)
    return plain(isTime ? await attempt() : first)
  }
  return { read: (query, signal) => room.execute(() => read(query, signal)) }
}

const plain = (answer: Attempt): FhirPage | FhirFailure => (isFailure(answer) ? { why: answer.why } : answer)

/** Compressed answers are worth asking for: a laboratory history shrinks to a tenth. */
const headersOf = ({ token }: FhirAccess, trace: CallTrace | undefined, nth: number): Record<string, string> =>
  ({ authorization: `Bearer ${token}`, accept: 'application/fhir+json', 'accept-encoding': 'gzip, deflate', ...(trace ? traceHeaders(trace, nth) : {}) })

async function answerOf({ statusCode, headers, body }: Dispatcher.ResponseData, limit: ReadLimit, now: number): Promise<Attempt> {
  if (statusCode === 200) return pageOf({ headers, body }, limit)
  // What an error page says is of no use; not waiting for it keeps a half-dead server from looking like a slow one.
  discard(body)
  return troubleOfStatus(statusCode, headers['retry-after'], now)
}

async function observed(server: FhirServer, attempt: () => Promise<Attempt>): Promise<Attempt> {
  const started = performance.now()
  const answer = await attempt()
  server.watch.answered(server.base, isFailure(answer) ? answer.why : 'ok', (performance.now() - started) / 1000)
  return answer
}
