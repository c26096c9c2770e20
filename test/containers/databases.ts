import { randomUUID } from 'node:crypto'
import pg from 'pg'

/** Runs one statement on a connection of its own. */
export async function onServer<T extends pg.QueryResultRow>(url: string, sql: string, values: unknown[] = []): Promise<T[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query<T>(sql, values)).rows
  } finally {
    await client.end()
  }
}

/** A new, empty database on the server. */
export async function newDatabase(server: string): Promise<string> {
  const name = `t_${randomUUID().replaceAll('-', '')}`
  await onServer(server, `create database ${name}`)
  return Object.assign(new URL(server), { pathname: `/${name}` }).href
}
