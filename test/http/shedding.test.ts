import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { AnswerHook, Authenticate } from '../../src/http/types.ts'
import { codeOf, request, run, SIGN } from './service.ts'

/** Real work of a core, as evaluating is. */
const burning = (ms: number): AnswerHook => async () => {
  const until = performance.now() + ms
  while (performance.now() < until);
  return { kind: 'answer', body: { cards: [] } }
}

/** The client is the one that the header names. */
const byName: Authenticate = async (authorization = 'nobody') => ({ client: { id: authorization, tenant: undefined, dialect: 'generic', orderCodes: [], fhirServers: [] } })

/** Connections that are open before anything is sent, as a client's pool is. */
async function opened(base: string, count: number): Promise<readonly Socket[]> {
  const sockets = Array.from({ length: count }, () => connect(Number(new URL(base).port), '127.0.0.1'))
  onTestFinished(() => sockets.forEach((socket) => socket.destroy()))
  await Promise.all(sockets.map((socket) => once(socket, 'connect')))
  return sockets
}

/** Sends a call and waits for the beginning of its answer. */
async function ask(socket: Socket, client = 'a'): Promise<string> {
  const body = JSON.stringify(request())
  socket.write(`POST ${SIGN} HTTP/1.1\r\nHost: x\r\nAuthorization: ${client}\r\nContent-Type: application/json\r\nContent-Length: ${String(body.length)}\r\n\r\n${body}`)
  const [chunk] = await once(socket, 'data')
  return String(chunk)
}
const statusOf = (answer: string): number => Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1])

describe('a flood of calls', () => {
  it('is turned away beyond what can be answered in time, before those let in are answered, with a time to come back', async () => {
    const { base } = await run({ answerHook: burning(20), config: { deadlineMs: 1_000, shedAfterMs: 500 } })
    const order: number[] = []
    const answers = await Promise.all((await opened(base, 200)).map(async (socket) => {
      const answer = await ask(socket)
      order.push(statusOf(answer))
      return answer
    }))
    const refused = answers.filter((answer) => statusOf(answer) === 503)
    expect(new Set(order)).toEqual(new Set([200, 503]))
    expect(refused.length).toBeGreaterThan(100)
    // Most of those who are turned away do not wait for those who are let in.
    const middle = order.map((status, i) => (status === 503 ? i : -1)).filter((i) => i >= 0)[Math.floor(refused.length / 2)] ?? Infinity
    expect(middle).toBeLessThan(order.lastIndexOf(200))
    for (const answer of refused) expect(answer).toMatch(/retry-after: [1-9]\d*\r\n/i)
    const metrics = await (await fetch(`${base}/metrics`)).text()
    expect(metrics).toContain(`inocds_calls_shed_total ${String(refused.length)}`)
  })

  it('gets an error that says what to do', async () => {
    const { base, post } = await run({ answerHook: burning(100), config: { deadlineMs: 200, shedAfterMs: 1 } })
    const [first] = await opened(base, 1)
    if (!first) throw new Error('not connected')
    const answers = [ask(first), post(SIGN, request()), post(SIGN, request()), post(SIGN, request())] as const
    const refused = (await Promise.all(answers.slice(1))).filter((answer) => typeof answer !== 'string' && answer.status === 503)
    expect(refused.length).toBeGreaterThan(0)
    for (const answer of refused) if (typeof answer !== 'string') expect(await codeOf(answer)).toBe('too-busy')
  })

  it('leaves no trace once it is over', async () => {
    const { base, post } = await run({ answerHook: burning(5), config: { deadlineMs: 400, shedAfterMs: 200 } })
    await Promise.all((await opened(base, 100)).map((socket) => ask(socket)))
    for (let i = 0; i < 10; i += 1) expect((await post(SIGN, request())).status).toBe(200)
  })

  it('of one client does not close the door to another', async () => {
    const { base } = await run({ answerHook: burning(10), authenticate: byName, config: { deadlineMs: 1_000, shedAfterMs: 500 } })
    const [mine, ...others] = await opened(base, 101)
    if (!mine) throw new Error('not connected')
    const flooding = new AbortController()
    const statuses: number[] = []
    const flood = Promise.all(others.map(async (socket) => {
      while (!flooding.signal.aborted) statuses.push(statusOf(await ask(socket, 'flood')))
    }))
    const quiet: number[] = []
    for (let i = 0; i < 10; i += 1) quiet.push(statusOf(await ask(mine, 'quiet')))
    flooding.abort()
    await flood
    expect(statuses).toContain(503)
    expect(quiet).toEqual(Array.from({ length: 10 }, () => 200))
  })

  it('is let in whole where the limit is 0', async () => {
    const { base } = await run({ answerHook: burning(2), config: { deadlineMs: 100, shedAfterMs: 0 } })
    const answers = await Promise.all((await opened(base, 100)).map((socket) => ask(socket)))
    expect(answers.map(statusOf)).toEqual(Array.from({ length: 100 }, () => 200))
  })
})
