import { randomUUID } from 'node:crypto'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeAll, describe, expect, inject, it } from 'vitest'
import { bearer, ISSUER, signer, type Signer } from '../http/ehr.ts'
import { PUBLIC_URL, SIGN } from '../http/service.ts'
import { type ServiceProcess, spawnService } from '../integration/processes.ts'
import { chartOf, prefetchOf, recordOf, requestOf } from '../requests/record.ts'
import { newDatabase } from './databases.ts'

const server = inject('postgres') ?? ''
const services: ServiceProcess[] = []
let key: Signer
let clients = ''

beforeAll(async () => {
  key = await signer('k1')
  clients = join(mkdtempSync(join(tmpdir(), 'ino-two-')), 'clients.yaml')
  writeFileSync(clients, JSON.stringify([{ iss: ISSUER, jwks: { keys: [key.jwk] } }]))
})
afterEach(() => Promise.all(services.splice(0).map((service) => service.stop())))

async function spawn(database: string): Promise<ServiceProcess> {
  const service = await spawnService({ DATABASE_URL: database, AUTH_MODE: 'jwt', CLIENTS_FILE: clients, PUBLIC_URL })
  services.push(service)
  return service
}

const chart = chartOf('p1')
const call = JSON.stringify(requestOf(chart, { prefetch: prefetchOf(recordOf(chart)) }))
const post = (service: ServiceProcess, path: string, headers: Record<string, string>, body: string) =>
  fetch(service.url + path, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body })

describe.skipIf(server === '')('two services on one database', () => {
  it('let one of 20 uses of a token in, whichever of them is asked, and none after a restart', async () => {
    const database = await newDatabase(server)
    const pair = await Promise.all([spawn(database), spawn(database)])
    const token = await bearer(key)
    const uses = await Promise.all(Array.from({ length: 20 }, async (_, index) => (await post(pair[index % 2] ?? pair[0], SIGN, token, call)).status))
    expect(uses.toSorted()).toEqual([200, ...Array.from({ length: 19 }, () => 401)])
    await pair[0].kill()
    services.splice(services.indexOf(pair[0]), 1)
    expect((await post(await spawn(database), SIGN, token, call)).status).toBe(401)
  })

  it('take feedback on each other\'s cards', async () => {
    const database = await newDatabase(server)
    const [one, two] = await Promise.all([spawn(database), spawn(database)])
    const answer = await (await post(one, SIGN, await bearer(key), call)).json() as { cards: { uuid: string }[] } // sound: checked by the next expectation
    expect(answer.cards.length).toBeGreaterThan(0)
    const feedback = answer.cards.map(({ uuid }) => ({ card: uuid, outcome: 'overridden', outcomeTimestamp: new Date().toISOString() }))
    expect((await post(two, `${SIGN}/feedback`, await bearer(key, { jti: randomUUID() }), JSON.stringify({ feedback }))).status).toBe(200)
    await two.printed(new RegExp(`"matched":${String(answer.cards.length)},"unmatched":0`), 1)
    const again = await (await post(two, SIGN, await bearer(key), call)).json() as { cards: unknown[] } // sound: only counted
    expect(again.cards.length).toBeLessThan(answer.cards.length)
  })
})
