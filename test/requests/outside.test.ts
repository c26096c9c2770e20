import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Ehr, startEhr, TOKEN } from '../integration/fhir-server.ts'
import { findingsOf, rulesOf } from './answer.ts'
import { chartOf, EXPECTED, orderOf, prefetchOf, recordOf, requestOf, type Resource, resourcesOf } from './record.ts'
import { type Service, startService } from './running.ts'
import { FORMS, MEDICATION } from './six-forms.ts'

/** Requests that others wrote, kept outside of this repository for their licences. */
const FOLDER = fileURLToPath(new URL('../../../shared/real/requests/', import.meta.url))
const isThere = existsSync(FOLDER)
if (!isThere) console.warn('The replay of requests that others wrote is skipped: ../shared/real/requests is not there.')

type Loose = Readonly<Record<string, unknown>>
const isObject = (value: unknown): value is Loose => typeof value === 'object' && value !== null && !Array.isArray(value)
const files = isThere ? readdirSync(FOLDER).filter((name) => name.endsWith('.json')) : []
const envelopes = files.map((name) => {
  const body: unknown = JSON.parse(readFileSync(FOLDER + name, 'utf8'))
  return { name: name.replace(/\.json$/, ''), body: isObject(body) ? body : {} }
})

const contextOf = (body: Loose): Loose => (isObject(body['context']) ? body['context'] : {})
const draftsIn = (body: Loose): readonly Resource[] => {
  const bundle = contextOf(body)['draftOrders']
  const entries: readonly unknown[] = isObject(bundle) && Array.isArray(bundle['entry']) ? bundle['entry'] : []
  return entries.flatMap((entry) => (isObject(entry) && isObject(entry['resource']) ? [entry['resource'] as unknown as Resource] : [])) // sound: only passed on
}

let ehr: Ehr
let service: Service
beforeAll(async () => {
  const patients = new Set(envelopes.map(({ body }) => patientOf(body)))
  ehr = await startEhr({ resources: [...[...patients].flatMap((id) => resourcesOf(recordOf(chartOf(id)))), MEDICATION] })
  service = await startService({ FHIR_SERVERS: ehr.base })
})
afterAll(async () => {
  await Promise.all([service.stop(), ehr.stop()])
})

function patientOf(body: Loose): string {
  const id = contextOf(body)['patientId']
  return typeof id === 'string' && id !== '' ? id.replace(/^Patient\//, '') : 'nobody'
}

describe.skipIf(!isThere)('a request that others wrote', () => {
  test('is one of at least seventy', () => {
    expect(envelopes.length).toBeGreaterThanOrEqual(70)
  })

  test.each(envelopes)('is answered without failing, and without cards where it is about orders: $name', async ({ body }) => {
    const answer = await service.call(body)
    expect([200, 400, 412]).toContain(answer.status)
    // None of them is about inotuzumab. At patient-view it cannot be known whether a patient has had it, for no doses were sent.
    if (answer.status === 200 && body['hook'] !== 'patient-view') expect(answer.text).toBe('{"cards":[]}')
  })

  test.each(envelopes)('gives, with an inotuzumab order in each of its forms, what a clean request gives: $name', async ({ body }) => {
    const chart = chartOf(patientOf(body))
    const hook = body['hook'] === 'order-select' ? 'order-select' as const : 'order-sign' as const
    const { prefetch: sent } = body
    const prefetch = { ...(isObject(sent) ? sent : {}), ...prefetchOf(recordOf(chart)) }
    const access = { fhirServer: ehr.base, fhirAuthorization: { access_token: TOKEN, token_type: 'Bearer', expires_in: 300, scope: 'x', subject: 'y' } }
    const others = draftsIn(body)
    const clean = await service.call(requestOf(chart, { hook, drafts: [...others, orderOf(chart)], prefetch }))
    expect(rulesOf(clean)).toEqual(expect.arrayContaining([...EXPECTED]))
    const grafted = await Promise.all(FORMS.map(async ({ name, drafts, held }) => {
      const entry = [...others, ...drafts(orderOf(chart), ehr.base)].map((resource) => ({ resource }))
      const context = { userId: 'Practitioner/d1', ...contextOf(body), patientId: chart.patientId, selections: ['MedicationRequest/o1'], draftOrders: { resourceType: 'Bundle', type: 'collection', entry } }
      const answer = await service.call({ ...body, hook, hookInstance: body['hookInstance'] ?? 'x', context, prefetch, ...(held.length > 0 ? access : { fhirServer: ehr.base, fhirAuthorization: undefined }) })
      return { name, findings: findingsOf(answer) }
    }))
    expect(grafted).toEqual(FORMS.map(({ name }) => ({ name, findings: findingsOf(clean) })))
  })
})
