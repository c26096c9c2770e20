import { randomUUID } from 'node:crypto'

/** What a hook call and the queries it causes have in common (W3C Trace Context): the EHR finds its own call again in its own logs. */
export interface CallTrace {
  /** 32 hexadecimal digits. */
  readonly traceId: string
  /** Two hexadecimal digits: whether the caller records this trace. */
  readonly flags: string
  /** What vendors along the way have noted; passed on unread. */
  readonly state: string | undefined
  /** The correlation id of the hook call. */
  readonly callId: string
}

type Header = string | readonly string[] | undefined

const PARENT = /^(?!ff)([\da-f]{2})-(?!0{32})([\da-f]{32})-(?!0{16})[\da-f]{16}-([\da-f]{2})(-.*)?$/
/** Printable, and no longer than everybody must be able to carry. */
const STATE = /^[\x20-\x7e]{1,512}$/
/** A trace that begins here is recorded by nobody but those who want to. */
const NOT_RECORDED = '00'

/** randomUUID draws random bytes in stock, randomBytes for every call. The fixed digits of a UUID are not zero: no id of only zeros, which is invalid, can come out. */
const newTraceId = (): string => randomUUID().replaceAll('-', '')
const newSpanId = (): string => newTraceId().slice(-16)

/** The trace of a hook call: the caller's where it sent one that can be read, otherwise a new one. */
export function traceOf(traceparent: Header, tracestate: Header, callId: string): CallTrace {
  const [, version, traceId, flags, more] = PARENT.exec(typeof traceparent === 'string' ? traceparent.trim() : '') ?? []
  const isOurs = traceId !== undefined && flags !== undefined && !(version === '00' && more !== undefined)
  if (!isOurs) return { traceId: newTraceId(), flags: NOT_RECORDED, state: undefined, callId }
  return { traceId, flags, state: typeof tracestate === 'string' && STATE.test(tracestate) ? tracestate : undefined, callId }
}

/** Headers of one query, the nth of its call: the trace goes on under a span of its own. */
export function traceHeaders({ traceId, flags, state, callId }: CallTrace, nth: number): Record<string, string> {
  const headers = { traceparent: `00-${traceId}-${newSpanId()}-${flags}`, 'x-request-id': `${callId}.${nth}` }
  return state === undefined ? headers : { ...headers, tracestate: state }
}
