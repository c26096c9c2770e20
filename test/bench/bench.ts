// `npm run bench`: requests a second as ratios to a floor measured in the same run. The floor is a bare Fastify server that parses the
// same body and returns a fixed card. Figures of one machine mean nothing elsewhere; the ratios do.
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import autocannon from 'autocannon'
import { requestBody } from './bodies.ts'

const SECONDS = Number(process.env['BENCH_SECONDS'] ?? 4)
const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const PATH = '/cds-services/inotuzumab-order-sign'

interface Server { readonly process: ChildProcess; readonly url: string; readonly startedInMs: number }

/** Starts a server and waits for the log line that carries its address. */
function start(script: string, args: readonly string[], env: Readonly<Record<string, string>>): Promise<Server> {
  const began = performance.now()
  const child = spawn(process.execPath, [join(ROOT, script), ...args], { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'inherit'] })
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`${script} ended with ${String(code)}`)))
    child.stdout.on('data', (chunk: Buffer) => {
      const address = /"address":"([^"]+)"/.exec(chunk.toString())?.[1]
      if (address !== undefined) resolve({ process: child, url: address.replace('0.0.0.0', '127.0.0.1'), startedInMs: performance.now() - began })
    })
  })
}

async function measure(url: string, body: string, connections: number): Promise<{ rate: number; p50: number; p99: number }> {
  const run = (duration: number) => autocannon({ url: url + PATH, method: 'POST', headers: { 'content-type': 'application/json' }, body, connections, duration })
  await run(1)
  const { requests, latency, non2xx, errors } = await run(SECONDS)
  if (non2xx > 0 || errors > 0) throw new Error(`${String(non2xx)} answers were not 200, ${String(errors)} errors`)
  return { rate: requests.average, p50: latency.p50, p99: latency.p99 }
}

const dataDir = mkdtempSync(join(tmpdir(), 'bench-'))
const floor = await start('test/bench/floor.ts', [], {})
const service = await start('src/main.ts', ['serve'], { AUTH_MODE: 'none', HOST: '127.0.0.1', PORT: '0', DATA_DIR: dataDir, LOG_LEVEL: 'info' })
const stop = (): void => {
  floor.process.removeAllListeners('exit').kill()
  service.process.removeAllListeners('exit').kill()
  rmSync(dataDir, { recursive: true, force: true })
}
try {
  console.log(`cold start ${service.startedInMs.toFixed(0)} ms (floor ${floor.startedInMs.toFixed(0)} ms)`)
  console.log('observations  KB    order       floor/s  service/s  ratio  p50 ms  p99 ms')
  for (const observations of [5, 50, 500]) {
    for (const drug of ['unrelated', 'inotuzumab'] as const) {
      const body = requestBody(observations, drug)
      const low = await measure(floor.url, body, 10)
      const ours = await measure(service.url, body, 10)
      const cells = [String(observations).padStart(12), (body.length / 1024).toFixed(0).padStart(4), drug.padEnd(10), low.rate.toFixed(0).padStart(8), ours.rate.toFixed(0).padStart(10), (ours.rate / low.rate).toFixed(2).padStart(6), String(ours.p50).padStart(7), String(ours.p99).padStart(7)]
      console.log(cells.join('  '))
    }
  }
} finally {
  stop()
}
