import type { DatabaseSync } from 'node:sqlite'
import { type Migration, migrations, refuseNewer } from './migrations.ts'

const versionOf = (database: DatabaseSync): number => Number(database.prepare('pragma user_version').get()?.['user_version'])

/** Brings the SQLite database to the newest schema, one transaction a step. Throws when the file was written by a newer release. */
export function migrate(database: DatabaseSync): void {
  const steps = migrations('sqlite')
  refuseNewer(versionOf(database), steps)
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
