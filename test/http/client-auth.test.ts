import { createHmac, randomUUID } from 'node:crypto'
import { connect } from 'node:net'
import { exportSPKI } from 'jose'
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { bearer, claims, client, encode, listener, nowSeconds, signer, type ClaimChange, type Signer } from './ehr.ts'
import { PUBLIC_URL, request, run, SELECT, SIGN, type Running } from './service.ts'

let key: Signer
let rsa: Signer
let stranger: Signer
beforeAll(async () => {
  [key, rsa, stranger] = await Promise.all([signer('k1'), signer('k2', 'RS384'), signer('k1')])
})

const guarded = (change: object = {}, ...others: ReturnType<typeof client>[]) =>
  run({ config: { authMode: 'jwt', clients: [client([key.jwk, rsa.jwk], change), ...others] } })
const post = (service: Running, headers: Record<string, string>, path = SIGN) => service.post(path, request(), headers)
const status = async (service: Running, change: ClaimChange, header: object = {}) => (await post(service, await bearer(key, change, header))).status

describe('a token', () => {
  it('signed with ES384 or RS384 lets its client in', async () => {
    const service = await guarded({ dialect: 'epic' })
    for (const one of [key, rsa]) expect((await post(service, await bearer(one))).status).toBe(200)
    expect(service.calls[0]?.client).toEqual({ id: 'https://ehr.test', tenant: undefined, dialect: 'epic', orderCodes: [], fhirServers: ['https://ehr.test/r4'] })
  })

  it('may be announced in any case of Bearer', async () => {
    const service = await guarded()
    const { authorization } = await bearer(key)
    expect((await post(service, { authorization: authorization.replace('Bearer', 'bearer') })).status).toBe(200)
  })

  it('may name several audiences', async () => {
    const service = await guarded()
    expect(await status(service, { aud: ['https://elsewhere.test', PUBLIC_URL + SIGN] })).toBe(200)
    expect(await status(service, { aud: `${PUBLIC_URL}${SIGN}/` })).toBe(200)
  })

  it.each([
    ['another service', PUBLIC_URL + SELECT], ['discovery', `${PUBLIC_URL}/cds-services`], ['the base', PUBLIC_URL], ['a query', `${PUBLIC_URL}${SIGN}?a=1`], ['a longer path', `${PUBLIC_URL}${SIGN}/x`],
    ['an upper-case host', `https://CDS.test/ino${SIGN}`], ['a list without it', ['https://a.test', PUBLIC_URL]], ['the tenant', 'north'], ['nothing', undefined], ['the host of the Host header', `http://evil.test${SIGN}`],
  ])('for %s is refused', async (_, aud) => {
    const service = await guarded()
    const token = await bearer(key, { aud })
    expect((await post(service, { ...token, 'x-forwarded-host': 'evil.test', 'x-forwarded-proto': 'http' })).status).toBe(401)
  })

  it.each([
    ['that expired two minutes ago', { iat: -420, exp: -120 }, 401], ['that expired 61 seconds ago', { iat: -361, exp: -61 }, 401], ['that expired 30 seconds ago', { iat: -330, exp: -30 }, 200],
    ['of 15 minutes', { exp: 900 }, 200], ['of exactly the longest life', { exp: 3600 }, 200], ['that lives a second longer', { exp: 3601 }, 401], ['that lives for years', { iat: -1e8, exp: 1e8 }, 401],
    ['from 30 seconds ahead', { iat: 30, exp: 330 }, 200], ['from two minutes ahead', { iat: 120, exp: 420 }, 401],
    ['valid since five minutes before it was issued', { nbf: -300 }, 200], ['valid in 30 seconds', { nbf: 30 }, 200], ['valid in five minutes', { nbf: 300, exp: 600 }, 401],
  ])('%s', async (_, times: Record<string, number>, expected) => {
    const service = await guarded()
    const now = nowSeconds()
    expect(await status(service, Object.fromEntries(Object.entries(times).map(([name, seconds]) => [name, now + seconds])))).toBe(expected)
  })

  it('lives as long as its client may let it', async () => {
    const service = await guarded({ maxTokenAgeSeconds: 100 })
    const now = nowSeconds()
    expect(await status(service, { iat: now, exp: now + 100 })).toBe(200)
    expect(await status(service, { iat: now, exp: now + 101 })).toBe(401)
  })

  it.each([
    ['exp', { exp: undefined }], ['iat', { iat: undefined }], ['jti', { jti: undefined }], ['iss', { iss: undefined }],
  ])('without %s is refused', async (_, change) => expect(await status(await guarded(), change)).toBe(401))

  it.each([['an empty jti', { jti: '' }], ['an endless jti', { jti: 'x'.repeat(501) }], ['another issuer', { iss: 'https://evil.test' }], ['the issuer with a slash', { iss: 'https://ehr.test/' }]])(
    'with %s is refused', async (_, change) => expect(await status(await guarded(), change)).toBe(401))

  it.each([['no kid', { kid: undefined }, 401], ['an unknown kid', { kid: 'k9' }, 401], ['typ at+jwt', { typ: 'at+jwt' }, 401], ['typ jwt', { typ: 'jwt' }, 200], ['no typ', { typ: undefined }, 200]])(
    'with %s in its header', async (_, header, expected) => expect(await status(await guarded(), {}, header)).toBe(expected))

  it('with a kid in Base64 is found', async () => {
    const epic = await signer('Ab+/cD==')
    const service = await run({ config: { authMode: 'jwt', clients: [client([epic.jwk])] } })
    expect((await post(service, await bearer(epic))).status).toBe(200)
  })

  it('with claims nobody asked for is good', async () => {
    expect(await status(await guarded(), { sub: 'x', azp: 'y', 'com.epic': { a: 1 } })).toBe(200)
  })
})

