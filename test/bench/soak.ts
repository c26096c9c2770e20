// `npm run soak [-- --requests 1000000]`: a mixture as of a hospital against one process, and what becomes of its memory. Writes dist/bench/soak.json and soak.md.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { Pool } from 'undici'
import { type Case, requestOf } from './bodies.ts'
import { startMeasured } from './process.ts'

const { values: asked } = parseArgs({ options: { requests: { type: 'string', default: '1000000' }, out: { type: 'string', default: 'dist/bench' } } })
const requests = Number(asked.requests)
const LANES = 16
const POINTS = 20
const MB = 1024 * 1024

/** Of a hundred calls: nearly all concern no rule. */
const MIXTURE: readonly (readonly [share: number, what: Case, observations: number])[] = [
  [75, 'unrelated order', 5], [15, 'unrelated order', 50], [6, 'inotuzumab order', 5], [1, 'inotuzumab order', 50], [2, 'chart opened, treated', 5], [1, 'chart opened, untreated', 50],
]
const CALLS = MIXTURE.flatMap(([share, what, observations]) => {
  const { service, body } = requestOf(what, observations, '')
  return Array.from({ length: share }, () => ({ path: `/cds-services/${service}`, body, patient: `bench-${String(observations)}` }))
})

interface Point { readonly requests: number; readonly seconds: number; readonly rssMb: number; readonly heapMb: number }

const dataDir = mkdtempSync(join(tmpdir(), 'soak-'))
const service = await startMeasured('src/main.ts', ['serve'], { AUTH_MODE: 'none', HOST: '127.0.0.1', PORT: '0', DATA_DIR: dataDir, SHED_AFTER_MS: '0' }, ['--max-semi-space-size=4'])
const pool = new Pool(service.url, { connections: LANES })
const began = performance.now()
const points: Point[] = []
let sent = 0
let failed = 0

async function note(): Promise<void> {
  const { rss, heap } = await service.usage()
  const point = { requests: sent, seconds: Math.round((performance.now() - began) / 1000), rssMb: Math.round(rss / MB), heapMb: Math.round(heap / MB) }
  points.push(point)
  console.log(JSON.stringify(point))
}

/** Every call is about another patient, so that nothing is answered from memory of the one before. */
async function call(number: number): Promise<void> {
  const one = CALLS[(number * 37) % CALLS.length]
  if (!one) return
  const { statusCode, body } = await pool.request({ path: one.path, method: 'POST', headers: { 'content-type': 'application/json' }, body: one.body.replaceAll(one.patient, `p${String(number)}`) })
  await body.dump()
  if (statusCode !== 200) failed += 1
}

async function lane(): Promise<void> {
  while (sent < requests) {
    const number = (sent += 1)
    await call(number)
    if (number % Math.ceil(requests / POINTS) === 0) await note()
  }
}

const line = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`

try {
  await note()
  await Promise.all(Array.from({ length: LANES }, lane))
  await note()
  mkdirSync(asked.out, { recursive: true })
  writeFileSync(join(asked.out, 'soak.json'), `${JSON.stringify({ at: new Date().toISOString(), node: process.version, requests, failed, points }, undefined, 1)}\n`)
  writeFileSync(join(asked.out, 'soak.md'), `${[line(['requests', 'seconds', 'resident MB', 'heap MB']), '| ---: | ---: | ---: | ---: |', ...points.map((point) => line(Object.values(point)))].join('\n')}\n`)
  console.log(`${String(requests)} requests, ${String(failed)} not answered with 200`)
  if (failed > 0) process.exitCode = 1
} finally {
  await pool.close()
  await service.stop()
  rmSync(dataDir, { recursive: true, force: true })
}
