import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createApp } from '../../src/app.ts'
import { isProblems, readConfig } from '../../src/config.ts'
import { createLogger } from '../../src/logging.ts'
import { ehr } from '../fhir/ehr-server.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const TOKEN = 'a-secret-that-is-long-enough-for-administrators'
const RULE = 'cards/qt/qt-hold-gt500.yaml'
const OTHER_RULE = 'cards/hepatic/hepatic-abnormal-monitor-closer.yaml'
const SOURCES = 'fhir-mappings/sources.yaml'

/** A service with content and site settings of its own, which the test may change. */
async function site(settings: Readonly<Record<string, string>> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'ino-content-'))
  for (const part of ['cards', 'fhir-mappings']) cpSync(join(ROOT, part), join(folder, part), { recursive: true })
  const siteFile = join(folder, 'site.yaml')
  writeFileSync(siteFile, 'profile: label-us\n')
  const lines: string[] = []
  const config = readConfig({ AUTH_MODE: 'none', PORT: '0', HOST: '127.0.0.1', DATA_DIR: join(folder, 'data'), CONTENT_DIR: folder, SITE_SETTINGS: siteFile, ADMIN_TOKEN: TOKEN, ...settings }, { command: 'serve' })
  if (isProblems(config)) throw new Error('bad configuration')
  const app = await createApp(config, createLogger('info', { write: (line) => void lines.push(line) }))
  const url = await app.server.listen({ host: '127.0.0.1', port: 0 })
  onTestFinished(async () => {
    await app.close()
    rmSync(folder, { recursive: true })
  })
  return {
    url, log: () => lines.join(''),
    write: (file: string, text: string) => writeFileSync(join(folder, file), text),
    change: (file: string, from: string, to: string) => writeFileSync(join(folder, file), readFileSync(join(folder, file), 'utf8').replace(from, to)),
    remove: (file: string) => rmSync(join(folder, file), { recursive: true }),
    reload: async (authorization = `Bearer ${TOKEN}`) => {
      const response = await fetch(`${url}/admin/content/reload`, { method: 'POST', headers: { authorization } })
      const text = await response.text()
      return { status: response.status, body: (text === '' ? undefined : JSON.parse(text)) as unknown }
    },
    hash: async () => ((await (await fetch(`${url}/health/ready`)).json()) as { content: { hash: string } }).content.hash,
    discovered: async () => (await fetch(`${url}/cds-services`)).headers.get('etag'),
    metrics: async () => (await fetch(`${url}/metrics`)).text(),
  }
}

interface Decided { readonly extension: { readonly 'org.ino-cds.decision': { readonly content: string; readonly profile: string } } }

/** An order whose record is all unread; with a FHIR server the call waits for it. */
async function sign(url: string, access: object = {}): Promise<Decided['extension']['org.ino-cds.decision']> {
  const order = { resourceType: 'MedicationRequest', id: 'o1', status: 'draft', intent: 'order', subject: { reference: 'Patient/p1' }, medicationCodeableConcept: { text: 'inotuzumab ozogamicin' } }
  const context = { userId: 'Practitioner/p', patientId: 'p1', draftOrders: { resourceType: 'Bundle', entry: [{ resource: order }] } }
  const prefetch = { patient: { resourceType: 'Patient', id: 'p1', gender: 'male', birthDate: '1980-01-01' } }
  const response = await fetch(`${url}/cds-services/inotuzumab-order-sign`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ hook: 'order-sign', hookInstance: crypto.randomUUID(), context, prefetch, ...access }) })
  expect(response.status).toBe(200)
  return ((await response.json()) as Decided).extension['org.ino-cds.decision']
}

