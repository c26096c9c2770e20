import { describe, expect, test } from 'vitest'
import {
  acceptSuggestion, addDrafts, answerCheck, cardKey, completeSigning, failCheck, newOrderSession, overrideCard, passesUnseen, removeDraft,
  replaceDraft, responseTo, signStage, startCheck, unansweredCriticals, type OrderSession,
} from '../../src/web/order-session.ts'
import type { Card, HookName } from '../../src/web/wire.ts'
import { card, draft, REASON } from './fixtures.ts'

const HOLD = card('Hold', 'critical')
const WARN = card('Missing something', 'warning')
const NOTE = card('Observe', 'info')

const drafted = (): OrderSession => addDrafts(newOrderSession('instance-1'), [draft('a')])

const answered = (session: OrderSession, hook: HookName, cards: readonly Card[]): OrderSession =>
  answerCheck(startCheck(session, hook), hook, session.revision, cards)

describe('Sign', () => {
  test('has nothing to do without drafts', () => {
    expect(signStage(newOrderSession('i'))).toBe('empty')
  })
  test('asks decision support first, whatever order-select said', () => {
    expect(signStage(drafted())).toBe('open')
    expect(signStage(answered(drafted(), 'order-select', [HOLD]))).toBe('open')
  })
  test('waits while decision support is asked', () => {
    expect(signStage(startCheck(drafted(), 'order-sign'))).toBe('checking')
  })
  test('is blocked by an unanswered critical card and opened by an override', () => {
    const blocked = answered(drafted(), 'order-sign', [HOLD, WARN])
    expect(signStage(blocked)).toBe('blocked')
    expect(signStage(overrideCard(blocked, HOLD, REASON, ''))).toBe('ready')
  })
  test('needs every critical card answered', () => {
    const second = card('Hold for another reason', 'critical')
    const blocked = overrideCard(answered(drafted(), 'order-sign', [HOLD, second]), HOLD, REASON, '')
    expect(unansweredCriticals(blocked)).toEqual([second])
    expect(signStage(blocked)).toBe('blocked')
  })
  test('asks again after any change of the drafts', () => {
    const ready = answered(drafted(), 'order-sign', [NOTE])
    expect(signStage(ready)).toBe('ready')
    expect(signStage(replaceDraft(ready, draft('a', { note: [{ text: 'changed' }] })))).toBe('open')
  })
  test('offers signing without decision support when it failed', () => {
    const asked = startCheck(drafted(), 'order-sign')
    expect(signStage(failCheck(asked, 'order-sign', asked.revision, { why: 'timeout' }))).toBe('unchecked')
  })
  test('stays blocked by a critical card of the check before when the new check failed', () => {
    const asked = startCheck(answered(drafted(), 'order-select', [HOLD]), 'order-sign')
    expect(signStage(failCheck(asked, 'order-sign', asked.revision, { why: 'network' }))).toBe('blocked')
  })
})

describe('signing at once', () => {
  test('happens when only information is new', () => {
    expect(passesUnseen(answered(drafted(), 'order-sign', [NOTE]))).toBe(true)
  })
  test('happens when the warnings were on the screen before', () => {
    expect(passesUnseen(answered(answered(drafted(), 'order-select', [WARN]), 'order-sign', [WARN]))).toBe(true)
  })
  test('does not happen when a warning is new', () => {
    expect(passesUnseen(answered(drafted(), 'order-sign', [WARN]))).toBe(false)
  })
})

describe('an answer of decision support', () => {
  test('is dropped when the drafts changed meanwhile', () => {
    const asked = startCheck(drafted(), 'order-select')
    const changed = addDrafts(asked, [draft('b')])
    expect(answerCheck(changed, 'order-select', asked.revision, [HOLD]).cards).toEqual([])
  })
  test('is dropped when another hook was asked meanwhile', () => {
    const asked = startCheck(startCheck(drafted(), 'order-select'), 'order-sign')
    expect(answerCheck(asked, 'order-select', asked.revision, [HOLD]).check).toEqual(asked.check)
  })
  test('that fails leaves the cards of the check before on the screen', () => {
    const asked = startCheck(answered(drafted(), 'order-select', [WARN]), 'order-sign')
    const failed = failCheck(asked, 'order-sign', asked.revision, { why: 'timeout' })
    expect(failed.cards).toEqual([WARN])
    expect(failed.check.state).toBe('failed')
  })
})

describe('what the clinician answered', () => {
  const overridden = overrideCard(answered(drafted(), 'order-select', [HOLD]), HOLD, REASON, 'seen on paper')

  test('is kept when the same card comes again with another uuid', () => {
    const again = { ...HOLD, uuid: 'another' }
    expect(responseTo(answered(overridden, 'order-sign', [again]), again)).toEqual({ kind: 'overridden', reason: REASON, comment: 'seen on paper' })
  })
  test('does not count for a card with another value or another rule', () => {
    expect(responseTo(overridden, card('Hold, and lower still', 'critical'))).toBeUndefined()
    const more = { ...HOLD, extension: { 'org.ino-cds.findings': [{ rule: 'another', indicator: 'critical' }] } }
    expect(cardKey(more)).not.toBe(cardKey(HOLD))
  })
  test('by accepting a suggestion is taken back by a change made by hand, an override is not', () => {
    const accepted = acceptSuggestion(overridden, WARN, 'Order it', [draft('a'), draft('b')])
    expect(responseTo(accepted, WARN)).toEqual({ kind: 'accepted', labels: ['Order it'] })
    const byHand = removeDraft(accepted, 'MedicationRequest/b')
    expect(responseTo(byHand, WARN)).toBeUndefined()
    expect(responseTo(byHand, HOLD)?.kind).toBe('overridden')
  })
  test('collects the suggestions accepted one after the other', () => {
    const twice = acceptSuggestion(acceptSuggestion(overridden, WARN, 'One', [draft('a')]), WARN, 'Two', [draft('a')])
    expect(responseTo(twice, WARN)).toEqual({ kind: 'accepted', labels: ['One', 'Two'] })
  })
})

describe('the drafts', () => {
  test('that are all removed take their cards along', () => {
    const empty = removeDraft(answered(drafted(), 'order-select', [WARN]), 'MedicationRequest/a')
    expect(empty.cards).toEqual([])
    expect(empty.check).toEqual({ state: 'none' })
  })
  test('become active orders when signed, in a new order session', () => {
    const signed = completeSigning(answered(drafted(), 'order-sign', []), '2026-11-21T10:00:00Z', 'instance-2')
    expect(signed.signed).toEqual([{ at: '2026-11-21T10:00:00Z', drafts: [{ ...draft('a'), status: 'active' }] }])
    expect(signed).toMatchObject({ hookInstance: 'instance-2', drafts: [], cards: [], isConfirming: true })
  })
})
