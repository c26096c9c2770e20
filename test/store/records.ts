import type { DecisionRecord, FeedbackRecord } from '../../src/store/store.ts'

/** A decision with one card that shows two of its three findings. */
export const decision = (change: Partial<DecisionRecord> = {}): DecisionRecord => ({
  id: 'd1', at: 1_000, service: 'inotuzumab-order-sign', hook: 'order-sign', client: 'https://ehr.test', hookInstance: 'h1', patientKey: 'k1', user: 'Practitioner/1',
  findings: [
    { rule: 'hold-a', indicator: 'critical', order: 'MedicationRequest/o1', shown: true, evidenceHash: 'e1' },
    { rule: 'hold-b', indicator: 'warning', shown: true },
    { rule: 'info-c', indicator: 'info', shown: false },
  ],
  cards: [{ uuid: 'c1', topic: 'giveOrHold', rules: ['hold-a', 'hold-b'], suggestions: ['s1'] }],
  outcome: 'cards', missing: [{ fact: 'anc' }], notEvaluated: [], settings: {}, software: '1.2.3', labelRevision: '2024-03',
  profile: 'label-us', contentHash: 'abc', latencyMs: 12.5,
  ...change,
})

export const feedback = (change: Partial<FeedbackRecord> = {}): FeedbackRecord => ({
  card: 'c1', outcome: 'overridden', acceptedSuggestions: [], outcomeAt: 2_000, receivedAt: 2_500, service: 'inotuzumab-order-sign', client: 'https://ehr.test',
  reason: { code: 'newer', system: 'urn:s', display: 'Newer' }, comment: 'seen', ...change,
})

/** Everything a store yields. */
export async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = []
  for await (const item of items) found.push(item)
  return found
}
