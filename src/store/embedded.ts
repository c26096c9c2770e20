import { createHmac, randomBytes } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { sharedSync, type Sync } from './durable.ts'
import { migrate } from './embedded-migrate.ts'
import { pruneOnce } from './embedded-prune.ts'
import { answersFrom } from './questions.ts'
import { cardRows, decisionRow, feedbackRow } from './rows.ts'
import type { DecisionRecord, FeedbackReceipt, FeedbackRecord, Store } from './store.ts'

const FILE = 'ino-cds.sqlite'

/** Where the embedded store of this folder lies. */
export const embeddedFile = (dataDir: string): string => join(dataDir, FILE)
/** How long, in ms, a write may wait for another process; everything else waits with it. */
const BUSY = 250

const insertOf = (table: string, columns: readonly string[]): string =>
  `insert into ${table} (${columns.map((column) => `"${column}"`).join(', ')}) values (${columns.map((column) => `:${column}`).join(', ')})`

const DECISION = ['id', 'at', 'service', 'hook', 'client', 'tenant', 'hook_instance', 'patient_key', 'user', 'outcome', 'profile', 'label_revision', 'content_hash', 'software',
  'latency_ms', 'settings', 'findings', 'missing', 'not_evaluated', 'inputs']

/** Cards are found within the client that got them: a caller cannot attach feedback to somebody else's card. */
const STATEMENTS = {
  decision: insertOf('decision', DECISION),
  card: insertOf('card', ['uuid', 'decision', 'position', 'topic', 'rules', 'suggestions']),
  feedback: `insert into feedback (card, decision, service, client, outcome, suggestions, reason_code, reason_system, reason_display, comment, outcome_at, ahead, received_at)
    values (:card, (select card.decision from card join decision on decision.id = card.decision where card.uuid = :card and decision.client = :client),
      :service, :client, :outcome, :suggestions, :reason_code, :reason_system, :reason_display, :comment, :outcome_at, :ahead, :received_at)
    returning decision`,
  token: 'insert into token (key, until) values (:key, :until) on conflict do nothing',
  // Another value each time: SQLite writes nothing where nothing changes.
  probe: 'insert into secret (name, value) values (\'probe\', randomblob(8)) on conflict (name) do update set value = excluded.value',
} as const

type Statements = Readonly<Record<keyof typeof STATEMENTS, StatementSync>>

/** Opens the store in one SQLite file under `dataDir`, which is created if absent. Throws when that is not possible. */
export function openEmbeddedStore(dataDir: string): Store {
  const database = openDatabase(dataDir)
  const salt = saltOf(database)
  const statements = prepareAll(database)
  const log = writeAheadLog(`${embeddedFile(dataDir)}-wal`)
  const durable = sharedSync(log.sync)
  // Failures of a sync nobody waits for come back with the next one that somebody waits for.
  const durableSoon = (): void => void durable().catch(() => undefined)
  return {
    ...answersFrom(asking(database)),
    patientKey: (client, patientId) => createHmac('sha256', salt).update(JSON.stringify([client, patientId])).digest('hex'),
    recordDecision: async (record) => {
      inTransaction(database, () => insertDecision(statements, record))
      durableSoon()
    },
    recordFeedback: async (entries) => {
      const receipt = inTransaction(database, () => insertFeedback(statements, entries))
      await durable()
      return receipt
    },
    useToken: async (key, until) => statements.token.run({ key, until }).changes === 1,
    prune: async (expiry) => inTransaction(database, () => pruneOnce(database, expiry)),
    health: async () => void statements.probe.run(),
    close: async () => {
      await log.close()
      database.close()
    },
  }
}

function openDatabase(dataDir: string): DatabaseSync {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const database = new DatabaseSync(embeddedFile(dataDir))
  // NORMAL: a commit survives the end of the process at once, and a power cut once the write-ahead log is synced. This store syncs
  // the log itself, outside the main thread; FULL would do the same inside every commit while everything else waits.
  database.exec(`pragma busy_timeout = ${String(BUSY)}; pragma journal_mode = wal; pragma synchronous = normal; pragma foreign_keys = on`)
  migrate(database)
  return database
}

/**
 * The file that commits go to. SQLite keeps it under the same name and never replaces it while this store is open, so one handle serves
 * for its whole life; it holds no lock that closing the handle could drop (those are on the database file).
 */
function writeAheadLog(file: string): { readonly sync: Sync; close(): Promise<void> } {
  let handle: Promise<FileHandle> | undefined
  const sync = async (): Promise<void> => {
    handle ??= open(file, 'r+').catch((cause: unknown) => {
      handle = undefined
      throw cause
    })
    await (await handle).datasync()
  }
  return { sync, close: async () => void await handle?.then((opened) => opened.close()).catch(() => undefined) }
}

/** Random per store, so that keys of two stores cannot be compared and ids cannot be guessed from them. */
function saltOf(database: DatabaseSync): Uint8Array {
  database.prepare('insert into secret (name, value) values (\'patient-key\', ?) on conflict do nothing').run(randomBytes(32))
  const value = database.prepare('select value from secret where name = \'patient-key\'').get()?.['value']
  if (!(value instanceof Uint8Array)) throw new TypeError('the store has no key for patient pseudonyms')
  return value
}

const prepareAll = (database: DatabaseSync): Statements =>
  // Sound: the mapping keeps the keys.
  Object.fromEntries(Object.entries(STATEMENTS).map(([name, sql]) => [name, database.prepare(sql)])) as Statements

function asking(database: DatabaseSync): Parameters<typeof answersFrom>[0] {
  const prepared = new Map<string, StatementSync>()
  return async (sql, values) => {
    const statement = prepared.get(sql) ?? database.prepare(sql)
    prepared.set(sql, statement)
    return statement.all(values)
  }
}

function inTransaction<T>(database: DatabaseSync, work: () => T): T {
  database.exec('begin immediate')
  try {
    const result = work()
    database.exec('commit')
    return result
  } catch (cause) {
    // A failed commit may have ended the transaction already.
    if (database.isTransaction) database.exec('rollback')
    throw cause
  }
}

function insertDecision(statements: Statements, record: DecisionRecord): void {
  statements.decision.run(decisionRow(record))
  for (const card of cardRows(record)) statements.card.run(card)
}

function insertFeedback(statements: Statements, entries: readonly FeedbackRecord[]): FeedbackReceipt {
  const matched = entries.filter((entry) => typeof statements.feedback.get(feedbackRow(entry))?.['decision'] === 'string')
  return { stored: entries.length, matched: matched.length }
}
