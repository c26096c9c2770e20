import { auditOfDecision, auditOfFeedback } from './audit-event.ts'
import type { Store, TimeRange } from './store.ts'

type Source = Pick<Store, 'decisions' | 'feedback'>

/** What can be exported, one JSON object a line (NDJSON). Read in pages as the reader takes them, so that memory stays constant. */
export const EXPORTS = {
  decisions: decisionsOf,
  feedback: (store: Source, range: TimeRange): AsyncIterable<object> => store.feedback(range),
  'audit-events': auditEventsOf,
} as const satisfies Record<string, (store: Source, range: TimeRange) => AsyncIterable<object>>

export type ExportKind = keyof typeof EXPORTS

export const isExportKind = (word: string | undefined): word is ExportKind => word !== undefined && Object.hasOwn(EXPORTS, word)

async function* decisionsOf(store: Source, range: TimeRange): AsyncIterable<object> {
  for await (const { decision } of store.decisions(range)) yield decision
}

/** Decisions first, then feedback. */
async function* auditEventsOf(store: Source, range: TimeRange): AsyncIterable<object> {
  for await (const { decision } of store.decisions(range)) yield auditOfDecision(decision)
  for await (const entry of store.feedback(range)) yield auditOfFeedback(entry)
}

/** The lines of an export, without their ends. */
export async function* exportLines(kind: ExportKind, store: Source, range: TimeRange): AsyncIterable<string> {
  for await (const item of EXPORTS[kind](store, range)) yield JSON.stringify(item)
}

const DAY = /^\d{4}-\d{2}-\d{2}$/
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/

/** Epoch ms of a day (its beginning, UTC) or of an instant with its offset from UTC; undefined when it is neither. */
export function instantOf(text: string): number | undefined {
  const at = DAY.test(text) || INSTANT.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(at) ? undefined : at
}
