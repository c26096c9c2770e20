import { afterEach, describe, expect, inject, it } from 'vitest'
import { migrations } from '../../src/store/migrations.ts'
import { openPostgresStore } from '../../src/store/postgres.ts'
import type { Store } from '../../src/store/store.ts'
import { all, decision, feedback } from '../store/records.ts'
import { describeStore } from '../store/store-behaviour.ts'
import { newDatabase, onServer } from './databases.ts'

const server = inject('postgres') ?? ''
const open: Store[] = []
const urls = new Map<Store, string>()
const storeAt = async (url: string): Promise<Store> => {
  const store = await openPostgresStore(url)
  open.push(store)
  urls.set(store, url)
  return store
}

afterEach(() => Promise.all(open.splice(0).map((store) => store.close().catch(() => undefined))))

describe.skipIf(server === '')('the PostgreSQL store', () => {
  describeStore(async () => storeAt(await newDatabase(server)), (store) => storeAt(urls.get(store) ?? ''))

  it('brings a new database up to date once when many instances start together', async () => {
    const url = await newDatabase(server)
    const stores = await Promise.all(Array.from({ length: 8 }, () => storeAt(url)))
    const versions = await onServer<{ version: number }>(url, 'select version from schema_version order by version')
    expect(versions.map(({ version }) => version)).toEqual(migrations('postgres').map(({ version }) => version))
    expect(new Set(stores.map((store) => store.patientKey('c', 'p'))).size).toBe(1)
  })

  it('refuses the database of a newer release and leaves it as it is', async () => {
    const url = await newDatabase(server)
    await storeAt(url)
    await onServer(url, 'insert into schema_version (version) values (99)')
    await expect(openPostgresStore(url)).rejects.toThrow(/newer release/)
  })

  it('is durable when it says so, whatever the server does by default for others', async () => {
    const url = await newDatabase(server)
    await onServer(url, `alter database ${new URL(url).pathname.slice(1)} set synchronous_commit = off`)
    const store = await storeAt(url)
    await onServer(url, 'create table noted (commits text)')
    await onServer(url, `create function note() returns trigger language plpgsql as $$ begin insert into noted values (current_setting('synchronous_commit')); return null; end $$`)
    await onServer(url, 'create trigger note after insert on feedback for each statement execute function note()')
    await store.recordFeedback([feedback()])
    expect(await onServer(url, `select commits, current_setting('synchronous_commit') as others from noted`)).toEqual([{ commits: 'on', others: 'off' }])
  })

  it('names no patient', async () => {
    const url = await newDatabase(server)
    const store = await storeAt(url)
    await store.recordDecision(decision({ patientKey: store.patientKey('https://ehr.test', 'PATIENT-MARK') }))
    expect(JSON.stringify(await onServer(url, 'select * from decision'))).not.toContain('PATIENT-MARK')
    expect(await all(store.decisions({ since: 0, until: 2_000 }))).toHaveLength(1)
  })
})
