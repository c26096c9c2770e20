import type { ClientEntry, Config } from '../config.ts'
import { type Check, doubt, ok, wrong } from './check.ts'

const TIMEOUT_MS = 5_000
/** Tokens of a client whose clock differs by more are refused. */
const SKEW_LIMIT_S = 60
const SKEW_DOUBT_S = 10

/** An answer of a neighbour, or why there is none. */
interface Heard { readonly status: number; readonly body: unknown; /** Its clock minus ours, in seconds. */ readonly ahead: number | undefined }

async function ask(url: string): Promise<Heard | string> {
  try {
    const response = await fetch(url, { headers: { accept: 'application/fhir+json, application/json' }, redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) })
    const date = Date.parse(response.headers.get('date') ?? '')
    const body: unknown = await response.json().catch(() => undefined)
    return { status: response.status, body, ahead: Number.isNaN(date) ? undefined : Math.round((date - Date.now()) / 1000) }
  } catch (cause) {
    return reasonOf(cause)
  }
}

const isError = (value: unknown): value is Error & { readonly code?: unknown } => value instanceof Error

function reasonOf(cause: unknown): string {
  if (!isError(cause)) return 'no answer'
  if (cause.name === 'TimeoutError') return `no answer within ${String(TIMEOUT_MS / 1000)} s`
  const { cause: inner } = cause
  return isError(inner) ? String(inner.code ?? inner.message) : cause.message
}

function clock(what: string, ahead: number | undefined): Check[] {
  if (ahead === undefined || Math.abs(ahead) <= SKEW_DOUBT_S) return []
  const says = `its clock is ${String(Math.abs(ahead))} s ${ahead > 0 ? 'ahead of' : 'behind'} ours`
  const todo = `synchronise both clocks (NTP): more than ${String(SKEW_LIMIT_S)} s and tokens are refused`
  return [Math.abs(ahead) > SKEW_LIMIT_S ? wrong(what, says, todo) : doubt(what, says, todo)]
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null

const keysIn = (body: unknown): readonly unknown[] => (isObject(body) && Array.isArray(body['keys']) ? body['keys'] : [])

/** Key types by the beginning of the algorithms that use them (RFC 7518). */
const KEY_TYPES: Readonly<Record<string, string>> = { ES: 'EC', RS: 'RSA', PS: 'RSA', Ed: 'OKP' }

function isUsable(key: unknown, { algorithms }: ClientEntry): boolean {
  if (!isObject(key) || typeof key['kid'] !== 'string') return false
  const { alg, kty } = key
  return algorithms.some((algorithm) => (alg === undefined ? KEY_TYPES[algorithm.slice(0, 2)] === kty : alg === algorithm))
}

async function keysOf(client: ClientEntry): Promise<Check[]> {
  const what = `keys of ${client.iss}`
  const { jwksUrl } = client
  const heard = jwksUrl === undefined ? { status: 200, body: client.jwks, ahead: undefined } : await ask(jwksUrl)
  if (typeof heard === 'string') return [wrong(what, `${String(jwksUrl)}: ${heard}`, 'open the way to it (proxy, firewall, DNS, certificate authority), or write the keys into CLIENTS_FILE')]
  const keys = keysIn(heard.body)
  const usable = keys.filter((key) => isUsable(key, client))
  if (heard.status !== 200 || keys.length === 0) return [wrong(what, `${String(jwksUrl)} answered ${String(heard.status)} with ${String(keys.length)} keys`, 'check jwksUrl')]
  if (usable.length === 0) return [wrong(what, `none of ${String(keys.length)} keys has a kid and serves ${client.algorithms.join(', ')}`, 'let the client publish such a key, or allow its algorithm in CLIENTS_FILE')]
  return [ok(what, `${String(usable.length)} of ${String(keys.length)} keys usable`), ...clock(what, heard.ahead)]
}

async function fhirServer(base: string): Promise<Check[]> {
  const what = `FHIR server ${base}`
  const heard = await ask(`${base}/metadata`)
  if (typeof heard === 'string') return [wrong(what, heard, 'open the way to it; without it only what the EHR sends along can be checked')]
  const version = isObject(heard.body) ? heard.body['fhirVersion'] : undefined
  const skew = clock(what, heard.ahead)
  if (heard.status === 401 || heard.status === 403) return [doubt(what, `/metadata answered ${String(heard.status)}, so its version is not known`, 'it must be FHIR R4'), ...skew]
  if (heard.status !== 200 || typeof version !== 'string') return [wrong(what, `/metadata answered ${String(heard.status)} without a fhirVersion`, 'check the base URL in CLIENTS_FILE or FHIR_SERVERS'), ...skew]
  if (!version.startsWith('4.0')) return [wrong(what, `it speaks FHIR ${version}`, 'name its FHIR R4 (4.0.1) base URL'), ...skew]
  return [ok(what, `FHIR ${version}`), ...skew]
}

async function ourselves(publicUrl: string): Promise<Check[]> {
  const heard = await ask(`${publicUrl}/health/live`)
  const isThere = typeof heard !== 'string' && heard.status === 200
  return [isThere ? ok('PUBLIC_URL', 'the service answers there') : doubt('PUBLIC_URL', `nothing answers at ${publicUrl}`, 'right while the service is not running, or not to be reached from here; clients must reach it')]
}

/** The publishers of keys, the FHIR servers and our own address, asked at the same time. */
export async function neighbours({ clients, fhirServers, publicUrl, authMode }: Config): Promise<readonly Check[]> {
  const bases = new Set(authMode === 'jwt' ? clients.flatMap((client) => client.fhirServers) : fhirServers)
  const callers = authMode === 'jwt' ? clients : []
  const found = await Promise.all([...callers.map(keysOf), ...[...bases].map(fhirServer), ourselves(publicUrl)])
  return found.flat()
}
