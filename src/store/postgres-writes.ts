import type { Expiry } from './store.ts'

const COLUMNS = {
  decision: {
    id: 'text', at: 'bigint', service: 'text', hook: 'text', client: 'text', tenant: 'text', hook_instance: 'text', patient_key: 'text', user: 'text', outcome: 'text', profile: 'text',
    label_revision: 'text', content_hash: 'text', software: 'text', latency_ms: 'double precision', settings: 'text', findings: 'text', missing: 'text', not_evaluated: 'text', inputs: 'text',
  },
  card: { uuid: 'text', decision: 'text', position: 'bigint', topic: 'text', rules: 'text', suggestions: 'text' },
  feedback: {
    card: 'text', service: 'text', client: 'text', outcome: 'text', suggestions: 'text', reason_code: 'text', reason_system: 'text', reason_display: 'text', comment: 'text',
    outcome_at: 'bigint', ahead: 'bigint', received_at: 'bigint',
  },
} as const

const named = (columns: object): string => Object.keys(columns).map((column) => `"${column}"`).join(', ')
const sent = (parameter: string, columns: Readonly<Record<string, string>>): string =>
  `jsonb_to_recordset(${parameter}::jsonb) as sent(${Object.entries(columns).map(([column, type]) => `"${column}" ${type}`).join(', ')})`

/** Any number of decisions ($1) and their cards ($2), as JSON arrays of rows: one statement, so one round trip and one transaction. */
export const INSERT_DECISIONS = `with decided as (insert into decision (${named(COLUMNS.decision)}) select ${named(COLUMNS.decision)} from ${sent('$1', COLUMNS.decision)})
  insert into card (${named(COLUMNS.card)}) select ${named(COLUMNS.card)} from ${sent('$2', COLUMNS.card)}`

/**
 * Any number of entries ($1), in their order. Cards are found within the client that got them: a caller cannot attach feedback to
 * somebody else's card. Says which entries found theirs.
 */
export const INSERT_FEEDBACK = `insert into feedback (decision, ${named(COLUMNS.feedback)})
  select (select card.decision from card join decision on decision.id = card.decision where card.uuid = sent.card and decision.client = sent.client), ${named(COLUMNS.feedback)}
  from ${sent('$1', { ...COLUMNS.feedback, position: 'bigint' })} order by position
  returning card, client, decision is not null as matched`

export const USE_TOKEN = 'insert into token (key, until) values ($1, $2) on conflict do nothing'

/** Rows removed in one statement. */
const BATCH = 200

/** Each statement removes one batch; the rows it removed are its first answer. */
export function pruneStatements({ decisionsBefore, tokensBefore }: Expiry): readonly { readonly sql: string; readonly values: readonly number[] }[] {
  const tokens = { sql: `with gone as (delete from token where key in (select key from token where until < $1 order by until limit ${BATCH}) returning 1) select count(*) as removed from gone`, values: [tokensBefore] }
  return decisionsBefore === undefined ? [tokens] : [tokens, { sql: PRUNE_DECISIONS, values: [decisionsBefore] }, { sql: PRUNE_UNMATCHED, values: [decisionsBefore] }]
}

/** What hangs on a decision goes in the same statement: references are checked at its end. */
const PRUNE_DECISIONS = `with old as materialized (select id from decision where at < $1 order by at, id limit ${BATCH}),
  answers as (delete from feedback where decision in (select id from old) returning 1),
  cards as (delete from card where decision in (select id from old) returning 1),
  decisions as (delete from decision where id in (select id from old) returning 1)
  select (select count(*) from answers) + (select count(*) from cards) + (select count(*) from decisions) as removed`

const PRUNE_UNMATCHED = `with gone as (delete from feedback where id in (select id from feedback where decision is null and received_at < $1 order by received_at limit ${BATCH}) returning 1) select count(*) as removed from gone`
