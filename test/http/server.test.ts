import { once } from 'node:events'
import { connect } from 'node:net'
import { describe, expect, it } from 'vitest'
import { codeOf, request, run, SELECT, SIGN, type Running } from './service.ts'

const MARK = 'PATIENT-MARK'

describe('discovery', () => {
  it.each(['/cds-services', '/cds-services/'])('answers at %s', async (path) => {
    const { base } = await run()
    const response = await fetch(base + path)
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8')
    expect(await response.json()).toMatchObject({ services: [{ id: 'inotuzumab-order-select' }, { id: 'inotuzumab-order-sign', prefetch: { patient: 'Patient/{{context.patientId}}' } }, { id: 'inotuzumab-patient-view' }] })
  })

  it('may be kept, and is not sent again to who has it', async () => {
    const { base } = await run()
    const first = await fetch(`${base}/cds-services`)
    const etag = first.headers.get('etag') ?? ''
    expect(first.headers.get('cache-control')).toBe('public, max-age=300')
    for (const tag of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const again = await fetch(`${base}/cds-services`, { headers: { 'if-none-match': tag } })
      expect([again.status, await again.text()]).toEqual([304, ''])
    }
    expect((await fetch(`${base}/cds-services`, { headers: { 'if-none-match': '"other"' } })).status).toBe(200)
  })

  it('is the same whatever host the caller names', async () => {
    const { base } = await run()
    const plain = await (await fetch(`${base}/cds-services`)).text()
    expect(await (await fetch(`${base}/cds-services`, { headers: { 'x-forwarded-host': 'evil.test' } })).text()).toBe(plain)
  })
})

describe('a hook call', () => {
  it('is handed on, and what was found is the answer', async () => {
    const body = { cards: [], extension: { 'org.ino-cds.x': { _status: [null], note: 0.8 } } }
    const { calls, post } = await run({ answerHook: async () => ({ kind: 'answer', body }) })
    const before = Date.now()
    const response = await post(SIGN, request())
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8')
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(await response.json()).toEqual(body)
    expect(calls[0]?.service.id).toBe('inotuzumab-order-sign')
    expect(calls[0]?.request.context.patientId).toBe('p1')
    expect(calls[0]?.receivedAt).toBeGreaterThanOrEqual(before)
    expect(calls[0]?.signal.aborted).toBe(false)
  })

  it('with nothing to say is answered with an empty list', async () => {
    const { post } = await run()
    const response = await post(SIGN, request())
    expect([response.status, await response.text()]).toEqual([200, '{"cards":[]}'])
  })

  it('arrives with every FHIR resource as it was sent', async () => {
    const { calls, post } = await run()
    const labs = { resourceType: 'Bundle', entry: [{ resource: { _status: { extension: [{ url: 'x' }] }, contained: [{ a: [null] }], value: 1.1, valid: '300' } }] }
    await post(SIGN, request({ prefetch: { '-user': labs, 7: null } }))
    expect(calls[0]?.request.prefetch).toEqual({ '-user': labs, 7: null })
  })

  it('may hold members that nobody knows', async () => {
    const extra = { extension: { 'com.ehr': { deep: [{ a: null }] } }, unknown: 1 }
    const { post } = await run()
    expect((await post(SIGN, { ...request(), ...extra, context: { ...request().context, ...extra } })).status).toBe(200)
  })

  it.each([
    ['order-select at order-sign', { hook: 'order-select' }, 'wrong-hook'], ['a number for a hook', { hook: 5 }, 'invalid-request'], ['no context', { context: undefined }, 'context-missing'],
    ['no drafts', { context: { userId: 'Practitioner/1', patientId: MARK } }, 'draft-orders-missing'], ['a token of another patient', { fhirServer: 'https://x.test', fhirAuthorization: { access_token: MARK, patient: MARK } }, 'patient-mismatch'],
    ['a token without server', { fhirAuthorization: { access_token: MARK } }, 'invalid-request'],
  ])('with %s is refused', async (_, change, code) => {
    const { post, calls } = await run()
    const response = await post(SIGN, request(change))
    expect(response.status).toBe(400)
    const text = await response.clone().text()
    expect(await codeOf(response)).toBe(code)
    expect(text).not.toContain(MARK)
    expect(calls).toEqual([])
  })

  it('says where it is wrong, and under which correlation id', async () => {
    const { post } = await run()
    const response = await post(SIGN, request({ context: { userId: 3, patientId: 'p1' } }))
    expect(await response.json()).toMatchObject({ issue: [{ expression: ['context.userId'], diagnostics: `Correlation id: ${response.headers.get('x-correlation-id')}` }] })
  })

  it.each([['data-not-obtainable', 412], ['too-busy', 503], ['fhir-version-unsupported', 400]] as const)('may end in %s', async (code, status) => {
    const { post } = await run({ answerHook: async () => ({ kind: 'problem', code, expression: ['context.draftOrders'] }) })
    const response = await post(SIGN, request())
    expect(response.status).toBe(status)
    expect(await codeOf(response)).toBe(code)
  })

  it('that fails here says nothing about why, to nobody', async () => {
    const { post, log } = await run({ answerHook: async () => { throw new TypeError(MARK, { cause: new Error(MARK) }) } })
    const response = await post(SIGN, request())
    const id = response.headers.get('x-correlation-id') ?? 'none'
    const text = await response.clone().text()
    expect(response.status).toBe(500)
    expect(await codeOf(response)).toBe('internal')
    expect(text).toContain(id)
    expect(text).not.toMatch(/PATIENT-MARK|TypeError|server\.test/)
    expect(log()).toContain(id)
    expect(log()).toContain('"type":"TypeError"')
    expect(log()).not.toContain(MARK)
  })

  it('leaves nothing of the patient in the log', async () => {
    const { post, log } = await run()
    const context = { ...request().context, patientId: MARK, draftOrders: { entry: [{ resource: { resourceType: 'X', note: MARK } }] } }
    const sent = request({ context, prefetch: { a: MARK }, fhirServer: 'https://x.test', fhirAuthorization: { access_token: MARK } })
    expect((await post(SIGN, sent)).status).toBe(200)
    expect((await post(SIGN, `{"x":"${MARK}`)).status).toBe(400)
    expect((await post(`/cds-services/${MARK}?x=${MARK}`, sent)).status).toBe(404)
    expect(log()).toContain('"route":"/cds-services/:id"')
    expect(log()).not.toContain(MARK)
  })
})

