import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, describe, expect, it } from 'vitest'
import { openEmbeddedStore } from '../../src/store/embedded.ts'
import { openStore } from '../../src/store/open.ts'
import type { Store } from '../../src/store/store.ts'
import { decision, feedback } from './records.ts'

const newFolder = () => mkdtempSync(join(tmpdir(), 'ino-store-'))
const open: Store[] = []
const storeIn = (folder: string): Store => {
  const store = openEmbeddedStore(folder)
  open.push(store)
  return store
}
const newStore = () => storeIn(newFolder())
const closeAll = () => Promise.all(open.splice(0).map((store) => store.close()))

afterEach(closeAll)

describe('a decision', () => {
  it('gives its cards back by uuid', async () => {
    const store = newStore()
    await store.recordDecision(decision())
    expect(await store.cardOf('c1')).toEqual({
      uuid: 'c1', topic: 'giveOrHold', rules: ['hold-a', 'hold-b'], suggestions: ['s1'], decision: 'd1', at: 1_000, service: 'inotuzumab-order-sign', patientKey: 'k1',
    })
    expect(await store.cardOf('c2')).toBeUndefined()
  })

  it('is stored whole or not at all', async () => {
    const store = newStore()
    const twice = decision().cards.flatMap((card) => [card, card])
    await expect(store.recordDecision(decision({ cards: twice }))).rejects.toThrow()
    expect(await store.cardOf('c1')).toBeUndefined()
    await store.recordDecision(decision())
    expect(await store.cardOf('c1')).toBeDefined()
  })

  it('is never replaced by another of the same id', async () => {
    const store = newStore()
    await store.recordDecision(decision())
    await expect(store.recordDecision(decision({ cards: [] }))).rejects.toThrow()
  })
})

describe('feedback', () => {
  it('becomes an override for every rule its card shows', async () => {
    const store = newStore()
    await store.recordDecision(decision())
    expect(await store.recordFeedback([feedback()])).toEqual({ stored: 1, matched: 1 })
    const common = { card: 'c1', at: 2_000, user: 'Practitioner/1', reasonCode: 'newer', reasonSystem: 'urn:s' }
    expect(await store.overrides('k1', 0)).toEqual([
      { ...common, rule: 'hold-a', indicator: 'critical', order: 'MedicationRequest/o1', evidenceHash: 'e1' },
      { ...common, rule: 'hold-b', indicator: 'warning' },
    ])
  })

  it('counts from its own time on, newest first', async () => {
    const store = newStore()
    await store.recordDecision(decision())
    await store.recordFeedback([feedback({ outcomeAt: 2_000 }), feedback({ outcomeAt: 3_000 })])
    const times = async (since: number) => (await store.overrides('k1', since)).filter(({ rule }) => rule === 'hold-a').map(({ at }) => at)
    expect(await times(2_000)).toEqual([3_000, 2_000])
    expect(await times(2_001)).toEqual([3_000])
    expect(await times(3_001)).toEqual([])
  })

  it('of an accepted card overrides nothing', async () => {
    const store = newStore()
    await store.recordDecision(decision())
    expect(await store.recordFeedback([feedback({ outcome: 'accepted' })])).toEqual({ stored: 1, matched: 1 })
    expect(await store.overrides('k1', 0)).toEqual([])
  })

  it('overrides a rule only for the order it was shown for', async () => {
    const store = newStore()
    const finding = { rule: 'hold-a', indicator: 'critical' }
    await store.recordDecision(decision({ findings: [{ ...finding, order: 'MedicationRequest/o1', shown: false }, { ...finding, order: 'MedicationRequest/o2', shown: true }] }))
    await store.recordFeedback([feedback()])
    expect((await store.overrides('k1', 0)).map(({ order }) => order)).toEqual(['MedicationRequest/o2'])
  })

  it('concerns no other patient', async () => {
    const store = newStore()
    await store.recordDecision(decision())
    await store.recordFeedback([feedback()])
    expect(await store.overrides('k2', 0)).toEqual([])
  })

  it.each([['an unknown card', { card: 'giveOrHold' }], ['the card of another client', { client: 'https://other.test' }]])('on %s is kept unmatched', async (_, change) => {
    const store = newStore()
    await store.recordDecision(decision())
    expect(await store.recordFeedback([feedback(change), feedback()])).toEqual({ stored: 2, matched: 1 })
    expect(await store.overrides('k1', 0)).toHaveLength(2)
  })

  it('is stored for all entries or for none', async () => {
    const store = newStore()
    await store.recordDecision(decision())
    // @ts-expect-error an outcome the database refuses
    await expect(store.recordFeedback([feedback(), feedback({ outcome: 'ignored' })])).rejects.toThrow()
    expect(await store.overrides('k1', 0)).toEqual([])
  })

  it('needs nothing but card, outcome and time', async () => {
    const store = newStore()
    await store.recordDecision(decision())
    const { reason: _reason, comment: _comment, ...bare } = feedback()
    await store.recordFeedback([bare])
    expect((await store.overrides('k1', 0))[0]).not.toHaveProperty('reasonCode')
  })

  it('from the future is kept and flagged', async () => {
    const folder = newFolder()
    await storeIn(folder).recordFeedback([feedback({ outcomeAt: 302_500, receivedAt: 2_500 }), feedback({ outcomeAt: 302_501, receivedAt: 2_500 })])
    await closeAll()
    const database = new DatabaseSync(join(folder, 'ino-cds.sqlite'), { readOnly: true })
    expect(database.prepare('select ahead from feedback order by id').all().map((row) => row['ahead'])).toEqual([0, 1])
    database.close()
  })
})

