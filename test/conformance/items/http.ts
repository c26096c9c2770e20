import { once } from 'node:events'
import { connect } from 'node:net'
import { expect } from 'vitest'
import { z } from 'zod'
import { SOURCES } from '../../integration/sources.ts'
import { type Answer, rulesOf, wordsOf } from '../../requests/answer.ts'
import { EXPECTED, KEYS, prefetchOf, requestOf, resourcesOf } from '../../requests/record.ts'
import { item } from '../checklist.ts'
import { access, MARK, newChart, order, recordFor, sentAlong, toBeRead } from '../patient.ts'
import { another, bearer, call, DEADLINE_MS, get, ORIGIN, post, problemOf, SIGN, stage, tokenFor } from '../stage.ts'

/** Status codes, headers, browsers. */
const OWN = { needs: ['own'] } as const
const EHR = { needs: ['ehr'] } as const
const amoxicillin = (): object => {
  const chart = newChart()
  return sentAlong({ chart, prefetch: undefined, drafts: [{ ...order(chart), medicationCodeableConcept: { text: 'Amoxicillin' } }] })
}

item('HTTP-01', async () => expect((await get('/cds-services')).status).toBe(200))
item('HTTP-02', async () => {
  expect((await post(SIGN, sentAlong())).status).toBe(200)
  const response = await post(SIGN, amoxicillin())
  expect([response.status, await response.text()]).toEqual([200, '{"cards":[]}'])
})
item('HTTP-03', async () => expect(await problemOf(await post(SIGN, sentAlong({ prefetch: undefined })))).toEqual([412, 'data-not-obtainable']))

/** One request for each error of the table that a caller can cause at will. */
const errors = (): readonly (readonly [number, () => Promise<Response>])[] => [
  [400, () => post(SIGN, '{')], [400, () => post(SIGN, {})], [404, () => post('/cds-services/nobody', {})], [404, () => get(`/${MARK}`)], [405, () => get(SIGN)], [412, () => post(SIGN, sentAlong({ prefetch: undefined }))],
  [413, () => post(SIGN, `"${'x'.repeat(20 * 1024 * 1024)}"`)], [415, () => post(SIGN, '<x/>', { headers: { 'content-type': 'application/xml' } })], [400, () => post(`${SIGN}/feedback`, {})],
]
item('HTTP-05', async () => {
  for (const [status, cause] of errors()) {
    const response = await cause()
    expect(response.status).toBe(status)
    expect(await response.json()).toMatchObject({ resourceType: 'OperationOutcome', issue: [{ severity: 'error', details: { coding: [{ system: 'urn:ino-cds:error' }] } }] })
  }
})
item('HTTP-06', async () => {
  const chart = newChart()
  const wrong = [
    '{"hook":', '[]', JSON.stringify({ ...sentAlong(), context: 5 }), JSON.stringify({ ...sentAlong(), hook: 'order-select' }), JSON.stringify(sentAlong({ chart, drafts: [order(chart, { subject: { reference: 'Patient/somebody-else' } })] })),
  ]
  for (const body of wrong) expect((await post(SIGN, body)).status).toBe(400)
})

