import { describe, expect, it } from 'vitest'
import { type FhirReader, isFailure } from '../../src/fhir/reader.ts'
import { fhirReader, type ReaderOptions } from '../../src/fhir/client.ts'
import { type Circuit, type FhirServers, fhirServers, LIMITS } from '../../src/fhir/servers.ts'
import { ehr, hang, json, status, type Answer, type Ehr } from './ehr-server.ts'
import { bundle } from './records.ts'

const open = new AbortController().signal
/** A server is left alone for so short a time, after so few queries, that a test need not wait. */
const QUICK = { ...LIMITS, leastQueries: 10, pauseMs: { first: 40, most: 80 } }
const good = json(bundle())

interface Watched { readonly servers: FhirServers; readonly circuits: Circuit[]; readonly outcomes: string[] }
function watched(limits = QUICK): Watched {
  const circuits: Circuit[] = []
  const outcomes: string[] = []
  const servers = fhirServers({ circuit: (_, state) => void circuits.push(state), answered: (_, outcome) => void outcomes.push(outcome) }, limits)
  return { servers, circuits, outcomes }
}
const readerOf = (server: Ehr, { servers }: Watched, options: ReaderOptions = {}): FhirReader => fhirReader(server.access, { servers, timeoutMs: 20_000, ...options })
const whyOf = async (reader: FhirReader, signal = open): Promise<string> => {
  const answer = await reader.read('Observation', signal)
  return isFailure(answer) ? answer.why : 'ok'
}
const times = (count: number, reader: FhirReader, signal = open): Promise<string[]> => Promise.all(Array.from({ length: count }, () => whyOf(reader, signal)))

/** A server whose one answer can be changed. */
async function changeable(first: Answer): Promise<{ server: Ehr; become(answer: Answer): void }> {
  let now = first
  return { server: await ehr({ Observation: (response, request) => now(response, request) }), become: (answer) => void (now = answer) }
}

/** Until the pause is certainly over: the longest, and the time to the next tick. */
const pauseIsOver = () => new Promise((resolve) => setTimeout(resolve, QUICK.pauseMs.most + 10))

describe('a server that does not answer', () => {
  it.each<[string, Answer, string]>([['hangs', hang, 'timeout'], ['breaks connections', (response) => void response.destroy(), 'network'], ['has nobody behind its gateway', status(503), 'unavailable']])('because it %s is left alone after a while', async (_, answer, why) => {
    const all = watched()
    const { server } = await changeable(answer)
    const whys = await times(20, readerOf(server, all, { timeoutMs: 100 }))
    expect(whys).toContain(why)
    const asked = server.requests.length
    expect([all.circuits[0], all.servers.states()[0]?.circuit]).toEqual(['open', 'open'])
    expect(await whyOf(readerOf(server, all))).toBe('not-asked')
    expect(server.requests).toHaveLength(asked)
  })
  it.each([401, 403, 404, 429, 500])('well, but answers all the same (%i), is asked as before', async (code) => {
    const all = watched()
    const { server } = await changeable(status(code))
    await times(20, readerOf(server, all, { until: 0 }))
    expect([all.circuits, server.requests.length]).toEqual([[], 20])
  })
  it('in fewer queries than mean anything is asked as before', async () => {
    const all = watched({ ...QUICK, leastQueries: 30 })
    const { server, become } = await changeable(hang)
    expect(await times(20, readerOf(server, all, { timeoutMs: 100 }))).toEqual(Array.from({ length: 20 }, () => 'timeout'))
    become(good)
    expect(await whyOf(readerOf(server, all))).toBe('ok')
  })
  it('to half of the queries is asked as before', async () => {
    const all = watched()
    const server = await ehr({ Observation: hang, Condition: good })
    const reader = readerOf(server, all, { timeoutMs: 100 })
    const well = await Promise.all(Array.from({ length: 12 }, () => reader.read('Condition', open)))
    expect([well.some(isFailure), await times(12, reader), all.circuits]).toEqual([false, Array.from({ length: 12 }, () => 'timeout'), []])
  })
  it('is not blamed for a client that hangs up', async () => {
    const all = watched()
    const { server } = await changeable(hang)
    const hungUp = new AbortController()
    const calls = times(20, readerOf(server, all), hungUp.signal)
    await expect.poll(() => server.requests.length).toBe(20)
    hungUp.abort(new DOMException('gone', 'AbortError'))
    expect(new Set(await calls)).toEqual(new Set(['timeout']))
    expect(all.circuits).toEqual([])
  })
  it('is blamed for a call that ran out of time', async () => {
    const all = watched()
    const { server } = await changeable(hang)
    await times(20, readerOf(server, all), AbortSignal.timeout(100))
    expect(all.circuits).toEqual(['open'])
  })
})

