import { describe, expect, it } from 'vitest'
import { isFeedbackProblem, readFeedback, type FeedbackEntry } from '../../src/hooks/feedback.ts'

const accepted = { card: 'c1', outcome: 'accepted', acceptedSuggestions: [{ id: 's1' }, { id: 's2' }], outcomeTimestamp: '2026-11-20T09:17:42Z' }
const overridden = { card: 'c2', outcome: 'overridden', outcomeTimestamp: '2026-11-20T09:17:42Z' }

const entries = (...feedback: unknown[]): readonly FeedbackEntry[] => {
  const read = readFeedback({ feedback })
  if (isFeedbackProblem(read)) throw new Error(JSON.stringify(read))
  return read.entries
}

describe('an entry', () => {
  it('tells which suggestions were accepted', () => {
    expect(entries(accepted)).toEqual([{ card: 'c1', outcome: 'accepted', acceptedSuggestions: ['s1', 's2'], outcomeAt: Date.UTC(2026, 10, 20, 9, 17, 42) }])
  })

  it('may override without a reason', () => {
    expect(entries(overridden)).toEqual([{ card: 'c2', outcome: 'overridden', acceptedSuggestions: [], outcomeAt: Date.UTC(2026, 10, 20, 9, 17, 42) }])
  })

  it.each([
    ['in full', { reason: { code: 'a', system: 'urn:s', display: 'A' }, userComment: 'why' }, { code: 'a', system: 'urn:s', display: 'A' }, 'why'],
    ['without system', { reason: { code: 'a' } }, { code: 'a' }, undefined],
    ['as a comment only', { userComment: 'why' }, undefined, 'why'],
    ['with an empty reason', { reason: {}, userComment: 'why' }, undefined, 'why'],
    ['with a wrong reason', { reason: 7, userComment: 'why' }, undefined, 'why'],
  ])('may give its reason %s', (_, overrideReason, reason, comment) => {
    expect(entries({ ...overridden, overrideReason })[0]).toMatchObject({ ...(reason && { reason }), ...(comment && { comment }) })
    expect(entries({ ...overridden, overrideReason })[0]?.reason).toEqual(reason)
  })

  const epic = {
    extension: {
      'com.epic.cdshooks.feedback.overrideReason.reasonCategory': '45',
      'com.epic.cdshooks.feedback.overrideReason.reasonDisplay': 'Benefit outweighs risk',
      'com.epic.cdshooks.feedback.overrideReason.reasonTitle': 'Other title',
    },
    userComment: 'Discussed',
  }

  it.each([['one object', epic], ['a list', [epic]], ['a list with rubbish', [3, epic]]])('may use the plural member for %s', (_, overrideReasons) => {
    expect(entries({ ...overridden, overrideReasons })[0]).toMatchObject({ reason: { code: '45', display: 'Benefit outweighs risk' }, comment: 'Discussed' })
  })

  it.each(['123456', 'giveOrHold', 'afc422da-3d85-4041-a6e7-e09e9025f6f1'])('may name its card %s', (card) => {
    expect(entries({ ...overridden, card })[0]?.card).toBe(card)
  })

  it.each([
    ['2026-11-20T09:17:58.250Z', Date.UTC(2026, 10, 20, 9, 17, 58, 250)], ['2026-11-20T09:17:58+00:00', Date.UTC(2026, 10, 20, 9, 17, 58)],
    ['2026-11-20T10:17:58+01:00', Date.UTC(2026, 10, 20, 9, 17, 58)], ['2026-11-19T23:47:58.1-09:30', Date.UTC(2026, 10, 20, 9, 17, 58, 100)],
  ])('reads its time from %s', (outcomeTimestamp, at) => {
    expect(entries({ ...overridden, outcomeTimestamp })[0]?.outcomeAt).toBe(at)
  })

  it.each([
    ['another outcome', { outcome: 'ignored' }], ['no card', { card: undefined }], ['an empty card', { card: '' }], ['a number for a card', { card: 5 }], ['an endless card', { card: 'x'.repeat(201) }],
    ['no time', { outcomeTimestamp: undefined }], ['a German date', { outcomeTimestamp: '20.11.2026' }], ['a date only', { outcomeTimestamp: '2026-11-20' }],
    ['a time without zone', { outcomeTimestamp: '2026-11-20T09:17:58' }], ['30 February', { outcomeTimestamp: '2026-02-30T09:17:58Z' }],
  ])('with %s cannot be used', (_, change) => {
    expect(readFeedback({ feedback: [accepted, { ...overridden, ...change }] })).toMatchObject({ entries: [{ card: 'c1' }], unusable: 1 })
  })

  it('keeps at most 4000 characters of a comment, and whole ones', () => {
    const comment = (length: number) => entries({ ...overridden, overrideReason: { userComment: '😀'.repeat(length) } })[0]?.comment ?? ''
    expect([...comment(4000)]).toHaveLength(4000)
    expect([...comment(4001)]).toHaveLength(4000)
    expect(comment(4001).isWellFormed()).toBe(true)
  })

  it('loses control characters and changes of writing direction', () => {
    expect(entries({ ...overridden, overrideReason: { userComment: 'a\u0000b\u001b[31mc\u202ed\te\nf' } })[0]?.comment).toBe('a b [31mc d\te\nf')
  })
})

describe('a feedback call', () => {
  it.each([[undefined], [null], [[]], ['x'], [{}], [{ feedback: {} }], [{ feedback: null }]])('with the envelope %j is invalid', (body) => {
    expect(readFeedback(body)).toEqual({ code: 'feedback-invalid', expression: ['feedback'] })
  })

  it('without one usable entry is invalid, and says where', () => {
    expect(readFeedback({ feedback: [{ ...overridden, outcome: 'x' }, 7] })).toEqual({ code: 'feedback-invalid', expression: ['feedback[0].outcome', 'feedback[1]'] })
  })

  it('may be empty', () => {
    expect(readFeedback({ feedback: [] })).toEqual({ entries: [], unusable: 0 })
  })

  it('may report the same card again and hold unknown members', () => {
    expect(readFeedback({ extra: 1, feedback: [accepted, { ...accepted, extension: { a: 1 } }, { ...overridden, card: 'c1' }] })).toMatchObject({ entries: [{ card: 'c1' }, { card: 'c1' }, { card: 'c1' }], unusable: 0 })
  })
})