describe('a forged token', () => {
  it.each(['none', 'None', 'nOnE', 'NONE'])('without signature, alg %s, is refused', async (alg) => {
    const service = await guarded()
    const head = encode({ alg, kid: 'k1', typ: 'JWT' })
    for (const signature of ['', 'AAAA']) expect((await post(service, { authorization: `Bearer ${head}.${encode(claims())}.${signature}` })).status).toBe(401)
  })

  it('signed with the public key as a secret is refused', async () => {
    const service = await guarded()
    const publicKey = await crypto.subtle.importKey('jwk', rsa.jwk, { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-384' }, true, ['verify'])
    for (const secret of [await exportSPKI(publicKey), JSON.stringify(rsa.jwk)]) {
      const text = `${encode({ alg: 'HS256', kid: 'k2', typ: 'JWT' })}.${encode(claims())}`
      const signature = createHmac('sha256', secret).update(text).digest('base64url')
      expect((await post(service, { authorization: `Bearer ${text}.${signature}` })).status).toBe(401)
    }
  })

  it('signed with another key under a known kid is refused', async () => {
    expect((await post(await guarded(), await bearer(stranger))).status).toBe(401)
  })

  it.each(['', 'Bearer', 'Bearer ', 'Bearer x', 'Bearer a.b.c', 'Bearer a.b', 'Basic dTpw', 'Bearer ....', 'Bearer opaque-token-for-this-call-only'])('that is %j is refused', async (authorization) => {
    expect((await post(await guarded(), { authorization })).status).toBe(401)
  })

  it('of an algorithm that the client was not allowed is refused', async () => {
    const [es256, small] = [await signer('e', 'ES256'), rsa]
    const service = await run({ config: { authMode: 'jwt', clients: [client([es256.jwk, small.jwk], { algorithms: ['ES384'] })] } })
    for (const one of [es256, small]) expect((await post(service, await bearer(one))).status).toBe(401)
    const widened = await run({ config: { authMode: 'jwt', clients: [client([es256.jwk], { algorithms: ['ES256'] })] } })
    expect((await post(widened, await bearer(es256))).status).toBe(200)
  })

  it('of a key meant for encryption is refused', async () => {
    const service = await run({ config: { authMode: 'jwt', clients: [client([{ ...key.jwk, use: 'enc' }])] } })
    expect((await post(service, await bearer(key))).status).toBe(401)
  })
})

describe('a client', () => {
  it.each([[0, -5, 401], [0, 5, 200], [300, -250, 200], [300, -310, 401]])('whose clock may differ by %i seconds is let in %i seconds before the end, or not', async (clockSkewSeconds, left, expected) => {
    const now = nowSeconds()
    expect(await status(await guarded({ clockSkewSeconds }), { iat: now - 400, exp: now + left })).toBe(expected)
  })

  it('may be allowed an audience that is no address', async () => {
    const service = await guarded({ audiences: ['typed-by-hand'] })
    expect([await status(service, { aud: 'typed-by-hand' }), await status(service, {}), await status(service, { aud: 'typed' })]).toEqual([200, 200, 401])
  })

  it('that sends two Authorization headers is refused, whichever is good', async () => {
    const service = await guarded()
    const [one, two] = [await bearer(key), await bearer(key)]
    const { port } = new URL(service.base)
    const answer = await twoHeaders(Number(port), one.authorization, two.authorization)
    expect(answer).toMatch(/^HTTP\/1\.1 401 /)
  })

  it('whose token is longer than any is refused', async () => {
    expect(await status(await guarded(), { note: 'x'.repeat(9_000) })).toBe(401)
  })

  it('whose token is odd leaves a line in the log', async () => {
    const service = await guarded()
    expect(await status(service, {}, { typ: undefined })).toBe(200)
    expect(service.log()).toContain('"odd":"typ"')
  })
})

/** What comes back for two Authorization headers, which fetch would join. */
function twoHeaders(port: number, ...values: string[]): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>()
  const socket = connect(port, '127.0.0.1')
  socket.once('data', (chunk) => {
    resolve(String(chunk))
    socket.destroy()
  })
  socket.write(`POST ${SIGN} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 2\r\n${values.map((value) => `authorization: ${value}\r\n`).join('')}\r\n{}`)
  return promise
}

describe('replay', () => {
  it('lets a token in once', async () => {
    const service = await guarded()
    const token = await bearer(key)
    expect([(await post(service, token)).status, (await post(service, token)).status]).toEqual([200, 401])
  })

  it('lets one of twenty at the same moment in', async () => {
    const service = await guarded()
    const token = await bearer(key)
    const all = await Promise.all(Array.from({ length: 20 }, async () => (await post(service, token)).status))
    expect(all.filter((one) => one === 200)).toHaveLength(1)
    expect(all.filter((one) => one === 401)).toHaveLength(19)
  })

  it('is counted for each issuer', async () => {
    const other = 'https://other.test'
    const service = await guarded({}, client([key.jwk], { iss: other }))
    const jti = randomUUID()
    expect(await status(service, { jti })).toBe(200)
    expect(await status(service, { jti, iss: other })).toBe(200)
    expect(await status(service, { jti })).toBe(401)
  })

  it.each([['its signature', (jti: string) => bearer(stranger, { jti })], ['its audience', (jti: string) => bearer(key, { jti, aud: 'x' })], ['its age', (jti: string) => bearer(key, { jti, exp: nowSeconds() + 9_999 })]])(
    'is not burnt by a token that fails for %s', async (_, bad) => {
      const service = await guarded()
      const jti = randomUUID()
      expect((await post(service, await bad(jti))).status).toBe(401)
      expect(await status(service, { jti })).toBe(200)
    })
})

describe('tenants', () => {
  it.each([['north', 200], ['south', 401], [undefined, 401], [7, 401]])('of a client with one tenant: %j', async (tenant, expected) => {
    expect(await status(await guarded({ tenants: ['north'] }), { tenant })).toBe(expected)
  })

  it('choose the entry of their client', async () => {
    const service = await guarded({ tenants: [] }, client([key.jwk], { tenants: ['north'], dialect: 'epic' }))
    expect(await status(service, { tenant: 'north' })).toBe(200)
    expect(await status(service, { tenant: 'west' })).toBe(200)
    expect(service.calls.map((call) => [call.client.tenant, call.client.dialect])).toEqual([['north', 'epic'], ['west', 'generic']])
  })
})

describe('published keys', () => {
  const publisher = async (keys: () => readonly unknown[]) => listener((_, response) => {
    if (keys().length === 0) response.statusCode = 500
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: keys() }))
  })
  const published = (jwksUrl: string, ...others: ReturnType<typeof client>[]) =>
    run({ config: { authMode: 'jwt', clients: [{ ...client([]), jwks: undefined, jwksUrl }, ...others] } })

  it('are fetched once for many calls', async () => {
    const { url, hits } = await publisher(() => [key.jwk])
    const service = await published(url)
    for (let call = 0; call < 5; call += 1) expect(await status(service, {}, { jku: url })).toBe(200)
    expect(hits()).toBe(1)
  })

  it('are not asked for again and again by unknown kids', async () => {
    const { url, hits } = await publisher(() => [key.jwk])
    const service = await published(url)
    const all = await Promise.all(Array.from({ length: 100 }, (_, n) => status(service, {}, { kid: `x${n}` })))
    expect(new Set(all)).toEqual(new Set([401]))
    expect(hits()).toBeLessThanOrEqual(2)
    expect(await status(service, {})).toBe(200)
  })

  describe('in the course of time', () => {
    afterEach(() => void vi.useRealTimers())
    const later = (seconds: number) => {
      vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + seconds * 1000 })
    }

    it('are exchanged at once when a new kid appears, and the next time after half a minute', async () => {
      const [second, third] = [await signer('k3'), await signer('k4')]
      let keys = [key.jwk]
      const { url, hits } = await publisher(() => keys)
      const service = await published(url)
      const get = async (one: Signer) => (await post(service, await bearer(one))).status
      expect(await get(key)).toBe(200)
      keys = [second.jwk]
      expect([await get(second), await get(key), hits()]).toEqual([200, 401, 2])
      keys = [third.jwk]
      expect([await get(third), await get(second), hits()]).toEqual([401, 200, 2])
      later(31)
      expect([await get(third), await get(second), hits()]).toEqual([200, 401, 3])
    })

    it.each(['{"error":"try again"}', '<html>', '[]', 'null', ''])('are not replaced by %j', async (odd) => {
      let body = JSON.stringify({ keys: [key.jwk] })
      const { url } = await listener((_, response) => response.end(body))
      const service = await published(url)
      expect(await status(service, {})).toBe(200)
      body = odd
      later(11 * 60)
      expect([await status(service, {}), await status(service, {}, { kid: 'x' }), await status(service, {})]).toEqual([200, 401, 200])
      expect(service.log()).not.toContain('keys-unavailable')
    })

    it('last a day when their publisher is down', async () => {
      let keys = [key.jwk]
      const { url } = await publisher(() => keys)
      const service = await published(url)
      expect(await status(service, {})).toBe(200)
      keys = []
      for (const [seconds, expected] of [[11 * 60, 200], [23 * 3600, 200], [3600, 401]] as const) {
        later(seconds)
        expect(await status(service, {})).toBe(expected)
      }
    })
  })

  it('that cannot be read let nobody in and are left alone for a while', async () => {
    const { url, hits } = await publisher(() => [])
    const service = await published(url)
    for (let call = 0; call < 5; call += 1) expect(await status(service, {})).toBe(401)
    expect(hits()).toBe(1)
    expect(service.log()).toContain('keys-unavailable')
  })

  it('are not followed to where they are redirected', async () => {
    const target = await publisher(() => [key.jwk])
    const { url } = await listener((_, response) => response.writeHead(302, { location: target.url }).end())
    expect(await status(await published(url), {})).toBe(401)
    expect(target.hits()).toBe(0)
  })

  it('that are too weak let nobody in', async () => {
    const weak = { kty: 'RSA', kid: 'k2', alg: 'RS384', n: Buffer.alloc(128, 0xc5).toString('base64url'), e: 'AQAB' }
    const { url } = await publisher(() => [weak])
    expect((await post(await published(url), await bearer(rsa))).status).toBe(401)
  })

  it.each([['not JSON', 'hello'], ['no key set', '{}'], ['endless', `{"keys":[KEY],"x":"${'x'.repeat(1024 * 1024)}"}`]])('that are %s let nobody in', async (_, text) => {
    const { url } = await listener((_request, response) => response.end(text.replace('KEY', JSON.stringify(key.jwk))))
    expect(await status(await published(url), {})).toBe(401)
  })

  it('are never looked for at an address from the token', async () => {
    const evil = await publisher(() => [stranger.jwk])
    const { url } = await publisher(() => [key.jwk])
    const other = client([key.jwk], { iss: 'https://other.test' })
    const service = await published(url, other)
    for (const jku of [evil.url, `${url}#x`, 'file:///etc/passwd', 7]) expect((await post(service, await bearer(stranger, {}, { jku }))).status).toBe(401)
    expect((await post(service, await bearer(key, { iss: 'https://other.test' }, { jku: url }))).status).toBe(401)
    expect(evil.hits()).toBe(0)
  })
})