async function expectBare401(response: Response): Promise<void> {
  expect([response.status, await response.text(), response.headers.get('www-authenticate')]).toEqual([401, '', 'Bearer'])
}
item('HTTP-08', async () => {
  for (const authorization of ['', 'Bearer', 'Bearer x.y.z', 'Basic dTpw']) await expectBare401(await post(SIGN, sentAlong(), { headers: { authorization } }))
}, EHR)
item('HTTP-09', async () => {
  await expectBare401(await post(SIGN, sentAlong(), { headers: bearer(tokenFor(SIGN, { claims: { iss: 'https://nobody.conformance.test' } })) }))
  await expectBare401(await post(SIGN, sentAlong(), { headers: bearer(tokenFor(SIGN, { client: 'tenanted', claims: { tenant: 'west' } })) }))
}, EHR)
item('HTTP-10', async () => {
  for (const path of ['/cds-services/nobody', '/cds-services/nobody/feedback', `/cds-services/${'x'.repeat(500)}`]) expect((await post(path, {})).status).toBe(404)
})
item('HTTP-11', async () => {
  const wrong: readonly (readonly [string, string, string])[] = [[SIGN, 'GET', 'POST'], [SIGN, 'DELETE', 'POST'], ['/cds-services', 'POST', 'GET, HEAD'], [`${SIGN}/feedback`, 'GET', 'POST']]
  for (const [path, method, allow] of wrong) {
    const response = await get(path, {}, method)
    expect([response.status, response.headers.get('allow')]).toEqual([405, allow])
    expect(await problemOf(response)).toEqual([405, 'method-not-allowed'])
  }
})
item('HTTP-12', async () => {
  expect(await problemOf(await post(SIGN, `"${'x'.repeat(20 * 1024 * 1024)}"`))).toEqual([413, 'body-too-large'])
  expect(await problemOf(await post(SIGN, 'a=b', { headers: { 'content-type': 'application/x-www-form-urlencoded' } }))).toEqual([415, 'unsupported-media-type'])
})
item('HTTP-13', async () => {
  // 30 a minute are 5 in the window of 10 seconds.
  const { url, stop } = await another({ RATE_LIMIT_CLIENT: '30' })
  const statuses: number[] = []
  for (let time = 0; time < 6; time += 1) statuses.push((await post(SIGN, amoxicillin(), { url })).status)
  expect(statuses).toEqual([200, 200, 200, 200, 200, 429])
  const refused = await post(SIGN, amoxicillin(), { url })
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
  expect(await problemOf(refused)).toEqual([429, 'rate-limited'])
  expect((await post(SIGN, amoxicillin(), { url, client: 'sandbox' })).status).toBe(200)
  await stop()
}, OWN)
item('HTTP-14', async () => {
  const body = await toBeRead()
  await stage().ehr.set({ faults: [{ on: '/', does: { status: 503 } }] })
  expect((await call(body)).problem).toBe('data-not-obtainable')
  expect((await call({ ...body, fhirServer: stage().ehr.fhir })).status).toBe(412)
}, EHR)
item('HTTP-15', async () => {
  for (const [, cause] of errors()) {
    const response = await cause()
    const id = response.headers.get('x-correlation-id')
    const text = await response.text()
    expect(text).not.toMatch(/node_modules|\.ts:|\bat [A-Za-z.]+ \(/)
    if (id !== null) expect(text).toContain(`Correlation id: ${id}`)
    expect(id).toMatch(/^[0-9a-f-]{36}$/)
  }
})
item('HTTP-16', async () => {
  const response = await post(`${SIGN}/feedback`, { feedback: [{ card: 'x', outcome: 'overridden', outcomeTimestamp: '2026-11-20T09:17:42Z' }] })
  expect([response.status, await response.text(), response.headers.get('content-length')]).toEqual([200, '', '0'])
})

const preflight = (origin: string, path = SIGN): Promise<Response> => get(path, { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type, authorization' }, 'OPTIONS')
const allowed = (response: Response): string | null => response.headers.get('access-control-allow-origin')
const from = (origin: string) => ({ headers: { origin } })

async function cors(): Promise<void> {
  const asked = await preflight(ORIGIN)
  expect([asked.ok, allowed(asked), asked.headers.get('access-control-allow-methods')]).toEqual([true, ORIGIN, 'GET, POST, OPTIONS'])
  expect(asked.headers.get('access-control-allow-headers')?.toLowerCase()).toMatch(/content-type, ?authorization/)
  const answers = [
    await post(SIGN, sentAlong(), from(ORIGIN)), await post(SIGN, '{', from(ORIGIN)), await post(SIGN, {}, { headers: { origin: ORIGIN, authorization: 'Bearer x' } }), await post(SIGN, sentAlong({ prefetch: undefined }), from(ORIGIN)),
    await post('/cds-services/nobody', {}, from(ORIGIN)), await get('/cds-services', { origin: ORIGIN }), await get(SIGN, { origin: ORIGIN }),
  ]
  expect(answers.map(({ status }) => status)).toEqual([200, 400, 401, 412, 404, 200, 405])
  for (const response of answers) expect([allowed(response), response.headers.get('vary')?.toLowerCase()]).toEqual([ORIGIN, expect.stringContaining('origin')])
}
async function foreignOrigins(): Promise<void> {
  for (const origin of ['https://evil.conformance.test', 'null', `${ORIGIN}.evil.test`, ORIGIN.replace('https', 'http')]) {
    expect([allowed(await preflight(origin)), allowed(await post(SIGN, sentAlong(), from(origin))), allowed(await post(SIGN, '{', from(origin)))]).toEqual([null, null, null])
  }
  expect((await preflight(ORIGIN)).headers.get('access-control-allow-credentials')).toBeNull()
}
item('CORS-01', async () => expect(allowed(await post(SIGN, sentAlong(), from(ORIGIN)))).toBe(ORIGIN), OWN)
item('CORS-02', cors, OWN)
item('CORS-03', foreignOrigins, OWN)
item('T-54', async () => {
  await cors()
  await foreignOrigins()
}, OWN)
item('SEC-21', async () => {
  for (const path of [SIGN, `${SIGN}/feedback`, '/cds-services']) expect((await preflight(ORIGIN, path)).ok).toBe(true)
}, OWN)

item('T-55', async () => {
  expect((await get('/cds-services/')).status).toBe(200)
  const response = await fetch(`${stage().url}${SIGN}/`, { method: 'POST', headers: { 'content-type': 'application/json', ...(stage().authenticated ? bearer(tokenFor(SIGN)) : {}) }, body: JSON.stringify(sentAlong()) })
  expect(response.status).toBe(200)
  expect(await problemOf(await post('/cds-services/nobody', {}))).toEqual([404, 'unknown-service'])
  expect(await problemOf(await get('/nowhere'))).toEqual([404, 'not-found'])
})
item('T-56', async () => {
  const response = await post(SIGN, amoxicillin())
  expect([response.status, await response.text()]).toEqual([200, '{"cards":[]}'])
})

/** A call that waits ten seconds for one search. */
async function slowly(): Promise<Answer> {
  const chart = newChart()
  const record = recordFor(chart)
  const { labs: _, ...sent } = prefetchOf(record)
  await stage().ehr.set({ resources: resourcesOf(record), faults: [{ on: SOURCES.labs.on, delayMs: 10_000 }] })
  return call(requestOf(chart, { drafts: [order(chart)], prefetch: sent, ...access() }))
}
item('T-57', async () => {
  const answer = await slowly()
  expect(answer.ms).toBeLessThan(DEADLINE_MS + 500)
  expect(wordsOf(answer)).toContain('laboratory results')
  expect(answer.decision?.notEvaluated.map(({ rule }) => rule)).toContain('hold-hepatic-labs')
  const times: number[] = []
  for (let calls = 0; calls < 10; calls += 1) times.push((await call(sentAlong())).ms)
  expect(times.toSorted((a, b) => a - b)[5]).toBeLessThan(500)
}, EHR)
item('T-58', async () => {
  const answers = [await post(SIGN, sentAlong()), await post(SIGN, '{'), await post(`${SIGN}/feedback`, { feedback: [] }), await post(SIGN, sentAlong({ prefetch: undefined }))]
  for (const response of answers) expect([response.headers.get('cache-control'), response.headers.get('etag')]).toEqual(['no-store', null])
})

const HEADERS = { 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer', 'content-security-policy': "default-src 'none'; frame-ancestors 'none'", 'strict-transport-security': 'max-age=31536000' }
item('T-58', async () => {
  for (const response of [await post(SIGN, sentAlong()), await post(SIGN, '{'), await get('/cds-services'), await post(SIGN, {}, { headers: { authorization: 'x' } })]) {
    for (const [name, value] of Object.entries(HEADERS)) expect([name, response.headers.get(name)]).toEqual([name, value])
    expect([response.headers.get('server'), response.headers.get('x-powered-by')]).toEqual([null, null])
  }
}, { part: 'security headers stand beside it', needs: ['own'] })

/** What comes back for bytes. */
async function raw(text: string, until: RegExp): Promise<string> {
  const { hostname, port } = new URL(stage().url)
  const socket = connect(Number(port), hostname)
  let answer = ''
  const done = Promise.withResolvers<void>()
  socket.on('data', (chunk: Buffer) => {
    answer += String(chunk)
    if (until.test(answer)) done.resolve()
  })
  socket.once('close', () => done.resolve())
  socket.on('error', () => done.resolve())
  await once(socket, 'connect')
  socket.write(text)
  await done.promise
  socket.destroy()
  return answer
}
const Outcome = z.object({ resourceType: z.literal('OperationOutcome'), issue: z.array(z.object({ details: z.object({ coding: z.array(z.object({ code: z.string() })) }) })) })
const outcomeIn = (answer: string): unknown => Outcome.parse(JSON.parse(answer.slice(answer.indexOf('\r\n\r\n')))).issue[0]?.details.coding[0]?.code

item('HTTP-05', async () => {
  const malformed: readonly (readonly [string, RegExp, string])[] = [
    ['nonsense\r\n\r\n', /^HTTP\/1\.1 400 /, 'invalid-request'], ['GET / HTTP/9.9\r\n\r\n', /^HTTP\/1\.1 400 /, 'invalid-request'], ['GET /%zz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n', /^HTTP\/1\.1 404 /, 'not-found'],
    [`GET / HTTP/1.1\r\nhost: x\r\nx-long: ${'x'.repeat(40_000)}\r\n\r\n`, /^HTTP\/1\.1 431 /, 'headers-too-large'], [`POST ${SIGN} HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n{}`, /^HTTP\/1\.1 400 /, 'invalid-request'],
  ]
  for (const [text, status, code] of malformed) {
    const answer = await raw(text, /\}$/)
    expect(answer).toMatch(status)
    expect(outcomeIn(answer)).toBe(code)
  }
}, { part: 'bytes that are no request' })

item('HTTP-12', async () => {
  const { hostname, port } = new URL(stage().url)
  const size = 20 * 1024 * 1024
  const authorization = stage().authenticated ? `authorization: Bearer ${tokenFor(SIGN)}\r\n` : ''
  const socket = connect(Number(port), hostname)
  let answer = ''
  socket.on('data', (chunk: Buffer) => void (answer += String(chunk)))
  socket.write(`POST ${SIGN} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${String(size)}\r\n${authorization}\r\n`)
  await expect.poll(() => answer).toMatch(/^HTTP\/1\.1 413 /)
  // The answer is there before the body; the client goes on sending, and its next request is answered on the same connection.
  socket.write(Buffer.alloc(size, ' '))
  socket.write('GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n')
  await expect.poll(() => answer).toMatch(/HTTP\/1\.1 200 /)
  expect(outcomeIn(answer.split('HTTP/1.1 200')[0] ?? '')).toBe('body-too-large')
  socket.destroy()
}, { part: 'a client that is still sending reads it too' })

item('HTTP-02', async () => {
  const body = JSON.stringify(amoxicillin())
  const one = (): string => `POST ${SIGN} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${String(Buffer.byteLength(body))}\r\n${stage().authenticated ? `authorization: Bearer ${tokenFor(SIGN)}\r\n` : ''}\r\n${body}`
  const answer = await raw(one() + one() + one(), /(?:[\s\S]*"cards":\[\]\}){3}/)
  expect(answer.match(/HTTP\/1\.1 200 /g)).toHaveLength(3)
  expect(answer).not.toMatch(/connection: close/i)
}, { part: 'three calls on one connection' })

item('DISC-01', async () => {
  for (const path of ['/cds-services', '/health/live', '/health/ready']) {
    const head = await get(path, {}, 'HEAD')
    expect([head.status, await head.text()]).toEqual([200, ''])
  }
}, { part: 'HEAD' })

async function deadlines(): Promise<void> {
  const answer = await slowly()
  expect(answer.ms).toBeLessThan(DEADLINE_MS + 500)
  expect(rulesOf(answer)).toEqual(expect.arrayContaining(EXPECTED.filter((rule) => !['hold-hepatic-labs', 'hold-anc-cycle-start'].includes(rule))))
}
item('SEC-37', async () => {
  await deadlines()
  // A client that hangs up: the searches it waited for are broken off, and the pages behind them are never asked for.
  const body = await toBeRead()
  await stage().ehr.set({ resources: [], pageSize: 1, faults: [{ on: '/', delayMs: 600 }] })
  const hangUp = new AbortController()
  const gone = fetch(stage().url + SIGN, { method: 'POST', signal: hangUp.signal, headers: { 'content-type': 'application/json', ...bearer(tokenFor(SIGN)) }, body: JSON.stringify(body) }).catch(() => 'gone')
  await expect.poll(async () => (await stage().ehr.seen()).asked.length).toBeGreaterThan(KEYS.length - 1)
  const before = (await stage().ehr.seen()).asked.length
  hangUp.abort()
  expect(await gone).toBe('gone')
  await call(sentAlong())
  expect((await stage().ehr.seen()).asked.length).toBe(before)
}, EHR)
