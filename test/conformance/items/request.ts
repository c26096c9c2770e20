import { gzipSync } from 'node:zlib'
import { expect } from 'vitest'
import { TOKEN } from '../../integration/fhir-server.ts'
import { SOURCES } from '../../integration/sources.ts'
import { type Answer, cardsOf, findingsOf, rulesOf, verdictOf } from '../../requests/answer.ts'
import { EXPECTED, type HookBody, prefetchOf, requestOf } from '../../requests/record.ts'
import { item } from '../checklist.ts'
import { access, MARK, newChart, order, recordFor, sentAlong, toBeRead } from '../patient.ts'
import { call, post, problemOf, SELECT, SIGN, stage } from '../stage.ts'

/** The envelope of a hook call, and how the parser takes it. */
const EHR = { needs: ['ehr'] } as const
const expectGood = (answer: Answer): void => expect(rulesOf(answer)).toEqual(expect.arrayContaining([...EXPECTED]))
const asked = async (): Promise<number> => (await stage().ehr.seen()).asked.length

/** Removes a member on the wire. */
const without = (body: HookBody, name: string): object => ({ ...body, [name]: undefined })

item('REQ-02', async () => {
  expect(await problemOf(await post(SIGN, without(sentAlong(), 'hook')))).toEqual([400, 'invalid-request'])
  for (const hook of ['order-select', 'patient-view', 'nonsense']) expect(await problemOf(await post(SIGN, { ...sentAlong(), hook }))).toEqual([400, 'wrong-hook'])
})

const INSTANCES = ['d1577c69-dfbe-11ed-b5ea-0242ac120002', '018f4c2e-7b1a-7c3d-9e4f-5a6b7c8d9e0f', 'D1577C69-DFBE-44AD-BA6D-3E05E953B2EA', '00000000-007b-9f33-e810-e841a57c502c', 'urn:uuid:d1577c69-dfbe-44ad-ba6d-3e05e953b2ea', 'not-a-uuid']
async function instances(): Promise<void> {
  for (const hookInstance of INSTANCES) expectGood(await call(sentAlong({ hookInstance })))
  expect(await problemOf(await post(SIGN, without(sentAlong(), 'hookInstance')))).toEqual([400, 'invalid-request'])
}
item('REQ-03', instances)
item('T-23', instances)

item('REQ-04', async () => {
  const body = sentAlong()
  const [select, sign, again] = [await call({ ...body, hook: 'order-select' }), await call(body), await call(body)]
  for (const answer of [select, sign, again]) expect(answer.status).toBe(200)
  expect(cardsOf(again)).toEqual(cardsOf(sign))
})

item('REQ-05', async () => {
  const body = sentAlong()
  expect(findingsOf(await call({ ...body, fhirServer: 'https://ehr.conformance.test/r4' }))).toEqual(findingsOf(await call(body)))
})

item('REQ-06', async () => {
  const { fhirAuthorization } = access()
  expect(await problemOf(await post(SIGN, { ...sentAlong(), fhirAuthorization }))).toEqual([400, 'invalid-request'])
})

/** With this authorization the FHIR server is not asked. */
async function expectNoAccess(change: object): Promise<void> {
  const body = await toBeRead(access(change))
  expect((await call(body)).problem).toBe('data-not-obtainable')
  expect(await asked()).toBe(0)
}
item('REQ-07', async () => {
  for (const access_token of [undefined, '', null]) await expectNoAccess({ access_token })
}, EHR)

item('REQ-08', async () => {
  for (const token_type of ['Basic', 'MAC', 'DPoP', 5]) await expectNoAccess({ token_type })
  for (const token_type of ['Bearer', 'bearer', 'BEARER']) expectGood(await call(await toBeRead(access({ token_type }))))
}, EHR)

async function expiry(): Promise<void> {
  for (const expires_in of [0, -5, '0']) await expectNoAccess({ expires_in })
  for (const expires_in of [300, '300']) expectGood(await call(await toBeRead(access({ expires_in }))))
  // The searches of one second's life get pages of half a second: the later pages are no longer asked for.
  const chart = newChart()
  const record = recordFor(chart)
  const body = await toBeRead({ chart, record, ...access({ expires_in: 1 }) })
  await stage().ehr.set({ resources: Object.values(record).flat(), pageSize: 3, faults: [{ on: SOURCES.labs.on, delayMs: 600 }] })
  const answer = await call(body)
  const pages = (await stage().ehr.seen()).asked.filter(({ url }) => url.includes(SOURCES.labs.on)).length
  expect(pages).toBeLessThan(record.labs.length / 3)
  expect(rulesOf(answer)).toContain('data-service-incomplete')
}
item('REQ-09', expiry, EHR)
item('T-77', expiry, EHR)

