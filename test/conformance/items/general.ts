import { expect } from 'vitest'
import { lintResponse } from '../../../src/hooks/response-lint.ts'
import { cardsOf, findingsOf, rulesOf } from '../../requests/answer.ts'
import { chartOf, EXPECTED, orderOf } from '../../requests/record.ts'
import { item } from '../checklist.ts'
import { newChart, order, recordFor, sentAlong } from '../patient.ts'
import { call, exitOf, get, post, problemOf, SELECT, SIGN, stage } from '../stage.ts'

/** Use of JSON. */
const JSON_TYPE = /^application\/json(;\s*charset=utf-8)?$/

/** One answer of each kind. */
async function everyKind(): Promise<readonly Response[]> {
  const chart = newChart()
  const unrelated = { resourceType: 'MedicationRequest', id: 'a1', status: 'draft', medicationCodeableConcept: { text: 'Amoxicillin' }, subject: chart.subject }
  return [
    await get('/cds-services'), await post(SIGN, sentAlong()), await post(SELECT, sentAlong({ hook: 'order-select' })), await post(SIGN, sentAlong({ chart, drafts: [unrelated] })),
    await post(SIGN, '{'), await post(SIGN, sentAlong({ prefetch: {} })), await post('/cds-services/nobody', {}), await get('/cds-services', {}, 'DELETE'),
  ]
}

item('GEN-01', async () => {
  for (const response of await everyKind()) {
    expect(response.headers.get('content-type')).toMatch(JSON_TYPE)
    expect(typeof JSON.parse(await response.text())).toBe('object')
  }
  for (const body of ['', 'hello', '<x/>', '{"hook":']) expect(await problemOf(await post(SIGN, body))).toEqual([400, 'malformed-json'])
})

item('GEN-02', async () => {
  const [code, said] = await exitOf({ NODE_ENV: 'production', PUBLIC_URL: 'http://cds.conformance.test' })
  expect([code, said]).toEqual([1, expect.stringContaining('PUBLIC_URL: is not https')])
}, { needs: ['own'] })

const lists = async (): Promise<readonly (readonly [string, object])[]> => {
  const bodies = [sentAlong(), sentAlong({ hook: 'order-select' }), sentAlong({ prefetch: { patient: null, labs: null } }), sentAlong({ record: { ...recordFor(chartOf('x')), labs: [], vitals: [], ecg: [] } })]
  return Promise.all(bodies.map(async (body) => [await (await post(body.hook === 'order-sign' ? SIGN : SELECT, body)).text(), body] as const))
}

item('GEN-03', async () => {
  for (const [text] of await lists()) expect(lintResponse(JSON.parse(text), ['MedicationRequest/o1']).filter((breach) => breach.includes('left out'))).toEqual([])
})

item('GEN-04', async () => {
  for (const [text] of await lists()) expect(text).not.toMatch(/"(?:suggestions|links|overrideReasons|systemActions|detail|selectionBehavior)":(?:null|""|\[\]|\{\})/)
})

item('GEN-05', async () => {
  const chart = newChart()
  const contained = [{ resourceType: 'Practitioner', id: 'c', name: [{ given: ['A', null], _given: [null, { id: 'g' }] }] }]
  const { cards } = await call(sentAlong({ chart, drafts: [order(chart, { contained })] }))
  const updated = cards.flatMap(({ suggestions = [] }) => suggestions).flatMap(({ actions }) => actions).filter(({ type }) => type === 'update')
  expect(updated.length).toBeGreaterThan(0)
  for (const { resource } of updated) expect(resource?.['contained']).toEqual(contained)
})

item('GEN-06', async () => {
  const text = JSON.stringify(sentAlong())
  for (const wrong of [`${text.slice(0, -1)},}`, `/* c */${text}`, `${text}// c`, `${text}{}`]) expect(await problemOf(await post(SIGN, wrong))).toEqual([400, 'malformed-json'])
})

item('GEN-07', async () => {
  const { hookInstance, ...body } = sentAlong()
  expect(await problemOf(await post(SIGN, { ...body, hookinstance: hookInstance }))).toEqual([400, 'invalid-request'])
  expect(await problemOf(await post(SIGN, { ...sentAlong(), hook: 'Order-Sign' }))).toEqual([400, 'wrong-hook'])
})

