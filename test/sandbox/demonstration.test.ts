import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DEMO_CLIENT } from '../../src/sandbox/demo-month.ts'
import { forgetDemonstration } from '../../src/sandbox/forget.ts'
import { demonstration } from '../../src/sandbox/sandbox.ts'
import { openEmbeddedStore } from '../../src/store/embedded.ts'
import type { Store } from '../../src/store/store.ts'
import { loadContent } from '../content/loaded.ts'
import { decision } from '../store/records.ts'

const all = (): { since: number; until: number; timeZone: string } => ({ since: 0, until: Date.now() + 1000, timeZone: 'UTC' })

describe('the demonstration month', () => {
  let store: Store
  beforeAll(async () => {
    store = openEmbeddedStore(mkdtempSync(join(tmpdir(), 'ino-demonstration-')))
    await demonstration.load(store, loadContent())
  })
  afterAll(() => store.close())

  test('lies within thirty days, stands under its own client, and is answered with reasons the rules offer', async () => {
    const { rules, calls } = await store.governance(all())
    const days = new Set(calls.map(({ day }) => day))
    expect(new Set(rules.map(({ client }) => client))).toEqual(new Set([DEMO_CLIENT]))
    expect(days.size).toBeGreaterThanOrEqual(28)
    expect([...days].every((day) => Date.now() - Date.parse(day) < 32 * 86_400_000)).toBe(true)
    const { reasons } = loadContent().overrideReasons
    expect(rules.flatMap((rule) => rule.reasons).filter(({ code }) => code === undefined || !(code in reasons))).toEqual([])
  })
  test('holds only rules that exist', async () => {
    const ids = new Set(loadContent().rules.map(({ id }) => id))
    expect((await store.governance(all())).rules.filter(({ rule }) => !ids.has(rule))).toEqual([])
  })
  test('is kept when the store holds a decision of anybody else, and forgotten when it does not', async () => {
    const own = new Set([DEMO_CLIENT])
    expect(await forgetDemonstration(store, new Set(['https://generic.ehr.example']), Date.now())).toBe(false)
    await store.recordDecision(decision({ id: 'of-a-hospital', client: 'https://hospital.example', at: Date.now() - 1000, cards: [] }))
    expect(await forgetDemonstration(store, own, Date.now())).toBe(false)
    expect((await store.governance(all())).calls.length).toBeGreaterThan(28)
    expect(await forgetDemonstration(store, new Set([...own, 'https://hospital.example']), Date.now())).toBe(true)
    expect((await store.governance(all())).calls).toEqual([])
  })
})
