// `npm run bench [-- --quick] [--only words] [--observations 50,500] [--connections 10]`: the service beside a floor in the same run. The floor is a bare Fastify server
// that parses the same body and returns a fixed card. Figures of one machine mean nothing elsewhere; the ratios do.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { CASES, requestOf } from './bodies.ts'
import { growthFigure } from './figure.ts'
import { type Cell, compare, slowestQuery } from './measure.ts'
import { startMeasured } from './process.ts'

const { values: asked } = parseArgs({ options: {
  quick: { type: 'boolean', default: false }, only: { type: 'string', default: '' }, observations: { type: 'string' }, connections: { type: 'string' }, seconds: { type: 'string' },
  out: { type: 'string', default: 'dist/bench' },
} })
const numbers = (text: string): number[] => text.split(',').map(Number)
const counts = numbers(asked.observations ?? (asked.quick ? '5,500' : '5,50,500,5000'))
const loads = numbers(asked.connections ?? (asked.quick ? '10' : '1,10,50'))
const seconds = Number(asked.seconds ?? (asked.quick ? 1 : 2))
const rounds = asked.quick ? 1 : 2
/** Requests of several megabytes come few a second: they get longer to be counted. */
const secondsFor = (count: number): number => (count >= 5000 ? seconds * 3 : seconds)

const HEAD = ['case', 'observations', 'KB', 'connections', 'floor/s', 'service/s', 'ratio', 'CPU ratio', 'p50 ms', 'p99 ms', 'CPU ms', 'allocated KB', 'peak MB']

function row({ what, observations, kb, connections, floor, service, ratio, cpuRatio }: Cell): string[] {
  const numeric = [floor.rate.toFixed(0), service.rate.toFixed(0), ratio.toFixed(2), cpuRatio.toFixed(2), service.p50.toFixed(1), service.p99.toFixed(1), service.cpuMs.toFixed(2), service.allocatedKb.toFixed(0), service.peakMb.toFixed(0)]
  return [what, String(observations), kb.toFixed(0), String(connections), ...numeric, ...(service.refused > 0 ? [`${String(service.refused)} refused`] : [])]
}

const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`

const dataDir = mkdtempSync(join(tmpdir(), 'bench-'))
const fhir = await startMeasured('test/bench/fhir.ts', [])
const fhirServer = `${fhir.url}/fhir`
const floor = await startMeasured('test/bench/floor.ts', [])
const service = await startMeasured('src/main.ts', ['serve'], {
  AUTH_MODE: 'none', HOST: '127.0.0.1', PORT: '0', DATA_DIR: dataDir, LOG_LEVEL: 'info', FHIR_SERVERS: fhirServer, BODY_LIMIT_MB: '64', DEADLINE_MS: '60000',
})
const table: string[] = [line(HEAD), line(HEAD.map((_, i) => (i === 0 ? '---' : '---:')))]
const cells: Cell[] = []
try {
  console.log(`${String(cpus().length)} cores, Node ${process.version}, cold start ${service.startedInMs.toFixed(0)} ms (floor ${floor.startedInMs.toFixed(0)} ms)\n${table.join('\n')}`)
  const plan = CASES.filter((name) => name.includes(asked.only)).flatMap((what) => counts.flatMap((count) => loads.map((connections) => ({ what, count, connections }))))
  for (const { what, count, connections } of plan) {
    const cell = await compare(what, count, requestOf(what, count, fhirServer), floor, service, { connections, seconds: secondsFor(count), rounds })
    cells.push(cell)
    table.push(line(row(cell)))
    console.log(table.at(-1))
  }
  const queries = await Promise.all(counts.map(async (count) => ({ observations: count, ms: await slowestQuery(fhirServer, requestOf('inotuzumab order, fetched', count, fhirServer).patientId) })))
  for (const { observations, ms } of queries) console.log(`slowest FHIR query with ${String(observations)} Observations, read and parsed: ${ms.toFixed(1)} ms`)
  mkdirSync(asked.out, { recursive: true })
  writeFileSync(join(asked.out, 'bench.json'), `${JSON.stringify({ at: new Date().toISOString(), node: process.version, cores: cpus().length, coldStartMs: service.startedInMs, cells, queries }, undefined, 1)}\n`)
  writeFileSync(join(asked.out, 'bench.md'), `${table.join('\n')}\n`)
  writeFileSync(join(asked.out, 'growth.svg'), growthFigure(cells, loads.includes(10) ? 10 : loads[0] ?? 1))
  console.log(`written to ${asked.out}: bench.json, bench.md, growth.svg`)
} finally {
  await Promise.all([floor.stop(), service.stop(), fhir.stop()])
  rmSync(dataDir, { recursive: true, force: true })
}