describe('a refusal', () => {
  it('has the same bytes whatever its reason', async () => {
    const service = await guarded({ tenants: ['north'] })
    const now = nowSeconds()
    const tokens = await Promise.all([
      bearer(key), bearer(key, { tenant: 'north', exp: now - 500 }), bearer(key, { tenant: 'north', aud: 'x' }), bearer(key, { iss: 'https://evil.test' }), bearer(stranger, { tenant: 'north' }),
      bearer(key, { tenant: 'north' }, { jku: 'https://evil.test' }), bearer(key, { tenant: 'north' }, { kid: 'k9' }), bearer(key, { tenant: 'north', exp: now + 99_999 }),
    ])
    const refusals = await Promise.all([{}, { authorization: 'Basic x' }, { authorization: 'Bearer x' }, ...tokens].map(async (headers) => {
      const response = await post(service, headers)
      const sent = [...response.headers].filter(([name]) => name !== 'date' && name !== 'x-correlation-id')
      return JSON.stringify([response.status, sent, await response.text()])
    }))
    expect(new Set(refusals).size).toBe(1)
    expect(refusals[0]).toMatch(/^\[401,.*\["www-authenticate","Bearer"\].*,""\]$/)
  })

  it('comes before the body is looked at', async () => {
    const service = await guarded()
    expect((await service.post(SIGN, '{broken')).status).toBe(401)
    expect((await service.post(SIGN, 'x', { 'content-type': 'text/plain' })).status).toBe(401)
  })

  it('is logged with its reason, without the token', async () => {
    const service = await guarded()
    const { authorization } = await bearer(key, { aud: 'x' })
    await post(service, { authorization })
    expect(service.log()).toContain('"refused":"claims","issuer":"https://ehr.test"')
    expect(service.log()).not.toContain(authorization.split('.')[2])
  })
})

