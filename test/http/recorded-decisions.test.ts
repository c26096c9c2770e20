import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openEmbeddedStore } from '../../src/store/embedded.ts'
import type { DecisionRecord } from '../../src/store/store.ts'
import { VERSION } from '../../src/version.ts'
import { chartOf, prefetchOf, recordOf, requestOf } from '../requests/record.ts'
import { callAt, startService } from '../requests/running.ts'
import { all } from '../store/records.ts'

const ALWAYS = { since: 0, until: Number.MAX_SAFE_INTEGER }
const MARK = 'comment-mark'

/** What the store holds after one call of a service with these settings, and after feedback on its first card. */
async function recorded(settings: Readonly<Record<string, string>> = {}, prefetch?: unknown) {
  const folder = mkdtempSync(join(tmpdir(), 'ino-recorded-'))
  const service = await startService({ DATA_DIR: folder, ...settings })
  onTestFinished(() => service.stop().catch(() => undefined))
  const chart = chartOf('patient-mark')
  const answer = await callAt(service.url, requestOf(chart, { prefetch: prefetch ?? prefetchOf(recordOf(chart)) }))
  const feedback = answer.cards.slice(0, 1).map(({ uuid }) => ({ card: uuid, outcome: 'overridden', overrideReason: { userComment: MARK }, outcomeTimestamp: new Date().toISOString() }))
  const sent = await fetch(`${service.url}/cds-services/inotuzumab-order-sign/feedback`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ feedback }) })
  expect(sent.status).toBe(200)
  const store = openEmbeddedStore(folder)
  onTestFinished(() => store.close())
  const [first, ...more] = await all(store.decisions(ALWAYS))
  expect(more).toEqual([])
  if (!first) throw new Error('nothing was recorded')
  return { ...first, answer, text: JSON.stringify(first), service }
}

describe('a decision as recorded', () => {
  it('says everything about the call and nothing about the record, unless told otherwise', async () => {
    const { decision, answer, text } = await recorded()
    expect(decision).toMatchObject({
      service: 'inotuzumab-order-sign', hook: 'order-sign', client: 'anonymous', outcome: 'cards', profile: 'label-us', settings: {}, software: VERSION,
      labelRevision: expect.stringMatching(/^\d{4}-\d{2}$/), contentHash: expect.stringMatching(/^[0-9a-f]{16}$/),
    } satisfies Partial<Record<keyof DecisionRecord, unknown>>)
    expect(decision.findings.map(({ rule, indicator, shown }) => ({ rule, indicator, shown }))).toEqual(answer.decision?.findings.map(({ rule, indicator, shown }) => ({ rule, indicator, shown })))
    expect(decision.cards.map(({ uuid }) => uuid)).toEqual(answer.cards.map(({ uuid }) => uuid))
    expect(decision.missing).toEqual(answer.decision?.missing.map(({ fact }) => ({ fact })))
    expect(decision.latencyMs).toBeGreaterThan(0)
    expect(decision).not.toHaveProperty('inputs')
    expect(text).not.toMatch(/patient-mark|Observation\//)
  })

  it('refers to the resources it read where the site wants that, without their values', async () => {
    const { decision } = await recorded({ STORE_INPUTS: 'references' })
    expect(decision.inputs?.flatMap(({ sources }) => sources).filter((source) => source.startsWith('Observation/')).length).toBeGreaterThan(0)
    expect(decision.inputs?.every((input) => !('value' in input) && !('day' in input))).toBe(true)
    expect(decision.missing.every((missing) => !('why' in missing))).toBe(true)
  })

  it('holds the values as well where the site wants that', async () => {
    const { decision, answer } = await recorded({ STORE_INPUTS: 'values' })
    const valued = decision.inputs?.filter(({ value }) => value !== undefined) ?? []
    expect(valued.length).toBeGreaterThan(0)
    expect(valued.find(({ day }) => day !== undefined)?.day).toMatch(/^\d{4}-\d{2}-\d{2}$/)
    expect(decision.missing).toEqual(answer.decision?.missing)
  })

  it('says that nothing could be checked where the caller got an error', async () => {
    const { decision, answer } = await recorded({}, {})
    expect([answer.status, answer.problem]).toEqual([412, 'data-not-obtainable'])
    expect(decision).toMatchObject({ outcome: 'refused', findings: [], cards: [] })
  })

  it('keeps what a clinician wrote only where the site wants that', async () => {
    expect((await recorded()).feedback[0]).not.toHaveProperty('comment')
    const { feedback, service } = await recorded({ STORE_COMMENTS: 'yes' })
    expect(feedback[0]?.comment).toBe(MARK)
    expect(service.log()).not.toContain(MARK)
  })
})