describe('content that is replaced while the service runs', () => {
  test('is in force for the next call, in discovery, readiness and metrics', async () => {
    const { url, change, reload, hash, discovered, metrics } = await site()
    const [before, etag] = [await hash(), await discovered()]
    expect((await sign(url)).content).toBe(before)
    change(SOURCES, 'Patient/{{context.patientId}}', 'Patient?_id={{context.patientId}}')
    const { status, body } = await reload()
    const after = await hash()
    expect([status, body]).toEqual([200, { outcome: 'replaced', content: after, previous: before }])
    expect(after).not.toBe(before)
    expect((await sign(url)).content).toBe(after)
    expect(await discovered()).not.toBe(etag)
    expect(await metrics()).toContain(`inocds_content_info{hash="${after}",profile="label-us"`)
    expect(await metrics()).not.toContain(`hash="${before}"`)
  })

  test('takes the site settings with it', async () => {
    const { url, write, reload, hash } = await site()
    const before = await hash()
    write('site.yaml', 'profile: label-eu\n')
    expect(await reload()).toMatchObject({ status: 200, body: { outcome: 'replaced' } })
    expect((await sign(url)).profile).toBe('label-eu')
    write('site.yaml', 'profile: label-us\ntimezone: Europe/Madrid\n')
    expect(await reload()).toMatchObject({ body: { outcome: 'replaced' } })
    expect(await hash()).not.toBe(before)
  })

  test('and is the same as before changes nothing', async () => {
    const { reload, hash } = await site()
    expect(await reload()).toEqual({ status: 200, body: { outcome: 'unchanged', content: await hash(), previous: await hash() } })
  })

  test('is refused as a whole with every problem, in the answer and in the log', async () => {
    const { url, change, remove, reload, hash, log, metrics } = await site()
    const before = await hash()
    change(RULE, 'title:', 'titel:')
    change(OTHER_RULE, 'title:', 'titel:')
    const { status, body } = await reload()
    expect(status).toBe(422)
    const { resourceType, issue } = body as { resourceType: string; issue: { details?: unknown; diagnostics: string }[] } // checked next
    expect([resourceType, issue[0]?.details]).toMatchObject(['OperationOutcome', { coding: [{ code: 'content-refused' }] }])
    const told = issue.map(({ diagnostics }) => diagnostics.split(':')[0])
    expect(told).toEqual(expect.arrayContaining([RULE, OTHER_RULE]))
    expect(log()).toContain(`${RULE}:`)
    expect(log()).toContain(`${OTHER_RULE}:`)
    remove('fhir-mappings')
    expect(await reload()).toMatchObject({ status: 422 })
    expect((await sign(url)).content).toBe(before)
    expect(await metrics()).toContain('inocds_content_reloads_total{outcome="refused"} 2')
  })

  test('is refused when the site settings are wrong', async () => {
    const { write, reload, hash } = await site()
    const before = await hash()
    write('site.yaml', 'profile: [\n')
    expect(await reload()).toMatchObject({ status: 422 })
    write('site.yaml', 'settings: { no_such_setting: 1 }\n')
    expect(await reload()).toMatchObject({ status: 422, body: { issue: [{}, { diagnostics: expect.stringContaining('no_such_setting') }] } })
    expect(await hash()).toBe(before)
  })

  test('leaves a call that is under way on the content it began with', async () => {
    const asked = Promise.withResolvers<void>()
    const released = Promise.withResolvers<void>()
    const server = await ehr({ Observation: (response) => {
      asked.resolve()
      void released.promise.then(() => response.writeHead(404).end())
    } })
    const { url, change, reload, hash } = await site({ FHIR_SERVERS: server.base })
    const before = await hash()
    const call = sign(url, { fhirServer: server.base, fhirAuthorization: { access_token: 'x', token_type: 'Bearer', expires_in: 300, scope: 'patient/*.read', subject: 'me' } })
    await asked.promise
    change(RULE, 'QTcF above 500 ms', 'QTcF above five hundred')
    expect(await reload()).toMatchObject({ body: { outcome: 'replaced' } })
    released.resolve()
    expect((await call).content).toBe(before)
    expect(await hash()).not.toBe(before)
  })

  test('is nobody’s business without the administrators’ secret', async () => {
    const { reload, hash, change } = await site()
    const before = await hash()
    change(RULE, 'QTcF above 500 ms', 'QTcF above five hundred')
    expect(await reload('Bearer guess')).toEqual({ status: 401, body: undefined })
    expect(await hash()).toBe(before)
  })
})
