import type { DatabaseSync } from 'node:sqlite'
import type { Expiry } from './store.ts'

/** Rows removed in one transaction: a few milliseconds. */
const BATCH = 100

/** Removes one batch of what has expired, within the caller's transaction; how many rows that were. */
export function pruneOnce(database: DatabaseSync, { decisionsBefore, tokensBefore }: Expiry): number {
  const run = (sql: string, ...values: (string | number)[]): number => Number(database.prepare(sql).run(...values).changes)
  const tokens = run(`delete from token where key in (select key from token where until < ? order by until limit ${BATCH})`, tokensBefore)
  return tokens + (decisionsBefore === undefined ? 0 : pruneDecisions(run, decisionsBefore))
}

/** Oldest first; what hangs on a decision goes before it. */
function pruneDecisions(run: (sql: string, ...values: (string | number)[]) => number, before: number): number {
  const old = `select id from decision where at < ? order by at, id limit ${BATCH}`
  return run(`delete from feedback where decision in (${old})`, before)
    + run(`delete from card where decision in (${old})`, before)
    + run(`delete from decision where id in (${old})`, before)
    + run(`delete from feedback where id in (select id from feedback where decision is null and received_at < ? order by received_at limit ${BATCH})`, before)
}