describe('a patient', () => {
  it('has one key in a store, across restarts, and another in every other store', async () => {
    const folder = newFolder()
    const key = storeIn(folder).patientKey('https://ehr.test', 'p1')
    await closeAll()
    const reopened = storeIn(folder)
    expect(key).toMatch(/^[0-9a-f]{64}$/)
    expect(reopened.patientKey('https://ehr.test', 'p1')).toBe(key)
    expect(reopened.patientKey('https://ehr.test', 'p2')).not.toBe(key)
    expect(reopened.patientKey('https://other.test', 'p1')).not.toBe(key)
    expect(newStore().patientKey('https://ehr.test', 'p1')).not.toBe(key)
  })

  it('is not named in the file', async () => {
    const folder = newFolder()
    const store = storeIn(folder)
    await store.recordDecision(decision({ patientKey: store.patientKey('https://ehr.test', 'PATIENT-MARK') }))
    await closeAll()
    expect(readFileSync(join(folder, 'ino-cds.sqlite')).includes('PATIENT-MARK')).toBe(false)
  })
})

describe('the file', () => {
  it('is created with its folder, for its owner only', () => {
    const folder = join(newFolder(), 'a', 'b')
    storeIn(folder)
    expect(statSync(folder).mode & 0o777).toBe(0o700)
  })

  it('keeps what was stored when opened again', async () => {
    const folder = newFolder()
    await storeIn(folder).recordDecision(decision())
    await closeAll()
    expect(await storeIn(folder).cardOf('c1')).toBeDefined()
  })

  it('may be open twice', async () => {
    const folder = newFolder()
    const [one, two] = [storeIn(folder), storeIn(folder)]
    await one.recordDecision(decision())
    await two.recordFeedback([feedback()])
    expect(await one.overrides('k1', 0)).toHaveLength(2)
  })

  it('of a newer release is refused', async () => {
    const folder = newFolder()
    storeIn(folder)
    await closeAll()
    const database = new DatabaseSync(join(folder, 'ino-cds.sqlite'))
    database.exec('pragma user_version = 99')
    database.close()
    expect(() => openEmbeddedStore(folder)).toThrow(/newer release/)
  })

  it('that is no database is refused', () => {
    const folder = newFolder()
    writeFileSync(join(folder, 'ino-cds.sqlite'), 'not a database, but long enough to be looked at as one. '.repeat(20))
    expect(() => openEmbeddedStore(folder)).toThrow()
  })
})

describe('health', () => {
  it('is good while the store can be written to, and bad once it cannot', async () => {
    const store = openEmbeddedStore(newFolder())
    await store.health()
    await store.close()
    await expect(store.health()).rejects.toThrow()
  })
})

it('refuses a database it cannot use instead of storing things elsewhere', async () => {
  await expect(openStore({ dataDir: newFolder(), databaseUrl: 'postgres://db/ino' })).rejects.toThrow(/DATABASE_URL/)
})

it('keeps every entry it acknowledged before the process was killed', async () => {
  for (let round = 1; round <= 5; round += 1) {
    const folder = newFolder()
    const child = spawn(process.execPath, [join(import.meta.dirname, 'writer.ts'), folder], { stdio: ['ignore', 'pipe', 'inherit'] })
    const exited = once(child, 'exit')
    let text = ''
    for await (const chunk of child.stdout) {
      text += String(chunk)
      if (text.split('\n').length > round * 7) child.kill('SIGKILL')
    }
    expect(await exited).toEqual([null, 'SIGKILL'])
    const acknowledged = text.split('\n').slice(0, -1).length
    expect(acknowledged).toBeGreaterThanOrEqual(round * 7)
    const kept = await storeIn(folder).overrides('k1', 0)
    expect(kept.filter(({ rule }) => rule === 'hold-a').length).toBeGreaterThanOrEqual(acknowledged)
  }
}, 20_000)
