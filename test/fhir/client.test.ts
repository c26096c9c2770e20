import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { fhirReader } from '../../src/fhir/client.ts'
import { isFailure } from '../../src/fhir/reader.ts'
import { traceOf } from '../../src/fhir/trace.ts'
import { ehr, hang, inTurn, json, status, TOKEN, type Answer, type Ehr } from './ehr-server.ts'
import { any, bundle, lab, outcome, outcomeEntry, patient, withNext } from './records.ts'

const open = new AbortController().signal
// Long enough for a busy machine; tests of servers that hang use a short one.
const read = (server: Ehr, query = 'Observation?patient=p1', options = {}) => fhirReader(server.access, { timeoutMs: 20_000, ...options }).read(query, open)
const SHORT = { timeoutMs: 200 }
const answering = (answer: Answer) => ehr({ Observation: answer })

describe('a read', () => {
  it('is a GET with the token, below the base', async () => {
    const server = await answering(json(bundle(lab('l1'))))
    const page = await read(server, 'Observation?patient=p1&code=http://loinc.org|751-8')
    expect(page).toMatchObject({ resources: [{ id: 'l1' }], complete: true })
    expect(server.requests).toMatchObject([{ method: 'GET', url: '/fhir/Observation?patient=p1&code=http://loinc.org%7C751-8', authorization: `Bearer ${TOKEN}`, accept: 'application/fhir+json' }])
  })
  it('gives a single resource', async () => {
    const server = await ehr({ 'Patient/p1': json(patient()) })
    expect(await read(server, 'Patient/p1')).toMatchObject({ resources: [{ resourceType: 'Patient', id: 'p1' }] })
  })
  it('names the next page', async () => expect(await read(await answering(json(withNext(bundle(lab('l1')), 'n2'))))).toMatchObject({ next: 'n2', complete: true }))
  it('says when the server failed in part', async () => {
    const server = await answering(json({ resourceType: 'Bundle', entry: [{ resource: lab('l1') }, outcomeEntry('error')] }))
    expect(await read(server)).toMatchObject({ resources: [{ id: 'l1' }], complete: false })
  })
  it('takes "no results" for an answer', async () =>
    expect(await read(await answering(json({ resourceType: 'Bundle', total: 0, entry: [outcomeEntry('warning')] })))).toEqual({ resources: [], complete: true, matches: 0, total: 0 }))
})

const raw = (body: string, type: string): Answer => (response) => void response.writeHead(200, { 'content-type': type }).end(body)
const halfBody: Answer = (response) => {
  response.writeHead(200, { 'content-type': 'application/fhir+json', 'content-length': '1000' })
  response.write('{"resourceType":', () => response.destroy())
}
const endlessBody: Answer = (response) => {
  response.writeHead(200, { 'content-type': 'application/fhir+json' })
  response.write('{"resourceType":')
}

