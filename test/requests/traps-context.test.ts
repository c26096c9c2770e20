import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Ehr, startEhr, TOKEN } from '../integration/fhir-server.ts'
import { type Answer, findingsOf, rulesOf, verdictOf } from './answer.ts'
import { changed, pathsIn } from './members.ts'
import { chartOf, EXPECTED, INOTUZUMAB, type Key, orderOf, prefetchOf, quantity, recordOf, requestOf, type RequestParts, type Resource, resourcesOf } from './record.ts'
import { type Service, startService } from './running.ts'

/** Traps of the context: which orders are meant, in which shapes, for whom. */
const chart = chartOf('p1')
const prefetch = prefetchOf(recordOf(chart))
const order = orderOf(chart)

let ehr: Ehr
let service: Service
beforeAll(async () => {
  ehr = await startEhr({ resources: resourcesOf(recordOf(chart)) })
  service = await startService({ FHIR_SERVERS: ehr.base, SHED_AFTER_MS: '0' })
})
afterAll(async () => {
  await Promise.all([service.stop(), ehr.stop()])
})

const call = (parts: RequestParts = {}): Promise<Answer> => service.call(requestOf(chart, { prefetch, ...parts }))
const clean = (parts: RequestParts = {}): Promise<Answer> => call(parts)

describe('T-18: selections', () => {
  const amoxicillin = { ...orderOf(chart), id: 'a1', medicationCodeableConcept: { text: 'Amoxicillin' } }
  const select = (drafts: readonly object[], ...selections: string[]): Promise<Answer> => call({ hook: 'order-select', drafts, context: { selections } })
  test('T-18: another order is selected: inotuzumab stays in the background', async () => {
    expect((await select([order, amoxicillin], 'MedicationRequest/a1')).text).toBe('{"cards":[]}')
  })
  test('T-18: a blood test is selected: inotuzumab stays in the background, and nothing is read', async () => {
    const count = { resourceType: 'ServiceRequest', id: 's1', status: 'draft', intent: 'order', code: { text: 'Complete blood count' }, subject: chart.subject }
    expect((await call({ hook: 'order-select', drafts: [order, count], prefetch: undefined, context: { selections: ['ServiceRequest/s1'] } })).text).toBe('{"cards":[]}')
  })
  test('T-18: inotuzumab is selected among others', async () => {
    expect(findingsOf(await select([amoxicillin, order], 'MedicationRequest/o1'))).toEqual(findingsOf(await clean({ hook: 'order-select' })))
  })
  test('T-18: of two inotuzumab orders only the selected one is evaluated', async () => {
    expect((await select([order, { ...order, id: 'o2' }], 'MedicationRequest/o2')).decision?.orders).toEqual(['MedicationRequest/o2'])
  })
  test('T-18: background drafts count as ordered', async () => {
    const ursodiol = { ...chart.medication('urso', { text: 'Ursodiol 300 mg capsule' }), status: 'draft' }
    expect(rulesOf(await select([order, ursodiol], 'MedicationRequest/o1'))).not.toContain('ursodiol-missing')
  })
  test.each([
    ['Type/id', ['MedicationRequest/o1']], ['a bare id', ['o1']], ['an absolute reference', ['https://ehr.test/r4/MedicationRequest/o1']], ['a versioned one', ['MedicationRequest/o1/_history/2']],
    ['none', []], ['an unknown id', ['MedicationRequest/nobody']], ['an unknown id beside the right one', ['MedicationRequest/nobody', 'MedicationRequest/o1']], ['a text', 'MedicationRequest/o1'], ['odd values', [null, 5, {}]], ['nothing at all', undefined], ['null', null],
  ])('T-19: selections as %s give the same', async (_, selections) => {
    expect(verdictOf(await call({ hook: 'order-select', context: { selections } }))).toEqual(verdictOf(await clean({ hook: 'order-select' })))
  })
})

describe('T-20 and T-21: which drafts count', () => {
  test.each(['draft', 'active', 'on-hold', 'unknown', undefined, 'planned'])('T-20: status %s is evaluated', async (status) => {
    expect(findingsOf(await call({ drafts: [{ ...order, status }] }))).toEqual(findingsOf(await clean()))
  })
  test.each(['cancelled', 'entered-in-error', 'stopped', 'completed'])('T-20: status %s is not', async (status) => {
    expect((await call({ drafts: [{ ...order, status }] })).text).toBe('{"cards":[]}')
  })
  test.each([[undefined], [null], [{}]])('T-21: draftOrders as %j: 400 that points at the scopes', async (draftOrders) => {
    const answer = await call({ context: { draftOrders } })
    expect([answer.status, answer.problem]).toEqual([400, 'draft-orders-missing'])
    expect(answer.said).toMatch(/scopes for unsigned orders.*endpoint/)
  })
})

