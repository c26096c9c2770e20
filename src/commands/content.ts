import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runContent } from '../content/cli.ts'
import { errorTable } from '../errors.ts'
import { metricsTable } from '../http/metric-table.ts'
import type { Outcome } from './outcome.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const RUNBOOK = 'docs/operations.md'
/** Tables of the runbook that are made from the code, between a pair of comments of this name. */
const TABLES: Readonly<Record<string, () => string>> = { metrics: metricsTable, errors: errorTable }
const WRITING: ReadonlySet<string | undefined> = new Set([undefined, 'docs'])

/** The runbook with its tables as the code has them. */
export const withTables = (page: string): string => Object.entries(TABLES).reduce((text, [name, table]) =>
  text.replace(new RegExp(`(<!-- ${name} -->\\n)[^]*?(<!-- end of ${name} -->)`), (_, before: string, after: string) => `${before}${table()}\n${after}`), page)

/** The `content` commands; those that write pages bring the tables of the runbook up to date too. */
export function content(words: readonly string[]): Outcome {
  const outcome = runContent(ROOT, words)
  if (!outcome.ok || !WRITING.has(words[0])) return outcome
  const file = join(ROOT, RUNBOOK)
  writeFileSync(file, withTables(readFileSync(file, 'utf8')))
  return { ...outcome, lines: [...outcome.lines, RUNBOOK] }
}
