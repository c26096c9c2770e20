import { createHmac, createPublicKey, sign } from 'node:crypto'
import { connect } from 'node:net'
import { describe, expect, test } from 'vitest'
import type { JsonWebKey } from 'node:crypto'
import { type ClientName, issuerOf, KEYS, P256 } from '../clients.ts'
import { FOREIGN_URL } from '../checklist.ts'
import { type Change, claimsOf, compact, encode, headerOf, nowSeconds, renamed, type Signer, signed, signer, TOKENS } from '../ehr/tokens.ts'
import { access, sentAlong } from '../patient.ts'
import { bearer, output, post, SELECT, SIGN, stage, tokenFor } from '../stage.ts'

/** Tokens that must not open the door. Each gets the same bytes as every other, and the log says why. */
type Headers = Readonly<Record<string, string>>
const claims = (change: Change = {}, client: ClientName = 'generic'): Change => claimsOf(issuerOf(client), stage().publicUrl + SIGN, change)
const header = (change: Change = {}, key: Signer = KEYS.generic): Change => headerOf(key, change)
const by = (key: Signer, head: Change = {}, claim: Change = {}, client: ClientName = 'generic'): Headers => bearer(signed(key, header(head, key), claims(claim, client)))
const good = (change: { readonly header?: Change; readonly claims?: Change; readonly client?: ClientName }): Headers => bearer(tokenFor(SIGN, change))
const stranger = signer('generic-1')

