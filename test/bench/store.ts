import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openStore } from '../../src/store/open.ts'
import type { Store } from '../../src/store/store.ts'
import { decision, feedback } from '../store/records.ts'

/** What the store costs: `node test/bench/store.ts [postgres://…]`. Times in ms. */
const [, , databaseUrl] = process.argv
const TIMES = 2_000
const AT_ONCE = 50

const quantile = (sorted: readonly number[], q: number): string => (sorted[Math.floor(sorted.length * q)] ?? Number.NaN).toFixed(2)

/** Runs the work so many times, some of them at the same time, and prints how long each took. */
async function measure(name: string, lanes: number, work: (index: number) => Promise<unknown>): Promise<void> {
  const times: number[] = []
  let next = 0
  const began = performance.now()
  const lane = async (): Promise<void> => {
    while (next < TIMES) {
      const index = next
      next += 1
      const start = performance.now()
      await work(index)
      times.push(performance.now() - start)
    }
  }
  await Promise.all(Array.from({ length: lanes }, lane))
  const seconds = (performance.now() - began) / 1000
  const sorted = times.toSorted((a, b) => a - b)
  console.log(`${name.padEnd(10)} ${String(lanes).padStart(2)} at once: p50 ${quantile(sorted, 0.5)}, p99 ${quantile(sorted, 0.99)}, ${String(Math.round(TIMES / seconds))} a second`)
}

const run = Date.now().toString(36)

async function all(store: Store): Promise<void> {
  for (const lanes of [1, AT_ONCE]) {
    const id = (index: number): string => `${run}-${String(lanes)}-${String(index)}`
    await measure('decision', lanes, (index) => store.recordDecision(decision({ id: id(index), at: Date.now(), cards: [{ uuid: `c-${id(index)}`, rules: ['hold-a'], suggestions: [] }] })))
    await measure('feedback', lanes, (index) => store.recordFeedback([feedback({ card: `c-${id(index)}`, receivedAt: Date.now() })]))
    await measure('token', lanes, (index) => store.useToken(`t-${id(index)}`, Date.now()))
    await measure('overrides', lanes, () => store.overrides(`k-${run}`, 0))
  }
}

const dataDir = mkdtempSync(join(tmpdir(), 'ino-bench-'))
const store = await openStore({ dataDir, databaseUrl })
await all(store).finally(() => store.close())
rmSync(dataDir, { recursive: true })
