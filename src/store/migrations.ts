import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const FOLDER = join(import.meta.dirname, 'migrations')

/** Words of the migrations that the databases spell differently. */
const WORDS = {
  sqlite: { bytes: 'blob', whole: 'integer', real: 'real', counter: 'integer primary key', strict: 'strict' },
  postgres: { bytes: 'bytea', whole: 'bigint', real: 'double precision', counter: 'bigint generated always as identity primary key', strict: '' },
} as const

export type Dialect = keyof typeof WORDS

export interface Migration { readonly version: number; readonly sql: string }

/** The steps of the schema in order: `001-name.sql` brings a database to version 1, and so on. */
export function migrations(dialect: Dialect): readonly Migration[] {
  const words: Readonly<Record<string, string>> = WORDS[dialect]
  const spell = (sql: string): string => sql.replace(/\{(\w+)\}/g, (_, word: string) => words[word] ?? unknown(word))
  return readdirSync(FOLDER).filter((file) => file.endsWith('.sql')).sort()
    .map((file) => ({ version: Number.parseInt(file, 10), sql: spell(readFileSync(join(FOLDER, file), 'utf8')) }))
}

function unknown(word: string): never {
  throw new TypeError(`the migrations use {${word}}, which no dialect spells`)
}

/** Throws when the database was written by a newer release, whose schema this one does not know. */
export function refuseNewer(found: number, steps: readonly Migration[]): void {
  const newest = steps.at(-1)?.version ?? 0
  if (found > newest) throw new Error(`the store has schema ${found}, this release knows ${newest}: run the newer release`)
}