item('GEN-08', async () => {
  const chart = newChart()
  const unknown = { nobodyKnows: { deep: [[{ a: null }]] }, extension: { 'org.example.x': [1, 'two'] } }
  const body = sentAlong({ chart })
  const answer = await call({ ...body, ...unknown, context: { ...body.context, ...unknown } })
  expect(findingsOf(answer)).toEqual(findingsOf(await call(body)))
})

item('GEN-09', async () => {
  const body = JSON.stringify(sentAlong())
  for (const type of ['application/json', 'application/json; charset=utf-8', 'application/json;charset="UTF-8"', 'APPLICATION/JSON', 'application/fhir+json', 'application/fhir+json; fhirVersion=4.0']) {
    expect((await post(SIGN, body, { headers: { 'content-type': type } })).status).toBe(200)
  }
  for (const type of ['text/plain', 'application/xml', 'application/x-www-form-urlencoded', 'application/jsonp']) {
    expect(await problemOf(await post(SIGN, body, { headers: { 'content-type': type } }))).toEqual([415, 'unsupported-media-type'])
  }
})

item('GEN-10', async () => {
  const [discovery, ...others] = await everyKind()
  const etag = discovery?.headers.get('etag') ?? ''
  expect(etag).toMatch(/^"[^"]+"$/)
  expect((await get('/cds-services', { 'if-none-match': etag })).status).toBe(304)
  for (const response of others) expect(response.headers.get('cache-control')).toBe('no-store')
  expect((await post(`${SIGN}/feedback`, { feedback: [] })).headers.get('cache-control')).toBe('no-store')
})

item('GEN-11', async () => {
  const times: number[] = []
  for (let calls = 0; calls < 12; calls += 1) times.push((await call(sentAlong({ hook: calls % 2 === 0 ? 'order-sign' : 'order-select' }))).ms)
  // The median: this machine may be doing other things.
  expect(times.toSorted((a, b) => a - b)[6]).toBeLessThan(500)
})

item('EXT-01', async () => {
  const answer: unknown = JSON.parse((await call(sentAlong())).text)
  const holders: unknown[] = []
  JSON.stringify(answer, (key, value: unknown) => {
    if (key === 'extension') holders.push(value)
    return typeof value === 'object' && value !== null && 'resourceType' in value ? undefined : value
  })
  expect(holders.length).toBeGreaterThan(1)
  for (const one of holders) expect([typeof one, Array.isArray(one)]).toEqual(['object', false])
})

item('EXT-02', async () => {
  const { cards, text } = await call(sentAlong())
  const keys = [...cards.flatMap(({ extension }) => Object.keys(extension)), ...Object.keys((JSON.parse(text) as { extension: object }).extension)] // sound: the answer was linted
  expect(keys.length).toBeGreaterThan(1)
  for (const key of keys) expect(key).toMatch(/^[a-z]+(\.[a-z-]+)+$/)
})

item('VER-02', async () => {
  const body = sentAlong()
  const answer = await call({ ...body, context: { ...body.context, performer: 'Practitioner/x', reason: { code: 1 } } })
  expect(findingsOf(answer)).toEqual(findingsOf(await call(body)))
})

item('VER-03', async () => {
  const body = sentAlong()
  const plain = cardsOf(await call(body))
  for (const version of ['1.0', '1.1', '3.0.0', 7]) {
    const answer = await call({ ...body, version, extension: { 'com.epic.cdshooks.request.cds-hooks-specification-version': version } })
    expect(cardsOf(answer)).toEqual(plain)
  }
})

item('REQ-01', async () => {
  for (const body of [[], 'x', 5, true, null]) expect((await post(SIGN, JSON.stringify(body))).status).toBe(400)
  expect((await get(SIGN)).status).toBe(405)
  expect(rulesOf(await call(sentAlong()))).toEqual(expect.arrayContaining([...EXPECTED]))
})

item('RESP-02', async () => {
  const chart = newChart()
  const amoxicillin = { ...orderOf(chart), medicationCodeableConcept: { text: 'Amoxicillin 500 mg' } }
  expect((await call(sentAlong({ chart, drafts: [amoxicillin] }))).text).toBe('{"cards":[]}')
  expect(stage().url).not.toBe('')
})
