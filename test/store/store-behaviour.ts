import { describe, expect, it } from 'vitest'
import { removeExpired } from '../../src/store/retention.ts'
import type { DecisionRecord, FeedbackRecord, Store } from '../../src/store/store.ts'
import { all, decision, feedback } from './records.ts'

const ALWAYS = { since: 0, until: Number.MAX_SAFE_INTEGER }

/** What every store does, whatever it is made of. `open` gives a store of its own; `again` opens the same one a second time. */
export function describeStore(open: () => Promise<Store>, again: (store: Store) => Promise<Store>): void {
  describe('a decision', () => {
    it('gives its cards back by uuid', async () => {
      const store = await open()
      await store.recordDecision(decision())
      expect(await store.cardOf('c1')).toEqual({
        uuid: 'c1', topic: 'giveOrHold', rules: ['hold-a', 'hold-b'], suggestions: ['s1'], decision: 'd1', at: 1_000, service: 'inotuzumab-order-sign', patientKey: 'k1',
      })
      expect(await store.cardOf('c2')).toBeUndefined()
    })

    it('is stored whole or not at all', async () => {
      const store = await open()
      const twice = decision().cards.flatMap((card) => [card, card])
      await expect(store.recordDecision(decision({ cards: twice }))).rejects.toThrow()
      expect(await store.cardOf('c1')).toBeUndefined()
      await store.recordDecision(decision())
      expect(await store.cardOf('c1')).toBeDefined()
    })

    it('is never replaced by another of the same id', async () => {
      const store = await open()
      await store.recordDecision(decision())
      await expect(store.recordDecision(decision({ cards: [] }))).rejects.toThrow()
    })
  })

  describe('what a user was told while ordering', () => {
    const told = (change: Partial<DecisionRecord> = {}) => decision({
      hook: 'order-select', service: 'inotuzumab-order-select', cards: [], findings: [
        { rule: 'info-c', indicator: 'info', shown: true, evidenceHash: 'i1' }, { rule: 'info-d', indicator: 'info', shown: false, evidenceHash: 'i2' },
        { rule: 'hold-b', indicator: 'warning', shown: true, evidenceHash: 'w1' }, { rule: 'info-e', indicator: 'info', shown: true },
      ], ...change,
    })
    const asked = { patientKey: 'k1', user: 'Practitioner/1', since: 1_000 }
    it('is what was shown and only informs', async () => {
      const store = await open()
      await store.recordDecision(told())
      expect(await store.toldWhileOrdering(asked)).toEqual(['i1'])
    })
    it.each([['an earlier session', { at: 999 }], ['another patient', { patientKey: 'k2' }], ['another user', { user: 'Practitioner/2' }], ['nobody', { user: undefined }], ['a signature', { hook: 'order-sign' }]])('is not that of %s', async (_, change) => {
      const store = await open()
      const { user, ...others } = told(change as Partial<DecisionRecord>) // sound: undefined stands for a member left out
      await store.recordDecision(user === undefined ? others : { ...others, user })
      expect(await store.toldWhileOrdering(asked)).toEqual([])
    })
  })

  describe('feedback', () => {
    it('becomes an override for every rule its card shows', async () => {
      const store = await open()
      await store.recordDecision(decision())
      expect(await store.recordFeedback([feedback()])).toEqual({ stored: 1, matched: 1 })
      const common = { card: 'c1', at: 2_000, user: 'Practitioner/1', reasonCode: 'newer', reasonSystem: 'urn:s' }
      expect(await store.overrides('k1', 0)).toEqual([
        { ...common, rule: 'hold-a', indicator: 'critical', order: 'MedicationRequest/o1', evidenceHash: 'e1' },
        { ...common, rule: 'hold-b', indicator: 'warning' },
      ])
    })

    it('counts from its own time on, newest first', async () => {
      const store = await open()
      await store.recordDecision(decision())
      await store.recordFeedback([feedback({ outcomeAt: 2_000 }), feedback({ outcomeAt: 3_000 })])
      const times = async (since: number) => (await store.overrides('k1', since)).filter(({ rule }) => rule === 'hold-a').map(({ at }) => at)
      expect(await times(2_000)).toEqual([3_000, 2_000])
      expect(await times(2_001)).toEqual([3_000])
      expect(await times(3_001)).toEqual([])
    })

    it('of an accepted card overrides nothing', async () => {
      const store = await open()
      await store.recordDecision(decision())
      expect(await store.recordFeedback([feedback({ outcome: 'accepted' })])).toEqual({ stored: 1, matched: 1 })
      expect(await store.overrides('k1', 0)).toEqual([])
    })

    it('overrides a rule only for the order it was shown for', async () => {
      const store = await open()
      const finding = { rule: 'hold-a', indicator: 'critical' }
      await store.recordDecision(decision({ findings: [{ ...finding, order: 'MedicationRequest/o1', shown: false }, { ...finding, order: 'MedicationRequest/o2', shown: true }] }))
      await store.recordFeedback([feedback()])
      expect((await store.overrides('k1', 0)).map(({ order }) => order)).toEqual(['MedicationRequest/o2'])
    })

    it('concerns no other patient', async () => {
      const store = await open()
      await store.recordDecision(decision())
      await store.recordFeedback([feedback()])
      expect(await store.overrides('k2', 0)).toEqual([])
    })

    it.each([['an unknown card', { card: 'giveOrHold' }], ['the card of another client', { client: 'https://other.test' }]])('on %s is kept unmatched', async (_, change) => {
      const store = await open()
      await store.recordDecision(decision())
      expect(await store.recordFeedback([feedback(change), feedback()])).toEqual({ stored: 2, matched: 1 })
      expect(await store.overrides('k1', 0)).toHaveLength(2)
    })

    it('is stored for all entries or for none', async () => {
      const store = await open()
      await store.recordDecision(decision())
      // @ts-expect-error an outcome the database refuses
      await expect(store.recordFeedback([feedback(), feedback({ outcome: 'ignored' })])).rejects.toThrow()
      expect(await store.overrides('k1', 0)).toEqual([])
    })

    it('needs nothing but card, outcome and time', async () => {
      const store = await open()
      await store.recordDecision(decision())
      const { reason: _reason, comment: _comment, ...bare } = feedback()
      await store.recordFeedback([bare])
      expect((await store.overrides('k1', 0))[0]).not.toHaveProperty('reasonCode')
    })
  })

  describe('a decision read back', () => {
    it('holds everything that was recorded', async () => {
      const store = await open()
      const whole = decision({
        tenant: 'north', outcome: 'cards', inputs: [{ fact: 'anc', sources: ['Observation/7'], value: '0.8 ×10⁹/L', day: '2026-11-20' }, { fact: 'qtcf', sources: [] }],
        missing: [{ fact: 'platelets', why: 'no result in 72 h' }, { fact: 'ast' }], notEvaluated: [{ rule: 'hold-x', why: 'timed out' }], settings: { anc_threshold: 1.5, lists: ['a'] },
      })
      await store.recordDecision(whole)
      expect(await all(store.decisions(ALWAYS))).toEqual([{ decision: whole, feedback: [] }])
    })

    it('may say as little as a refusal does', async () => {
      const store = await open()
      const { user: _user, ...rest } = decision({ outcome: 'refused', findings: [], cards: [], missing: [] })
      await store.recordDecision(rest)
      expect(await all(store.decisions(ALWAYS))).toEqual([{ decision: rest, feedback: [] }])
    })

    it('comes with the answers to its own cards, in their order', async () => {
      const store = await open()
      await store.recordDecision(decision())
      await store.recordDecision(decision({ id: 'd2', at: 1_001, cards: [{ uuid: 'c2', rules: ['hold-a'], suggestions: [] }] }))
      await store.recordFeedback([feedback({ card: 'c2', outcome: 'accepted', acceptedSuggestions: ['s9'] }), feedback(), feedback({ outcomeAt: 2_001 })])
      const read = await all(store.decisions(ALWAYS))
      expect(read.map(({ decision: { id }, feedback: answers }) => [id, answers.map(({ card, outcome, outcomeAt }) => [card, outcome, outcomeAt])])).toEqual([
        ['d1', [['c1', 'overridden', 2_000], ['c1', 'overridden', 2_001]]],
        ['d2', [['c2', 'accepted', 2_000]]],
      ])
    })

    it('lies in a range from its beginning up to before its end', async () => {
      const store = await open()
      for (const at of [1_000, 1_001, 1_002]) await store.recordDecision(decision({ id: `d${at}`, at, cards: [] }))
      const ids = async (since: number, until: number) => (await all(store.decisions({ since, until }))).map(({ decision: { at } }) => at)
      expect(await ids(1_000, 1_002)).toEqual([1_000, 1_001])
      expect(await ids(1_001, 1_001)).toEqual([])
      expect(await ids(1_003, 2_000)).toEqual([])
    })

    it('is read page by page, none twice and none left out, also where many share an instant', async () => {
      const store = await open()
      const ids = Array.from({ length: 450 }, (_, index) => `d${String(index).padStart(4, '0')}`)
      await Promise.all(ids.map((id, index) => store.recordDecision(decision({ id, at: index < 300 ? 1_000 : 1_001, cards: [{ uuid: `c-${id}`, rules: ['hold-a'], suggestions: [] }] }))))
      await store.recordFeedback(ids.map((id) => feedback({ card: `c-${id}` })))
      const read = await all(store.decisions(ALWAYS))
      expect(read.map(({ decision: { id } }) => id).sort()).toEqual(ids)
      expect(read.every(({ decision: { id, cards }, feedback: answers }) => cards[0]?.uuid === `c-${id}` && answers.length === 1)).toBe(true)
      expect(await all(store.feedback(ALWAYS))).toHaveLength(450)
    })
  })

  it('lets others have their turn while it reads a long history', async () => {
    const store = await open()
    await Promise.all(Array.from({ length: 300 }, (_, index) => store.recordDecision(decision({ id: `d${index}`, cards: [] }))))
    await store.recordFeedback(Array.from({ length: 300 }, () => feedback()))
    const turnsDuring = async (work: Promise<unknown>): Promise<number> => {
      let turns = 0
      const each = (): void => {
        turns += 1
        next = setImmediate(each)
      }
      let next = setImmediate(each)
      await work
      clearImmediate(next)
      return turns
    }
    expect(await turnsDuring(store.governance({ ...ALWAYS, timeZone: 'UTC' }))).toBeGreaterThanOrEqual(5)
    expect(await turnsDuring(all(store.feedback(ALWAYS)))).toBeGreaterThanOrEqual(5)
  })

  describe('feedback read back', () => {
    it('holds everything that was sent, the card it belongs to, and whether its clock was ahead', async () => {
      const store = await open()
      await store.recordDecision(decision())
      const sent: FeedbackRecord[] = [feedback({ acceptedSuggestions: ['s1'] }), feedback({ card: 'unknown', outcomeAt: 302_501 })]
      const { reason: _reason, comment: _comment, ...bare } = feedback({ outcomeAt: 302_500 })
      await store.recordFeedback([...sent, bare])
      const read = await all(store.feedback(ALWAYS))
      expect(read.map(({ id: _id, ...entry }) => entry)).toEqual([
        { ...sent[0], decision: 'd1', ahead: false }, { ...sent[1], ahead: true }, { ...bare, decision: 'd1', ahead: false },
      ])
    })

    it('lies in a range by its arrival', async () => {
      const store = await open()
      await store.recordFeedback([feedback({ receivedAt: 10 }), feedback({ receivedAt: 11 }), feedback({ receivedAt: 12 })])
      expect((await all(store.feedback({ since: 10, until: 12 }))).map(({ receivedAt }) => receivedAt)).toEqual([10, 11])
    })
  })

  describe('governance', () => {
    const NIGHT = Date.UTC(2026, 10, 20, 23, 30)
    const cards = (uuid: string) => [{ uuid, rules: ['hold-a'], suggestions: ['s1'] }]
    const findings = [{ rule: 'hold-a', indicator: 'critical', shown: true, order: 'o1' }, { rule: 'hold-a', indicator: 'critical', shown: true, order: 'o2' }, { rule: 'info-c', indicator: 'info', shown: false }]

    it('counts each rule once a decision, by day in the zone of the site, profile and client, with the last answer', async () => {
      const store = await open()
      const fire = (id: string, change: Partial<DecisionRecord> = {}) => store.recordDecision(decision({ id, at: NIGHT, findings, cards: cards(`c-${id}`), ...change }))
      for (const id of ['accepted', 'overridden', 'changed', 'ignored']) await fire(id)
      await fire('tomorrow', { at: NIGHT + 3_600_000 })
      await fire('eu', { profile: 'label-eu' })
      await fire('other', { client: 'https://other.test' })
      await store.recordDecision(decision({ id: 'refused', at: NIGHT, outcome: 'refused', findings: [], cards: [] }))
      await store.recordFeedback([
        feedback({ card: 'c-accepted', outcome: 'accepted' }), feedback({ card: 'c-overridden' }),
        feedback({ card: 'c-changed', outcomeAt: 3_000, outcome: 'accepted' }), feedback({ card: 'c-changed', outcomeAt: 2_000 }),
      ])
      const { rules, calls } = await store.governance({ since: NIGHT, until: NIGHT + 7_200_000, timeZone: 'UTC' })
      const rule = (name: string, day: string, rest: object = {}) => expect.objectContaining({ rule: name, day, profile: 'label-us', client: 'https://ehr.test', ...rest })
      expect(rules).toHaveLength(8)
      expect(rules).toEqual(expect.arrayContaining([
        rule('hold-a', '2026-11-20', { fired: 4, shown: 4, accepted: 2, overridden: 1, unanswered: 1, reasons: [{ code: 'newer', system: 'urn:s', display: 'Newer', count: 1 }] }),
        rule('info-c', '2026-11-20', { fired: 4, shown: 0, accepted: 0, overridden: 0, unanswered: 0, reasons: [] }),
        rule('hold-a', '2026-11-21', { fired: 1, shown: 1, unanswered: 1 }),
        rule('hold-a', '2026-11-20', { profile: 'label-eu', fired: 1 }),
        rule('hold-a', '2026-11-20', { client: 'https://other.test', fired: 1 }),
      ]))
      expect(calls).toContainEqual({ day: '2026-11-20', profile: 'label-us', client: 'https://ehr.test', service: 'inotuzumab-order-sign', outcome: 'refused', count: 1 })
      const madrid = await store.governance({ since: NIGHT, until: NIGHT + 1, timeZone: 'Europe/Madrid' })
      expect(new Set(madrid.rules.map(({ day }) => day))).toEqual(new Set(['2026-11-21']))
    })

    it('lists the newest firings of a rule with their answers', async () => {
      const store = await open()
      for (let at = 1; at <= 9; at += 1) await store.recordDecision(decision({ id: `d${at}`, at, findings: findings.slice(1), cards: cards(`c${at}`) }))
      await store.recordFeedback([feedback({ card: 'c9' })])
      const firings = await store.firings({ since: 0, until: 100, rule: 'hold-a', limit: 3 })
      expect(firings.map(({ at }) => at)).toEqual([9, 8, 7])
      expect(firings[0]).toEqual({
        rule: 'hold-a', indicator: 'critical', shown: true, order: 'o2', decision: 'd9', at: 9, service: 'inotuzumab-order-sign', client: 'https://ehr.test', profile: 'label-us', contentHash: 'abc',
        user: 'Practitioner/1', answer: { outcome: 'overridden', outcomeAt: 2_000, reason: { code: 'newer', system: 'urn:s', display: 'Newer' }, comment: 'seen' },
      })
      expect(firings[1]).not.toHaveProperty('answer')
      expect(await store.firings({ since: 0, until: 100, rule: 'hold-z', limit: 3 })).toEqual([])
    })
  })

  describe('text that some databases refuse', () => {
    it.each([['NUL', 'a\u0000b'], ['half a surrogate pair', 'a\ud800b'], ['quotes and backslashes', `a'"\\u0000b`], ['another script', 'é𝒳日本']])('does not cost a record: %s', async (_, text) => {
      const store = await open()
      await store.recordDecision(decision({ hookInstance: text, user: text, findings: [{ rule: 'hold-a', indicator: 'critical', shown: true, order: text }] }))
      expect(await store.recordFeedback([feedback({ comment: text, reason: { code: text, display: text } }), feedback({ card: text })])).toEqual({ stored: 2, matched: 1 })
      expect((await store.overrides('k1', 0))[0]).toMatchObject({ rule: 'hold-a', order: text })
    })
  })

  describe('a token', () => {
    it('is used once, also when used at the same time, and by another instance', async () => {
      const store = await open()
      const second = await again(store)
      const uses = await Promise.all(Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? store : second).useToken('t1', 5_000)))
      expect(uses.filter(Boolean)).toHaveLength(1)
      expect(await second.useToken('t1', 9_000)).toBe(false)
      expect(await second.useToken('t2', 5_000)).toBe(true)
    })

    it('is forgotten once it has expired, and not before', async () => {
      const store = await open()
      await store.useToken('t1', 5_000)
      expect(await removeExpired(store, { now: () => 5_000 })).toBe(0)
      expect(await store.useToken('t1', 5_000)).toBe(false)
      expect(await removeExpired(store, { now: () => 5_001 })).toBe(1)
      expect(await store.useToken('t1', 5_000)).toBe(true)
    })
  })

  describe('retention', () => {
    const DAY = 86_400_000

    it('removes decisions with their cards and feedback after so many days, and unmatched feedback', async () => {
      const store = await open()
      for (const [id, at] of [['old', DAY - 1], ['edge', DAY]] as const) {
        await store.recordDecision(decision({ id, at, cards: [{ uuid: `c-${id}`, rules: ['hold-a'], suggestions: [] }] }))
        await store.recordFeedback([feedback({ card: `c-${id}`, receivedAt: at + 5 * DAY }), feedback({ card: 'unknown', receivedAt: at })])
      }
      expect(await removeExpired(store, { days: 30, now: () => 31 * DAY })).toBe(4)
      expect((await all(store.decisions(ALWAYS))).map(({ decision: { id } }) => id)).toEqual(['edge'])
      expect(await store.cardOf('c-old')).toBeUndefined()
      expect((await all(store.feedback(ALWAYS))).map(({ card }) => card)).toEqual(['unknown', 'c-edge'])
    })

    it('keeps everything when no number of days is given', async () => {
      const store = await open()
      await store.recordDecision(decision())
      expect(await removeExpired(store, { now: () => Number.MAX_SAFE_INTEGER })).toBe(0)
    })

    it('works through more than one batch', async () => {
      const store = await open()
      await Promise.all(Array.from({ length: 450 }, (_, index) => store.recordDecision(decision({ id: `d${index}`, cards: [] }))))
      expect(await removeExpired(store, { days: 1, now: () => 2 * DAY })).toBe(450)
      expect(await all(store.decisions(ALWAYS))).toEqual([])
    })
  })

  describe('a patient', () => {
    it('has one key in a store, at every instance, and another in every other store', async () => {
      const store = await open()
      const key = store.patientKey('https://ehr.test', 'p1')
      const second = await again(store)
      expect(key).toMatch(/^[0-9a-f]{64}$/)
      expect(second.patientKey('https://ehr.test', 'p1')).toBe(key)
      expect(second.patientKey('https://ehr.test', 'p2')).not.toBe(key)
      expect(second.patientKey('https://other.test', 'p1')).not.toBe(key)
      expect((await open()).patientKey('https://ehr.test', 'p1')).not.toBe(key)
    })
  })

  describe('two instances', () => {
    it('see what the other stored as soon as it was acknowledged', async () => {
      const one = await open()
      const two = await again(one)
      await one.recordDecision(decision())
      expect(await two.recordFeedback([feedback()])).toEqual({ stored: 1, matched: 1 })
      expect(await one.overrides('k1', 0)).toHaveLength(2)
    })

    it('keep every record when both write at the same time', async () => {
      const one = await open()
      const two = await again(one)
      const sides = [one, two]
      const work = Array.from({ length: 100 }, async (_, index) => {
        const store = index % 2 === 0 ? one : two
        await store.recordDecision(decision({ id: `d${index}`, cards: [{ uuid: `c${index}`, rules: ['hold-a'], suggestions: [] }] }))
        return sides[(index + 1) % 2]?.recordFeedback([feedback({ card: `c${index}` })])
      })
      expect(await Promise.all(work)).toEqual(work.map(() => ({ stored: 1, matched: 1 })))
      expect(await one.overrides('k1', 0)).toHaveLength(100)
    })

    it('lose nothing of the others when one of many records is refused', async () => {
      const store = await open()
      await store.recordDecision(decision({ id: 'd7', cards: [] }))
      const results = await Promise.allSettled(Array.from({ length: 20 }, (_, index) => store.recordDecision(decision({ id: `d${index}`, cards: [] }))))
      expect(results.map(({ status }) => status)).toEqual(results.map((_, index) => (index === 7 ? 'rejected' : 'fulfilled')))
      expect(await all(store.decisions(ALWAYS))).toHaveLength(20)
    })
  })

  describe('health', () => {
    it('is good while the store can be written to, and bad once it cannot', async () => {
      const store = await open()
      await store.health()
      await store.close()
      await expect(store.health()).rejects.toThrow()
    })
  })
}