describe('a server left alone', () => {
  const silenced = async () => {
    const all = watched()
    const { server, become } = await changeable(hang)
    await times(20, readerOf(server, all, { timeoutMs: 50 }))
    await pauseIsOver()
    return { all, server, become, before: server.requests.length }
  }
  it('is asked again by one query, and by all once that was answered', async () => {
    const { all, server, become, before } = await silenced()
    become((response, request) => {
      expect(all.servers.states()[0]?.circuit).toBe(server.requests.length === before + 1 ? 'probing' : 'closed')
      good(response, request)
    })
    expect(new Set(await times(20, readerOf(server, all)))).toEqual(new Set(['ok']))
    expect(all.circuits).toEqual(['open', 'probing', 'closed'])
  })
  it('stays alone when the one query is not answered either', async () => {
    const { all, server, before } = await silenced()
    expect((await times(20, readerOf(server, all, { timeoutMs: 50 }))).toSorted()).toEqual([...Array.from({ length: 19 }, () => 'not-asked'), 'timeout'])
    expect([server.requests.length - before, all.circuits]).toEqual([1, ['open', 'probing', 'open']])
  })
  it('is not believed to be back because the client of the one query hung up', async () => {
    const { all, server, before } = await silenced()
    const hungUp = new AbortController()
    const calls = times(5, readerOf(server, all), hungUp.signal)
    await expect.poll(() => server.requests.length).toBe(before + 1)
    hungUp.abort(new DOMException('gone', 'AbortError'))
    await calls
    await expect.poll(() => all.circuits).toEqual(['open', 'probing', 'open'])
  })
})

describe('other servers', () => {
  it('answer as ever while one hangs with all its room taken', async () => {
    const all = watched(LIMITS)
    const [hanging, well] = [await ehr({ Observation: hang }), await ehr({ Observation: good })]
    const over = new AbortController()
    const stuck = Array.from({ length: 5 }, () => times(24, readerOf(hanging, all), over.signal)).map((calls) => calls.then(() => 'settled'))
    await expect.poll(() => all.servers.states()[0]).toMatchObject({ running: LIMITS.running, waiting: 120 - LIMITS.running })
    expect(hanging.requests.length).toBeLessThanOrEqual(LIMITS.running)
    expect(new Set(await times(24, readerOf(well, all)))).toEqual(new Set(['ok']))
    over.abort()
    expect(await Promise.all(stuck)).toHaveLength(5)
    await expect.poll(() => all.servers.states()[0]).toMatchObject({ running: 0, waiting: 0 })
  })
})

describe('a queue', () => {
  it('that is full takes no more, and says so', async () => {
    const all = watched({ ...LIMITS, running: 2, waiting: 3 })
    const { server } = await changeable(hang)
    const over = new AbortController()
    const calls = times(8, readerOf(server, all), over.signal)
    await expect.poll(() => all.outcomes).toEqual(['crowded', 'crowded', 'crowded'])
    over.abort()
    expect((await calls).filter((why) => why === 'crowded')).toHaveLength(3)
  })
  it('is worked off', async () => {
    const all = watched({ ...LIMITS, running: 2, waiting: 100 })
    const { server } = await changeable(good)
    expect(new Set(await times(40, readerOf(server, all)))).toEqual(new Set(['ok']))
    expect(all.outcomes).toHaveLength(40)
  })
})

it('connections are gone after closing', async () => {
  const all = watched()
  const { server } = await changeable(good)
  expect(await whyOf(readerOf(server, all))).toBe('ok')
  await all.servers.close()
  expect(await whyOf(readerOf(server, all, { until: 0 }))).toBe('network')
})