describe('T-22 and T-23: ids', () => {
  const id = `e${'Long_id.-'.repeat(22)}x`
  test('T-22: an id of 200 characters is echoed exactly', async () => {
    expect(id).toHaveLength(200)
    const answer = await call({ drafts: [{ ...order, id }] })
    expect(findingsOf(answer)).toEqual(findingsOf(await clean()))
    const actions = answer.cards.flatMap(({ suggestions = [] }) => suggestions).flatMap(({ actions: all }) => all)
    expect(actions.filter(({ type }) => type === 'delete').map(({ resourceId }) => resourceId)).toContain(`MedicationRequest/${id}`)
    expect(actions.filter(({ type }) => type === 'update').every(({ resource }) => resource?.['id'] === id)).toBe(true)
  })
  test('T-22: a patient id of 80 characters with underscores', async () => {
    const long = chartOf(`p_${'x'.repeat(78)}`)
    expect(findingsOf(await service.call(requestOf(long, { prefetch: prefetchOf(recordOf(long)) })))).toEqual(findingsOf(await clean()))
  })
  test.each(['d1577c69-dfbe-11ed-b5ea-0242ac120002', '018f4c2e-7b1a-7c3d-9e4f-5a6b7c8d9e0f', 'D1577C69-DFBE-44AD-BA6D-3E05E953B2EA', '00000000-007b-9f33-e810-e841a57c502c', 'urn:uuid:d1577c69-dfbe-44ad-ba6d-3e05e953b2ea', 'not-a-uuid'])('T-23: hookInstance %s', async (hookInstance) => {
    expect(findingsOf(await call({ hookInstance }))).toEqual(findingsOf(await clean()))
  })
})

describe('T-24: Bundles', () => {
  const entry = { resource: order }
  test.each([
    ['no type', { resourceType: 'Bundle', entry: [entry] }], ['no resourceType', { entry: [entry] }], ['entries without resource', { resourceType: 'Bundle', type: 'collection', entry: [{}, { fullUrl: 'x' }, entry, null, 'x'] }],
    ['category as object', { resourceType: 'Bundle', entry: [{ resource: { ...order, category: { coding: [{ code: 'inpatient' }] } } }] }], ['dosageInstruction as object', { resourceType: 'Bundle', entry: [{ resource: { ...order, dosageInstruction: (order['dosageInstruction'] as object[])[0] } }] }],
  ])('T-24: %s', async (_, draftOrders) => {
    expect(findingsOf(await call({ context: { draftOrders } }))).toEqual(findingsOf(await clean()))
  })
  test('T-24: no entry', async () => {
    expect((await call({ context: { draftOrders: { resourceType: 'Bundle' } } })).text).toBe('{"cards":[]}')
  })
})

describe('T-25: the dose', () => {
  const types = { terminology: 'http://terminology.hl7.org/CodeSystem/dose-rate-type', Epic: 'http://epic.com/CodeSystem/dose-rate-type' }
  const amounts = (system: string) => ({
    calculated: { type: { coding: [{ system, code: 'calculated' }] }, doseQuantity: quantity(1.6, 'mg') }, ordered: { type: { coding: [{ system, code: 'ordered' }] }, doseQuantity: quantity(2.4, 'mg') },
    admin: { type: { coding: [{ system, code: 'admin-amount' }] }, doseQuantity: { value: 9.6, unit: 'mL' } },
  })
  const orders = ['calculated,ordered,admin', 'calculated,admin,ordered', 'ordered,calculated,admin', 'ordered,admin,calculated', 'admin,calculated,ordered', 'admin,ordered,calculated']
  const instructed = (dosage: object, more: object = {}): Resource => ({ ...order, dosageInstruction: [{ timing: (order['dosageInstruction'] as { timing: object }[])[0]?.timing, ...dosage }], ...more })
  const same = async (draft: Resource): Promise<void> => expect(findingsOf(await call({ drafts: [draft] }))).toEqual(findingsOf(await clean()))

  test.each(Object.entries(types).flatMap(([name, system]) => orders.map((sequence) => ({ name, system, sequence }))))('T-25: $sequence of $name', async ({ system, sequence }) => {
    const all: Readonly<Record<string, object>> = amounts(system)
    await same(instructed({ doseAndRate: sequence.split(',').map((name) => all[name]) }))
  })
  test.each([
    ['in the place of STU3', { doseQuantity: quantity(2.4, 'mg') }], ['without a type', { doseAndRate: [{ doseQuantity: quantity(2.4, 'mg') }] }], ['with its unit in words', { doseAndRate: [{ doseQuantity: { value: 2.4, unit: 'mg' } }] }],
    ['as micrograms', { doseAndRate: [{ doseQuantity: quantity(2400, 'ug') }] }], ['per square metre', { doseAndRate: [{ doseQuantity: quantity(1.2, 'mg/m2') }] }], ['as one object', { doseAndRate: { doseQuantity: quantity(2.4, 'mg') } }],
  ])('T-25: %s', async (_, dosage) => same(instructed(dosage)))
})

