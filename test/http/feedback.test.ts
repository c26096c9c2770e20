import { describe, expect, it, vi } from 'vitest'
import { all, decision } from '../store/records.ts'
import { codeOf, request, run, type RunOptions, SIGN } from './service.ts'

const FEEDBACK = `${SIGN}/feedback`
const MARK = 'PATIENT-MARK'
const entry = (change: object = {}) => ({ card: 'c1', outcome: 'overridden', outcomeTimestamp: '2026-11-20T09:17:42Z', ...change })

/** A service that has sent card c1 to the anonymous client. */
async function answered(options: RunOptions = {}) {
  const service = await run({ ...options, answerHook: async () => ({ kind: 'answer', body: { cards: [] }, decision: decision({ client: 'anonymous' }) }) })
  expect((await service.post(SIGN, request())).status).toBe(200)
  return service
}

describe('feedback', () => {
  it('is acknowledged without a body', async () => {
    const { post } = await answered()
    const response = await post(FEEDBACK, { feedback: [entry()] })
    expect([response.status, response.headers.get('content-length'), response.headers.get('cache-control'), await response.text()]).toEqual([200, '0', 'no-store', ''])
  })

  it('on a card is found with the rules of the card', async () => {
    const { post, store } = await answered()
    await post(FEEDBACK, { feedback: [entry({ overrideReason: { reason: { code: 'newer', system: 'urn:s' }, userComment: 'x' } })] })
    expect(await store.overrides('k1', 0)).toMatchObject([{ rule: 'hold-a', reasonCode: 'newer', at: Date.UTC(2026, 10, 20, 9, 17, 42) }, { rule: 'hold-b' }])
  })

  it('is kept under the code of the content when a client is offered reasons without hyphens', async () => {
    const { post, store } = await answered({ reasons: () => ({ system: 'urn:s', reasons: { 'dose-intentional': {} } }) })
    const reasons = [{ reason: { code: 'doseIntentional', system: 'urn:s' } }, { reason: { code: 'doseIntentional', system: 'urn:theirs' } }]
    await post(FEEDBACK, { feedback: reasons.map((overrideReasons) => entry({ overrideReasons })) })
    expect((await store.overrides('k1', 0)).filter(({ rule }) => rule === 'hold-a').map(({ reasonCode }) => reasonCode).sort()).toEqual(['dose-intentional', 'doseIntentional'])
  })

  it('may be a batch, repeated, on unknown cards, and in another dialect', async () => {
    const { post, store } = await answered()
    const batch = { feedback: [entry(), entry({ card: 'unknown' }), entry({ overrideReasons: { reason: { code: 'b' } } })] }
    expect((await post(FEEDBACK, batch)).status).toBe(200)
    expect((await post(FEEDBACK, batch)).status).toBe(200)
    expect((await store.overrides('k1', 0)).filter(({ rule }) => rule === 'hold-a').map(({ reasonCode }) => reasonCode).sort()).toEqual(['b', 'b', undefined, undefined])
  })

  it('keeps what can be used of a batch', async () => {
    const { post, store, log } = await answered()
    expect((await post(FEEDBACK, { feedback: [entry({ outcomeTimestamp: '20.11.2026' }), entry(), 5] })).status).toBe(200)
    expect(await store.overrides('k1', 0)).toHaveLength(2)
    expect(log()).toContain('"matched":1,"unmatched":0,"unusable":2')
  })

  it.each([['no list', {}], ['no usable entry', { feedback: [entry({ outcomeTimestamp: '20.11.2026' })] }], ['a list for a body', []]])('with %s is refused', async (_, body) => {
    const { post } = await run()
    const response = await post(FEEDBACK, body)
    expect(response.status).toBe(400)
    expect(await codeOf(response)).toBe('feedback-invalid')
  })

  it('is not acknowledged when it could not be stored', async () => {
    const { post, log } = await run({ store: { recordFeedback: async () => { throw new Error(MARK) } } })
    const response = await post(FEEDBACK, { feedback: [entry()] })
    expect([response.status, response.headers.get('retry-after'), await codeOf(response)]).toEqual([503, '5', 'store-unavailable'])
    expect(log()).not.toContain(MARK)
  })

  it('leaves nothing of its comments in the log', async () => {
    const { post, log } = await answered()
    await post(FEEDBACK, { feedback: [entry({ overrideReason: { userComment: MARK, reason: { code: MARK, display: MARK } } }), { card: MARK }] })
    await post(FEEDBACK, { feedback: [{ card: MARK, userComment: MARK }] })
    expect(log()).not.toContain(MARK)
  })
})

describe('a decision', () => {
  it('is stored before its answer leaves', async () => {
    const order: string[] = []
    const service = await run({
      answerHook: async () => ({ kind: 'answer', body: { cards: [] }, decision: decision() }),
      store: { recordDecision: () => new Promise((resolve) => setTimeout(() => resolve(void order.push('stored')), 30)) },
    })
    await service.post(SIGN, request())
    order.push('answered')
    expect(order).toEqual(['stored', 'answered'])
  })

  it('can be found by its cards', async () => {
    const { store } = await answered()
    expect(await store.cardOf('c1')).toMatchObject({ decision: 'd1' })
  })

  it('that cannot be stored does not cost the answer, and waits until the store takes it', async () => {
    const kept: string[] = []
    let isDown = true
    const service = await run({
      answerHook: async () => ({ kind: 'answer', body: { cards: [] }, decision: decision() }),
      store: { recordDecision: async ({ id }) => { if (isDown) throw new Error(MARK); kept.push(id) } },
    })
    const metrics = async () => (await fetch(`${service.base}/metrics`)).text()
    expect((await service.post(SIGN, request())).status).toBe(200)
    expect(service.log()).toContain('decision waits for the store')
    expect(service.log()).not.toContain(MARK)
    expect(await metrics()).toContain('inocds_decisions_waiting 1')
    isDown = false
    await vi.waitUntil(() => kept.length > 0, { timeout: 5_000 })
    expect(kept).toEqual(['d1'])
    expect(await metrics()).toContain('inocds_decisions_waiting 0')
  })

  it('of an order that was refused is stored as well', async () => {
    const { store, post } = await run({ answerHook: async () => ({ kind: 'problem', code: 'data-not-obtainable', decision: decision({ outcome: 'refused', cards: [] }) }) })
    expect((await post(SIGN, request())).status).toBe(412)
    expect((await all(store.decisions({ since: 0, until: 2_000 }))).map(({ decision: { id, outcome } }) => [id, outcome])).toEqual([['d1', 'refused']])
  })
})

describe('a store that does not answer', () => {
  it('delays a call by half a second at most', async () => {
    const service = await run({
      answerHook: async () => ({ kind: 'answer', body: { cards: [] }, decision: decision() }),
      store: { recordDecision: () => new Promise(() => undefined) },
    })
    expect((await service.post(SIGN, request())).status).toBe(200)
  })
})
