import { setTimeout as pause } from 'node:timers/promises'
import { Agent, type Dispatcher, request } from 'undici'
import { addressBelow } from './address.ts'
import { readPrefetchValue } from './prefetch.ts'
import { type FhirPage, type FhirReader, isFailure } from './reader.ts'
import type { FhirAccess, FhirFailure, FhirTrouble } from './types.ts'

export interface ReaderOptions {
  readonly now?: () => number
  /** ms for one attempt. */
  readonly timeoutMs?: number
  readonly dispatcher?: Dispatcher
}

const MOST_BYTES = 16 * 1024 * 1024
const TIMEOUT_MS = 2_500
const PAUSE_MS = 150
/** A server that wants to be left alone for longer is not asked again within this call. */
const LONGEST_PAUSE_MS = 1_000

/** Connections to FHIR servers: many sources at once, few enough not to burden an EHR. */
export const fhirAgent = (mostBytes = MOST_BYTES): Agent => new Agent({ connections: 24, maxResponseSize: mostBytes, connect: { timeout: TIMEOUT_MS } })

// Shared by all calls, so that connections are reused; it holds no token, and idle connections do not keep the process alive.
const sharedAgent = fhirAgent()

/** An attempt that failed, and how long to wait before the next, if another is worth while. */
type Attempt = FhirPage | (FhirFailure & { readonly againInMs?: number })

/**
 * Reads a FHIR R4 server with the token of one hook call: GET only, no redirects, JSON only, and never an address that is not
 * below the base. Failures carry neither token nor address.
 */
export function fhirReader(access: FhirAccess, { now = Date.now, timeoutMs = TIMEOUT_MS, dispatcher = sharedAgent }: ReaderOptions = {}): FhirReader {
  async function attempt(address: string, signal: AbortSignal): Promise<Attempt> {
    if (now() >= access.expiresAt) return { why: 'expired' }
    const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)])
    try {
      const headers = { authorization: `Bearer ${access.token}`, accept: 'application/fhir+json' }
      return await pageOf(await request(address, { method: 'GET', headers, dispatcher, signal: limit }))
    } catch (cause) {
      return limit.aborted ? { why: 'timeout' } : troubleOf(cause)
    }
  }

  async function read(query: string, signal: AbortSignal): Promise<FhirPage | FhirFailure> {
    const address = addressBelow(access.base, query)
    if (address === undefined) return { why: 'elsewhere' }
    const first = await attempt(address, signal)
    if (!isFailure(first) || first.againInMs === undefined) return plain(first)
    const isTime = await pause(first.againInMs, true, { signal }).catch(() => false)
    return plain(isTime ? await attempt(address, signal) : first)
  }
  return { read }
}

const plain = (answer: Attempt): FhirPage | FhirFailure => (isFailure(answer) ? { why: answer.why } : answer)

const TROUBLE_BY_STATUS: Readonly<Record<number, FhirTrouble>> = { 401: 'unauthorized', 403: 'forbidden', 404: 'not-found', 410: 'not-found', 408: 'timeout', 429: 'rate-limited' }
const RETRIED: ReadonlySet<number> = new Set([429, 503])

async function pageOf({ statusCode, headers, body }: Dispatcher.ResponseData): Promise<Attempt> {
  if (statusCode === 200 && isFhirJson(headers['content-type'])) return pageFrom(await body.text())
  // What an error page says is of no use; not waiting for it keeps a half-dead server from looking like a slow one.
  void body.dump().catch(() => undefined)
  if (statusCode === 200) return { why: 'unreadable' }
  const why = TROUBLE_BY_STATUS[statusCode] ?? troubleByClass(statusCode)
  const againInMs = RETRIED.has(statusCode) ? pauseAsked(headers['retry-after']) : undefined
  return againInMs === undefined ? { why } : { why, againInMs }
}

function troubleByClass(status: number): FhirTrouble {
  if (status >= 500) return 'server-error'
  return status >= 400 ? 'rejected' : 'unreadable'
}

/** `application/fhir+json; fhirVersion=4.0`; other versions of FHIR have other shapes. */
function isFhirJson(header: string | string[] | undefined): boolean {
  const type = String(header ?? '').toLowerCase()
  const version = /fhirversion=["']?(\d+)/.exec(type)?.[1] ?? '4'
  return /^[a-z]+\/(?:fhir\+)?json\b/.test(type) && version === '4'
}

/** A page says the same things in the same forms as a prefetch value. */
function pageFrom(text: string): Attempt {
  const { meaning, resources, next: [next] } = readPrefetchValue(parse(text))
  if (meaning === 'failed') return { why: 'server-error' }
  if (meaning === 'unreadable' || meaning === 'absent') return { why: 'unreadable' }
  const complete = meaning !== 'incomplete' || next !== undefined
  return { resources, complete, ...(next === undefined ? {} : { next }) }
}

function parse(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text)
    return value ?? ''
  } catch {
    return undefined
  }
}

/** Retry-After in seconds; undefined when it is too long to wait for. */
function pauseAsked(header: string | string[] | undefined): number | undefined {
  const ms = header === undefined ? PAUSE_MS : Number(header) * 1000
  return ms <= LONGEST_PAUSE_MS ? Math.max(ms, PAUSE_MS) : undefined
}

function troubleOf(cause: unknown): Attempt {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  if (code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE') return { why: 'too-large' }
  if (code === 'UND_ERR_CONNECT_TIMEOUT' || code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT') return { why: 'timeout' }
  return { why: 'network', againInMs: PAUSE_MS }
}
