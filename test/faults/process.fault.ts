import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type EhrProcess, type ServiceProcess, spawnEhr } from '../integration/processes.ts'
import { callAt } from '../requests/running.ts'
import { bundle, prefetchOf, recordOf, requestOf } from '../requests/record.ts'
import { lost, send, startLoad, statuses } from './load.ts'
import { callFor, chartOf, ending, isReady, isWhole, metric, said, recordFor, startService } from './service.ts'

const chart = chartOf('p1')
const PREFETCHED = JSON.stringify(requestOf(chart, { prefetch: prefetchOf(recordOf(chart)) }))

async function started(settings: Readonly<Record<string, string>> = {}): Promise<ServiceProcess> {
  const service = await startService(settings)
  onTestFinished(() => service.stop())
  return service
}
async function ehrWith(state: Parameters<EhrProcess['set']>[0]): Promise<EhrProcess> {
  const ehr = await spawnEhr()
  onTestFinished(() => ehr.stop())
  await ehr.set(state)
  return ehr
}

describe('a process that is asked to end', () => {
  test('sigterm-under-load: no request is lost where the load balancer asks for readiness, and it ends with 0', async () => {
    const [first, second] = await Promise.all([started({ DRAIN_MS: '5000' }), started()])
    let target = first.url
    const load = startLoad(() => target, PREFETCHED, 12)
    await expect.poll(() => load.outcomes.length).toBeGreaterThan(50)
    expect(await isReady(first)).toBe(true)
    first.child.kill('SIGTERM')
    await expect.poll(() => isReady(first)).toBe(false)
    const served = load.outcomes.length
    await expect.poll(() => load.outcomes.length).toBeGreaterThan(served + 12)
    target = second.url
    expect(await ending(first)).toBe(0)
    const moved = load.outcomes.length
    await expect.poll(() => load.outcomes.length).toBeGreaterThan(moved)
    const outcomes = await load.stop()
    expect(outcomes.filter(({ kind }) => kind !== 'answered')).toEqual([])
    expect(statuses(outcomes)).toEqual([200])
    expect(first.output()).toContain('"msg":"ended"')
    expect((await send(first.url, PREFETCHED)).kind).toBe('refused')
  })

  test('sigterm-call-under-way: a call that waits for the EHR is finished, and nobody is let in behind it', async () => {
    const ehr = await ehrWith({ resources: recordFor(chart), faults: [{ on: '/', delayMs: 800 }] })
    const service = await started({ FHIR_SERVERS: ehr.base })
    const call = callFor(service, ehr.base, chart)
    await expect.poll(async () => (await ehr.requests()).length).toBeGreaterThan(5)
    service.child.kill('SIGTERM')
    await expect.poll(async () => (await send(service.url, PREFETCHED)).kind).toBe('refused')
    expect(said(await call)).toBe('whole')
    expect(await ending(service)).toBe(0)
  })

  test('sigterm-slow-sender: a client that never finishes sending does not keep it', async () => {
    const service = await started({ DEADLINE_MS: '500' })
    const { connect } = await import('node:net')
    const socket = connect(Number(new URL(service.url).port), '127.0.0.1')
    socket.on('error', () => undefined)
    socket.write('POST /cds-services/inotuzumab-order-sign HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n{')
    await expect.poll(() => metric(service, 'inocds_requests_in_flight')).toBeGreaterThan(1)
    service.child.kill('SIGTERM')
    expect(await ending(service)).toBe(0)
    expect(service.output()).toContain('connections that were not done in time are cut')
  })

  test('sigterm-twice: ends at once', async () => {
    const service = await started({ DRAIN_MS: '30000' })
    service.child.kill('SIGTERM')
    await expect.poll(() => isReady(service)).toBe(false)
    service.child.kill('SIGTERM')
    expect(await ending(service)).toBe(1)
  })
})

describe('a process that is killed', () => {
  test('sigkill-under-load: starts again on what it left, and answers', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'ino-killed-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    for (let round = 0; round < 2; round += 1) {
      const service = await started({ DATA_DIR: folder })
      const load = startLoad(() => service.url, PREFETCHED, 8)
      await expect.poll(() => load.outcomes.length).toBeGreaterThan(30)
      service.child.kill('SIGKILL')
      expect(await ending(service)).toBe('SIGKILL')
      expect(statuses(await load.stop())).toEqual([200])
    }
    const service = await started({ DATA_DIR: folder })
    expect(await isReady(service)).toBe(true)
    expect(isWhole(await callAt(service.url, JSON.parse(PREFETCHED)))).toBe(true)
  })
})

describe('a process that is stopped for a while', () => {
  test('event-loop-blocked: answers what came meanwhile, loses nothing, and goes on', async () => {
    const ehr = await ehrWith({ resources: recordFor(chart) })
    const service = await started({ FHIR_SERVERS: ehr.base })
    const load = startLoad(() => service.url, PREFETCHED, 8)
    await expect.poll(() => load.outcomes.length).toBeGreaterThan(30)
    service.child.kill('SIGSTOP')
    const meanwhile = [send(service.url, PREFETCHED), send(service.url, PREFETCHED)]
    await pause(2_000)
    service.child.kill('SIGCONT')
    expect(statuses(await Promise.all(meanwhile))).toEqual([200])
    const outcomes = await load.stop()
    expect([lost(outcomes), statuses(outcomes)]).toEqual([[], [200]])
    expect(isWhole(await callFor(service, ehr.base, chart))).toBe(true)
    expect(await metric(service, 'nodejs_eventloop_lag_max_seconds')).toBeGreaterThan(1)
  })
})

/** About 6 MB: a record of five thousand results. */
function largeBody(): string {
  const record = recordOf(chart)
  const many = Array.from({ length: 5_000 }, (_, i) => chart.lab(`many-${String(i)}`, '2160-0', 0.8, 'mg/dL', { days: -30, note: [{ text: 'x'.repeat(700) }] }))
  return JSON.stringify(requestOf(chart, { prefetch: { ...prefetchOf(record), labs: bundle([...record.labs, ...many]) } }))
}

describe('too little memory', () => {
  test('memory-pressure: large bodies in a small heap are answered or refused, and the process lives', async () => {
    const service = await started({ NODE_OPTIONS: '--max-old-space-size=96', DEADLINE_MS: '10000' })
    const body = largeBody()
    expect(body.length).toBeGreaterThan(5 * 1024 * 1024)
    const outcomes = await Promise.all(Array.from({ length: 10 }, () => send(service.url, body)))
    expect(lost(outcomes)).toEqual([])
    expect(statuses(outcomes).every((status) => [200, 503].includes(status))).toBe(true)
    expect(service.child.exitCode).toBe(null)
    expect(isWhole(await callAt(service.url, JSON.parse(PREFETCHED)))).toBe(true)
  })

  test('body-too-large: is refused before it is read', async () => {
    const service = await started({ BODY_LIMIT_MB: '1' })
    const before = await metric(service, 'process_resident_memory_bytes')
    const response = await fetch(`${service.url}/cds-services/inotuzumab-order-sign`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: 'x'.repeat(50 * 1024 * 1024) }).catch(() => undefined)
    expect([413, undefined]).toContain(response?.status)
    expect((await metric(service, 'process_resident_memory_bytes')) - before).toBeLessThan(40 * 1024 * 1024)
    expect(isWhole(await callAt(service.url, JSON.parse(PREFETCHED)))).toBe(true)
  })
})

