import autocannon from 'autocannon'
import type { Asked, Case } from './bodies.ts'
import type { Measured } from './process.ts'

/** One server under one load. `cpuMs` and `allocatedKb` are per request; they move less than the rate when the machine has other work. */
export interface Sample {
  readonly rate: number
  readonly p50: number
  readonly p99: number
  readonly cpuMs: number
  readonly allocatedKb: number
  readonly peakMb: number
  readonly refused: number
}

/** A cell of the table: the service beside the floor. */
export interface Cell {
  readonly what: Case
  readonly observations: number
  readonly kb: number
  readonly connections: number
  readonly floor: Sample
  readonly service: Sample
  /** Requests a second of the service over those of the floor. */
  readonly ratio: number
  /** CPU time of the floor's request over that of the service's. */
  readonly cpuRatio: number
}

export interface Load { readonly connections: number; readonly seconds: number; readonly rounds: number }

const MB = 1024 * 1024

async function fire(server: Measured, { service, body }: Asked, connections: number, duration: number) {
  return autocannon({ url: `${server.url}/cds-services/${service}`, method: 'POST', headers: { 'content-type': 'application/json' }, body, connections, duration, timeout: 60 })
}

async function sample(server: Measured, asked: Asked, connections: number, seconds: number): Promise<Sample> {
  await server.usage()
  const { requests, latency, non2xx, errors, duration } = await fire(server, asked, connections, seconds)
  const used = await server.usage()
  if (errors > 0) throw new Error(`${String(errors)} requests failed`)
  const answered = Math.max(1, requests.total - non2xx)
  return {
    rate: answered / duration, p50: latency.p50, p99: latency.p99, cpuMs: used.cpu / 1000 / answered, allocatedKb: used.allocated / 1024 / answered, peakMb: used.peakRss / MB, refused: non2xx,
  }
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

function joined(samples: readonly Sample[]): Sample {
  const over = (pick: (one: Sample) => number): number => mean(samples.map(pick))
  return {
    rate: over(({ rate }) => rate), p50: over(({ p50 }) => p50), p99: over(({ p99 }) => p99), cpuMs: over(({ cpuMs }) => cpuMs), allocatedKb: over(({ allocatedKb }) => allocatedKb),
    peakMb: Math.max(...samples.map(({ peakMb }) => peakMb)), refused: samples.reduce((sum, { refused }) => sum + refused, 0),
  }
}

/** Measures both in short turns, so that other work of the machine falls on both alike. */
export async function compare(what: Case, count: number, asked: Asked, floor: Measured, service: Measured, { connections, seconds, rounds }: Load): Promise<Cell> {
  await fire(floor, asked, connections, Math.max(1, seconds / 2))
  await fire(service, asked, connections, Math.max(1, seconds / 2))
  const low: Sample[] = []
  const ours: Sample[] = []
  for (let round = 0; round < rounds; round += 1) {
    low.push(await sample(floor, asked, connections, seconds))
    ours.push(await sample(service, asked, connections, seconds))
  }
  const [floorSample, serviceSample] = [joined(low), joined(ours)]
  return {
    what, observations: count, kb: asked.body.length / 1024, connections, floor: floorSample, service: serviceSample,
    ratio: serviceSample.rate / floorSample.rate, cpuRatio: floorSample.cpuMs / serviceSample.cpuMs,
  }
}

/** Time in ms in which the FHIR server itself sends all results and they are parsed: less than this no answer can take that fetches them. */
export async function slowestQuery(fhirServer: string, patientId: string): Promise<number> {
  const times: number[] = []
  for (let i = 0; i < 15; i += 1) {
    const began = performance.now()
    await (await fetch(`${fhirServer}/Observation?patient=${patientId}&code=http://loinc.org|1742-6`)).json()
    times.push(performance.now() - began)
  }
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0
}