const SCOPES = ['', 'patient/*.read', 'patient/Observation.rs user/Patient.r?_id=x', 'EPIC.SCANNING.DMSUSERNAME PATIENT.READ (R4) "MedicationRequest.Read (Unsigned Order) (R4)" urn:x:y(z) ((', 5, null, ['a']]
async function scopes(): Promise<void> {
  for (const scope of SCOPES) expectGood(await call(await toBeRead(access({ scope }))))
}
item('REQ-10', scopes, EHR)
item('T-75', scopes, EHR)

item('REQ-12', async () => {
  const chart = newChart()
  const good = await call({ ...sentAlong({ chart }), ...access({ patient: chart.patientId }) })
  expectGood(good)
  for (const patient of ['somebody-else', 'Patient/somebody-else']) expect(await problemOf(await post(SIGN, { ...sentAlong({ chart }), ...access({ patient }) }))).toEqual([400, 'patient-mismatch'])
})

item('REQ-13', async () => {
  for (const context of [undefined, null, 'x', 5, []]) expect((await post(SIGN, { ...sentAlong(), context })).status).toBe(400)
})

item('REQ-14', async () => {
  const body = await toBeRead()
  expect(body['prefetch']).toBeUndefined()
  expectGood(await call(body))
}, EHR)

item('REQ-15', async () => {
  for (const extension of [{ 'com.epic.cdshooks.request.bpa-trigger-action': '23', 'org.x': [{ a: null }], y: 1.5 }, {}, null]) expectGood(await call(sentAlong({ extension })))
})

item('REQ-16', async () => {
  const body = sentAlong()
  const wanted = verdictOf(await call({ ...body, context: { ...body.context, encounterId: undefined } }))
  for (const nothing of [null, {}]) {
    expect(verdictOf(await call({ ...body, fhirServer: nothing, fhirAuthorization: nothing, extension: nothing, context: { ...body.context, encounterId: nothing } }))).toEqual(wanted)
  }
})

item('REQ-17', async () => {
  const body = sentAlong()
  const wrong: readonly (readonly [object, string])[] = [
    [{ ...body, hookInstance: 5 }, 'hookInstance'], [{ ...body, context: { ...body.context, userId: { MARK } } }, 'context.userId'], [{ ...body, context: { ...body.context, patientId: undefined } }, 'context.patientId'],
    [{ ...body, context: { ...body.context, draftOrders: MARK } }, 'context.draftOrders'],
  ]
  for (const [sent, path] of wrong) {
    const response = await post(SIGN, sent)
    const text = await response.text()
    expect([response.status, text.includes(path), text.includes(MARK)]).toEqual([400, true, false])
  }
})

const padding = (megabytes: number): string => 'x'.repeat(megabytes * 1024 * 1024)
async function sizes(): Promise<void> {
  const chart = newChart()
  const note = { resourceType: 'Observation', id: 'big', status: 'final', code: { text: padding(5) }, subject: chart.subject }
  expectGood(await call(requestOf(chart, { drafts: [order(chart)], prefetch: { ...prefetchOf(recordFor(chart)), extra: note } })))
  expect(await problemOf(await post(SIGN, `{"x":"${padding(50)}"}`))).toEqual([413, 'body-too-large'])
}
item('REQ-18', sizes)
item('T-33', sizes)

item('REQ-19', async () => {
  const chart = newChart()
  const { medicationCodeableConcept } = order(chart) as { medicationCodeableConcept?: object } // sound: orderOf names its drug so
  const dstu2 = { resourceType: 'MedicationOrder', id: 'o1', status: 'draft', medicationCodeableConcept, patient: chart.subject }
  const response = await post(SIGN, sentAlong({ chart, drafts: [dstu2] }))
  expect(await problemOf(response)).toEqual([400, 'fhir-version-unsupported'])
})

item('REQ-20', async () => {
  const body = sentAlong()
  const [first, ...others] = await Promise.all(Array.from({ length: 4 }, () => call(body)))
  for (const other of others) expect(cardsOf(other)).toEqual(first ? cardsOf(first) : undefined)
})

item('T-29', async () => {
  const chart = newChart()
  const odd = { 'x-unknown': { deep: [[{ a: null }]] }, extension: { 'org.example.a': { b: [1, { c: 'd' }] } } }
  const body = sentAlong({ chart })
  const answer = await call({ ...body, ...odd, ...access(odd), context: { ...body.context, ...odd } })
  expect(findingsOf(answer)).toEqual(findingsOf(await call(body)))
})

