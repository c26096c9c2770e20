import { describe, expect, test } from 'vitest'
import { currentOrders, INITIAL_SESSION, reduceSession, type Session, type SessionEvent } from '../../src/web/session.ts'
import { card, draft } from './fixtures.ts'

const after = (...events: readonly SessionEvent[]): Session => events.reduce(reduceSession, INITIAL_SESSION)

const choose = (patientId: string, hookInstance: string): SessionEvent => ({ type: 'patient-chosen', patientId, hookInstance })

const STARTED: readonly SessionEvent[] = [
  choose('p1', 'i1'),
  { type: 'drafts-added', patientId: 'p1', drafts: [draft('a')] },
  { type: 'check-started', patientId: 'p1', hook: 'order-select' },
]

describe('the session', () => {
  test('keeps unsigned orders of a patient while another chart is open', () => {
    const session = after(...STARTED, choose('p2', 'i2'), choose('p1', 'i3'))
    expect(currentOrders(session)).toMatchObject({ hookInstance: 'i1', drafts: [draft('a')] })
  })
  test('puts an answer to the patient it was asked for, not to the one on the screen', () => {
    const session = after(...STARTED, choose('p2', 'i2'), { type: 'check-answered', patientId: 'p1', hook: 'order-select', revision: 1, cards: [card('Hold', 'critical')] })
    expect(session.orders.p1?.cards).toHaveLength(1)
    expect(session.orders.p2?.cards).toEqual([])
  })
  test('opens a draft and closes it', () => {
    const opened = after(...STARTED, { type: 'draft-opened', patientId: 'p1', name: 'MedicationRequest/a' })
    expect(currentOrders(opened)?.open).toBe('MedicationRequest/a')
    expect(currentOrders(reduceSession(opened, { type: 'draft-opened', patientId: 'p1' }))).not.toHaveProperty('open')
  })
  test('remembers that feedback was not stored until the next one is', () => {
    expect(after({ type: 'feedback', isStored: false }).isFeedbackLost).toBe(true)
    expect(after({ type: 'feedback', isStored: false }, { type: 'feedback', isStored: true }).isFeedbackLost).toBe(false)
  })
  test('ignores orders of a patient who was never opened', () => {
    expect(after({ type: 'drafts-added', patientId: 'nobody', drafts: [draft('a')] })).toEqual(INITIAL_SESSION)
  })
})
