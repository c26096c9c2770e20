import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { discovery } from '../../src/hooks/services.ts'
import { buildServer, type HttpConfig, type ServerOptions } from '../../src/http/server.ts'
import type { AnswerHook, Authenticate, HookCall } from '../../src/http/types.ts'
import { createLogger } from '../../src/logging.ts'
import { openEmbeddedStore } from '../../src/store/embedded.ts'
import type { Store } from '../../src/store/store.ts'

export const PUBLIC_URL = 'https://cds.test/ino'
export const SIGN = '/cds-services/inotuzumab-order-sign'
export const SELECT = '/cds-services/inotuzumab-order-select'

const standard: HttpConfig = {
  publicUrl: PUBLIC_URL, guardedDiscovery: false, authMode: 'none', clients: [], fhirServers: ['https://ehr.test/r4'], corsOrigins: [], deadlineMs: 4_000, shedAfterMs: 2_000, bodyLimit: 16 * 1024 * 1024, rateLimits: { client: 0, address: 0 }, stored: { inputs: 'none', comments: true, days: undefined },
}

const announced = discovery({ prefetch: { patient: 'Patient/{{context.patientId}}' } })

export interface Running {
  readonly base: string
  readonly calls: HookCall[]
  readonly store: Store
  /** Everything logged so far. */
  log(): string
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Response>
}

export interface RunOptions { readonly config?: Partial<HttpConfig>; readonly answerHook?: AnswerHook; readonly store?: Partial<Store>; readonly authenticate?: Authenticate; readonly reasons?: ServerOptions['reasons'] }

/** The service on a free port, with a store in a new folder; gone when the test is over. */
export async function run({ config = {}, answerHook, store: changed = {}, authenticate, reasons }: RunOptions = {}): Promise<Running> {
  const calls: HookCall[] = []
  const lines: string[] = []
  const store = { ...openEmbeddedStore(mkdtempSync(join(tmpdir(), 'ino-http-'))), ...changed }
  const app = buildServer({
    config: { ...standard, ...config },
    discovery: () => announced,
    answerHook: async (call) => {
      calls.push(call)
      return answerHook ? answerHook(call) : { kind: 'answer', body: { cards: [] } }
    },
    store, ...(authenticate ? { authenticate } : {}), ...(reasons ? { reasons } : {}),
    log: createLogger('trace', { write: (line) => void lines.push(line) }),
  })
  const base = await app.listen({ port: 0, host: '127.0.0.1' })
  onTestFinished(async () => {
    await app.close()
    await store.close()
  })
  const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
    fetch(base + path, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: typeof body === 'string' || body instanceof Blob ? body : JSON.stringify(body) })
  return { base, calls, store, post, log: () => lines.join('') }
}

/** A valid order-sign request with one draft. */
export const request = (change: object = {}) => ({
  hook: 'order-sign',
  hookInstance: '0707b64a-3431-4c78-888d-a07592a6f40b',
  context: {
    userId: 'Practitioner/d1', patientId: 'p1',
    draftOrders: { resourceType: 'Bundle', type: 'collection', entry: [{ resource: { resourceType: 'MedicationRequest', id: 'o1', status: 'draft', subject: { reference: 'Patient/p1' } } }] },
  },
  ...change,
})

/** The code of an error answer, after checking that it is an OperationOutcome that may not be cached. */
export async function codeOf(response: Response): Promise<unknown> {
  const body: unknown = await response.json()
  const outcome = body as { resourceType?: unknown; issue?: { severity?: unknown; details?: { coding?: { system?: unknown; code?: unknown }[] } }[] } // checked below, member by member
  const coding = outcome.issue?.[0]?.details?.coding?.[0]
  if (outcome.resourceType !== 'OperationOutcome' || coding?.system !== 'urn:ino-cds:error') throw new Error(`no OperationOutcome: ${JSON.stringify(body)}`)
  if (response.headers.get('cache-control') !== 'no-store') throw new Error('the error may be cached')
  return coding.code
}
