import type { PoolClient } from 'pg'
import { migrations, refuseNewer } from './migrations.ts'

/** Any number that nobody else uses: instances that start together take turns. */
const LOCK = 1_768_843_891

/**
 * Brings the PostgreSQL database to the newest schema in one transaction, under a lock that only one instance holds at a time. Throws
 * when the database was written by a newer release.
 */
export async function migratePostgres(client: PoolClient): Promise<void> {
  await client.query('begin')
  try {
    // Waiting for another instance that migrates a large table may take longer than any statement of daily work.
    await client.query('set local statement_timeout = 0; set local lock_timeout = 0')
    await client.query('select pg_advisory_xact_lock($1)', [LOCK])
    await applyAll(client)
    await client.query('commit')
  } catch (cause) {
    await client.query('rollback').catch(() => undefined)
    throw cause
  }
}

async function applyAll(client: PoolClient): Promise<void> {
  await client.query('create table if not exists schema_version (version integer not null)')
  const { rows } = await client.query<{ version: number }>('select coalesce(max(version), 0) as version from schema_version')
  const found = rows[0]?.version ?? 0
  const steps = migrations('postgres')
  refuseNewer(found, steps)
  for (const { version, sql } of steps.filter((step) => step.version > found)) {
    await client.query(sql)
    await client.query('insert into schema_version (version) values ($1)', [version])
  }
}
