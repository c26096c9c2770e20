import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type ServiceProcess, spawnService } from '../integration/processes.ts'
import { type Answer, read } from '../requests/answer.ts'
import { type ClientName, clientsYaml, issuerOf, KEYS, publishKeys } from './clients.ts'
import { FOREIGN_URL } from './checklist.ts'
import { type MockEhr, startMockEhr } from './ehr/ehr.ts'
import { type Change, claimsOf, headerOf, signed } from './ehr/tokens.ts'

/** The service under test and the EHR beside it. */
export interface Stage {
  readonly ehr: MockEhr
  /** Where the service listens. */
  readonly url: string
  /** What it believes to be its address: the base of audiences and links. */
  readonly publicUrl: string
  /** Whether calls carry tokens. */
  readonly authenticated: boolean
}

/** Shorter than the default, so that tests of slowness take less time. */
export const DEADLINE_MS = 2_500
export const ORIGIN = 'https://browser.conformance.test'
/** Opens the export of what is stored. */
export const ADMIN_TOKEN = 'administrator-of-this-suite-b41c9f27'
const OWN_PUBLIC_URL = 'https://cds.conformance.test/ino'

const folder = mkdtempSync(join(tmpdir(), 'ino-conformance-'))
const started: ServiceProcess[] = []
const ended: string[] = []
let current: Stage | undefined

/** What is on stage. Only within tests. */
export function stage(): Stage {
  if (!current) throw new TypeError('the stage is not open')
  return current
}

/** Starts the EHR, and the service unless BASE_URL names one that runs. */
export async function openStage(): Promise<void> {
  const ehr = await startMockEhr()
  await publishKeys(ehr)
  writeFileSync(join(folder, 'clients.yaml'), clientsYaml(ehr))
  if (FOREIGN_URL !== undefined) {
    const { PUBLIC_URL = FOREIGN_URL, AUTH } = process.env
    current = { ehr, url: FOREIGN_URL, publicUrl: PUBLIC_URL.replace(/\/+$/, ''), authenticated: AUTH === 'jwt' }
    return
  }
  const { url } = await another({ DATA_DIR: join(folder, 'data') })
  current = { ehr, url, publicUrl: OWN_PUBLIC_URL, authenticated: true }
}

/** Starts a further service that trusts the same clients, with other settings. */
export async function another(settings: Readonly<Record<string, string>>): Promise<ServiceProcess> {
  const service = await spawnService({
    AUTH_MODE: 'jwt', ADMIN_TOKEN, CLIENTS_FILE: join(folder, 'clients.yaml'), PUBLIC_URL: OWN_PUBLIC_URL, DEADLINE_MS: String(DEADLINE_MS), SHED_AFTER_MS: '0', CORS_ORIGINS: ORIGIN,
    SMART_APP_URL: `${OWN_PUBLIC_URL}/timeline/launch`, ...settings,
  })
  started.push(service)
  return service
}

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url))

/** How a service ends that refuses to start: its exit code and what it says. */
export async function exitOf(env: Readonly<Record<string, string>>): Promise<readonly [unknown, string]> {
  const child = spawn(process.execPath, [MAIN, 'serve'], { env: { PATH: process.env['PATH'] ?? '', PORT: '0', ...env }, stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => void (said += String(chunk)))
  const [code]: unknown[] = await once(child, 'exit')
  return [code, said]
}

/** Ends the service of this suite and starts it anew on the same data. */
export async function restart(): Promise<void> {
  const [first] = started.splice(0, 1)
  if (first) ended.push(first.output())
  await first?.stop()
  const { url } = await another({ DATA_DIR: join(folder, 'data') })
  current = { ...stage(), url }
}

/** Every byte that the service of this suite has stored. */
export const storedBytes = (): Buffer => Buffer.concat(readdirSync(join(folder, 'data')).map((file) => readFileSync(join(folder, 'data', file))))

/** Everything that any service of the suite has printed. */
export const output = (): string => [...ended, ...started.map((service) => service.output())].join('\n')

export async function closeStage(): Promise<void> {
  await Promise.all(started.map((service) => service.stop()))
  await current?.ehr.stop()
  rmSync(folder, { recursive: true })
}

const SERVICES: Readonly<Record<string, string>> = { 'order-select': 'inotuzumab-order-select', 'order-sign': 'inotuzumab-order-sign', 'patient-view': 'inotuzumab-patient-view' }
/** Path of the service of a hook. */
export const pathOf = (hook: unknown): string => `/cds-services/${SERVICES[String(hook)] ?? 'inotuzumab-order-sign'}`
export const SIGN = pathOf('order-sign')
export const SELECT = pathOf('order-select')

export interface TokenParts { readonly client?: ClientName; readonly claims?: Change; readonly header?: Change }

/** A token of a client for a path of the service, with whatever changed. */
export function tokenFor(path: string, { client = 'generic', claims = {}, header = {} }: TokenParts = {}): string {
  const key = KEYS[client]
  return signed(key, headerOf(key, header), claimsOf(issuerOf(client), stage().publicUrl + path, claims))
}

export const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` })

export interface Sent { readonly client?: ClientName; readonly headers?: Readonly<Record<string, string>>; readonly url?: string }

/** Posts to the service as a client. Strings go as they are, everything else as JSON. */
export function post(path: string, body: unknown, { client = 'generic', headers = {}, url = stage().url }: Sent = {}): Promise<Response> {
  const authorization = stage().authenticated && !('authorization' in headers) ? bearer(tokenFor(path, { client })) : {}
  const content = typeof body === 'string' || body instanceof Uint8Array ? new Blob([body as Uint8Array<ArrayBuffer>]) : JSON.stringify(body)
  return fetch(url + path, { method: 'POST', headers: { 'content-type': 'application/json', ...authorization, ...headers }, body: content })
}

export const get = (path: string, headers: Readonly<Record<string, string>> = {}, method = 'GET'): Promise<Response> => fetch(stage().url + path, { method, headers })

/** Posts a hook call to the service of its hook. Every answer is linted; one that breaks a rule is an error. */
export async function call(body: Readonly<Record<string, unknown>>, sent: Sent = {}): Promise<Answer> {
  const start = performance.now()
  return read(await post(pathOf(body['hook']), body, sent), body, start)
}

/** Status and code of an error, after checking its form. */
export async function problemOf(response: Response): Promise<readonly [number, string | undefined]> {
  const { status, problem } = await read(response, {}, 0)
  return [status, problem]
}
