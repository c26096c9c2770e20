import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import { type ServiceProcess, spawnService } from '../integration/processes.ts'
import { chartOf, prefetchOf, recordOf, requestOf } from '../requests/record.ts'
import { callAt } from '../requests/running.ts'

const AT_ONCE = 8

/** Posts one entry; its number of milliseconds is its name. True when it was acknowledged, false when the connection broke. */
async function acknowledged(url: string, card: string, at: number): Promise<boolean> {
  const body = JSON.stringify({ feedback: [{ card, outcome: 'overridden', outcomeTimestamp: new Date(at).toISOString() }] })
  const response = await fetch(`${url}/cds-services/inotuzumab-order-sign/feedback`, { method: 'POST', headers: { 'content-type': 'application/json' }, body }).catch(() => undefined)
  return response?.status === 200
}

export interface Acknowledgement { readonly card: string; readonly at: number }

/** A call and several entries of feedback on its first card; the process is killed as soon as the first is acknowledged. What was acknowledged by then. */
async function round(service: ServiceProcess, first: number): Promise<readonly Acknowledgement[]> {
  const chart = chartOf(`p-${randomUUID()}`)
  const card = (await callAt(service.url, requestOf(chart, { prefetch: prefetchOf(recordOf(chart)) }))).cards[0]?.uuid ?? ''
  const kept: Acknowledgement[] = []
  const sent = Array.from({ length: AT_ONCE }, async (_, index) => {
    const at = first + index
    if (!await acknowledged(service.url, card, at)) throw new Error('not acknowledged')
    kept.push({ card, at })
  })
  await Promise.any(sent)
  const gone = service.kill()
  await Promise.allSettled(sent)
  await gone
  return kept
}

/** Starts, asks, and kills the service so many times on one store; every acknowledgement it gave. */
export async function killAgainAndAgain(rounds: number, settings: Readonly<Record<string, string>>): Promise<readonly Acknowledgement[]> {
  const all: Acknowledgement[] = []
  for (let index = 0; index < rounds; index += 1) {
    const kept = await round(await spawnService({ LOG_LEVEL: 'info', ...settings }), Date.UTC(2026, 0, 1) + index * AT_ONCE)
    expect(kept.length).toBeGreaterThan(0)
    all.push(...kept)
  }
  return all
}
