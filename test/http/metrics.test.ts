import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createMetrics } from '../../src/http/metrics.ts'
import { observedStore } from '../../src/http/observed-store.ts'
import { startService, type Service } from '../requests/running.ts'
import { run } from './service.ts'

const KEYS = ['labs', 'vitals', 'ecg', 'conditions', 'administrations', 'procedures', 'allergies', 'immunizations', 'assessments', 'medications']

/** A first dose; of the record, everything is empty or, where `unread`, was not sent. */
function order({ drug = 'inotuzumab ozogamicin', unread = false } = {}) {
  const patientId = randomUUID()
  const resource = { resourceType: 'MedicationRequest', id: randomUUID(), status: 'draft', intent: 'order', subject: { reference: `Patient/${patientId}` }, medicationCodeableConcept: { text: drug } }
  const empty = Object.fromEntries(KEYS.map((key) => [key, { resourceType: 'Bundle', type: 'searchset', entry: [] }]))
  return {
    hook: 'order-sign', hookInstance: randomUUID(), context: { userId: `Practitioner/${randomUUID()}`, patientId, draftOrders: { resourceType: 'Bundle', entry: [{ resource }] } },
    prefetch: { ...(unread ? {} : empty), patient: { resourceType: 'Patient', id: patientId, gender: 'male', birthDate: '1980-01-01' } },
  }
}

describe('the metrics', () => {
  let service: Service
  beforeAll(async () => { service = await startService() })
  afterAll(() => service.stop())

  const lines = async (): Promise<string[]> => (await (await fetch(`${service.url}/metrics`)).text()).split('\n').filter((line) => line.startsWith('inocds_'))
  const value = async (series: string): Promise<number> => Number((await lines()).find((line) => line.startsWith(`${series} `))?.slice(series.length + 1) ?? 0)
  const call = async (body: object): Promise<void> => {
    const response = await fetch(`${service.url}/cds-services/inotuzumab-order-sign`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
    expect(response.status).toBe(200)
    await response.text()
  }

  test('tell calls apart by how they ended', async () => {
    await call(order({ drug: 'amoxicillin' }))
    await call(order())
    await call(order({ unread: true }))
    const ended = async (outcome: string) => value(`inocds_hook_duration_seconds_count{hook="order-sign",outcome="${outcome}"}`)
    expect([await ended('unconcerned'), await ended('cards'), await ended('incomplete')]).toEqual([1, 1, 1])
  })

  test('count findings by rule and missing facts by name', async () => {
    expect(await value('inocds_findings_total{rule="ursodiol-missing",indicator="warning",shown="true"}')).toBeGreaterThan(0)
    expect((await lines()).filter((line) => line.startsWith('inocds_missing_facts_total{fact="'))).not.toEqual([])
    expect((await lines()).filter((line) => line.startsWith('inocds_not_evaluated_total{rule="'))).not.toEqual([])
  })

  test('time the store by operation', async () => {
    expect(await value('inocds_store_duration_seconds_count{operation="recordDecision"}')).toBe(2)
  })

  test('do not grow with patients, users, orders and calls, and name none of them', async () => {
    await call(order({ unread: true }))
    const before = (await lines()).map((line) => line.split(' ')[0])
    const calls = Array.from({ length: 10 }, () => order({ unread: true }))
    for (const one of calls) await call(one)
    const after = await lines()
    expect(after.map((line) => line.split(' ')[0])).toEqual(before)
    for (const { context, hookInstance } of calls) expect(after.join('\n')).not.toMatch(new RegExp(`${context.patientId}|${context.userId}|${hookInstance}`))
  })

  test('are back at no request in flight when a client hung up', async () => {
    const released = Promise.withResolvers<void>()
    const asked = Promise.withResolvers<void>()
    const { base, post } = await run({ answerHook: async () => {
      asked.resolve()
      await released.promise
      return { kind: 'answer', body: { cards: [] } }
    } })
    const inFlight = async (): Promise<string | undefined> => /^inocds_requests_in_flight (\d+)$/m.exec(await (await fetch(`${base}/metrics`)).text())?.[1]
    const controller = new AbortController()
    const lost = fetch(`${base}/cds-services/inotuzumab-order-sign`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(order()), signal: controller.signal }).catch(() => undefined)
    await asked.promise
    // The question itself is one.
    expect(await inFlight()).toBe('2')
    controller.abort()
    await lost
    await expect.poll(inFlight).toBe('1')
    released.resolve()
    expect((await post('/cds-services/inotuzumab-order-sign', order())).status).toBe(200)
  })
})

describe('an observed store', () => {
  const failing = { recordDecision: async () => { throw new Error('full') }, patientKey: () => 'k' }
  // Sound: nothing else of it is used here.
  const observed = (metrics: ReturnType<typeof createMetrics>) => observedStore(failing as unknown as Parameters<typeof observedStore>[0], metrics)

  test('fails as the store does, and counts it', async () => {
    const metrics = createMetrics()
    // Sound: the record is never looked at.
    await expect(observed(metrics).recordDecision({} as never)).rejects.toThrow('full')
    expect(await metrics.text()).toContain('inocds_store_failures_total{operation="recordDecision"} 1')
  })

  test('gives back what is there at once without timing it', async () => {
    const metrics = createMetrics()
    expect(observed(metrics).patientKey('c', 'p')).toBe('k')
    expect(await metrics.text()).not.toContain('operation="patientKey"')
  })
})