describe('the time of a call', () => {
  const untilAborted = (signal: AbortSignal) => new Promise<unknown>((resolve) => signal.addEventListener('abort', () => resolve(signal.reason)))

  it('is over at the deadline', async () => {
    const reasons: unknown[] = []
    const { post } = await run({ config: { deadlineMs: 100 }, answerHook: async ({ signal }) => {
      reasons.push(await untilAborted(signal))
      return { kind: 'answer', body: { cards: [] } }
    } })
    expect((await post(SIGN, request())).status).toBe(200)
    expect(reasons).toMatchObject([{ name: 'TimeoutError' }])
  })

  it('is over when the client hangs up', async () => {
    const { promise: reason, resolve } = Promise.withResolvers<unknown>()
    const { promise: arrived, resolve: arrive } = Promise.withResolvers<void>()
    const { base } = await run({ answerHook: async ({ signal }) => {
      arrive()
      resolve(await untilAborted(signal))
      return { kind: 'answer', body: { cards: [] } }
    } })
    const hangUp = new AbortController()
    const call = fetch(base + SIGN, { method: 'POST', body: JSON.stringify(request()), headers: { 'content-type': 'application/json' }, signal: hangUp.signal })
    await arrived
    hangUp.abort()
    await expect(call).rejects.toThrow()
    expect(await reason).toMatchObject({ name: 'AbortError' })
  })
})

