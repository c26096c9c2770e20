import { createHmac, randomBytes } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { migrate } from './migrate.ts'
import { cardRow, decisionRow, feedbackRow, override, storedCard } from './rows.ts'
import type { DecisionRecord, FeedbackReceipt, FeedbackRecord, Store } from './store.ts'

const FILE = 'ino-cds.sqlite'

/** Cards are found within the client that got them: a caller cannot attach feedback to somebody else's card. */
const STATEMENTS = {
  decision: `insert into decision (id, at, service, client, hook_instance, patient_key, user, profile, content_hash, latency_ms, findings)
    values (:id, :at, :service, :client, :hookInstance, :patientKey, :user, :profile, :contentHash, :latencyMs, :findings)`,
  card: 'insert into card (uuid, decision, topic, rules, suggestions) values (:uuid, :decision, :topic, :rules, :suggestions)',
  feedback: `insert into feedback (card, decision, service, client, outcome, suggestions, reason_code, reason_system, reason_display, comment, outcome_at, ahead, received_at)
    values (:card, (select card.decision from card join decision on decision.id = card.decision where card.uuid = :card and decision.client = :client),
      :service, :client, :outcome, :suggestions, :reasonCode, :reasonSystem, :reasonDisplay, :comment, :outcomeAt, :ahead, :receivedAt)
    returning decision`,
  overrides: `select rule.value as rule, finding.value as finding, feedback.card, feedback.outcome_at, feedback.reason_code, feedback.reason_system, decision.user
    from decision
      join feedback on feedback.decision = decision.id and feedback.outcome = 'overridden' and feedback.outcome_at >= :since
      join card on card.uuid = feedback.card
      join json_each(card.rules) as rule
      join json_each(decision.findings) as finding on finding.value ->> 'rule' = rule.value and finding.value ->> 'shown'
    where decision.patient_key = :patientKey
    order by feedback.outcome_at desc, feedback.id desc, finding.key`,
  cardOf: `select card.uuid, card.decision, card.topic, card.rules, card.suggestions, decision.at, decision.service, decision.patient_key
    from card join decision on decision.id = card.decision where card.uuid = :uuid`,
  probe: 'update secret set value = value where name = \'patient-key\'',
} as const

type Statements = Readonly<Record<keyof typeof STATEMENTS, StatementSync>>

/** Opens the store in one SQLite file under `dataDir`, which is created if absent. Throws when that is not possible. */
export function openEmbeddedStore(dataDir: string): Store {
  const database = openDatabase(dataDir)
  const salt = saltOf(database)
  const statements = prepareAll(database)
  return {
    patientKey: (client, patientId) => createHmac('sha256', salt).update(JSON.stringify([client, patientId])).digest('hex'),
    recordDecision: async (record) => inTransaction(database, () => insertDecision(statements, record)),
    recordFeedback: async (entries) => inTransaction(database, () => insertFeedback(statements, entries)),
    overrides: async (patientKey, since) => statements.overrides.all({ patientKey, since }).map(override),
    cardOf: async (uuid) => {
      const row = statements.cardOf.get({ uuid })
      return row && storedCard(row)
    },
    health: async () => void statements.probe.run(),
    close: async () => database.close(),
  }
}

function openDatabase(dataDir: string): DatabaseSync {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const database = new DatabaseSync(join(dataDir, FILE))
  // FULL: a commit in WAL mode is on the disk when it returns, so that acknowledged feedback survives a power cut.
  database.exec('pragma busy_timeout = 2000; pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on')
  migrate(database)
  return database
}

/** Random per store, so that keys of two stores cannot be compared and ids cannot be guessed from them. */
function saltOf(database: DatabaseSync): Uint8Array {
  database.prepare('insert into secret (name, value) values (\'patient-key\', ?) on conflict do nothing').run(randomBytes(32))
  const value = database.prepare('select value from secret where name = \'patient-key\'').get()?.['value']
  if (!(value instanceof Uint8Array)) throw new TypeError('the store has no key for patient pseudonyms')
  return value
}

const prepareAll = (database: DatabaseSync): Statements =>
  // Sound: the mapping keeps the keys.
  Object.fromEntries(Object.entries(STATEMENTS).map(([name, sql]) => [name, database.prepare(sql)])) as Statements

function inTransaction<T>(database: DatabaseSync, work: () => T): T {
  database.exec('begin immediate')
  try {
    const result = work()
    database.exec('commit')
    return result
  } catch (cause) {
    // A failed commit may have ended the transaction already.
    if (database.isTransaction) database.exec('rollback')
    throw cause
  }
}

function insertDecision(statements: Statements, record: DecisionRecord): void {
  statements.decision.run(decisionRow(record))
  for (const card of record.cards) statements.card.run(cardRow(record.id, card))
}

function insertFeedback(statements: Statements, entries: readonly FeedbackRecord[]): FeedbackReceipt {
  const matched = entries.filter((entry) => typeof statements.feedback.get(feedbackRow(entry))?.['decision'] === 'string')
  return { stored: entries.length, matched: matched.length }
}
