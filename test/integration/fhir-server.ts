import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { searchIn, type Stored } from './fhir-search.ts'

/**
 * `trickle`: a good answer, a byte at a time; `half`: JSON that ends in the middle; `cut`: a connection that breaks in the middle; `huge`: so
 * many megabytes without end in sight; `bomb`: a small answer that unpacks to so many; `stranger`: a resource of this patient;
 * `stu3`: an answer that says it is FHIR 3.0.
 */
export type Misdeed =
  | { readonly status: number; readonly retryAfter?: string } | { readonly redirect: string } | { readonly huge: number } | { readonly bomb: number } | { readonly stranger: string }
  | 'hang' | 'garbage' | 'outcome' | 'break' | 'trickle' | 'half' | 'cut' | 'stu3'

/** What goes wrong with the requests whose decoded address holds `on` (and `and`). */
export interface Fault {
  readonly on: string
  readonly and?: string
  readonly does?: Misdeed
  /** Answers well, but so late. */
  readonly delayMs?: number
  /** Answers well, and says that there is more at this address. */
  readonly next?: string
}

export interface EhrState {
  readonly resources?: readonly Stored[]
  readonly faults?: readonly Fault[]
  /** The most entries of one page. */
  readonly pageSize?: number
  /** Empty searches hold an OperationOutcome entry, as in Epic. */
  readonly saysEmpty?: boolean
}

export interface Asked { readonly method: string; readonly url: string; readonly authorization: string | undefined; readonly trace?: string; readonly requestId?: string }

/** A FHIR R4 server that answers only to its bearer token, remembers what it was asked, and misbehaves on demand. */
export interface Ehr {
  readonly base: string
  readonly requests: readonly Asked[]
  set(state: EhrState): void
  stop(): Promise<void>
}

export const TOKEN = 'token-of-this-one-call-7f3a'

const outcome = (severity: string, text: string): object => ({ resourceType: 'OperationOutcome', issue: [{ severity, code: 'processing', details: { text } }] })

function send(response: ServerResponse, body: object, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/fhir+json; charset=utf-8' }).end(JSON.stringify(body))
}

function misbehave(does: Misdeed, response: ServerResponse): void {
  if (does === 'hang') return
  if (does === 'break') return void response.destroy()
  if (does === 'garbage') return void response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Sign in</html>')
  if (does === 'outcome') return send(response, outcome('error', 'the search failed'))
  if (does === 'stu3') return void response.writeHead(200, { 'content-type': 'application/fhir+json;fhirVersion=3.0' }).end('{"resourceType":"Bundle"}')
  if (typeof does === 'string') return void breakOff(does, response)
  if ('redirect' in does) return void response.writeHead(302, { location: does.redirect }).end()
  if ('huge' in does) return void Readable.from(megabytes(does.huge)).pipe(response.writeHead(200, FHIR_JSON))
  if ('bomb' in does) return void response.writeHead(200, { ...FHIR_JSON, 'content-encoding': 'gzip' }).end(bombOf(does.bomb))
  if ('stranger' in does) return send(response, { resourceType: 'Bundle', type: 'searchset', total: 1, entry: [{ resource: strangerOf(does.stranger) }] })
  response.setHeaders(new Headers(does.retryAfter === undefined ? {} : { 'retry-after': does.retryAfter }))
  send(response, outcome('error', 'no'), does.status)
}

const FHIR_JSON = { 'content-type': 'application/fhir+json; charset=utf-8' }
const MEGABYTE = 1024 * 1024
const BEGINNING = '{"resourceType":"Bundle","type":"searchset","entry":['

const strangerOf = (id: string): object => ({ resourceType: 'Condition', id: `of-${id}`, subject: { reference: `Patient/${id}` }, code: { text: 'somebody else' } })