describe('a body', () => {
  it.each(['application/json', 'application/json; charset=utf-8', 'application/json;charset="UTF-8"; x=y', 'application/fhir+json', 'application/fhir+json; fhirVersion=4.0', 'Application/JSON'])('of type %s is read', async (type) => {
    const { post } = await run()
    expect((await post(SIGN, request(), { 'content-type': type })).status).toBe(200)
  })

  it.each(['text/plain', 'application/xml', 'application/x-www-form-urlencoded', 'application/jsonp', 'x'])('of type %s is refused', async (type) => {
    const { post } = await run()
    const response = await post(SIGN, request(), { 'content-type': type })
    expect(response.status).toBe(415)
    expect(await codeOf(response)).toBe('unsupported-media-type')
  })

  it('may begin with a byte order mark', async () => {
    const { post } = await run()
    expect((await post(SIGN, `\uFEFF${JSON.stringify(request())}`)).status).toBe(200)
  })

  it.each(['', '{', '{"a":1,}', '[1] // x', 'null null', `{"hook":"${MARK}`])('%j is malformed', async (text) => {
    const { post } = await run()
    const response = await post(SIGN, text)
    expect(response.status).toBe(400)
    expect(await codeOf(response)).toBe('malformed-json')
  })

  it.each(['null', '[]', '"x"', '5', '{}'])('%s is no request', async (text) => {
    const { post } = await run()
    const response = await post(SIGN, text)
    expect(response.status).toBe(400)
    expect(await codeOf(response)).toBe('invalid-request')
  })

  it('may have 5 MB but not 17', async () => {
    const { post } = await run()
    const padded = (megabytes: number) => JSON.stringify(request({ prefetch: { x: 'x'.repeat(megabytes * 1024 * 1024) } }))
    expect((await post(SIGN, padded(5))).status).toBe(200)
    const response = await post(SIGN, padded(17))
    expect(response.status).toBe(413)
    expect(await codeOf(response)).toBe('body-too-large')
  })

  it('of 50 MB is refused without being read', async () => {
    const { base } = await run()
    const socket = connect(Number(new URL(base).port), '127.0.0.1')
    socket.write(`POST ${SIGN} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${50 * 1024 * 1024}\r\n\r\n{`)
    const [chunk] = await once(socket, 'data')
    expect(String(chunk)).toMatch(/^HTTP\/1.1 413 /)
    socket.destroy()
  })

  it('without a stated length is measured all the same', async () => {
    const { base } = await run({ config: { bodyLimit: 1000 } })
    const stream = new Blob([JSON.stringify(request({ prefetch: { x: 'x'.repeat(1000) } }))]).stream()
    const response = await fetch(base + SIGN, { method: 'POST', body: stream, duplex: 'half', headers: { 'content-type': 'application/json' } } as RequestInit) // duplex is missing in the types
    expect(response.status).toBe(413)
  })

  it.each([
    ['__proto__', '{"__proto__":{"polluted":1},'], ['constructor', '{"constructor":{"prototype":{"polluted":1}},'], ['an escaped __proto__', '{"\\u005f_proto__":{"polluted":1},'],
  ])('cannot reach a prototype by %s', async (_, start) => {
    const { post, calls } = await run()
    const body = start + JSON.stringify(request()).slice(1)
    expect((await post(SIGN, body)).status).toBe(200)
    expect((await post(SIGN, JSON.stringify(request({ prefetch: 0 })).replace('"prefetch":0', `"prefetch":${start.slice(0, -1)}}`))).status).toBe(200)
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false)
    expect(calls.map(({ request: { prefetch } }) => Object.keys(prefetch))).toEqual([[], []])
  })

  it.each([
    ['lists', '['.repeat(10_000) + ']'.repeat(10_000)], ['objects', '{"a":'.repeat(10_000) + '1' + '}'.repeat(10_000)],
    ['lists inside prefetch', JSON.stringify(request({ prefetch: { x: 0 } })).replace('"x":0', `"x":${'['.repeat(10_000)}${']'.repeat(10_000)}`)], ['open lists', '['.repeat(1_000_000)],
  ])('of 10 000 nested %s is refused at once', async (_, text) => {
    const { post, calls } = await run()
    const start = performance.now()
    const response = await post(SIGN, text)
    expect(response.status).toBe(400)
    expect(await codeOf(response)).toBe('malformed-json')
    expect(performance.now() - start).toBeLessThan(1_000)
    expect(calls).toEqual([])
  })

  it('may nest 199 deep, and hold brackets and quotes in its texts', async () => {
    const { post } = await run()
    const nested = (depth: number) => JSON.stringify(request({ prefetch: { x: 0 } })).replace('"x":0', `"x":${'['.repeat(depth)}${']'.repeat(depth)}`)
    expect((await post(SIGN, nested(198))).status).toBe(200)
    expect((await post(SIGN, nested(199))).status).toBe(400)
    expect((await post(SIGN, request({ prefetch: { x: `\\"${'['.repeat(5_000)}\\`, y: '{'.repeat(5_000) } }))).status).toBe(200)
  })
})