describe('a failure is a value', () => {
  it.each<[string, Answer, string]>([
    ['401', status(401), 'unauthorized'],
    ['403', status(403), 'forbidden'],
    ['404', status(404), 'not-found'],
    ['410', status(410), 'not-found'],
    ['400', status(400), 'rejected'],
    ['429', status(429), 'rate-limited'],
    ['500', status(500), 'server-error'],
    ['502', status(502), 'unavailable'],
    ['503', status(503), 'unavailable'],
    ['504', status(504), 'unavailable'],
    ['204', status(204), 'unreadable'],
    ['an OperationOutcome with status 200', json(outcome('error')), 'server-error'],
    ['a web page', raw('<html>', 'text/html'), 'unreadable'],
    ['XML', raw('<Bundle/>', 'application/fhir+xml'), 'unreadable'],
    ['no content type', (response) => void response.writeHead(200).end('{"resourceType":"Bundle"}'), 'unreadable'],
    ['garbage that calls itself JSON', raw('{"resourceType":', 'application/json'), 'unreadable'],
    ['JSON null', raw('null', 'application/json'), 'unreadable'],
    ['JSON that is no FHIR', raw('{"a":1}', 'application/json'), 'unreadable'],
    ['FHIR of another version', raw('{"resourceType":"Bundle"}', 'application/fhir+json; fhirVersion=3.0'), 'other-version'],
    ['FHIR of another version in XML', raw('<Bundle/>', 'application/fhir+xml; fhirVersion=5.0'), 'other-version'],
    ['resources of another version', json(bundle(any('Immunization', 'i1', { notGiven: true }))), 'other-version'],
    ['an unknown content coding', (response) => void response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'zstd' }).end('x'), 'unreadable'],
    ['an unknown character set', raw('{"resourceType":"Bundle"}', 'application/json; charset=klingon'), 'unreadable'],
    ['bytes that are not HTTP', (response) => void response.socket?.end('SSH-2.0-OpenSSH_9.6\r\n'), 'unreadable'],
    ['compressed rubbish', (response) => void response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }).end('rubbish'), 'unreadable'],
    ['half a body', halfBody, 'network'],
    ['a connection that is cut', (response) => void response.destroy(), 'network'],
    ['an error whose page hangs', (response) => { response.writeHead(500); response.write('oh') }, 'server-error'],
  ])('%s', async (_, answer, why) => expect(await read(await answering(answer))).toEqual({ why }))

  it.each([['a server that hangs', hang], ['a body that hangs', endlessBody]])('%s', async (_, answer) =>
    expect(await read(await answering(answer), 'Observation', SHORT)).toEqual({ why: 'timeout' }))

  it('nobody listens', async () => {
    const reader = fhirReader({ base: 'http://127.0.0.1:9/fhir', token: TOKEN, expiresAt: Number.MAX_SAFE_INTEGER })
    expect(await reader.read('Patient/p1', open)).toEqual({ why: 'network' })
  })
  it('too large an answer', async () => {
    const server = await answering(json(bundle(lab('l1', { note: 'x'.repeat(5_000) }))))
    expect(await read(server, 'Observation', { bytes: { answer: 1_000, call: 10_000 } })).toEqual({ why: 'too-large' })
  })
  it('takes a version parameter of R4', async () =>
    expect(await read(await answering(raw('{"resourceType":"Bundle"}', 'application/fhir+json; fhirVersion="4.0"')))).toMatchObject({ resources: [], complete: true }))
})

describe('a second attempt', () => {
  it.each<[string, Answer]>([['429', status(429)], ['502', status(502)], ['503', status(503)], ['504', status(504)], ['a cut connection', (response) => void response.destroy()]])('is made once after %s', async (_, answer) => {
    const recovered = await answering(inTurn(answer, json(bundle(lab('l1')))))
    expect(await read(recovered)).toMatchObject({ resources: [{ id: 'l1' }] })
    const lost = await answering(answer)
    await read(lost)
    expect(lost.requests).toHaveLength(2)
  })
  it.each([['401', status(401)], ['404', status(404)], ['500', status(500)], ['a time-out', hang]])('is not made after %s', async (_, answer) => {
    const server = await answering(answer)
    await read(server, 'Observation', answer === hang ? SHORT : {})
    expect(server.requests).toHaveLength(1)
  })
  it.each([['seconds', '120'], ['a date', new Date(Date.now() + 120_000).toUTCString()]])('is not made where the server asks for a pause beyond the call, in %s', async (_, pause) => {
    const server = await answering(status(429, { 'retry-after': pause }))
    expect(await read(server)).toEqual({ why: 'rate-limited' })
    expect(server.requests).toHaveLength(1)
  })
  it('is made after the pause the server asks for, where the call lasts so long', async () => {
    const server = await answering(inTurn(status(503, { 'retry-after': '1' }), json(bundle(lab('l1')))))
    const began = performance.now()
    expect(await read(server)).toMatchObject({ resources: [{ id: 'l1' }] })
    expect(performance.now() - began).toBeGreaterThanOrEqual(999)
  })
  it.each([1, 0, -1])('is made %i ms before the end of the call, or not', async (left) => {
    const server = await answering(status(429, { 'retry-after': '1' }))
    const options = { now: () => 5_000, until: 6_000 + left }
    expect(await read(server, 'Observation', options)).toEqual({ why: 'rate-limited' })
    expect(server.requests).toHaveLength(left > 0 ? 2 : 1)
  })
  it('is not made after the end of the call', async () => {
    const over = new AbortController()
    const server = await answering((response) => { response.writeHead(503).end(() => over.abort()) })
    expect(await fhirReader(server.access).read('Observation', over.signal)).toEqual({ why: expect.stringMatching(/unavailable|timeout/) })
    expect(server.requests).toHaveLength(1)
  })
})

