import { afterEach, describe, expect, it, vi } from 'vitest'
import { keepRemoving } from '../../src/store/retention.ts'
import type { Expiry } from '../../src/store/store.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

/** A store with so many batches of expired rows at each turn. */
function store(batches: readonly number[]) {
  const asked: Expiry[] = []
  let left = [...batches]
  return { asked, refill: () => { left = [...batches] }, prune: async (expiry: Expiry) => { asked.push(expiry); return left.shift() ?? 0 } }
}

afterEach(() => void vi.useRealTimers())

describe('expired rows', () => {
  it('are removed at the start and every hour, batch by batch, until told to stop', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    const removed: number[] = []
    const kept = store([100, 100, 7])
    const stop = keepRemoving(kept, { days: 30, now: () => 100 * DAY, onRemoved: (rows) => void removed.push(rows) })
    await vi.waitUntil(() => removed.length === 1)
    expect(removed).toEqual([207])
    expect(kept.asked).toEqual(Array.from({ length: 4 }, () => ({ tokensBefore: 100 * DAY, decisionsBefore: 70 * DAY })))
    kept.refill()
    vi.advanceTimersByTime(HOUR)
    await vi.waitUntil(() => removed.length === 2)
    await stop()
    kept.refill()
    vi.advanceTimersByTime(2 * HOUR)
    expect(kept.asked).toHaveLength(8)
  })

  it('that could not be removed are tried again an hour later, and the operator is told', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    const failures: unknown[] = []
    let tries = 0
    const stop = keepRemoving({ prune: async () => { tries += 1; throw new Error('away') } }, { onFailure: (cause) => void failures.push(cause) })
    await vi.waitUntil(() => failures.length === 1)
    vi.advanceTimersByTime(HOUR)
    await vi.waitUntil(() => failures.length === 2)
    expect(tries).toBe(2)
    await stop()
  })

  it('of decisions stay where no number of days is given', async () => {
    const kept = store([])
    await keepRemoving(kept, { now: () => 5 })()
    expect(kept.asked).toEqual([{ tokensBefore: 5 }])
  })
})
