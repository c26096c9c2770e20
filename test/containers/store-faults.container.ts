import { randomUUID } from 'node:crypto'
import { createServer, type AddressInfo } from 'node:net'
import { once } from 'node:events'
import pg from 'pg'
import { getContainerRuntimeClient, type StartedTestContainer } from 'testcontainers'
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest'
import { openPostgresStore } from '../../src/store/postgres.ts'
import { type ServiceProcess, spawnService } from '../integration/processes.ts'
import { chartOf, prefetchOf, recordOf, requestOf } from '../requests/record.ts'
import { callAt } from '../requests/running.ts'
import { all } from '../store/records.ts'
import { newDatabase, onServer } from './databases.ts'
import { postgresContainer } from './engine.ts'

const DEADLINE_MS = 4_000
const RECOVERY = { timeout: 40_000, interval: 200 }

/** A port that stays the same when the server is stopped and started. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo // sound: a TCP server that listens has one
  server.close()
  await once(server, 'close')
  return port
}

describe.skipIf(inject('postgres') === undefined)('a service whose database fails', () => {
  let container: StartedTestContainer
  let service: ServiceProcess
  let database = ''

  beforeAll(async () => {
    container = await postgresContainer().withExposedPorts({ container: 5432, host: await freePort() }).start()
    database = await newDatabase(`postgres://postgres:postgres@${container.getHost()}:${String(container.getMappedPort(5432))}/postgres`)
    service = await spawnService({ DATABASE_URL: database, DEADLINE_MS: String(DEADLINE_MS) })
  })
  afterAll(async () => {
    await service.stop()
    await container.stop()
  })

  const inEngine = async () => (await getContainerRuntimeClient()).container.getById(container.getId())
  const call = () => {
    const chart = chartOf(`p-${randomUUID()}`)
    return callAt(service.url, requestOf(chart, { prefetch: prefetchOf(recordOf(chart)) }))
  }
  const feedbackOn = (card = 'c') => fetch(`${service.url}/cds-services/inotuzumab-order-sign/feedback`, {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ feedback: [{ card, outcome: 'overridden', outcomeTimestamp: new Date().toISOString() }] }),
  })
  const ready = async (query = '') => (await fetch(`${service.url}/health/ready${query}`)).status
  const recorded = async (): Promise<readonly string[]> => {
    const store = await openPostgresStore(database)
    const decisions = await all(store.decisions({ since: 0, until: Number.MAX_SAFE_INTEGER }))
    await store.close()
    return decisions.flatMap(({ decision: { cards } }) => cards.map(({ uuid }) => uuid))
  }

  /** Entries of feedback on this card that found it. */
  const matched = async (card: string): Promise<number> => {
    const store = await openPostgresStore(database, 20_000)
    const entries = await all(store.feedback({ since: 0, until: Number.MAX_SAFE_INTEGER }))
    await store.close()
    return entries.filter((entry) => entry.card === card && entry.decision !== undefined).length
  }

  /** What holds while the database cannot be used, and once it can again. */
  async function survives(fault: () => Promise<() => Promise<void>>): Promise<void> {
    expect((await feedbackOn((await call()).cards[0]?.uuid)).status).toBe(200)
    const end = await fault()
    const during = await call()
    expect([during.status, during.cards.length > 0, during.ms < DEADLINE_MS]).toEqual([200, true, true])
    const refused = await feedbackOn(during.cards[0]?.uuid)
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5'])
    expect([await ready(), await ready('?for=cards')]).toEqual([503, 200])
    await end()
    await vi.waitUntil(async () => await ready() === 200, RECOVERY)
    const cards = during.cards.map(({ uuid }) => uuid)
    await vi.waitUntil(async () => (await recorded()).filter((uuid) => cards.includes(uuid)).length === cards.length, RECOVERY)
    expect((await feedbackOn(cards[0])).status).toBe(200)
    expect(await matched(cards[0] ?? '')).toBe(1)
  }

  it('store-stopped: cards go on, feedback is not acknowledged, and everything is made up for', () => survives(async () => {
    const server = await inEngine()
    await server.stop()
    return async () => void await server.start()
  }))

  it('store-crashed: after a restart nothing that was acknowledged is lost', async () => {
    const card = (await call()).cards[0]?.uuid ?? ''
    expect((await feedbackOn(card)).status).toBe(200)
    const server = await inEngine()
    await server.kill()
    await server.start()
    await vi.waitUntil(async () => await ready() === 200, RECOVERY)
    expect(await matched(card)).toBe(1)
    expect((await feedbackOn((await call()).cards[0]?.uuid)).status).toBe(200)
  })

  it('store-frozen: calls are answered in time, without a word from the database', () => survives(async () => {
    const server = await inEngine()
    await server.pause()
    return async () => void await server.unpause()
  }))

  it('store-locked: calls do not wait for the lock', () => survives(async () => {
    const other = new pg.Client({ connectionString: database })
    await other.connect()
    await other.query('begin')
    await other.query('lock table decision, card, feedback, token, secret in access exclusive mode')
    return () => other.end()
  }))

  it('store-slow: cards and acknowledgements come, a little later', async () => {
    const sql = (text: string) => onServer(database, text)
    await sql('create function dawdle() returns trigger language plpgsql as $$ begin perform pg_sleep(0.3); return null; end $$')
    for (const table of ['decision', 'feedback']) await sql(`create trigger dawdling after insert on ${table} for each statement execute function dawdle()`)
    const answer = await call()
    const status = (await feedbackOn(answer.cards[0]?.uuid)).status
    await sql('drop function dawdle cascade')
    expect([answer.status, answer.cards.length > 0, answer.ms >= 300, answer.ms < DEADLINE_MS, status]).toEqual([200, true, true, true, 200])
    expect(await matched(answer.cards[0]?.uuid ?? '')).toBe(1)
  })
})
