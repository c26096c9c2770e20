import { createHmac, randomBytes } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import pg, { type Pool } from 'pg'
import { coalesce } from './coalesce.ts'
import { isConnectionFailure } from './postgres-failures.ts'
import { migratePostgres } from './postgres-migrate.ts'
import { INSERT_DECISIONS, INSERT_FEEDBACK, pruneStatements, USE_TOKEN } from './postgres-writes.ts'
import { answersFrom, type Ask } from './questions.ts'
import { cardRows, decisionRow, feedbackRow, type SqlRow } from './rows.ts'
import type { DecisionRecord, FeedbackReceipt, FeedbackRecord, Store } from './store.ts'

/** Times in ms. A clinician waits behind most statements: better none than one that comes late. */
const LIMITS = {
  connectionTimeoutMillis: 1_000, statement_timeout: 1_000, lock_timeout: 800, idle_in_transaction_session_timeout: 5_000,
  // The client's own limit, for a server that does not answer at all.
  query_timeout: 1_500,
  idleTimeoutMillis: 30_000, keepAlive: true, max: 10,
} as const
const COALESCE = { lanes: 2, batch: 100, waiting: 2_000 } as const

/** What was acknowledged must survive a crash of the server, also where its other users may lose theirs. */
const DURABLE = "select set_config('synchronous_commit', 'on', false) where current_setting('synchronous_commit') = 'off'"
const onConnect = async (client: pg.ClientBase): Promise<void> => void await client.query(DURABLE)

const INT8 = 20
/** Epoch milliseconds, counts and ids stay far below 2^53. */
const types: pg.CustomTypesConfig = {
  getTypeParser: (type: number, format?: 'text' | 'binary') => (type === INT8 ? Number : pg.types.getTypeParser(type, format ?? 'text')),
}

/** Opens the store in a PostgreSQL database that several instances may share, and brings its schema up to date. Rejects when that is not possible. */
export async function openPostgresStore(url: string, patienceMs = 0): Promise<Store> {
  const pool = new pg.Pool({ connectionString: url, application_name: 'ino-cds', types, onConnect, ...LIMITS })
  // A connection that breaks while idle is replaced by the next query; without a listener it would end the process.
  pool.on('error', () => undefined)
  try {
    return storeOn(pool, await patiently(() => prepare(pool), Date.now() + patienceMs))
  } catch (cause) {
    await pool.end()
    throw cause
  }
}

const AGAIN_MS = 500

/** Service and database are often started together: a server that is not there yet is asked again. */
async function patiently<T>(work: () => Promise<T>, until: number): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    if (!isConnectionFailure(cause) || Date.now() + AGAIN_MS > until) throw cause
    await setTimeout(AGAIN_MS)
    return patiently(work, until)
  }
}

async function prepare(pool: Pool): Promise<Uint8Array> {
  const client = await pool.connect()
  try {
    await migratePostgres(client)
    await client.query('insert into secret (name, value) values (\'patient-key\', $1) on conflict do nothing', [randomBytes(32)])
    const { rows } = await client.query<SqlRow>('select value from secret where name = \'patient-key\'')
    const value = rows[0]?.['value']
    if (!(value instanceof Uint8Array)) throw new TypeError('the store has no key for patient pseudonyms')
    return value
  } finally {
    client.release()
  }
}

function storeOn(pool: Pool, salt: Uint8Array): Store {
  const decide = coalesce((records: readonly DecisionRecord[]) => insertDecisions(pool, records), COALESCE)
  const answer = coalesce((calls: readonly (readonly FeedbackRecord[])[]) => insertFeedback(pool, calls), COALESCE)
  return {
    ...answersFrom(asking(pool)),
    patientKey: (client, patientId) => createHmac('sha256', salt).update(JSON.stringify([client, patientId])).digest('hex'),
    recordDecision: (record) => decide(record),
    recordFeedback: (entries) => answer(entries),
    useToken: async (key, until) => (await pool.query({ name: 'token', text: USE_TOKEN, values: [key, until] })).rowCount === 1,
    prune: async (expiry) => {
      let removed = 0
      for (const { sql, values } of pruneStatements(expiry)) removed += (await pool.query<{ removed: number }>(sql, [...values])).rows[0]?.removed ?? 0
      return removed
    },
    health: async () => void await pool.query('update secret set value = value where name = \'patient-key\''),
    close: () => pool.end(),
  }
}

async function insertDecisions(pool: Pool, records: readonly DecisionRecord[]): Promise<undefined[]> {
  const cards = records.flatMap(cardRows)
  await pool.query({ name: 'decisions', text: INSERT_DECISIONS, values: [JSON.stringify(records.map(decisionRow)), JSON.stringify(cards)] })
  return records.map(() => undefined)
}

async function insertFeedback(pool: Pool, calls: readonly (readonly FeedbackRecord[])[]): Promise<FeedbackReceipt[]> {
  const rows = calls.flat().map((entry, position) => ({ ...feedbackRow(entry), position }))
  const stored = await pool.query<{ card: string; client: string; matched: boolean }>({ name: 'feedback', text: INSERT_FEEDBACK, values: [JSON.stringify(rows)] })
  const matched = new Set(stored.rows.filter((row) => row.matched).map(({ card, client }) => JSON.stringify([client, card])))
  return calls.map((entries) => ({ stored: entries.length, matched: entries.map(feedbackRow).filter(({ card, client }) => matched.has(JSON.stringify([client, card]))).length }))
}

const NAMED = /:(\w+)/g

/** PostgreSQL numbers its parameters, where questions name them. */
function numbered(sql: string): { readonly text: string; readonly names: readonly string[] } {
  const names = [...new Set([...sql.matchAll(NAMED)].map(([, name = '']) => name))]
  return { names, text: sql.replace(NAMED, (_, name: string) => `$${String(names.indexOf(name) + 1)}`) }
}

function asking(pool: Pool): Ask {
  const known = new Map<string, { readonly name: string; readonly text: string; readonly names: readonly string[] }>()
  return async (sql, values) => {
    const statement = known.get(sql) ?? { name: `question-${String(known.size)}`, ...numbered(sql) }
    known.set(sql, statement)
    return (await pool.query<Record<string, unknown>>({ name: statement.name, text: statement.text, values: statement.names.map((name) => values[name] ?? null) })).rows
  }
}
