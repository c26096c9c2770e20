import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { cardsOf, findingsOf, rulesOf } from './answer.ts'
import { CORPUS } from './corpus.ts'
import { chartOf, EXPECTED, INOTUZUMAB, KEYS, orderOf, prefetchOf, recordOf, requestOf } from './record.ts'
import { type Service, startService } from './running.ts'

let service: Service
beforeAll(async () => {
  service = await startService()
})
afterAll(() => service.stop())

const summaries = (cards: unknown): unknown => (cards as { summary: string; indicator: string }[]).map(({ summary, indicator }) => `${indicator}: ${summary}`) // sound: cards were linted

describe('a request in the style of', () => {
  test.each(CORPUS)('$name finds what a clean request finds', async ({ body, clean }) => {
    const [answer, wanted] = await Promise.all([service.call(body), service.call(clean)])
    expect(rulesOf(wanted)).toEqual(expect.arrayContaining([...EXPECTED]))
    expect(findingsOf(answer)).toEqual(findingsOf(wanted))
    expect(answer.decision?.missing).toEqual(wanted.decision?.missing)
    expect(answer.decision?.notEvaluated).toEqual(wanted.decision?.notEvaluated)
    expect(summaries(cardsOf(answer))).toEqual(summaries(cardsOf(wanted)))
  })
})

describe('an order that concerns nothing', () => {
  const chart = chartOf('nothing')
  const draft = (more: object) => requestOf(chart, { drafts: [{ resourceType: 'MedicationRequest', id: 'o1', status: 'draft', intent: 'order', subject: chart.subject, ...more }] })
  test.each([
    ['of another drug', draft({ medicationCodeableConcept: { text: 'Amoxicillin 500 mg capsule' } })],
    ['of no drug, as the sandbox sends while it is being chosen', { ...draft({}), hook: 'order-select' }],
    ['with an empty concept', draft({ medicationCodeableConcept: {} })],
    ['that was entered in error', draft({ status: 'entered-in-error', medicationCodeableConcept: INOTUZUMAB })],
    ['that was cancelled', draft({ status: 'cancelled', medicationCodeableConcept: INOTUZUMAB })],
    ['of a blood level of the drug', requestOf(chart, { drafts: [{ resourceType: 'ServiceRequest', id: 's1', status: 'draft', intent: 'order', code: { text: 'Inotuzumab level' }, subject: chart.subject }] })],
    ['that is none: an empty Bundle', requestOf(chart, { drafts: [] })],
    ['that is none: a Bundle without entries', requestOf(chart, { context: { draftOrders: { resourceType: 'Bundle', type: 'collection' } } })],
  ])('%s is answered with an empty list, without any data', async (_, body) => {
    expect((await service.call(body)).text).toBe('{"cards":[]}')
  })
})

describe('a request that must be refused', () => {
  const chart = chartOf('refused')
  const MARK = 'value-of-the-request'
  const stranger = { subject: { reference: `Patient/${MARK}` } }
  test.each([
    ['an order for another patient', requestOf(chart, { drafts: [orderOf(chart, stranger)] }), 400, 'patient-mismatch'],
    ['another order for another patient', requestOf(chart, { drafts: [orderOf(chart), { resourceType: 'ServiceRequest', id: 's', ...stranger }] }), 400, 'patient-mismatch'],
    ['a token for another patient', { ...requestOf(chart), fhirServer: 'https://ehr.test', fhirAuthorization: { access_token: 'x', token_type: 'Bearer', patient: MARK } }, 400, 'patient-mismatch'],
    ['no draftOrders', requestOf(chart, { context: { draftOrders: undefined } }), 400, 'draft-orders-missing'],
    ['no patient', requestOf(chart, { context: { patientId: undefined } }), 400, 'invalid-request'],
    ['no user', requestOf(chart, { context: { userId: undefined } }), 400, 'invalid-request'],
    ['no hookInstance', { ...requestOf(chart), hookInstance: undefined }, 400, 'invalid-request'],
    ['nothing that could be read', requestOf(chart), 412, 'data-not-obtainable'],
    ['prefetch of another patient alone', requestOf(chart, { prefetch: prefetchOf(recordOf(chartOf(MARK))) }), 412, 'data-not-obtainable'],
  ])('%s: %#', async (_, body, status, problem) => {
    const answer = await service.call(body)
    expect([answer.status, answer.problem]).toEqual([status, problem])
    expect(answer.text).not.toContain(MARK)
  })
})

describe('an inotuzumab order in an unusual place', () => {
  const chart = chartOf('hidden')
  const call = (draft: object) => service.call(requestOf(chart, { drafts: [draft], prefetch: prefetchOf(recordOf(chart)) }))
  test('in the shape of DSTU2 is refused, not passed over in silence', async () => {
    const answer = await call({ resourceType: 'MedicationOrder', id: 'o1', status: 'draft', medicationCodeableConcept: INOTUZUMAB, patient: chart.subject })
    expect(answer.problem).toBe('fhir-version-unsupported')
  })
  test('within a RequestGroup is evaluated', async () => {
    const group = { resourceType: 'RequestGroup', id: 'g1', status: 'draft', intent: 'order', subject: chart.subject, contained: [orderOf(chart, { id: 'in' })], action: [{ resource: { reference: '#in' } }] }
    expect(rulesOf(await call(group))).toEqual(expect.arrayContaining([...EXPECTED]))
  })
  test('behind a Medication that nobody can read is not passed over in silence', async () => {
    const answer = await call(orderOf(chart, { medicationCodeableConcept: undefined, medicationReference: { reference: 'Medication/none' } }))
    expect(answer.text).not.toBe('{"cards":[]}')
  })
})

test('a patient of whom nothing is on file gets cards about what is missing', async () => {
  const answer = await service.call(requestOf(chartOf('blank'), { prefetch: Object.fromEntries(KEYS.map((key) => [key, null])) }))
  expect(answer.status).toBe(200)
  expect(rulesOf(answer)).toEqual(expect.arrayContaining(['premed-missing', 'ursodiol-missing']))
  expect(rulesOf(answer)).not.toContain('data-service-incomplete')
})

describe('the chart of a patient', () => {
  const chart = chartOf('viewed')
  const { medications, administrations, ...sent } = prefetchOf(recordOf(chart, { medications: [], administrations: [] }))
  const view = (prefetch: object) => service.call({ hook: 'patient-view', hookInstance: 'x', context: { userId: 'Practitioner/d1', patientId: chart.patientId }, prefetch })
  test('who never had inotuzumab stays quiet', async () => {
    expect((await view({ ...sent, medications, administrations })).text).toBe('{"cards":[]}')
  })
  test('who has had inotuzumab is answered with the decision', async () => {
    expect((await view(prefetchOf(recordOf(chart)))).decision?.findings).toBeDefined()
  })
  test('whose doses were not sent stays quiet: nothing says that inotuzumab is of any concern', async () => {
    expect((await view(sent)).cards).toEqual([])
  })
})