function breakOff(does: 'trickle' | 'half' | 'cut', response: ServerResponse): void {
  if (does === 'half') return void response.writeHead(200, FHIR_JSON).end(BEGINNING)
  response.writeHead(200, FHIR_JSON).write(BEGINNING, () => {
    if (does === 'cut') response.destroy()
  })
  const drip = setInterval(() => response.write(' '), 50)
  response.once('close', () => clearInterval(drip))
}

const bombs = new Map<number, Buffer>()

/** Packing it takes long enough to be mistaken for a slow server: once. */
function bombOf(count: number): Buffer {
  const known = bombs.get(count) ?? gzipSync(Buffer.alloc(count * MEGABYTE, ' '))
  bombs.set(count, known)
  return known
}

function* megabytes(count: number): Generator<Buffer> {
  yield Buffer.from(BEGINNING)
  const blank = Buffer.alloc(MEGABYTE, ' ')
  for (let i = 0; i < count; i += 1) yield blank
}

function page({ resources = [], pageSize = 1000, saysEmpty }: EhrState, base: string, url: URL, elsewhere: string | undefined): { body: object; status: number } {
  const type = url.pathname.split('/').at(-1) ?? ''
  const found = searchIn(resources, type, url.searchParams)
  if ('refused' in found) return { status: 400, body: outcome('error', found.refused) }
  const start = Number(url.searchParams.get('_offset') ?? '0')
  const end = start + Math.min(pageSize, Number(url.searchParams.get('_count') ?? '50'))
  url.searchParams.set('_offset', String(end))
  const address = elsewhere ?? `${base}/${type}${url.search}`
  const next = elsewhere !== undefined || end < found.matches.length ? [{ relation: 'next', url: address }] : []
  const entries = found.matches.slice(start, end).map((resource) => ({ fullUrl: `${base}/${type}/${resource.id}`, resource, search: { mode: 'match' } }))
  const nothing = saysEmpty && entries.length === 0 ? [{ resource: outcome('warning', 'no results'), search: { mode: 'outcome' } }] : []
  const entry = [...entries, ...nothing]
  return { status: 200, body: { resourceType: 'Bundle', type: 'searchset', total: found.matches.length, ...(next.length > 0 ? { link: next } : {}), ...(entry.length > 0 ? { entry } : {}) } }
}

function read({ resources = [] }: EhrState, path: string): { body: object; status: number } {
  const found = resources.find(({ resourceType, id }) => path.endsWith(`/${resourceType}/${id}`))
  return found ? { status: 200, body: found } : { status: 404, body: outcome('error', 'not found') }
}

/** Starts it on the loopback interface. Every token that begins with TOKEN is good, so that each call may have its own. */
export async function startEhr(first: EhrState = {}, port = 0): Promise<Ehr> {
  const requests: Asked[] = []
  let state = first
  let base = ''

  const faultFor = (address: string): Fault | undefined => state.faults?.find(({ on, and = '' }) => address.includes(on) && address.includes(and))
  function answer(request: IncomingMessage, response: ServerResponse): void {
    const { method = '', url: path = '', headers: { authorization, traceparent, 'x-request-id': requestId } } = request
    requests.push({ method, url: path, authorization, trace: String(traceparent), requestId: String(requestId) })
    if (!authorization?.startsWith(`Bearer ${TOKEN}`)) return send(response, outcome('error', 'who are you?'), 401)
    const url = new URL(path, base)
    const fault = faultFor(decodeURIComponent(path))
    if (fault?.does !== undefined) return misbehave(fault.does, response)
    const isRead = /\/[A-Z][A-Za-z]+\/[^/]+$/.test(url.pathname)
    const { body, status } = isRead ? read(state, url.pathname) : page(state, base, url, fault?.next)
    if (fault?.delayMs === undefined) send(response, body, status)
    else setTimeout(() => send(response, body, status), fault.delayMs)
  }

  const server = createServer(answer)
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  // Sound: a TCP server that listens has an AddressInfo.
  base = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/fhir/r4`
  const stop = async (): Promise<void> => {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  }
  return { base, requests, stop, set: (next) => void (state = next) }
}
