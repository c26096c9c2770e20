import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Network, type StartedNetwork, type StartedTestContainer } from 'testcontainers'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { onServer } from './databases.ts'
import { type Ehr, ehrWithKeys, newOrder, overrideOf, post, PUBLIC_URL, FEEDBACK, SIGN } from './ehr.ts'
import { postgresContainer } from './engine.ts'
import { addressOf, buildImage, engineOf, SERVICE, serviceContainer } from './images.ts'
import { balancer, load } from './load.ts'

/** Of a machine that has much else to do. */
const PATIENCE = { timeout: 30_000 }
const BUILD_MS = 600_000
/** Orders with their feedback between two events. */
const ROUNDS = 40

describe.skipIf(inject('postgres') === undefined)('replicas that share PostgreSQL', () => {
  let network: StartedNetwork
  let postgres: StartedTestContainer
  let database = ''
  let ehr: Ehr
  const folder = mkdtempSync(join(tmpdir(), 'ino-replicas-'))
  const started: StartedTestContainer[] = []

  async function replica(settings: Readonly<Record<string, string>> = {}, memory?: number): Promise<StartedTestContainer> {
    const container = serviceContainer({ PUBLIC_URL, DATABASE_URL: 'postgres://postgres:postgres@postgres:5432/postgres', CLIENTS_FILE: '/config/clients.yaml', DRAIN_MS: '2000', ...settings })
      .withNetwork(network).withBindMounts([{ source: folder, target: '/config', mode: 'ro' }])
    const one = await (memory === undefined ? container : container.withResourcesQuota({ memory })).start()
    started.push(one)
    return one
  }

  beforeAll(async () => {
    await buildImage(SERVICE, 'service')
    ehr = await ehrWithKeys()
    // The service runs as somebody else than this test.
    chmodSync(folder, 0o755)
    writeFileSync(join(folder, 'clients.yaml'), ehr.clientsFile, { mode: 0o644 })
    network = await new Network().start()
    postgres = await postgresContainer().withNetwork(network).withNetworkAliases('postgres').start()
    database = `postgres://postgres:postgres@${postgres.getHost()}:${String(postgres.getMappedPort(5432))}/postgres`
  }, BUILD_MS)

  afterAll(async () => {
    for (const container of started) await container.stop({ timeout: 1_000 }).catch(() => undefined)
    await postgres?.stop()
    await network?.stop()
    rmSync(folder, { recursive: true })
  })

  const cardsWithFeedback = async (): Promise<ReadonlySet<string>> => new Set((await onServer<{ card: string }>(database, 'select card from feedback')).map(({ card }) => card))

  test('survive the kill of one under load: no acknowledged feedback is lost, no token is admitted twice', async () => {
    const [a, b] = await Promise.all([replica(), replica()])
    const replicas = balancer(addressOf(a), addressOf(b))
    const { seen, goesOn, stop } = load(ehr, replicas)
    await goesOn(ROUNDS)
    await (await engineOf(b.getId())).signal('SIGKILL')
    // As long as nobody has noticed, half of the calls go to nobody.
    await goesOn(5)
    replicas.remove(addressOf(b))
    await goesOn(ROUNDS)
    const c = await replica()
    replicas.add(addressOf(c))
    await goesOn(ROUNDS)
    await stop()

    const kept = await cardsWithFeedback()
    console.log(`kill under load: ${String(seen.rounds)} orders, ${String(seen.acknowledged.length)} acknowledged feedback, ${String(seen.replayed.length)} replays, ${String(seen.troubles.length)} calls lost and repeated`)
    expect(seen.acknowledged.length).toBeGreaterThanOrEqual(3 * ROUNDS)
    expect(seen.acknowledged.filter((card) => !kept.has(card))).toEqual([])
    expect(seen.replayed.length).toBeGreaterThan(ROUNDS)
    expect(seen.replayed.filter((status) => status !== 401)).toEqual([])
    expect([...seen.admitted.values()].filter((times) => times > 1)).toEqual([])
    expect(seen.troubles.length).toBeGreaterThan(0)
  }, 240_000)

  test('are replaced one after the other without a call that fails', async () => {
    const [a, b] = await Promise.all([replica(), replica()])
    const replicas = balancer(addressOf(a), addressOf(b))
    const { goesOn, stop } = load(ehr, replicas)
    await goesOn(ROUNDS)
    for (const old of [a, b]) {
      const fresh = await replica()
      replicas.add(addressOf(fresh))
      const engine = await engineOf(old.getId())
      const ended = engine.ended()
      await engine.signal('SIGTERM')
      // What a readiness probe tells an ingress.
      await expect.poll(() => fetch(`${addressOf(old)}/health/ready`).then(({ status }) => status), { ...PATIENCE, interval: 50 }).toBe(503)
      replicas.remove(addressOf(old))
      expect(await ended).toMatchObject({ StatusCode: 0 })
      await goesOn(ROUNDS)
    }
    const { rounds, troubles, acknowledged } = await stop()
    const kept = await cardsWithFeedback()
    console.log(`rolling update: ${String(rounds)} orders, ${String(troubles.length)} failed`)
    expect(troubles).toEqual([])
    expect(acknowledged.filter((card) => !kept.has(card))).toEqual([])
  }, 240_000)

  test('know what each other was told', async () => {
    const [a, b] = await Promise.all([replica(), replica()])
    const order = newOrder()
    const first = await post(addressOf(a), SIGN, order, await ehr.token(SIGN))
    const { cards } = await first.json() as { cards: { uuid: string }[] } // sound: a 200 of a hook
    for (const { uuid } of cards) expect((await post(addressOf(b), FEEDBACK, overrideOf(uuid), await ehr.token(FEEDBACK))).status).toBe(200)
    const again = await post(addressOf(b), SIGN, order, await ehr.token(SIGN))
    expect(cards.length).toBeGreaterThan(0)
    expect(await again.json()).toMatchObject({ cards: [] })
  })

  test('have a doctor who sees the database, and that a password is wrong', async () => {
    const one = await replica()
    const doctor = (env: Readonly<Record<string, string>> = {}) => one.exec(['node', 'src/main.ts', 'doctor'], { env: { ...env } })
    expect((await doctor()).output).toContain('DATABASE_URL: opened and written to')
    const { output, exitCode } = await doctor({ DATABASE_URL: 'postgres://postgres:no-such-secret@postgres:5432/postgres' })
    expect([exitCode, output]).toEqual([1, expect.stringMatching(/wrong {2}DATABASE_URL: .*\n.*→ check address, user, password/)])
    expect(output).not.toContain('no-such-secret')
  })

  test('take new content on SIGHUP while they run', async () => {
    const one = await replica()
    const reloads = async () => (await (await fetch(`${addressOf(one)}/metrics`)).text()).match(/inocds_content_reloads_total\{outcome="unchanged"\} (\d+)/)?.[1]
    await (await engineOf(one.getId())).signal('SIGHUP')
    await expect.poll(reloads, PATIENCE).toBe('1')
  })

  test('with little memory answer large records side by side, or say that they are busy', async () => {
    const one = await replica({}, 0.35)
    const answers = await Promise.all(Array.from({ length: 8 }, async () => {
      const statuses: number[] = []
      for (let call = 0; call < 10; call += 1) statuses.push((await post(addressOf(one), SIGN, newOrder(500), await ehr.token(SIGN))).status)
      return statuses
    }))
    const { State } = await (await engineOf(one.getId())).inspect()
    console.log(`350 MB: ${String(answers.flat().filter((status) => status === 200).length)} of ${String(answers.flat().length)} records of 500 Observations answered`)
    expect([State.Running, State.OOMKilled]).toEqual([true, false])
    expect(answers.flat().filter((status) => status !== 200 && status !== 503)).toEqual([])
    expect((await fetch(`${addressOf(one)}/health/ready`)).status).toBe(200)
  }, 120_000)
})