/** A token under a shared secret. */
function underSecret(secret: string | Buffer, alg = 'HS256', client: ClientName = 'epic'): Headers {
  const [head, claim] = [header({ alg }, KEYS[client]), claims({}, client)]
  return bearer(compact(head, claim, createHmac(`sha${alg.slice(2)}`, secret).update(`${encode(head)}.${encode(claim)}`).digest('base64url')))
}
const publicPem = ({ jwk }: Signer, format: 'spki' | 'pkcs1' = 'spki'): string => String(createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' }).export({ type: format, format: 'pem' }))

/** A good token with its signature replaced. */
function resigned(change: (signature: Buffer, text: string) => Buffer | string): Headers {
  const [head = '', claim = '', signature = ''] = tokenFor(SIGN).split('.')
  const replaced = change(Buffer.from(signature, 'base64url'), `${head}.${claim}`)
  const token = `${head}.${claim}.${typeof replaced === 'string' ? replaced : replaced.toString('base64url')}`
  TOKENS.add(token)
  return bearer(token)
}
const at = (offsets: Readonly<Record<string, number>>): Headers => good({ claims: Object.fromEntries(Object.entries(offsets).map(([name, seconds]) => [name, nowSeconds() + seconds])) })

type Forgery = readonly [string, () => Headers]
const forgeries: readonly Forgery[] = [
  // No token at all.
  ['no header', () => ({ authorization: '' })], ['the scheme alone', () => ({ authorization: 'Bearer' })], ['another scheme', () => ({ authorization: `Basic ${tokenFor(SIGN)}` })], ['no scheme', () => ({ authorization: tokenFor(SIGN) })],
  ['two tokens in one header', () => ({ authorization: `Bearer ${tokenFor(SIGN)}, Bearer ${tokenFor(SIGN)}` })], ['a token with a tail', () => ({ authorization: `Bearer ${tokenFor(SIGN)} x` })],
  ['dots', () => bearer('...')], ['two parts', () => bearer('a.b')], ['five parts, as encrypted tokens have', () => bearer(`${tokenFor(SIGN)}.AAAA.AAAA`)], ['the FHIR token of the call', () => bearer(String((access().fhirAuthorization as { access_token: string }).access_token))],
  ['a token in the JSON form', () => bearer(encode({ payload: encode(claims()), signatures: [{ protected: encode(header()), signature: 'AAAA' }] }))],
  ['9 000 letters', () => good({ claims: { note: 'x'.repeat(9_000) } })], ['claims that are a list', () => bearer(signed(KEYS.generic, header(), [1]))], ['claims that are no JSON', () => bearer(signed(KEYS.generic, header(), 'hello'))], ['a token within a token', () => bearer(signed(KEYS.generic, header({ cty: 'JWT' }), tokenFor(SIGN)))],
  // Algorithms.
  ...['none', 'None', 'nOnE', 'NONE', ''].flatMap((alg): Forgery[] => ['', 'AAAA'].map((signature) => [`alg ${JSON.stringify(alg)}, signature ${JSON.stringify(signature)}`, () => bearer(compact(header({ alg }), claims(), signature))])),
  ['no alg', () => by(KEYS.generic, { alg: undefined })], ['alg in lower case', () => by(KEYS.generic, { alg: 'es384' })], ['alg as a list', () => by(KEYS.generic, { alg: ['ES384'] })],
  ['HS256 under the public key in PEM', () => underSecret(publicPem(KEYS.epic))], ['HS384 under the public key in PEM', () => underSecret(publicPem(KEYS.epic), 'HS384')], ['HS256 under PKCS#1', () => underSecret(publicPem(KEYS.epic, 'pkcs1'))], ['HS256 under the JWK', () => underSecret(JSON.stringify(KEYS.epic.jwk))],
  ['HS256 under the modulus', () => underSecret(Buffer.from(String(KEYS.epic.jwk.n), 'base64url'))], ['HS256 under nothing', () => underSecret('')], ['HS256 under an EC key in PEM', () => underSecret(publicPem(KEYS.generic), 'HS256', 'generic')],
  ['RS256 where RS384 is allowed', () => by({ ...KEYS.epic, alg: 'RS256' }, {}, {}, 'epic')], ['PS384 where RS384 is allowed', () => by({ ...KEYS.epic, alg: 'PS384' }, {}, {}, 'epic')], ['ES256 where ES384 is allowed', () => by(renamed(P256, 'generic-1'))],
  // Signatures.
  ['no signature', () => resigned(() => '')], ['a signature of zeros', () => resigned(() => Buffer.alloc(96))], ['a signature with one bit turned', () => resigned((signature) => Buffer.from(signature.map((byte, i) => (i === 20 ? byte ^ 1 : byte))))],
  ['half a signature', () => resigned((signature) => signature.subarray(0, 48))], ['a signature in DER', () => resigned((_, text) => sign('sha384', Buffer.from(text), KEYS.generic.privateKey))], ['a longer signature', () => resigned((signature) => Buffer.concat([signature, Buffer.alloc(2)]))],
  ['claims changed after signing', () => bearer(compact(header(), claims({ sub: 'me' }), tokenFor(SIGN).split('.')[2] ?? ''))],
  // Keys.
  ['a stranger\'s key under a known kid', () => by(stranger)], ['the key of another client', () => by(renamed(KEYS.sandbox, 'generic-1'))], ['the key and kid of another client', () => by(KEYS.sandbox)], ['an unknown kid', () => by(KEYS.generic, { kid: 'nobody' })],
  ['no kid', () => by(KEYS.generic, { kid: undefined })], ['a kid that is a number', () => by(KEYS.generic, { kid: 1 })], ['an empty kid', () => by(KEYS.generic, { kid: '' })], ['a kid that is a path', () => by(KEYS.generic, { kid: '../../etc/passwd' })], ['a kid in other case', () => by(KEYS.generic, { kid: 'GENERIC-1' })],
  ['two keys of one kid', () => good({ client: 'duplicated' })], ['a key for encryption', () => good({ client: 'encrypting' })], ['a key that may not verify', () => good({ client: 'deriving' })], ['an RSA key of 1024 bits', () => good({ client: 'weak' })],
  ['a P-256 key that is called ES384', () => by({ ...P256, alg: 'ES384' }, { kid: 'mislabelled-1' }, {}, 'mislabelled')], ['a P-256 key without a name for its algorithm', () => by({ ...P256, alg: 'ES384' }, { kid: 'mislabelled-1' }, {}, 'wrongCurve')],
  ['a symmetric key in the key set', () => good({ client: 'symmetric' })], ['a kid that no key has', () => good({ client: 'unnamed' })],
  // Headers.
  ['a jwk of its own', () => by(stranger, { jwk: stranger.jwk })], ['certificates of its own', () => by(stranger, { x5c: ['MIIB'], x5u: `${stage().ehr.forbidden}/x` })], ['a crit that nobody knows', () => by(KEYS.generic, { crit: ['x'], x: 1 })], ['crit b64', () => by(KEYS.generic, { crit: ['b64'], b64: false })], ['an empty crit', () => by(KEYS.generic, { crit: [] })],
  ['typ at+jwt', () => by(KEYS.generic, { typ: 'at+jwt' })], ['typ as a number', () => by(KEYS.generic, { typ: 5 })],
  ['the jku of another client', () => by(KEYS.generic, { jku: stage().ehr.keysAt('sandbox') })], ['the jku of another client with its key', () => by(KEYS.sandbox, { jku: stage().ehr.keysAt('sandbox') })], ['a jku elsewhere', () => by(stranger, { jku: `${stage().ehr.forbidden}/keys` })],
  ['a jku with a tail', () => by(KEYS.generic, { jku: `${stage().ehr.keysAt('generic')}?x` })], ['a jku of a file', () => by(KEYS.generic, { jku: 'file:///etc/passwd' })], ['a jku that is no text', () => by(KEYS.generic, { jku: [stage().ehr.keysAt('generic')] })], ['an empty jku', () => by(KEYS.generic, { jku: '' })],
  ['an allowed jku that redirects', () => good({ client: 'redirecting', header: { jku: stage().ehr.keysAt('redirecting') } })], ['keys that never come', () => good({ client: 'slow' })], ['keys of 3 MB', () => good({ client: 'huge' })], ['keys behind a broken line', () => good({ client: 'broken' })],
  ['keys that are a web page', () => good({ client: 'garbled' })], ['keys behind an error', () => good({ client: 'failing' })],
  // Claims.
  ...['iss', 'aud', 'exp', 'iat', 'jti'].map((name): Forgery => [`no ${name}`, () => good({ claims: { [name]: undefined } })]),
  ...[['another issuer', 'https://nobody.conformance.test'], ['the issuer with a slash', `${issuerOf('generic')}/`], ['the issuer in capitals', issuerOf('generic').toUpperCase()], ['issuers', [issuerOf('generic')]], ['an issuer that is a number', 5]].map(([name, iss]): Forgery => [String(name), () => good({ claims: { iss } })]),
  ...audiences().map(([name, aud]): Forgery => [name, () => good({ claims: { aud: aud() } })]),
  ['two minutes past its end', () => at({ iat: -420, exp: -120 })], ['61 seconds past its end', () => at({ iat: -361, exp: -61 })], ['a second past its end, where clocks agree', () => good({ client: 'exact', claims: { iat: nowSeconds() - 300, exp: nowSeconds() - 1 } })], ['issued in two minutes', () => at({ iat: 120, exp: 420 })], ['valid in five minutes', () => at({ nbf: 300, exp: 600 })],
  ['a second longer than tokens may live', () => at({ iat: 0, exp: 3601 })], ['a second longer than this client\'s may', () => good({ client: 'brief', claims: { exp: nowSeconds() + 101 } })], ['years of life', () => at({ iat: -100_000_000, exp: 100_000_000 })], ['an end before its beginning', () => at({ iat: 30, exp: -30 - 60 })],
  ...[['exp', 'tomorrow'], ['exp', null], ['exp', '9999999999'], ['exp', 1e300], ['exp', -1], ['iat', 'now'], ['iat', null], ['nbf', 'now'], ['jti', ''], ['jti', 5], ['jti', 'x'.repeat(501)], ['jti', ['a']]].map(([name, value]): Forgery => [`${String(name)} ${JSON.stringify(value).slice(0, 20)}`, () => good({ claims: { [String(name)]: value } })]),
  ['another tenant', () => good({ client: 'tenanted', claims: { tenant: 'west' } })], ['no tenant', () => good({ client: 'tenanted' })], ['tenants', () => good({ client: 'tenanted', claims: { tenant: ['north'] } })],
]

/** Forms of aud that do not name the endpoint. Made late, because the address is not known before the stage is open. */
function audiences(): readonly (readonly [string, () => unknown])[] {
  const [base, sign] = [() => stage().publicUrl, () => stage().publicUrl + SIGN]
  return [
    ['aud of another service', () => base() + SELECT], ['aud of discovery', () => `${base()}/cds-services`], ['aud of the base', base], ['aud with a query', () => `${sign()}?a=1`], ['aud with a longer path', () => `${sign()}/x`], ['aud of feedback', () => `${sign()}/feedback`], ['aud with two slashes', () => `${sign()}//`],
    ['aud in capitals', () => sign().toUpperCase()], ['aud with another scheme', () => sign().replace(/^https?/, 'ftp')], ['aud without scheme', () => sign().replace(/^https?:\/\//, '')], ['aud that only begins right', () => sign().slice(0, -1)], ['aud with a blank', () => ` ${sign()}`],
    ['a list without it', () => [base(), 'https://a.test']], ['an empty list', () => []], ['an empty aud', () => ''], ['aud as an object', () => ({ a: sign() })], ['aud as a number', () => 5], ['a list within a list', () => [[sign()]]], ['a hand-typed aud of another client', () => 'typed-by-hand'], ['aud of the address in use', () => `${stage().url === base() ? 'http://192.0.2.1' : stage().url}${SIGN}`],
  ]
}

/** What may differ from refusal to refusal. */
const CHANGING = new Set(['date', 'x-correlation-id'])
async function bytesOf(response: Response): Promise<string> {
  const headers = [...response.headers].filter(([name]) => !CHANGING.has(name)).map(([name, value]) => `${name}: ${value}`)
  return [String(response.status), ...headers, await response.text()].join('\n')
}

/** Sends a raw request; two headers of one name cannot be sent by fetch. */
function statusOf(authorizations: readonly string[]): Promise<string> {
  const { hostname, port } = new URL(stage().url)
  const { promise, resolve } = Promise.withResolvers<string>()
  const socket = connect(Number(port), hostname)
  socket.once('data', (chunk: Buffer) => {
    resolve(String(chunk).split('\r\n')[0] ?? '')
    socket.destroy()
  })
  socket.write(`POST ${SIGN} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 2\r\n${authorizations.map((one) => `authorization: ${one}\r\n`).join('')}\r\n{}`)
  return promise
}

const canForge = FOREIGN_URL === undefined || process.env['EHR_PORT'] !== undefined

describe.skipIf(!canForge)('a forged token', () => {
  let first: string | undefined
  test.each(forgeries)('%s: 401, the same bytes as every other', async (_, authorization) => {
    const response = await post(SIGN, sentAlong(), { headers: authorization() })
    const correlation = response.headers.get('x-correlation-id') ?? 'none'
    const bytes = await bytesOf(response)
    first ??= bytes
    expect(bytes).toBe(first)
    expect(bytes.startsWith('401\n')).toBe(true)
    if (FOREIGN_URL !== undefined) return
    // The log may arrive a little after the answer.
    await expect.poll(() => output().split('\n').find((line) => line.includes(correlation) && line.includes('"refused"'))).toMatch(/"refused":"[a-z-]+"/)
  })

  test('a token that was used: 401, the same bytes as every other', async () => {
    const token = bearer(tokenFor(SIGN))
    expect((await post(SIGN, sentAlong(), { headers: token })).status).toBe(200)
    expect(await bytesOf(await post(SIGN, sentAlong(), { headers: token }))).toBe(first)
  })

  test('two Authorization headers: 401, whichever of them is good', async () => {
    const [one, other] = [`Bearer ${tokenFor(SIGN)}`, 'Bearer x.y.z']
    for (const pair of [[one, other], [other, one], [`Bearer ${tokenFor(SIGN)}`, `Bearer ${tokenFor(SIGN)}`]]) expect(await statusOf(pair)).toBe('HTTP/1.1 401 Unauthorized')
    expect(await statusOf([`Bearer ${tokenFor(SIGN)}`])).toBe('HTTP/1.1 400 Bad Request')
  })

  test('a token in the address or in the body opens nothing', async () => {
    const token = tokenFor(SIGN)
    expect((await post(`${SIGN}?access_token=${token}`, sentAlong(), { headers: { authorization: '' } })).status).toBe(401)
    expect((await post(SIGN, sentAlong({ access_token: token, authorization: `Bearer ${token}` }), { headers: { authorization: '' } })).status).toBe(401)
    // Neither used it up.
    expect((await post(SIGN, sentAlong(), { headers: bearer(token) })).status).toBe(200)
  })

  test('a token of 60 000 letters is refused before it is read', async () => {
    const authorization = `Bearer ${'x'.repeat(60_000)}`
    TOKENS.add(authorization.slice(7))
    expect((await post(SIGN, sentAlong(), { headers: { authorization } })).status).toBe(431)
  })

  test('none of them made the service call anybody', async () => {
    expect((await stage().ehr.seen()).contacts).toBe(0)
  })
})
