// `npm run fuzz [-- --cases 100000] [--seed 1]`: spoiled requests against the running service, in a process of its own. Ends with 1 at the
// first case that the service does not survive, shrunk by fast-check.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import fc from 'fast-check'
import { startMeasured } from '../bench/process.ts'
import { failureOf, fuzzCase } from './cases.ts'

const { values: asked } = parseArgs({ options: { cases: { type: 'string', default: '100000' }, seed: { type: 'string', default: String(Date.now() % 1_000_000) } } })
const [cases, seed] = [Number(asked.cases), Number(asked.seed)]
const DEADLINE_MS = 4_000
/** A busy machine makes whoever asks wait too; the slowest answer is told at the end. */
const PATIENCE_MS = 5 * DEADLINE_MS
/** Properties that run side by side, each with a seed of its own. */
const LANES = 8
const MB = 1024 * 1024

const dataDir = mkdtempSync(join(tmpdir(), 'fuzz-'))
const service = await startMeasured('src/main.ts', ['serve'], { AUTH_MODE: 'none', HOST: '127.0.0.1', PORT: '0', DATA_DIR: dataDir, DEADLINE_MS: String(DEADLINE_MS), SHED_AFTER_MS: '0' }, ['--expose-gc'])
const errors: string[] = []
service.process.stdout?.on('data', (chunk: Buffer) => { if (chunk.includes('"level":50') || chunk.includes('"level":60')) errors.push(...String(chunk).split('\n').filter((line) => /"(?:err|failure)":/.test(line))) })
let ended: number | null | undefined
service.process.once('exit', (code) => (ended = code))

let done = 0
let slowest = 0
async function lane(number: number): Promise<void> {
  const property = fc.asyncProperty(fuzzCase, async (one) => {
    const asked = performance.now()
    const failure = await failureOf(service.url, one, PATIENCE_MS)
    const ms = performance.now() - asked
    // Told at once: it may be this case, or one that ran beside it.
    if (ms > DEADLINE_MS) console.log(`${ms.toFixed(0)} ms: ${JSON.stringify(one).slice(0, 400)}`)
    slowest = Math.max(slowest, ms)
    done += 1
    if (done % 5_000 === 0) await told()
    if (failure !== undefined) throw new Error(failure)
  })
  await fc.assert(property, { numRuns: Math.ceil(cases / LANES), seed: seed + number })
}

async function told(): Promise<number> {
  const { heap, rss } = await service.usage()
  console.log(`${String(done)} cases, heap ${(heap / MB).toFixed(0)} MB, resident ${(rss / MB).toFixed(0)} MB`)
  return heap
}

const began = performance.now()
try {
  const before = await told()
  await Promise.all(Array.from({ length: LANES }, (_, number) => lane(number)))
  const after = await told()
  const seconds = (performance.now() - began) / 1000
  console.log(`${String(done)} cases in ${seconds.toFixed(0)} s (seed ${String(seed)}): no 5xx, no order of inotuzumab passed over in silence, slowest answer ${slowest.toFixed(0)} ms; heap after collection ${(before / MB).toFixed(0)} → ${(after / MB).toFixed(0)} MB`)
  if (errors.length > 0 || ended !== undefined) throw new Error(`the service logged errors or ended (${String(ended)}): ${errors.slice(0, 3).join('\n')}`)
} finally {
  await service.stop()
  rmSync(dataDir, { recursive: true, force: true })
}
