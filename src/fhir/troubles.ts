import { TooLarge } from './body.ts'
import type { FhirTrouble } from './types.ts'

/** Something went wrong: what, whether the server gave no sign of life, and when to ask again, if that is worth while. */
export interface Trouble { readonly why: FhirTrouble; readonly silent?: boolean; readonly againInMs?: number }

/** Long enough for a gateway to notice that a server is back, short enough for a clinician. */
const PAUSE_MS = 150

const BY_STATUS: Readonly<Record<number, FhirTrouble>> = {
  401: 'unauthorized', 403: 'forbidden', 404: 'not-found', 410: 'not-found', 408: 'timeout', 429: 'rate-limited', 502: 'unavailable', 503: 'unavailable', 504: 'unavailable',
}
/** The gateway says that there is nobody behind it. A 500 is an answer, if a bad one. */
const NOBODY_THERE: ReadonlySet<number> = new Set([502, 503, 504])
const WORTH_REPEATING: ReadonlySet<number> = new Set([429, ...NOBODY_THERE])

/** What a status other than 200 means. */
export function troubleOfStatus(status: number, retryAfter: string | string[] | undefined, now: number): Trouble {
  const why = BY_STATUS[status] ?? byClass(status)
  const silent = NOBODY_THERE.has(status) ? { silent: true } : {}
  const againInMs = WORTH_REPEATING.has(status) ? pauseAsked(retryAfter, now) : undefined
  return { why, ...silent, ...(againInMs === undefined ? {} : { againInMs }) }
}

function byClass(status: number): FhirTrouble {
  if (status >= 500) return 'server-error'
  return status >= 400 ? 'rejected' : 'unreadable'
}

/** Retry-After in seconds or as a date; at least a short pause. */
function pauseAsked(header: string | string[] | undefined, now: number): number {
  const text = String(header ?? '').trim()
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now
  return ms > PAUSE_MS ? ms : PAUSE_MS
}

/** Names and codes of what a connection throws. `Z_…`: bytes that are not what their content coding says. */
const BY_CODE: readonly (readonly [RegExp, Trouble])[] = [
  [/^UND_ERR_(?:CONNECT|HEADERS|BODY)_TIMEOUT$/, { why: 'timeout', silent: true }],
  [/^(?:HTTPParserError|HPE_\w+|Z_\w+|ERR__ERROR_\w+)$|^UND_ERR_(?:HEADERS_OVERFLOW|RES_CONTENT_LENGTH_MISMATCH)$/, { why: 'unreadable' }],
  [/CERT|SIGNED|UNABLE_TO_|^ERR_TLS_|^ERR_SSL_|^EPROTO$/, { why: 'untrusted', silent: true }],
]

/** What a thrown error means. Everything unknown is a connection that broke; reading again is safe. */
export function troubleOf(cause: unknown): Trouble {
  if (cause instanceof TooLarge) return { why: 'too-large' }
  const known = cause instanceof Error ? [cause.name, 'code' in cause ? String(cause.code) : ''] : []
  return BY_CODE.find(([pattern]) => known.some((word) => pattern.test(word)))?.[1] ?? { why: 'network', silent: true, againInMs: PAUSE_MS }
}

/**
 * Was it the server that let a call run out of time? Only if this one query took most of it: the last page of many is not slow.
 * A client that hangs up ends a query too, and says nothing about the server.
 */
export const isSilence = (reason: unknown, waitedMs: number, callMs: number): boolean =>
  reason instanceof DOMException && reason.name === 'TimeoutError' && waitedMs * 2 >= callMs
