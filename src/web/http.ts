import { language } from './language.ts'
import { outcomeText } from './wire.ts'

/** Why there is no usable answer. `details` is the sentence of an OperationOutcome, if one came. */
export interface Failure {
  readonly why: 'timeout' | 'network' | 'status' | 'unreadable'
  readonly status?: number
  readonly details?: string
}

/** Names in lower case. */
export type Headers = Readonly<Record<string, string>>

export type Reply =
  | { readonly ok: true; readonly status: number; readonly body: unknown; readonly headers: Headers }
  | { readonly ok: false; readonly failure: Failure; readonly body?: unknown; readonly headers?: Headers }

interface Ask {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly headers?: Headers
  readonly json?: unknown
  readonly timeoutMs: number
  readonly signal?: AbortSignal
}

/** What is sent along. */
export const headersOf = ({ json, headers }: Pick<Ask, 'json' | 'headers'>): Headers =>
  ({ accept: 'application/json', 'accept-language': language, ...(json === undefined ? {} : { 'content-type': 'application/json' }), ...headers })

const requestOf = (ask: Ask): RequestInit => ({
  method: ask.method ?? 'GET',
  signal: AbortSignal.any([AbortSignal.timeout(ask.timeoutMs), ...(ask.signal ? [ask.signal] : [])]),
  headers: headersOf(ask),
  ...(ask.json === undefined ? {} : { body: JSON.stringify(ask.json) }),
})

const failureOf = (error: unknown): Failure =>
  ({ why: error instanceof DOMException && error.name === 'TimeoutError' ? 'timeout' : 'network' })

const bodyOf = (text: string): unknown => {
  if (text === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** One HTTP exchange of JSON. Never throws: time-outs, network errors and non-2xx answers are values. */
export const askJson = async (url: string, ask: Ask): Promise<Reply> => {
  try {
    const response = await fetch(url, requestOf(ask))
    const body = bodyOf(await response.text())
    const headers = Object.fromEntries(response.headers)
    if (response.ok) return { ok: true, status: response.status, body, headers }
    const details = outcomeText(body)
    return { ok: false, body, headers, failure: { why: 'status', status: response.status, ...(details === undefined ? {} : { details }) } }
  } catch (error) {
    return { ok: false, failure: failureOf(error) }
  }
}
