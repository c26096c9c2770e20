import type { Coding } from 'fhir/r4.js'
import type { Failure } from './http.ts'
import { draftName, type Draft } from './suggestion.ts'
import type { Card, HookName } from './wire.ts'

/** What the clinician did about a card. Accepted suggestions are kept by label: uuids change with every answer. */
export type Response =
  | { readonly kind: 'accepted'; readonly labels: readonly string[] }
  | { readonly kind: 'overridden'; readonly reason?: Coding; readonly comment?: string }

/** The last question to decision support and what came of it; `revision` tells whether the drafts changed since. */
type Check =
  | { readonly state: 'none' }
  | { readonly state: 'asking'; readonly hook: HookName; readonly revision: number }
  | { readonly state: 'answered'; readonly hook: HookName; readonly revision: number; readonly unseen: number }
  | { readonly state: 'failed'; readonly hook: HookName; readonly revision: number; readonly failure: Failure }

/** One order session of one patient: from the first draft to signing. */
export interface OrderSession {
  readonly hookInstance: string
  readonly drafts: readonly Draft[]
  /** `Type/id` of the draft whose details are open. */
  readonly open?: string
  /** Grows with every change of the drafts. */
  readonly revision: number
  readonly cards: readonly Card[]
  readonly responses: Readonly<Record<string, Response>>
  /** Keys of warnings and criticals that were on the screen before. */
  readonly seen: readonly string[]
  readonly check: Check
  readonly signed: readonly { readonly at: string; readonly drafts: readonly Draft[] }[]
  readonly isConfirming: boolean
  /** A target of a suggestion that was no longer there. */
  readonly refused?: string
}

export const newOrderSession = (hookInstance: string, signed: OrderSession['signed'] = []): OrderSession => ({
  hookInstance, signed, drafts: [], revision: 0, cards: [], responses: {}, seen: [], check: { state: 'none' }, isConfirming: false,
})

/**
 * What makes two cards the same decision: topic, rules and the sentence with its values. Uuids are new with every answer, and a
 * changed value must be answered again.
 */
export const cardKey = (card: Card): string => {
  const rules = (card.extension?.['org.ino-cds.findings'] ?? []).map((finding) => finding.rule).sort()
  return [card.source.topic?.code ?? '', ...rules, card.summary].join('|')
}

export const responseTo = (session: OrderSession, card: Card): Response | undefined => session.responses[cardKey(card)]

/** Critical cards that nobody has answered: they keep Sign from completing. */
export const unansweredCriticals = (session: OrderSession): readonly Card[] =>
  session.cards.filter((card) => card.indicator === 'critical' && !responseTo(session, card))

/**
 * empty: nothing to sign. open: Sign asks decision support. checking: it is being asked. blocked: criticals wait for an answer.
 * ready: checked, nothing in the way. unchecked: decision support failed, only the clinician's own check is left.
 */
export type SignStage = 'empty' | 'open' | 'checking' | 'blocked' | 'ready' | 'unchecked'

export const signStage = (session: OrderSession): SignStage => {
  const { check, drafts, revision } = session
  if (drafts.length === 0) return 'empty'
  const isSign = check.state !== 'none' && check.hook === 'order-sign' && check.revision === revision
  if (!isSign) return 'open'
  if (check.state === 'asking') return 'checking'
  if (unansweredCriticals(session).length > 0) return 'blocked'
  return check.state === 'failed' ? 'unchecked' : 'ready'
}

/** True right after order-sign answered with nothing the clinician has not seen or must answer: signing completes at once. */
export const passesUnseen = (session: OrderSession): boolean =>
  signStage(session) === 'ready' && session.check.state === 'answered' && session.check.unseen === 0

const overridesOnly = (responses: OrderSession['responses']): OrderSession['responses'] =>
  Object.fromEntries(Object.entries(responses).filter(([, response]) => response.kind === 'overridden'))

const without = (session: OrderSession, member: 'refused' | 'open'): OrderSession => {
  const copy: { -readonly [Key in keyof OrderSession]: OrderSession[Key] } = { ...session }
  delete copy[member]
  return copy
}

