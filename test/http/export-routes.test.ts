import { mkdtempSync } from 'node:fs'
import { request as httpRequest } from 'node:http'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fastify } from 'fastify'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { exportStore } from '../../src/commands/export.ts'
import { exportRoutes } from '../../src/http/export-routes.ts'
import { declareState } from '../../src/http/request-state.ts'
import { openEmbeddedStore } from '../../src/store/embedded.ts'
import type { Store } from '../../src/store/store.ts'
import { all, decision, feedback } from '../store/records.ts'
import { codeOf } from './service.ts'

const DAY = Date.UTC(2026, 10, 20)

async function serve(store: Pick<Store, 'decisions' | 'feedback'>): Promise<string> {
  const app = fastify()
  declareState(app)
  exportRoutes(app, store)
  const base = await app.listen({ port: 0, host: '127.0.0.1' })
  onTestFinished(() => app.close())
  return `${base}/admin/export`
}

/** A store with a decision on each of two days, and feedback on both. */
async function stored(): Promise<{ readonly folder: string; readonly store: Store }> {
  const folder = mkdtempSync(join(tmpdir(), 'ino-export-'))
  const store = openEmbeddedStore(folder)
  onTestFinished(() => store.close())
  for (const [id, at] of [['d1', DAY], ['d2', DAY + 86_400_000]] as const) {
    await store.recordDecision(decision({ id, at, cards: [{ uuid: `c-${id}`, rules: ['hold-a'], suggestions: [] }] }))
    await store.recordFeedback([feedback({ card: `c-${id}`, receivedAt: at + 1_000, outcomeAt: at })])
  }
  return { folder, store }
}

const lines = async (response: Response): Promise<Record<string, unknown>[]> => (await response.text()).split('\n').slice(0, -1).map((line) => JSON.parse(line) as Record<string, unknown>) // sound: checked by the test

describe('an export', () => {
  it.each([['decisions', ['d1', 'd2']], ['feedback', [1, 2]], ['audit-events', ['d1', 'd2', 'feedback-1', 'feedback-2']]])('of %s holds everything, one object a line', async (kind, ids) => {
    const { store } = await stored()
    const response = await fetch(`${await serve(store)}/${kind}.ndjson`)
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/x-ndjson'])
    expect((await lines(response)).map(({ id }) => id)).toEqual(ids)
  })

  it.each([
    ['since=2026-11-21', ['d2']], ['until=2026-11-21', ['d1']], ['since=2026-11-20T00:00:00Z&until=2026-11-20T00:00:00.001Z', ['d1']],
    ['since=2026-11-20T01:00:00%2B01:00&until=2026-11-20T00:00:00Z', []], ['since=2026-11-22', []],
  ])('with %s holds what lies in between, the beginning included', async (query, ids) => {
    const { store } = await stored()
    expect((await lines(await fetch(`${await serve(store)}/decisions.ndjson?${query}`))).map(({ id }) => id)).toEqual(ids)
  })

  it.each(['since=yesterday', 'until=20.11.2026', 'since=2026-11-20T10:00', 'since=2026-11-20&since=2026-11-21', 'since=2026-13-40'])('with %s is refused without repeating it', async (query) => {
    const { store } = await stored()
    const response = await fetch(`${await serve(store)}/decisions.ndjson?${query}`)
    expect(response.status).toBe(400)
    const copy = response.clone()
    expect(await copy.text()).not.toMatch(/yesterday|20\.11|13-40/)
    expect(await codeOf(response)).toBe('invalid-request')
  })

  it('reads no further than the reader takes it', async () => {
    let read = 0
    async function* endless() {
      for (;;) {
        read += 1
        yield { decision: decision({ id: `d${read}` }), feedback: [] }
        if (read % 100 === 0) await new Promise((resolve) => { setImmediate(resolve) })
      }
    }
    const url = await serve({ decisions: endless, feedback: async function* none() { /* nothing */ } })
    const request = httpRequest(`${url}/decisions.ndjson`).end()
    const [response] = await once(request, 'response') as [NodeJS.ReadableStream & { pause(): void; destroy(): void }] // sound: what node:http emits
    response.pause()
    let before = -1
    await vi.waitUntil(() => {
      const still = read === before
      before = read
      return still
    }, { interval: 200, timeout: 20_000 })
    expect(read).toBeLessThan(100_000)
    response.destroy()
  })

  it('that breaks off on the way does not look complete', async () => {
    async function* failing() {
      for (let index = 0; index < 500; index += 1) yield { decision: decision(), feedback: [] }
      throw new Error('the store went away')
    }
    const url = await serve({ decisions: failing, feedback: async function* none() { /* nothing */ } })
    await expect(fetch(`${url}/decisions.ndjson`).then((response) => response.text())).rejects.toThrow()
  })
})

describe('the export command', () => {
  it('prints the same while the store is in use', async () => {
    const { folder, store } = await stored()
    const { stream, ok } = await exportStore(['decisions', '--since', '2026-11-21'], { DATA_DIR: folder })
    expect(ok).toBe(true)
    const printed = await all(stream ?? (async function* none() { /* nothing */ })())
    expect(printed.map((line) => (JSON.parse(line) as { id: unknown }).id)).toEqual(['d2']) // sound: compared
    await store.health()
  })

  it.each([[[]], [['everything']], [['decisions', '--since', 'yesterday']], [['decisions', '--until']]])('explains itself when called with %j', async (words) => {
    const { ok, lines: said } = await exportStore(words, {})
    expect([ok, said[0]]).toEqual([false, expect.stringMatching(/^usage: node src\/main\.ts export decisions \| feedback \| audit-events/)])
  })

  it('does not take an empty folder for an empty store', async () => {
    const { stream } = await exportStore(['decisions'], { DATA_DIR: mkdtempSync(join(tmpdir(), 'ino-none-')) })
    await expect(all(stream ?? (async function* none() { /* nothing */ })())).rejects.toThrow(/there is no store at/)
  })
})
