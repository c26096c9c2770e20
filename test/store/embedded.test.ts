import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, describe, expect, it } from 'vitest'
import { openEmbeddedStore } from '../../src/store/embedded.ts'
import { migrations } from '../../src/store/migrations.ts'
import { openStore } from '../../src/store/open.ts'
import type { Store } from '../../src/store/store.ts'
import { all, decision, feedback } from './records.ts'
import { describeStore } from './store-behaviour.ts'

const newFolder = () => mkdtempSync(join(tmpdir(), 'ino-store-'))
const open: Store[] = []
const folders = new Map<Store, string>()
const storeIn = (folder: string): Store => {
  const store = openEmbeddedStore(folder)
  open.push(store)
  folders.set(store, folder)
  return store
}
const closeAll = () => Promise.all(open.splice(0).map((store) => store.close().catch(() => undefined)))

afterEach(closeAll)

describe('the embedded store', () => describeStore(async () => storeIn(newFolder()), async (store) => storeIn(folders.get(store) ?? '')))

it('names no patient in the file', async () => {
  const folder = newFolder()
  const store = storeIn(folder)
  await store.recordDecision(decision({ patientKey: store.patientKey('https://ehr.test', 'PATIENT-MARK') }))
  await closeAll()
  expect(readFileSync(join(folder, 'ino-cds.sqlite')).includes('PATIENT-MARK')).toBe(false)
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

describe('a lock of another process', () => {
  it('store-held: refuses records while it lasts, within a moment, and nothing afterwards', async () => {
    const folder = newFolder()
    const store = storeIn(folder)
    await store.recordDecision(decision())
    const other = new DatabaseSync(join(folder, 'ino-cds.sqlite'))
    other.exec('begin immediate')
    await expect(store.recordFeedback([feedback()])).rejects.toThrow(/locked/)
    await expect(store.health()).rejects.toThrow(/locked/)
    other.exec('rollback')
    other.close()
    await store.health()
    expect(await store.recordFeedback([feedback()])).toEqual({ stored: 1, matched: 1 })
  })
})

it('is shared by several processes: nothing is lost, and a token lets one of them in', async () => {
  const folder = newFolder()
  const run = promisify(execFile)
  const outputs = await Promise.all(['a', 'b', 'c'].map((name) => run(process.execPath, [join(import.meta.dirname, 'contender.ts'), folder, name, '100'])))
  expect(outputs.reduce((sum, { stdout }) => sum + Number(stdout), 0)).toBe(100)
  const store = storeIn(folder)
  expect(await store.overrides('k1', 0)).toHaveLength(300)
  expect(await all(store.decisions({ since: 0, until: 2_000 }))).toHaveLength(300)
})

it('brings a file of the first release up to date and keeps what it holds', async () => {
  const folder = newFolder()
  const database = new DatabaseSync(join(folder, 'ino-cds.sqlite'))
  const [first] = migrations('sqlite')
  database.exec(`${first?.sql ?? ''}; pragma user_version = 1`)
  database.exec(`insert into decision values ('d1', 1000, 'inotuzumab-order-sign', 'https://ehr.test', 'h1', 'k1', 'Practitioner/1', 'label-us', 'abc', 12.5, '[{"rule":"hold-a","indicator":"critical","shown":true}]');
    insert into card values ('c1', 'd1', 'giveOrHold', '["hold-a"]', '["s1"]')`)
  database.close()
  const store = storeIn(folder)
  expect(await store.recordFeedback([feedback()])).toEqual({ stored: 1, matched: 1 })
  expect(await store.overrides('k1', 0)).toMatchObject([{ rule: 'hold-a', indicator: 'critical' }])
  const [read] = await all(store.decisions({ since: 0, until: 2_000 }))
  expect(read?.decision).toMatchObject({ id: 'd1', outcome: 'cards', hook: '', software: '', missing: [], cards: [{ uuid: 'c1' }] })
})

it('refuses a database it cannot reach instead of storing things elsewhere', async () => {
  const folder = newFolder()
  await expect(openStore({ dataDir: folder, databaseUrl: 'postgres://nobody@127.0.0.1:1/ino' })).rejects.toThrow(/ECONNREFUSED/)
  expect(readdirSync(folder)).toEqual([])
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
