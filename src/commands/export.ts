import { parseArgs } from 'node:util'
import { type Environment, isProblems, printConfigProblem, readConfig } from '../config.ts'
import { EXPORTS, exportLines, instantOf, isExportKind, type ExportKind } from '../store/export.ts'
import { openExistingStore, type StoreSettings } from '../store/open.ts'
import type { TimeRange } from '../store/store.ts'
import type { Outcome } from './outcome.ts'

const USAGE = `usage: node src/main.ts export ${Object.keys(EXPORTS).join(' | ')} [--since <time>] [--until <time>]
  Prints what the store of this environment holds, one JSON object a line. The service may be running.
  <time>   a day (its beginning, UTC) or an instant, e.g. 2026-11-21 or 2026-11-21T09:00:00+01:00`

/** Prints decisions, feedback or both as FHIR AuditEvents, as they are read. */
export async function exportStore(words: readonly string[], env?: Environment): Promise<Outcome> {
  const { values, positionals: [kind] } = parseArgs({ args: [...words], allowPositionals: true, strict: false, options: { since: { type: 'string' }, until: { type: 'string' } } })
  const range = { since: timeOf(values.since, 0), until: timeOf(values.until, Date.now() + 1) }
  if (!isExportKind(kind) || Number.isNaN(range.since + range.until)) return { ok: false, lines: [USAGE] }
  const config = readConfig(env, { command: 'serve' })
  if (isProblems(config)) return { ok: false, lines: config.map(printConfigProblem) }
  return { ok: true, lines: [], stream: linesOf(kind, config, range) }
}

const timeOf = (value: unknown, otherwise: number): number => (value === undefined ? otherwise : typeof value === 'string' ? instantOf(value) ?? Number.NaN : Number.NaN)

async function* linesOf(kind: ExportKind, settings: StoreSettings, range: TimeRange): AsyncIterable<string> {
  const store = await openExistingStore(settings)
  try {
    yield* exportLines(kind, store, range)
  } finally {
    await store.close()
  }
}