describe('addresses', () => {
  it.each([
    ['GET', '/', 'not-found'], ['GET', '/nowhere', 'not-found'], ['POST', '/nowhere', 'not-found'], ['GET', '/cds-service', 'not-found'], ['POST', '/cds-services/unknown', 'unknown-service'], ['POST', '/cds-services/unknown/feedback', 'unknown-service'],
    ['POST', '/cds-services/__proto__', 'unknown-service'], ['POST', `/cds-services/${'x'.repeat(500)}`, 'not-found'], ['GET', '/%zz', 'not-found'], ['POST', `${SIGN}/other`, 'not-found'],
  ])('%s %s is %s', async (method, path, code) => {
    const { base } = await run()
    const response = await fetch(base + path, { method, ...(method === 'POST' ? { body: '{}', headers: { 'content-type': 'application/json' } } : {}) })
    expect(response.status).toBe(404)
    expect(await codeOf(response)).toBe(code)
  })

  it.each([
    ['POST', '/cds-services', 'GET, HEAD'], ['DELETE', '/cds-services/', 'GET, HEAD'], ['GET', SIGN, 'POST'], ['PUT', SIGN, 'POST'], ['GET', `${SIGN}/feedback`, 'POST'], ['PATCH', `${SIGN}/feedback`, 'POST'],
    ['POST', '/health/live', 'GET, HEAD'], ['POST', '/metrics', 'GET, HEAD'], ['OPTIONS', SIGN, 'POST'],
  ])('%s %s is not allowed', async (method, path, allow) => {
    const { base } = await run()
    const response = await fetch(base + path, { method, ...(['GET', 'OPTIONS'].includes(method) ? {} : { body: 'x', headers: { 'content-type': 'text/plain' } }) })
    expect([response.status, response.headers.get('allow')]).toEqual([405, allow])
    expect(await codeOf(response)).toBe('method-not-allowed')
  })

  it('say what browsers may do with their answers', async () => {
    const { base, post } = await run()
    for (const response of [await post(SIGN, request()), await post(SIGN, '{'), await fetch(`${base}/nowhere`), await fetch(`${base}/cds-services`)]) {
      expect(Object.fromEntries(response.headers)).toMatchObject({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer', 'content-security-policy': expect.stringContaining("default-src 'none'"), 'strict-transport-security': 'max-age=31536000' })
    }
  })

  it('answer bytes that are not HTTP', async () => {
    const { base } = await run()
    const socket = connect(Number(new URL(base).port), '127.0.0.1')
    socket.write(`${MARK}\r\n\r\n`)
    const [chunk] = await once(socket, 'data')
    expect(String(chunk)).toMatch(/^HTTP\/1.1 400 .*"resourceType":"OperationOutcome"/s)
    expect(String(chunk)).not.toContain(MARK)
    socket.destroy()
  })
})

describe('CORS', () => {
  const ORIGIN = 'https://page.test'
  const preflight = ({ base }: Running, origin: string) =>
    fetch(base + SIGN, { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type,authorization' } })
  const allowed = (response: Response) => response.headers.get('access-control-allow-origin')

  it('lets a named origin in, before any token', async () => {
    const response = await preflight(await run({ config: { corsOrigins: [ORIGIN], authMode: 'jwt' } }), ORIGIN)
    expect(response.ok).toBe(true)
    expect(allowed(response)).toBe(ORIGIN)
    expect(response.headers.get('access-control-allow-methods')).toBe('GET, POST, OPTIONS')
    expect(response.headers.get('access-control-allow-headers')).toBe('content-type, authorization')
    expect(response.headers.get('vary')).toMatch(/origin/i)
  })

  it.each([
    ['400', {}, SIGN, '{'], ['401', { authMode: 'jwt' as const }, SIGN, '{}'], ['404', {}, '/nowhere', '{}'], ['405', {}, '/health/live', '{}'], ['413', { bodyLimit: 1 }, SIGN, '{}'],
  ])('is said on a %s too', async (status, config, path, body) => {
    const { post } = await run({ config: { ...config, corsOrigins: [ORIGIN] } })
    const response = await post(path, body, { origin: ORIGIN })
    expect([String(response.status), allowed(response)]).toEqual([status, ORIGIN])
  })

  it('keeps other origins out', async () => {
    const service = await run({ config: { corsOrigins: [ORIGIN] } })
    expect(allowed(await preflight(service, 'https://evil.test'))).toBeNull()
    expect(allowed(await service.post(SIGN, request(), { origin: 'https://evil.test' }))).toBeNull()
    expect(allowed(await service.post(SIGN, request(), { origin: `${ORIGIN}.evil.test` }))).toBeNull()
  })

  it('opens to everybody with *, without credentials', async () => {
    const response = await preflight(await run({ config: { corsOrigins: '*' } }), 'https://any.test')
    expect([allowed(response), response.headers.get('access-control-allow-credentials')]).toEqual(['*', null])
  })

  it('is silent without origins', async () => {
    const { post } = await run()
    expect(allowed(await post(SIGN, request(), { origin: ORIGIN }))).toBeNull()
  })
})

describe('the line of a hook call', () => {
  it('names the trace of the EHR, the outcome, and nothing of the patient', async () => {
    const { post, log } = await run()
    await post(SIGN, request(), { traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01' })
    const line = log().split('\n').find((one) => one.includes('"msg":"answered"'))
    expect(JSON.parse(line ?? '')).toMatchObject({ trace: '4bf92f3577b34da6a3ce929d0e0e4736', outcome: 'unconcerned', service: 'inotuzumab-order-sign', client: 'anonymous', status: 200 })
    expect(line).not.toContain('"p1"')
  })
})

describe('operations', () => {
  it('the service is alive and ready', async () => {
    const { base } = await run()
    expect(await (await fetch(`${base}/health/live`)).json()).toEqual({ status: 'ok' })
    expect(await (await fetch(`${base}/health/ready`)).json()).toEqual({ status: 'ok', checks: { store: 'ok', shutdown: 'ok' } })
  })

  it('the service is alive but not ready when its store fails', async () => {
    const { base, log } = await run({ store: { health: async () => { throw new Error(MARK) } } })
    expect((await fetch(`${base}/health/live`)).status).toBe(200)
    const ready = await fetch(`${base}/health/ready`)
    expect([ready.status, await ready.json()]).toEqual([503, { status: 'unavailable', checks: { store: 'failing', shutdown: 'ok' } }])
    const forCards = await fetch(`${base}/health/ready?for=cards`)
    expect([forCards.status, await forCards.json()]).toEqual([200, { status: 'degraded', checks: { store: 'failing', shutdown: 'ok' } }])
    expect(log()).not.toContain(MARK)
  })

  it('metrics count calls, problems and time', async () => {
    const { base, post } = await run()
    await post(SIGN, request())
    await post(SIGN, request())
    await post(SELECT, request())
    await post(SIGN, '{')
    const response = await fetch(`${base}/metrics`)
    const lines = (await response.text()).split('\n')
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
    expect(lines).toContain('inocds_hook_calls_total{service="inotuzumab-order-sign",status="200"} 2')
    expect(lines).toContain('inocds_hook_calls_total{service="inotuzumab-order-select",status="400"} 1')
    expect(lines).toContain('inocds_hook_duration_seconds_count{hook="order-sign",outcome="unconcerned"} 2')
    expect(lines).toContain('inocds_hook_duration_seconds_bucket{le="+Inf",hook="order-sign",outcome="refused"} 1')
    expect(lines).toContain('inocds_problems_total{code="wrong-hook"} 1')
    expect(lines).toContain('inocds_problems_total{code="malformed-json"} 1')
    expect(lines.filter((line) => line !== '' && !/^(# (HELP|TYPE) |[a-z0-9_]+(\{.*\})? (-?[0-9.e+-]+|Nan)$)/.test(line))).toEqual([])
  })
})
