import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'

const FOLDER = join(import.meta.dirname, 'migrations')

interface Migration { readonly version: number; readonly sql: string }

/** `001-name.sql` brings the database to version 1, and so on. */
function migrations(): readonly Migration[] {
  return readdirSync(FOLDER).filter((file) => file.endsWith('.sql')).sort()
    .map((file) => ({ version: Number.parseInt(file, 10), sql: readFileSync(join(FOLDER, file), 'utf8') }))
}

const versionOf = (database: DatabaseSync): number => Number(database.prepare('pragma user_version').get()?.['user_version'])

/** Brings the database to the newest schema, one transaction a step. Throws when the file was written by a newer release. */
export function migrate(database: DatabaseSync): void {
  const steps = migrations()
  const newest = steps.at(-1)?.version ?? 0
  if (versionOf(database) > newest) throw new Error(`the store has schema ${versionOf(database)}, this release knows ${newest}: run the newer release`)
  for (const step of steps) apply(database, step)
}

function apply(database: DatabaseSync, { version, sql }: Migration): void {
  database.exec('begin immediate')
  try {
    // Read inside the transaction: another process may have been quicker.
    if (versionOf(database) < version) database.exec(`${sql}; pragma user_version = ${version}`)
    database.exec('commit')
  } catch (cause) {
    if (database.isTransaction) database.exec('rollback')
    throw cause
  }
}