item('T-34', async () => {
  const body = JSON.stringify(sentAlong())
  for (const type of ['application/json; charset=utf-8', 'application/fhir+json']) expect((await post(SIGN, body, { headers: { 'content-type': type } })).status).toBe(200)
  expect((await post(SIGN, `\uFEFF${body}`)).status).toBe(200)
  expect(await problemOf(await post(SIGN, body, { headers: { 'content-type': 'text/plain' } }))).toEqual([415, 'unsupported-media-type'])
  expect(await problemOf(await post(SIGN, gzipSync(body), { headers: { 'content-encoding': 'gzip' } }))).toEqual([415, 'unsupported-media-type'])
  // Names with accents survive.
  expect((await post(SIGN, new TextEncoder().encode(body.replaceAll('Ada', 'Ädá 中')))).status).toBe(200)
})

item('T-35', async () => {
  const SECRET = `${MARK}-value`
  const wrong: readonly Promise<Response>[] = [
    post(SIGN, `{"hook":"${SECRET}`), post(SIGN, { ...sentAlong(), hook: SECRET }), post(`/cds-services/${SECRET}`, {}), post(SIGN, { ...sentAlong(), hookInstance: { SECRET } }),
    post(`${SIGN}/feedback`, { feedback: [{ card: SECRET }] }), post(SIGN, '<x/>', { headers: { 'content-type': `text/${SECRET}` } }), fetch(`${stage().url}/%zz?${SECRET}`), fetch(`${stage().url}/${SECRET}`),
  ]
  for (const response of await Promise.all(wrong)) {
    const text = await response.text()
    expect(response.status).toBeGreaterThanOrEqual(400)
    expect(response.status).toBeLessThan(500)
    expect(JSON.parse(text)).toMatchObject({ resourceType: 'OperationOutcome', issue: [{ severity: 'error', details: { coding: [{ system: 'urn:ino-cds:error' }] } }] })
    expect(text).not.toMatch(new RegExp(`${SECRET}|statusCode|node:|\\.ts:|\\bat .+:\\d`))
  }
})

item('T-36', async () => {
  const text = JSON.stringify(sentAlong())
  for (const key of ['"__proto__":{"polluted":true}', '"constructor":{"prototype":{"polluted":true}}', '"toString":1,"hasOwnProperty":2']) {
    const response = await post(SIGN, `${text.slice(0, -1)},${key}}`)
    expect([200, 400]).toContain(response.status)
    expect((await post(SIGN, text.replace('"context":{', `"context":{${key},`))).status).toBe(200)
  }
  expectGood(await call(sentAlong()))
})

item('T-37', async () => {
  const start = performance.now()
  for (const nest of ['[', '{"a":']) {
    const close = nest === '[' ? ']' : '}'
    expect(await problemOf(await post(SIGN, `{"x":${nest.repeat(10_000)}1${close.repeat(10_000)}}`))).toEqual([400, 'malformed-json'])
  }
  expect((await post(SIGN, '['.repeat(1_000_000))).status).toBe(400)
  expect(performance.now() - start).toBeLessThan(3_000)
  expectGood(await call(sentAlong()))
})

item('T-38', async () => {
  const one = sentAlong()
  expect(verdictOf(await call({ ...one, prefetch: { '-user': { resourceType: 'PractitionerRole', id: 'x' }, 0: null, '': null, ...(one['prefetch'] as object) } }))).toEqual(verdictOf(await call(one)))
}, { part: 'in requests' })

item('T-51', async () => {
  expect(await problemOf(await post(SELECT, sentAlong()))).toEqual([400, 'wrong-hook'])
  expect(await problemOf(await post(SIGN, sentAlong({ hook: 'order-select' })))).toEqual([400, 'wrong-hook'])
})

item('T-74', async () => {
  const body = await toBeRead()
  for (const fhirAuthorization of [undefined, null, {}]) expect((await call({ ...body, fhirAuthorization })).problem).toBe('data-not-obtainable')
  expect(await asked()).toBe(0)
}, EHR)

item('SEC-30', async () => {
  const body = await toBeRead()
  expect((await call({ ...body, fhirAuthorization: undefined })).problem).toBe('data-not-obtainable')
  expect(await asked()).toBe(0)
  expectGood(await call(body))
  expect((await stage().ehr.seen()).asked.every(({ authorization }) => authorization?.startsWith(`Bearer ${TOKEN}`))).toBe(true)
}, EHR)
