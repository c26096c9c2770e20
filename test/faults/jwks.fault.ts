import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { once } from 'node:events'
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bearer, nowSeconds, type Signer, signer, type ClaimChange } from '../http/ehr.ts'
import { PUBLIC_URL, SIGN } from '../http/service.ts'
import type { ServiceProcess } from '../integration/processes.ts'
import { chartOf, requestOf } from '../requests/record.ts'
import { IN_TIME_MS, isReady, metric, startService } from './service.ts'

type Publish = (response: ServerResponse, keys: string) => void
interface Publisher { readonly iss: string; readonly url: string; readonly server: Server; hits: number; publish: Publish; keys: readonly Signer[] }

const good: Publish = (response, keys) => void response.writeHead(200, { 'content-type': 'application/json' }).end(keys)
const refuse: Publish = (response) => void response.writeHead(503).end()
const slow: Publish = (response, keys) => void setTimeout(() => good(response, keys), 5_000)
const garbage: Publish = (response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Maintenance</html>')

/** An EHR that publishes the keys of its own, well or badly. */
async function publisher(iss: string, publish: Publish): Promise<Publisher> {
  const server = createServer((_request, response) => {
    own.hits += 1
    own.publish(response, JSON.stringify({ keys: own.keys.map(({ jwk }) => jwk) }))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  // Sound: a TCP server that listens has an AddressInfo.
  const own: Publisher = { iss, url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/jwks.json`, server, hits: 0, publish, keys: [await signer('first')] }
  return own
}

const NAMES = ['down', 'slow', 'garbage', 'well', 'later-down', 'rotating', 'clock'] as const
const BEGINNING: Readonly<Partial<Record<(typeof NAMES)[number], Publish>>> = { down: refuse, slow, garbage }
const folder = mkdtempSync(join(tmpdir(), 'ino-clients-'))
const publishers = new Map<string, Publisher>()
let service: ServiceProcess

beforeAll(async () => {
  for (const name of NAMES) publishers.set(name, await publisher(`https://${name}.test`, BEGINNING[name] ?? good))
  const file = join(folder, 'clients.yaml')
  writeFileSync(file, JSON.stringify([...publishers.values()].map(({ iss, url }) => ({ iss, jwksUrl: url }))))
  service = await startService({ AUTH_MODE: 'jwt', CLIENTS_FILE: file, PUBLIC_URL })
})
afterAll(async () => {
  await service.stop()
  for (const { server } of publishers.values()) server.closeAllConnections()
  for (const { server } of publishers.values()) server.close()
  rmSync(folder, { recursive: true })
})

const named = (name: (typeof NAMES)[number]): Publisher => {
  const known = publishers.get(name)
  if (!known) throw new TypeError(`no publisher ${name}`)
  return known
}

/** An order that concerns no rule: whoever is let in gets an empty answer. */
const BODY = JSON.stringify(requestOf(chartOf('p1'), { drafts: [{ resourceType: 'MedicationRequest', id: 'a1', status: 'draft', intent: 'order', medicationCodeableConcept: { text: 'Amoxicillin 500 mg' }, subject: { reference: 'Patient/p1' } }] }))

interface Reply { readonly status: number; readonly text: string; readonly ms: number }
async function call({ iss, keys: [first] }: Publisher, key = first, claims: ClaimChange = {}): Promise<Reply> {
  if (!key) throw new TypeError('no key')
  const start = performance.now()
  const response = await fetch(service.url + SIGN, { method: 'POST', headers: { 'content-type': 'application/json', ...await bearer(key, { iss, ...claims }) }, body: BODY })
  return { status: response.status, text: await response.text(), ms: performance.now() - start }
}
const EMPTY = { status: 200, text: '{"cards":[]}' }
const REFUSED = { status: 401, text: '' }

describe.concurrent('keys of a client that cannot be had', () => {
  test.for([
    { id: 'jwks-down', name: 'down' }, { id: 'jwks-slow', name: 'slow' }, { id: 'jwks-garbage', name: 'garbage' },
  ] as const)('$id: its calls get 401, others are not slowed, and it is let in once the keys can be had', async ({ name }, { expect }) => {
    const client = named(name)
    const well = named('well')
    await call(well)
    const [reply, beside] = await Promise.all([call(client), call(well)])
    expect([reply, beside]).toMatchObject([REFUSED, EMPTY])
    expect(reply.ms).toBeLessThan(IN_TIME_MS)
    await expect.poll(() => service.output()).toContain(`"refused":"keys-unavailable","issuer":"${client.iss}"`)
    expect(await metric(service, 'inocds_refusals_total', { reason: 'keys-unavailable' })).toBeGreaterThan(0)
    expect(await isReady(service)).toBe(true)
    const asked = client.hits
    expect((await Promise.all(Array.from({ length: 10 }, () => call(client)))).every(({ status }) => status === 401)).toBe(true)
    expect(client.hits).toBe(asked)
    client.publish = good
    await expect.poll(async () => (await call(client)).status, { timeout: 45_000, interval: 500 }).toBe(200)
  })
})

describe('keys that are known', () => {
  test('jwks-later-down: are used on while their publisher is down', async () => {
    const client = named('later-down')
    expect(await call(client)).toMatchObject(EMPTY)
    client.publish = refuse
    expect(await call(client)).toMatchObject(EMPTY)
    expect(await call(client, await signer('unknown'))).toMatchObject(REFUSED)
    expect(await call(client)).toMatchObject(EMPTY)
  })
  test('jwks-rotates: a new key is let in at once, and unknown ones do not make the publisher be asked again and again', async () => {
    const client = named('rotating')
    expect(await call(client)).toMatchObject(EMPTY)
    client.keys = [await signer('second')]
    expect(await call(client)).toMatchObject(EMPTY)
    const asked = client.hits
    const strangers = await Promise.all(Array.from({ length: 10 }, async (_, i) => call(client, await signer(`unknown-${String(i)}`))))
    expect(strangers).toMatchObject(Array.from({ length: 10 }, () => REFUSED))
    expect(client.hits).toBeLessThanOrEqual(asked + 1)
    expect(await call(client)).toMatchObject(EMPTY)
  })
})

describe('a clock that is wrong', () => {
  test.each<[string, number, object]>([
    ['half a minute fast', 30, EMPTY], ['half a minute slow', -30, EMPTY], ['an hour fast', 3_600, REFUSED], ['an hour slow', -3_600, REFUSED],
  ])('clock-of-client: one that is %s', async (_, seconds, expected) => {
    const now = nowSeconds() + seconds
    expect(await call(named('clock'), undefined, { iat: now, nbf: now, exp: now + 20 })).toMatchObject(expected)
  })
  test('clock-of-client: is named in the log', async () => {
    await expect.poll(() => service.output()).toContain('"refused":"claims","issuer":"https://clock.test"')
  })
})