describe('T-26: elements that are missing or odd', () => {
  const rich = requestOf(chart, {
    hook: 'order-select', drafts: [{ ...order, encounter: { reference: 'Encounter/e1' }, note: [{ text: 'x' }], dosageInstruction: [{ ...(order['dosageInstruction'] as object[])[0], route: { coding: [{ code: '47625008' }] } }] }],
    fhirServer: 'https://ehr.test', fhirAuthorization: { access_token: 'x', token_type: 'Bearer', expires_in: 300, scope: 's', subject: 'c' }, extension: { 'com.x': 1 },
  })
  /** One resource of each kind. */
  const small = prefetchOf(Object.fromEntries(Object.entries(recordOf(chart)).map(([key, resources]) => [key, resources.slice(-1)])) as Record<Key, Resource[]>) // sound: the keys are those of the record
  const oddities: readonly (readonly [string, (holder: Record<string, unknown>, name: string) => void])[] = [
    ['deleted', (holder, name) => void delete holder[name]], ['null', (holder, name) => void (holder[name] = null)], ['a number', (holder, name) => void (holder[name] = 7)], ['a text', (holder, name) => void (holder[name] = 'x')],
    ['a list', (holder, name) => void (holder[name] = [[]])], ['an object', (holder, name) => void (holder[name] = { x: [{}] })], ['true', (holder, name) => void (holder[name] = true)],
  ]
  // What an order without a usable id gets is a test of its own.
  const orderPaths = [...pathsIn(rich)].filter((path) => path.join('.') !== 'context.draftOrders.entry.0.resource.id')

  test.each(oddities)('T-26: any element of the envelope and the order %s: never a failure of ours', async (_, change) => {
    const answers = await Promise.all(orderPaths.map((path) => service.call({ ...changed(rich, path, change), prefetch: small })))
    expect(orderPaths.filter((__, i) => ![200, 400, 404].includes(answers[i]?.status ?? 0)).map((path) => path.join('.'))).toEqual([])
  })
  // Each oddity at every second element: its neighbours in the list meet the others.
  test.each(oddities.map(([name, change], turn) => ({ name, change, turn })))('T-26: any element of any kind of resource of the record $name: never a failure of ours', async ({ change, turn }) => {
    const body = requestOf(chart, { prefetch: small })
    const paths = [...pathsIn(small)].filter(([, , , inner], i) => inner === 'resource' && i % 2 === turn % 2)
    const answers = await Promise.all(paths.map((path) => service.call(changed(body, ['prefetch', ...path], change))))
    expect(paths.filter((__, i) => answers[i]?.status !== 200 || answers[i].cards.length === 0).map((path) => path.join('.'))).toEqual([])
  })
  test('T-26: an order without an id gets the same findings, and no suggestion that would need one', async () => {
    const answer = await call({ drafts: [{ ...order, id: undefined }] })
    expect(findingsOf(answer)).toEqual(findingsOf(await clean()))
  })
  test('T-26: dosage, dates and requester may all be missing', async () => {
    const answer = await call({ drafts: [{ resourceType: 'MedicationRequest', id: 'o1', medicationCodeableConcept: INOTUZUMAB }] })
    expect(rulesOf(answer)).toEqual(expect.arrayContaining(EXPECTED.filter((rule) => rule !== 'dosing-overdose')))
  })
})

describe('T-27 and T-28: who', () => {
  const stranger = 'Patient/p2'
  const bearer = (patient: string) => ({ fhirServer: 'https://ehr.test', fhirAuthorization: { access_token: 'x', token_type: 'Bearer', patient } })
  test.each([['an order', { drafts: [{ ...order, subject: { reference: stranger } }] }], ['one of two orders', { drafts: [order, { ...order, id: 'o2', subject: { reference: `https://ehr.test/${stranger}` } }] }], ['the token', bearer('p2')]])('T-27: %s of another patient: 400', async (_, parts) => {
    expect((await call(parts)).problem).toBe('patient-mismatch')
  })
  test.each([['no subject', { drafts: [{ ...order, subject: undefined }] }], ['a display alone', { drafts: [{ ...order, subject: { display: 'Testperson' } }] }], ['an absolute reference', { drafts: [{ ...order, subject: { reference: 'https://ehr.test/r4/Patient/p1' } }] }], ['its own token', bearer('p1')]])('T-27: %s is the patient in context', async (_, parts) => {
    expect(findingsOf(await call(parts))).toEqual(findingsOf(await clean()))
  })
  test('T-28: a PractitionerRole is a user, and is not read', async () => {
    const before = ehr.requests.length
    const answer = await call({ prefetch: undefined, context: { userId: 'PractitionerRole/r1' }, fhirServer: ehr.base, fhirAuthorization: { access_token: TOKEN, token_type: 'Bearer', expires_in: 300 } })
    expect(rulesOf(answer)).toEqual(expect.arrayContaining([...EXPECTED]))
    expect(ehr.requests.slice(before).filter(({ url }) => url.includes('Practitioner'))).toEqual([])
  })
})