const changed = (session: OrderSession, drafts: readonly Draft[]): OrderSession => {
  const next = { ...without(session, 'refused'), drafts, revision: session.revision + 1, isConfirming: false }
  return drafts.length === 0 ? { ...next, cards: [], check: { state: 'none' } } : next
}

/** A hand-made change takes back what accepted suggestions had settled; overrides stay. */
const changedByHand = (session: OrderSession, drafts: readonly Draft[]): OrderSession =>
  changed({ ...session, responses: overridesOnly(session.responses) }, drafts)

export const addDrafts = (session: OrderSession, added: readonly Draft[]): OrderSession => {
  const [only, ...others] = added
  return { ...changedByHand(session, [...session.drafts, ...added]), ...(only && others.length === 0 ? { open: draftName(only) } : {}) }
}

export const replaceDraft = (session: OrderSession, draft: Draft): OrderSession =>
  changedByHand(session, session.drafts.map((other) => (draftName(other) === draftName(draft) ? draft : other)))

export const removeDraft = (session: OrderSession, name: string): OrderSession =>
  changedByHand(session, session.drafts.filter((draft) => draftName(draft) !== name))

export const openDraft = (session: OrderSession, name: string | undefined): OrderSession =>
  (name === undefined ? without(session, 'open') : { ...session, open: name })

export const acceptSuggestion = (session: OrderSession, card: Card, label: string, drafts: readonly Draft[]): OrderSession => {
  const before = responseTo(session, card)
  const labels = [...(before?.kind === 'accepted' ? before.labels : []), label]
  return changed({ ...session, responses: { ...session.responses, [cardKey(card)]: { kind: 'accepted', labels } } }, drafts)
}

export const refuseSuggestion = (session: OrderSession, missing: string): OrderSession => ({ ...session, refused: missing })

export const overrideCard = (session: OrderSession, card: Card, reason: Coding | undefined, comment: string): OrderSession => ({
  ...session,
  responses: {
    ...session.responses,
    [cardKey(card)]: { kind: 'overridden', ...(reason ? { reason } : {}), ...(comment === '' ? {} : { comment }) },
  },
})

export const startCheck = (session: OrderSession, hook: HookName): OrderSession =>
  ({ ...session, check: { state: 'asking', hook, revision: session.revision } })

const needsEyes = (card: Card): boolean => card.indicator !== 'info'

const isAwaited = ({ check, revision }: OrderSession, hook: HookName, askedAt: number): boolean =>
  check.state === 'asking' && check.hook === hook && check.revision === askedAt && revision === askedAt

/** An answer to drafts that have changed since says nothing any more and is dropped. */
export const answerCheck = (session: OrderSession, hook: HookName, revision: number, cards: readonly Card[]): OrderSession => {
  if (!isAwaited(session, hook, revision)) return session
  const keys = cards.filter(needsEyes).map(cardKey)
  const unseen = keys.filter((key) => !session.seen.includes(key)).length
  return { ...session, cards, seen: [...new Set([...session.seen, ...keys])], check: { state: 'answered', hook, revision, unseen } }
}

/** Cards of the check before stay on the screen: a failure must not take a warning away. */
export const failCheck = (session: OrderSession, hook: HookName, revision: number, failure: Failure): OrderSession =>
  (isAwaited(session, hook, revision) ? { ...session, check: { state: 'failed', hook, revision, failure } } : session)

const asSigned = (draft: Draft): Draft => ('status' in draft && draft.status === 'draft' ? { ...draft, status: 'active' } as Draft : draft) // 'active' is a status of every request resource that has 'draft'

/** Signing ends the order session; the next one gets its own hookInstance. */
export const completeSigning = (session: OrderSession, at: string, nextInstance: string): OrderSession => ({
  ...newOrderSession(nextInstance, [{ at, drafts: session.drafts.map(asSigned) }, ...session.signed]),
  isConfirming: true,
})