describe('other addresses', () => {
  const get = (service: Running, headers: Record<string, string>) => fetch(`${service.base}/cds-services`, { headers })

  it('discovery is open, but a token sent to it must be good', async () => {
    const service = await guarded()
    expect((await get(service, {})).status).toBe(200)
    expect((await get(service, await bearer(key, { aud: `${PUBLIC_URL}/cds-services` }))).status).toBe(200)
    expect((await get(service, await bearer(key))).status).toBe(401)
    expect((await get(service, { authorization: 'Basic x' })).status).toBe(401)
  })

  it('discovery needs a token where the site wants one', async () => {
    const service = await run({ config: { authMode: 'jwt', clients: [client([key.jwk])], guardedDiscovery: true } })
    expect((await get(service, {})).status).toBe(401)
    expect((await get(service, await bearer(key, { aud: `${PUBLIC_URL}/cds-services` }))).status).toBe(200)
    expect((await get(await run({ config: { guardedDiscovery: true } }), {})).status).toBe(200)
  })

  it('feedback takes the service or itself as audience, and nobody without token', async () => {
    const service = await guarded()
    const send = async (headers: Record<string, string>) => (await service.post(`${SIGN}/feedback`, { feedback: [] }, headers)).status
    expect(await send(await bearer(key, { aud: `${PUBLIC_URL}${SIGN}/feedback` }))).toBe(200)
    expect(await send(await bearer(key))).toBe(200)
    expect(await send(await bearer(key, { aud: `${PUBLIC_URL}${SELECT}/feedback` }))).toBe(401)
    expect(await send({})).toBe(401)
    expect(await status(service, { aud: `${PUBLIC_URL}${SIGN}/feedback` })).toBe(401)
  })

  it('an access token of a request does not authenticate its sender', async () => {
    const service = await guarded()
    const body = request({ fhirServer: 'https://ehr.test/r4', fhirAuthorization: { access_token: 'opaque-1', token_type: 'Bearer', expires_in: 300, scope: '', subject: 'x' } })
    expect((await service.post(SIGN, body, { authorization: 'Bearer opaque-1' })).status).toBe(401)
  })
})

