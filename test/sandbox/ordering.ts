import { randomUUID } from 'node:crypto'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createApp } from '../../src/app.ts'
import { isProblems, printConfigProblem, readConfig } from '../../src/config.ts'
import { createLogger } from '../../src/logging.ts'
import { freePort } from '../../src/sandbox/free-port.ts'
import { registerSandbox } from '../../src/sandbox/sandbox.ts'
import { type OfferedDrug, offeredDrugs, type Story } from '../../src/sandbox/stories.ts'
import { plannedTime } from '../../src/web/dates.ts'
import { type PrefetchContext, runPrefetch } from '../../src/web/discovery.ts'
import { requestBody } from '../../src/web/hook-call.ts'
import { draftOf, type MedicationDraft } from '../../src/web/order.ts'
import { type HookDescription, hookDescriptionsOf, type HookName, resourcesOf } from '../../src/web/wire.ts'
import { builtPage, json, type Running } from './running.ts'

/** The service with its sandbox, as `npm start` puts them together, on a free port. */
export async function runService(now: () => Date): Promise<Running> {
  const dataDir = mkdtempSync(join(tmpdir(), 'ino-stories-'))
  const config = readConfig({ AUTH_MODE: 'none', PORT: '0', HOST: '127.0.0.1', DATA_DIR: dataDir, LOG_LEVEL: 'silent' }, { command: 'sandbox' })
  if (isProblems(config)) throw new Error(config.map(printConfigProblem).join('\n'))
  const port = await freePort()
  const base = `http://127.0.0.1:${String(port)}`
  const app = await createApp({ ...config, port, publicUrl: base, fhirServers: [`${base}/fhir`] }, createLogger(config.logLevel))
  await registerSandbox(app.server, { webRoot: builtPage(), now, timeZone: config.site.timezone })
  await app.server.listen({ host: '127.0.0.1', port })
  return { base, close: () => app.close() }
}

const USER_ID = 'Practitioner/sandbox'

function drugOf({ drug: id }: Story['order']): OfferedDrug {
  const drug = offeredDrugs().find((one) => one.id === id)
  if (!drug) throw new Error(`the order form does not offer ${id}`)
  return drug
}

/** The orders that the page writes when those of the story are chosen. */
export const suggestedDrafts = ({ order, also }: Pick<Story, 'order' | 'also'>, context: PrefetchContext, now: Date): readonly MedicationDraft[] =>
  [order, ...also].map((one, i) => draftOf(drugOf(one), { id: `draft-${i + 1}`, now, ...context }, plannedTime(now, one.dayOffset), one.dose, one.note))

async function serviceFor(hook: HookName, base: string): Promise<HookDescription> {
  const found = hookDescriptionsOf(await json(fetch(`${base}/cds-services`)))?.find((service) => service.hook === hook)
  if (!found) throw new Error(`discovery names no service for ${hook}`)
  return found
}

async function contextOf(patientId: string, base: string): Promise<PrefetchContext> {
  const [encounter] = resourcesOf(await json(fetch(`${base}/fhir/Encounter?patient=${patientId}`)))
  return { userId: USER_ID, patientId, ...(encounter?.id === undefined ? {} : { encounterId: encounter.id }) }
}

async function prefetched({ prefetch: templates = {} }: HookDescription, context: PrefetchContext, base: string): Promise<Readonly<Record<string, unknown>>> {
  const prefetch = await runPrefetch(templates, context, `${base}/fhir`, AbortSignal.timeout(20_000))
  const lost = Object.keys(templates).filter((key) => !(key in prefetch))
  if (lost.length > 0) throw new Error(`the FHIR server did not answer for ${lost.join(', ')}`)
  return prefetch
}

export interface Asking { readonly hook: HookName; readonly now: Date; /** Without it the service has to read the record itself. */ readonly withPrefetch?: boolean }

/** Orders what the story suggests and calls the hook about it, as the page does: discovery, its templates filled, the call. */
export async function askAbout(story: Story, { base }: Running, { hook, now, withPrefetch = true }: Asking): Promise<Response> {
  const service = await serviceFor(hook, base)
  const context = await contextOf(story.id, base)
  const drafts = suggestedDrafts(story, context, now)
  const prefetch = withPrefetch ? await prefetched(service, context, base) : {}
  const body = requestBody({ hook, hookInstance: randomUUID(), context, drafts, origin: base }, prefetch)
  return fetch(`${base}/cds-services/${service.id}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
}
