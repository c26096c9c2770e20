import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { afterAll, beforeAll, describe, test } from 'vitest'
import type { ServiceProcess } from '../integration/processes.ts'
import { callAt } from '../requests/running.ts'
import { prefetchOf, recordOf, requestOf } from '../requests/record.ts'
import { chartOf, isReady, metric, said, startService } from './service.ts'

const MEGABYTE = 1024 * 1024
const MANY = 1_000
const chart = chartOf('p1')
const BODY = requestOf(chart, { prefetch: prefetchOf(recordOf(chart)) })

let service: ServiceProcess
// Load is limited as it is for everybody: those who send slowly have an address of their own, and take their own share.
beforeAll(async () => { service = await startService({ SHED_AFTER_MS: '8000', DEADLINE_MS: '16000' }) })
afterAll(() => service.stop())

interface Slow { readonly socket: Socket; readonly closed: Promise<unknown> }

/** A connection that has sent this and then sends a byte now and then. */
async function slow(beginning: string, drip: string): Promise<Slow> {
  const socket = connect({ port: Number(new URL(service.url).port), host: '127.0.0.1', localAddress: '127.0.0.2' })
  // It is cut in the middle of writing.
  socket.on('error', () => undefined)
  const closed = new Promise((resolve) => socket.once('close', resolve))
  await once(socket, 'connect')
  socket.resume()
  socket.write(beginning)
  const timer = setInterval(() => socket.write(drip), 1_000)
  socket.once('close', () => clearInterval(timer))
  return { socket, closed }
}

const many = async (beginning: string, drip: string): Promise<readonly Slow[]> => {
  const all: Slow[] = []
  for (let i = 0; i < MANY; i += 100) all.push(...await Promise.all(Array.from({ length: 100 }, () => slow(beginning, drip))))
  return all
}

const HEADERS = 'POST /cds-services/inotuzumab-order-sign HTTP/1.1\r\nhost: x\r\n'

describe.concurrent('a thousand connections that send slowly', () => {
  test('slow-headers: take nothing from anybody else, and are cut by themselves', async ({ expect }) => {
    const before = await metric(service, 'process_resident_memory_bytes')
    const all = await many(HEADERS, 'x-a: b\r\n')
    for (let i = 0; i < 5; i += 1) expect(said(await callAt(service.url, BODY))).toBe('whole')
    expect(await isReady(service)).toBe(true)
    expect((await metric(service, 'process_resident_memory_bytes')) - before).toBeLessThan(300 * MEGABYTE)
    await Promise.all(all.map(({ closed }) => closed))
    expect(said(await callAt(service.url, BODY))).toBe('whole')
  })

  test('slow-bodies: take nothing from anybody else, and are cut by themselves', async ({ expect }) => {
    const all = await many(`${HEADERS}content-type: application/json\r\ncontent-length: 1000000\r\n\r\n{`, ' ')
    await expect.poll(() => metric(service, 'inocds_requests_in_flight')).toBeGreaterThan(50)
    for (let i = 0; i < 5; i += 1) expect(said(await callAt(service.url, BODY))).toBe('whole')
    await Promise.all(all.map(({ closed }) => closed))
    await expect.poll(() => metric(service, 'inocds_requests_in_flight')).toBeLessThan(10)
    expect(said(await callAt(service.url, BODY))).toBe('whole')
  })

  test('idle: that say nothing at all take nothing from anybody else', async ({ expect }) => {
    const all = await many('', '')
    expect(said(await callAt(service.url, BODY))).toBe('whole')
    for (const { socket } of all) socket.destroy()
    await Promise.all(all.map(({ closed }) => closed))
    expect(said(await callAt(service.url, BODY))).toBe('whole')
  })
})
