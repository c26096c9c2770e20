import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chartOf, orderOf, prefetchOf, recordOf, requestOf } from '../requests/record.ts'
import { type ServiceProcess, spawnService } from './processes.ts'

const chart = chartOf('p1')
const body = JSON.stringify(requestOf(chart, { drafts: [orderOf(chart)], prefetch: prefetchOf(recordOf(chart)) }))

let service: ServiceProcess
beforeAll(async () => void (service = await spawnService({ WORKERS: '2', DRAIN_MS: '1000' })))
afterAll(async () => service.stop())

/** On a connection of its own, so that the workers take turns. */
const get = (path: string): Promise<Response> => fetch(service.url + path, { headers: { connection: 'close' } })
const sign = (): Promise<Response> =>
  fetch(`${service.url}/cds-services/inotuzumab-order-sign`, { method: 'POST', headers: { 'content-type': 'application/json', connection: 'close' }, body })
const pids = (): number[] => [...service.output().matchAll(/"pid":(\d+).*"worker ready"/g)].map(([, pid]) => Number(pid))

describe('two workers behind one port', () => {
  it('are two processes', () => {
    expect(new Set(pids()).size).toBe(2)
  })

  it('answer alike, and show their counters as those of one service', async () => {
    const answers = await Promise.all(Array.from({ length: 12 }, sign))
    const findings = await Promise.all(answers.map(async (answer) => JSON.stringify((await answer.json() as { extension: { 'org.ino-cds.decision': { findings: unknown } } }).extension['org.ino-cds.decision'].findings))) // checked by what it is compared with
    expect(new Set(findings).size).toBe(1)
    const lines = (await (await get('/metrics')).text()).split('\n')
    expect(lines).toContain('inocds_hook_calls_total{service="inotuzumab-order-sign",status="200"} 12')
  })

  it('know the cards of each other', async () => {
    for (let turn = 0; turn < 4; turn += 1) {
      const { cards } = await (await sign()).json() as { cards: readonly { uuid: string }[] } // an answer of the service
      const feedback = JSON.stringify({ feedback: cards.map(({ uuid }) => ({ card: uuid, outcome: 'accepted', outcomeTimestamp: new Date().toISOString() })) })
      const kept = await fetch(`${service.url}/cds-services/inotuzumab-order-sign/feedback`, { method: 'POST', headers: { 'content-type': 'application/json', connection: 'close' }, body: feedback })
      expect(kept.status).toBe(200)
    }
    const page = await (await get('/metrics')).text()
    expect(page).toMatch(/inocds_feedback_entries_total\{fate="matched"\} [1-9]/)
    expect(page).not.toMatch(/inocds_feedback_entries_total\{fate="unmatched"\} [1-9]/)
  })

  it('replace one that died, and answer meanwhile', async () => {
    const [first = 0] = pids()
    const ready = service.printed(/"worker ready"/, 3)
    process.kill(first, 'SIGKILL')
    await service.printed(/a worker died and is replaced/, 1)
    expect((await get('/health/ready')).status).toBe(200)
    await ready
    expect(new Set(pids()).size).toBe(3)
    expect((await get('/health/ready')).status).toBe(200)
  })

  it('end together, with nothing of what they were asked unanswered', async () => {
    const asked = Array.from({ length: 8 }, sign)
    await Promise.race(asked)
    const stopped = service.stop()
    const answers = await Promise.all(asked)
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => 200))
    await stopped
    for (const pid of pids()) expect(() => process.kill(pid, 0)).toThrow()
  })
})
