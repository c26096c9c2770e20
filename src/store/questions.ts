import { setImmediate } from 'node:timers/promises'
import { countGovernance, firingsOf } from './governance.ts'
import { overridesIn, toldIn } from './overrides.ts'
import { cardsOf, storedCard, storedDecision, storedFeedback, type SqlRow, type SqlValue } from './rows.ts'
import type { ReviewedDecision, Store, StoredFeedback, TimeRange } from './store.ts'

/** Asks a database: SQL that both understand, with `:name` where a value belongs. */
export type Ask = (sql: string, values: Readonly<Record<string, SqlValue>>) => Promise<readonly SqlRow[]>

/** Rows read at once: parsing them takes a few milliseconds, then others have their turn. */
const PAGE = 50

const CARD = `select card.uuid, card.decision, card.topic, card.rules, card.suggestions, decision.at, decision.service, decision.patient_key
  from card join decision on decision.id = card.decision where card.uuid = :uuid`

/** `|| ''` keeps planners without statistics from reading all feedback and looking up its decisions: the few decisions of the patient come first. */
const OVERRIDES = `select feedback.card, feedback.outcome_at, feedback.reason_code, feedback.reason_system, decision."user", card.rules, decision.findings
  from decision
    join feedback on feedback.decision = decision.id || '' and feedback.outcome = 'overridden' and feedback.outcome_at >= :since
    join card on card.uuid = feedback.card
  where decision.patient_key = :key
  order by feedback.outcome_at desc, feedback.id desc`

/** Ordering fires often; what was told earlier in the session than its last calls is told again. */
const TOLD = `select findings from decision where patient_key = :key and hook = 'order-select' and "user" = :user and at >= :since order by at desc limit 50`

const DECISIONS = `select * from decision where (at, id) > (:at, :id) and at < :until order by at, id limit ${PAGE}`
/** Cards and feedback of one page of decisions: those after (at, id), up to and with the last. */
const OF_PAGE = '(decision.at, decision.id) > (:at, :id) and (decision.at, decision.id) <= (:lastAt, :lastId)'
const CARDS = `select card.* from decision join card on card.decision = decision.id where ${OF_PAGE} order by card.decision, card.position`
const ANSWERS = `select feedback.* from decision join feedback on feedback.decision = decision.id where ${OF_PAGE} order by feedback.id`
const FEEDBACK = `select * from feedback where (received_at, id) > (:at, :id) and received_at < :until order by received_at, id limit ${PAGE}`

/** What both stores answer in the same words. */
export type Answers = Pick<Store, 'overrides' | 'toldWhileOrdering' | 'cardOf' | 'decisions' | 'feedback' | 'governance' | 'firings'>

/** The reading half of a store. */
export function answersFrom(ask: Ask): Answers {
  return {
    overrides: async (key, since) => (await ask(OVERRIDES, { key, since })).flatMap(overridesIn),
    toldWhileOrdering: async ({ patientKey: key, user, since }) => (await ask(TOLD, { key, user, since })).flatMap(toldIn),
    cardOf: async (uuid) => {
      const [row] = await ask(CARD, { uuid })
      return row && storedCard(row)
    },
    decisions: (range) => decisionsIn(ask, range),
    feedback: (range) => feedbackIn(ask, range),
    governance: ({ timeZone, ...range }) => countGovernance(decisionsIn(ask, range), timeZone),
    firings: ({ rule, limit, ...range }) => firingsOf(decisionsIn(ask, range), rule, limit),
  }
}

async function* decisionsIn(ask: Ask, { since, until }: TimeRange): AsyncIterable<ReviewedDecision> {
  let after = { at: since, id: '' }
  for (;;) {
    const rows = await ask(DECISIONS, { ...after, until })
    const last = rows.at(-1)
    if (!last) return
    const end = { at: Number(last['at']), id: String(last['id']) }
    const page = { ...after, lastAt: end.at, lastId: end.id }
    const cards = cardsOf(await ask(CARDS, page))
    const answers = Map.groupBy((await ask(ANSWERS, page)).map(storedFeedback), ({ decision }) => decision)
    for (const row of rows) yield reviewed(row, cards, answers)
    after = end
    // The embedded store answers without waiting: nobody else would get a turn until the last page.
    await setImmediate()
  }
}

function reviewed(row: SqlRow, cards: ReturnType<typeof cardsOf>, answers: ReadonlyMap<string | undefined, readonly StoredFeedback[]>): ReviewedDecision {
  const id = String(row['id'])
  return { decision: storedDecision(row, cards.get(id) ?? []), feedback: answers.get(id) ?? [] }
}

async function* feedbackIn(ask: Ask, { since, until }: TimeRange): AsyncIterable<StoredFeedback> {
  let after = { at: since, id: 0 }
  for (;;) {
    const page = (await ask(FEEDBACK, { ...after, until })).map(storedFeedback)
    yield* page
    await setImmediate()
    const last = page.at(-1)
    if (!last) return
    after = { at: last.receivedAt, id: last.id }
  }
}
