import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, inject, it } from 'vitest'
import { openEmbeddedStore } from '../../src/store/embedded.ts'
import { openPostgresStore } from '../../src/store/postgres.ts'
import type { Store } from '../../src/store/store.ts'
import { killAgainAndAgain } from '../store/killed.ts'
import { all } from '../store/records.ts'
import { newDatabase } from './databases.ts'

const server = inject('postgres') ?? ''
const ROUNDS = 50
const ALWAYS = { since: 0, until: Number.MAX_SAFE_INTEGER }

async function loseNothing(settings: Readonly<Record<string, string>>, open: () => Store | Promise<Store>): Promise<void> {
  const acknowledged = await killAgainAndAgain(ROUNDS, settings)
  const store = await open()
  const kept = new Set((await all(store.feedback(ALWAYS))).map(({ card, outcomeAt, decision }) => JSON.stringify([card, outcomeAt, decision !== undefined])))
  expect(acknowledged.filter(({ card, at }) => !kept.has(JSON.stringify([card, at, true])))).toEqual([])
  expect((await all(store.decisions(ALWAYS)))).toHaveLength(ROUNDS)
  await store.close()
}

describe.concurrent(`every acknowledged feedback is there after the service was killed ${String(ROUNDS)} times`, () => {
  // Needs no container, but more time than the test suite has.
  it('in the embedded store', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'ino-killed-'))
    await loseNothing({ DATA_DIR: folder }, () => openEmbeddedStore(folder))
  }, 600_000)

  it.skipIf(server === '')('in PostgreSQL', async () => {
    const url = await newDatabase(server)
    await loseNothing({ DATABASE_URL: url }, () => openPostgresStore(url))
  }, 600_000)
})