it('without authentication everybody is the anonymous client', async () => {
  const service = await run()
  expect((await post(service, {})).status).toBe(200)
  expect((await post(service, { authorization: 'Bearer whatever' })).status).toBe(200)
  expect(service.calls[0]?.client).toEqual({ id: 'anonymous', tenant: undefined, dialect: 'generic', orderCodes: [], fhirServers: ['https://ehr.test/r4'] })
})

describe('without authentication', () => {
  const open = () => run({ config: { authMode: 'none', clients: [client([key.jwk], { dialect: 'epic' })] } })

  it('a caller that signs as a client of the configuration is that client', async () => {
    const service = await open()
    expect((await post(service, await bearer(key))).status).toBe(200)
    expect(service.calls[0]?.client).toMatchObject({ id: 'https://ehr.test', dialect: 'epic' })
  })
  it('a signature that is not its own, an expired and a used token are refused', async () => {
    const service = await open()
    const token = await bearer(key)
    expect((await post(service, await bearer(stranger))).status).toBe(401)
    expect(await status(service, { iat: nowSeconds() - 420, exp: nowSeconds() - 120 })).toBe(401)
    expect([(await post(service, token)).status, (await post(service, token)).status]).toEqual([200, 401])
  })
  it('a token of somebody else is no reason to refuse', async () => {
    const service = await open()
    expect(await status(service, { iss: 'https://elsewhere.test' })).toBe(200)
    expect(service.calls[0]?.client.id).toBe('anonymous')
  })
})