describe('the token', () => {
  it('does not follow a redirect', async () => {
    const forbidden = await ehr({ Observation: json(bundle(lab('l1'))) })
    const server = await answering(status(302, { location: `${forbidden.base}/Observation` }))
    expect(await read(server)).toEqual({ why: 'unreadable' })
    expect(forbidden.requests).toEqual([])
  })
  it('does not go to another address', async () => {
    const forbidden = await ehr()
    const server = await ehr()
    expect(await read(server, `${forbidden.base}/Observation`)).toEqual({ why: 'elsewhere' })
    expect([forbidden.requests, server.requests]).toEqual([[], []])
  })
  it('is not used once it has expired', async () => {
    const server = await answering(json(bundle()))
    const at = (now: number) => fhirReader({ ...server.access, expiresAt: 1_000 }, { now: () => now }).read('Observation', open)
    expect([await at(1_000), server.requests.length]).toEqual([{ why: 'expired' }, 0])
    expect([await at(999), server.requests.length]).toMatchObject([{ resources: [], complete: true }, 1])
  })
})

describe('what comes along with a query', () => {
  const parent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
  it('is the trace of the call, under a span of its own, and a request id made of the correlation id', async () => {
    const server = await answering(json(bundle()))
    const reader = fhirReader(server.access, { trace: traceOf(parent, 'vendor=1', 'call-1') })
    await Promise.all([reader.read('Observation', open), reader.read('Observation', open)])
    const sent = server.requests.map(({ headers }) => headers)
    expect(sent.map((headers) => headers['x-request-id']).sort()).toEqual(['call-1.1', 'call-1.2'])
    expect(sent.map(({ tracestate }) => tracestate)).toEqual(['vendor=1', 'vendor=1'])
    const parents = sent.map(({ traceparent }) => String(traceparent))
    expect(new Set(parents).size).toBe(2)
    for (const one of parents) expect(one).toMatch(/^00-0af7651916cd43dd8448eb211c80319c-(?!b7ad6b7169203331)[\da-f]{16}-01$/)
  })
})

describe('a compressed answer', () => {
  it.each([['gzip', gzipSync], ['deflate', deflateSync], ['br', brotliCompressSync]] as const)('in %s is read', async (coding, compress) => {
    const answer: Answer = (response) => void response.writeHead(200, { 'content-type': 'application/fhir+json', 'content-encoding': coding }).end(compress(JSON.stringify(bundle(lab('l1')))))
    expect(await read(await answering(answer))).toMatchObject({ resources: [{ id: 'l1' }] })
  })
  it('is measured by what it unpacks to', async () => {
    const bomb = gzipSync(JSON.stringify(bundle(lab('l1', { note: 'x'.repeat(5_000_000) }))))
    expect(bomb.length).toBeLessThan(10_000)
    const answer: Answer = (response) => void response.writeHead(200, { 'content-type': 'application/fhir+json', 'content-encoding': 'gzip' }).end(bomb)
    expect(await read(await answering(answer), 'Observation', { bytes: { answer: 100_000, call: 1_000_000 } })).toEqual({ why: 'too-large' })
  })
})

it('stops reading when all answers of a call together are too large', async () => {
  const server = await answering(json(bundle(lab('l1', { note: 'x'.repeat(3_000) }))))
  const reader = fhirReader(server.access, { bytes: { answer: 4_000, call: 7_000 } })
  const read = () => reader.read('Observation', open)
  expect([await read(), await read(), await read()]).toMatchObject([{ complete: true }, { complete: true }, { why: 'too-large' }])
})

it('asks no more than twenty-four things at a time', async () => {
  let running = 0
  let most = 0
  const server = await answering((response, request) => {
    running += 1
    most = Math.max(most, running)
    setTimeout(() => {
      running -= 1
      json(bundle())(response, request)
    }, 20)
  })
  const reader = fhirReader(server.access)
  const pages = await Promise.all(Array.from({ length: 60 }, () => reader.read('Observation', open)))
  expect([pages.filter((page) => !isFailure(page)).length, most]).toEqual([60, 24])
})

it('decodes text in the character set it says it is in', async () => {
  const answer: Answer = (response) => void response.writeHead(200, { 'content-type': 'application/fhir+json; charset=ISO-8859-1' }).end(Buffer.from(JSON.stringify(bundle(lab('l1', { unit: 'µmol/L' }))), 'latin1'))
  expect(await read(await answering(answer))).toMatchObject({ resources: [{ unit: 'µmol/L' }] })
})

it('asks nothing when the call is over', async () => {
  const server = await answering(json(bundle()))
  expect(await fhirReader(server.access).read('Observation', AbortSignal.abort())).toEqual({ why: 'timeout' })
  expect(server.requests).toEqual([])
})
