/**
 * The EHR of the suite, a process of its own with three listeners: a FHIR R4 server, the key sets of its clients, and an address that
 * must never be contacted. Its parent calls over the channel of child_process.fork: `{ id, set | publish | count }` → `{ id, … }`.
 */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type EhrState, startEhr } from '../../integration/fhir-server.ts'

/** What an address below the key server answers. */
export interface KeyPage { readonly body?: string; readonly status?: number; readonly redirect?: string; readonly delayMs?: number; readonly breaks?: boolean }

/** What a parent may say. */
export interface Order { readonly id: number; readonly set?: EhrState; readonly publish?: { readonly name: string; readonly page: KeyPage } }

const FIRST_PORT = Number(process.env['EHR_PORT'] ?? '0')
const portAfter = (offset: number): number => (FIRST_PORT === 0 ? 0 : FIRST_PORT + offset)

async function listen(server: Server, port: number): Promise<string> {
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  // Sound: a TCP server that listens has an AddressInfo.
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`
}

const pages = new Map<string, KeyPage>()
const fetches = new Map<string, number>()
let contacts = 0

function answerKeys({ url = '' }: IncomingMessage, response: ServerResponse): void {
  const name = url.slice(1)
  fetches.set(name, (fetches.get(name) ?? 0) + 1)
  const { body = '{}', status = 200, redirect, delayMs = 0, breaks } = pages.get(name) ?? { status: 404 }
  if (breaks) return void response.destroy()
  const headers = { 'content-type': 'application/json', ...(redirect === undefined ? {} : { location: redirect }) }
  setTimeout(() => response.writeHead(redirect === undefined ? status : 302, headers).end(body), delayMs)
}

const fhir = await startEhr({}, portAfter(1))
const keys = await listen(createServer(answerKeys), portAfter(0))
const trap = createServer((_request, response) => void response.end('{"keys":[]}'))
trap.on('connection', () => void (contacts += 1))
const forbidden = await listen(trap, portAfter(2))

const tell = (message: object): void => void process.send?.(message)
let since = 0
process.on('message', ({ id, set, publish }: Order) => {
  if (set) {
    fhir.set(set)
    since = fhir.requests.length
  }
  if (publish) pages.set(publish.name, publish.page)
  tell({ id, asked: fhir.requests.slice(since), fetches: Object.fromEntries(fetches), contacts })
})
process.on('disconnect', () => process.exit(0))
tell({ id: 0, fhir: fhir.base, keys, forbidden })
