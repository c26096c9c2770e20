import { expect } from 'vitest'
import { rulesOf } from '../../requests/answer.ts'
import { EXPECTED } from '../../requests/record.ts'
import { item } from '../checklist.ts'
import { type ClientName, EPIC_KID, issuerOf, KEYS } from '../clients.ts'
import { type Change, claimsOf, headerOf, nowSeconds, renamed, type Signer, signed, signer } from '../ehr/tokens.ts'
import { access, sentAlong } from '../patient.ts'
import { bearer, call, exitOf, get, post, SELECT, SIGN, stage, tokenFor } from '../stage.ts'

/** Who is let in. What is kept out has tests of its own: items/forged.ts. */
const EHR = { needs: ['ehr'] } as const
const OWN = { needs: ['own'] } as const

interface Parts { readonly client?: ClientName; readonly claims?: Change; readonly header?: Change; readonly key?: Signer; readonly path?: string; readonly headers?: Readonly<Record<string, string>> }
/** The status that a token gets. */
async function statusFor({ client = 'generic', claims = {}, header = {}, key = KEYS[client], path = SIGN, headers = {} }: Parts = {}): Promise<number> {
  const token = signed(key, headerOf(key, header), claimsOf(issuerOf(client), stage().publicUrl + path, claims))
  const body = path.endsWith('feedback') ? { feedback: [] } : sentAlong({ hook: path === SELECT ? 'order-select' : 'order-sign' })
  return (await post(path, body, { headers: { ...bearer(token), ...headers } })).status
}
const inSeconds = (offsets: Readonly<Record<string, number>>): Change => Object.fromEntries(Object.entries(offsets).map(([name, offset]) => [name, nowSeconds() + offset]))
/** Each case gets its status. */
async function table(cases: readonly (readonly [Parts, number])[]): Promise<void> {
  for (const [parts, status] of cases) expect([JSON.stringify({ claims: parts.claims, header: parts.header }), await statusFor(parts)]).toEqual([JSON.stringify({ claims: parts.claims, header: parts.header }), status])
}

item('SEC-02', async () => {
  expect((await post(SIGN, sentAlong(), { headers: { authorization: '' } })).status).toBe(401)
  const [code, said] = await exitOf({ NODE_ENV: 'production', AUTH_MODE: 'none' })
  expect([code, said]).toEqual([1, expect.stringContaining('AUTH_MODE')])
}, OWN)

item('SEC-03', async () => {
  for (const path of [SIGN, SELECT, `${SIGN}/feedback`]) {
    expect((await post(path, {}, { headers: { authorization: '' } })).status).toBe(401)
    expect(await statusFor({ path })).toBe(200)
  }
  for (const scheme of ['bearer', 'BEARER', 'bEaReR']) expect((await post(SIGN, sentAlong(), { headers: { authorization: `${scheme} ${tokenFor(SIGN)}` } })).status).toBe(200)
  expect((await get('/cds-services', bearer(tokenFor('/cds-services')))).status).toBe(200)
}, EHR)

item('SEC-04', () => table([
  [{}, 200], [{ header: { typ: undefined } }, 200], [{ header: { typ: 'jwt' } }, 200], [{ header: { typ: 'at+jwt' } }, 401], [{ header: { kid: undefined } }, 401], [{ header: { alg: undefined } }, 401], [{ header: { jku: stage().ehr.keysAt('generic') } }, 200],
]), EHR)

const unsigned = () => table(['none', 'None', 'nOnE', 'NONE'].map((alg) => [{ header: { alg } }, 401]))
item('SEC-05', unsigned, EHR)
item('T-59', unsigned, EHR)
const symmetric = () => table(['HS256', 'HS384', 'HS512'].map((alg) => [{ client: 'epic', header: { alg } }, 401]))
item('SEC-06', symmetric, EHR)
item('T-60', symmetric, EHR)

item('SEC-07', () => table([
  [{}, 200], [{ client: 'epic' }, 200], [{ client: 'es256' }, 200], [{ client: 'ps384' }, 200], [{ key: renamed(KEYS.es256, 'generic-1') }, 401], [{ client: 'es256', key: renamed(KEYS.generic, 'es256-1') }, 401],
]), EHR)

item('SEC-08', () => table([[{}, 200], [{ claims: { iss: 'https://nobody.test' } }, 401], [{ claims: { iss: `${issuerOf('generic')}/` } }, 401], [{ claims: { iss: undefined } }, 401]]), EHR)

const aud = (value: unknown): Parts => ({ claims: { aud: value } })
async function audiences(): Promise<void> {
  const url = stage().publicUrl + SIGN
  await table([
    [aud(url), 200], [aud([url]), 200], [aud(['https://elsewhere.test', url]), 200], [aud(`${url}/`), 200], [aud(`${url}//`), 401], [aud(stage().publicUrl + SELECT), 401], [aud(`${stage().publicUrl}/cds-services`), 401], [aud(stage().publicUrl), 401],
    [aud(`${url}?a=1`), 401], [aud(url.toUpperCase()), 401], [aud(['https://a.test']), 401], [aud(undefined), 401], [aud('typed-by-hand'), 401], [{ client: 'epic', claims: { aud: 'typed-by-hand' } }, 200], [{ client: 'epic' }, 200],
  ])
  const forged = { 'x-forwarded-host': 'evil.test', 'x-forwarded-proto': 'http', forwarded: 'host=evil.test' }
  expect([await statusFor({ ...aud(`http://evil.test${SIGN}`), headers: forged }), await statusFor({ headers: forged })]).toEqual([401, 200])
}
item('SEC-09', audiences, EHR)
item('T-61', audiences, EHR)

const times = (offsets: Readonly<Record<string, number>>, status: number, client: ClientName = 'generic'): readonly [Parts, number] => [{ client, claims: inSeconds(offsets) }, status]
item('SEC-10', () => table([
  times({ iat: -420, exp: -120 }, 401), times({ iat: -330, exp: -30 }, 200), times({ iat: 30, exp: 330 }, 200), times({ iat: 120, exp: 420 }, 401), times({ nbf: 30 }, 200), times({ nbf: 300, exp: 600 }, 401), times({ iat: -330, exp: -5 }, 401, 'exact'),
  [{ claims: { exp: undefined } }, 401], [{ claims: { iat: undefined } }, 401], [{ claims: { exp: 'x' } }, 401],
]), EHR)
const lifetimes = () => table([
  times({ iat: 0, exp: 900 }, 200), times({ iat: 0, exp: 3600 }, 200), times({ iat: 0, exp: 3601 }, 401), times({ iat: -10_000_000, exp: 10_000_000 }, 401), times({ iat: 0, exp: 100 }, 200, 'brief'), times({ iat: 0, exp: 101 }, 401, 'brief'),
])
item('SEC-11', lifetimes, EHR)
item('T-62', async () => {
  await table([times({ iat: -420, exp: -120 }, 401), times({ iat: -330, exp: -30 }, 200), times({ iat: 0, nbf: -300, exp: 600 }, 200), times({ nbf: 300, exp: 600 }, 401)])
  await lifetimes()
}, EHR)

async function replay(): Promise<void> {
  const once = bearer(tokenFor(SIGN))
  const send = async (headers: Readonly<Record<string, string>>): Promise<number> => (await post(SIGN, sentAlong(), { headers })).status
  expect([await send(once), await send(once)]).toEqual([200, 401])
  const raced = bearer(tokenFor(SIGN))
  const all = await Promise.all(Array.from({ length: 20 }, () => send(raced)))
  expect(all.filter((status) => status === 200)).toHaveLength(1)
  const jti = crypto.randomUUID()
  expect([await statusFor({ claims: { jti } }), await statusFor({ client: 'sandbox', claims: { jti } }), await statusFor({ claims: { jti } })]).toEqual([200, 200, 401])
  const spared = crypto.randomUUID()
  expect([await statusFor({ key: signer('generic-1'), claims: { jti: spared } }), await statusFor({ claims: { jti: spared, aud: 'x' } }), await statusFor({ claims: { jti: spared } })]).toEqual([401, 401, 200])
}
item('SEC-12', replay, EHR)
item('T-63', replay, EHR)

const tenant = (name: unknown): Parts => ({ client: 'tenanted', claims: { tenant: name } })
item('SEC-13', () => table([[tenant('north'), 200], [tenant('south'), 200], [tenant('west'), 401], [tenant(undefined), 401], [{ claims: { tenant: 'any' } }, 200]]), EHR)
item('SEC-14', () => table([[{}, 200], [{ client: 'inline' }, 200], [{ header: { kid: 'nobody' } }, 401], [{ client: 'inline', header: { kid: 'nobody' } }, 401]]), OWN)

async function foreignJku(): Promise<void> {
  const { ehr } = stage()
  const own = signer('generic-1')
  for (const jku of [`${ehr.forbidden}/keys`, `${ehr.forbidden}#${ehr.keysAt('generic')}`, 'file:///etc/passwd', 'http://169.254.169.254/latest', ehr.keysAt('sandbox')]) expect(await statusFor({ key: own, header: { jku } })).toBe(401)
  expect(await statusFor({ client: 'redirecting', header: { jku: ehr.keysAt('redirecting') } })).toBe(401)
  expect((await ehr.seen()).contacts).toBe(0)
}
item('SEC-15', foreignJku, EHR)
item('T-64', foreignJku, EHR)
item('T-65', () => table([[{ key: KEYS.sandbox, header: { jku: stage().ehr.keysAt('sandbox') } }, 401], [{ header: { jku: stage().ehr.keysAt('sandbox') } }, 401], [{ client: 'sandbox', header: { jku: stage().ehr.keysAt('sandbox') } }, 200]]), EHR)

const fetches = async (name: ClientName): Promise<number> => (await stage().ehr.seen()).fetches[name] ?? 0
const keySet = (...keys: readonly Signer[]) => ({ body: JSON.stringify({ keys: keys.map(({ jwk }) => jwk) }) })
item('T-66', async () => {
  const { ehr } = stage()
  const [first, second] = [KEYS.rotating, signer('rotating-2')]
  expect(await statusFor({ client: 'rotating' })).toBe(200)
  await ehr.publish('rotating', keySet(second))
  expect([await statusFor({ client: 'rotating', key: second }), await statusFor({ client: 'rotating', key: first })]).toEqual([200, 401])
  const all = await Promise.all(Array.from({ length: 100 }, (_, i) => statusFor({ client: 'flooded', header: { kid: `x${String(i)}` } })))
  expect(new Set(all)).toEqual(new Set([401]))
  expect(await fetches('flooded')).toBeLessThanOrEqual(2)
  expect(await statusFor({ client: 'down' })).toBe(200)
  await ehr.publish('down', { breaks: true })
  // An unknown kid makes the service ask again, in vain; the key it knows is still good.
  expect([await statusFor({ client: 'down', header: { kid: 'x' } }), await statusFor({ client: 'down' })]).toEqual([401, 200])
}, EHR)
item('SEC-16', async () => {
  const before = await fetches('generic')
  for (let time = 0; time < 5; time += 1) expect(await statusFor()).toBe(200)
  expect(await fetches('generic')).toBe(before)
  const start = performance.now()
  for (const client of ['redirecting', 'slow', 'huge', 'broken', 'garbled', 'failing'] as const) expect([client, await statusFor({ client })]).toEqual([client, 401])
  expect(performance.now() - start).toBeLessThan(8_000)
  // Left alone after it failed.
  const failed = await fetches('failing')
  expect(await statusFor({ client: 'failing' })).toBe(401)
  expect(await fetches('failing')).toBe(failed)
}, EHR)

item('T-67', () => table([
  [{ client: 'twoAlgorithms' }, 200], [{ client: 'unlabelled' }, 200], [{ client: 'crowded' }, 200], [{ client: 'duplicated' }, 401], [{ client: 'encrypting' }, 401], [{ client: 'weak' }, 401], [{ client: 'mislabelled' }, 401], [{ client: 'symmetric' }, 401],
]), EHR)
item('T-68', async () => {
  expect(KEYS.epic.kid).toBe(EPIC_KID)
  await table([[{ client: 'epic' }, 200], [{ client: 'epic', header: { kid: EPIC_KID.toLowerCase() } }, 401], [{ client: 'epic', header: { kid: EPIC_KID.replaceAll('+', '-').replaceAll('/', '_') } }, 401]])
}, EHR)

/** Everything of a refusal but what counts requests. */
async function refusal(headers: Readonly<Record<string, string>>): Promise<string> {
  const response = await post(SIGN, sentAlong(), { headers })
  const kept = [...response.headers].filter(([name]) => !['date', 'x-correlation-id'].includes(name))
  return JSON.stringify([response.status, kept, await response.text()])
}
async function sameRefusals(): Promise<void> {
  const refusals = await Promise.all([
    refusal({ authorization: '' }), refusal({ authorization: 'Basic x' }), refusal(bearer('x.y.z')), refusal(bearer(tokenFor(SIGN, { claims: inSeconds({ iat: -900, exp: -600 }) }))), refusal(bearer(tokenFor(SELECT))),
    refusal(bearer(tokenFor(SIGN, { claims: { iss: 'https://nobody.test' } }))), refusal(bearer(tokenFor(SIGN, { client: 'tenanted' }))), refusal(bearer(tokenFor(SIGN, { header: { kid: 'x' } }))),
  ])
  expect(new Set(refusals).size).toBe(1)
  expect(refusals[0]).toMatch(/^\[401,.*""\]$/)
  expect(refusals[0]).not.toMatch(/expired|issuer|signature|invalid|error/i)
}
item('SEC-18', sameRefusals, EHR)
item('T-69', sameRefusals, EHR)

item('SEC-20', () => table([[{ claims: { sub: 'x', azp: 'y', 'com.epic': { a: [1] }, nonce: null, scope: 'z' } }, 200]]), EHR)

item('T-70', async () => {
  const { fhirServer, fhirAuthorization } = access()
  const { access_token } = fhirAuthorization as { access_token: string } // sound: access makes it
  expect((await post(SIGN, { ...sentAlong(), fhirServer, fhirAuthorization }, { headers: bearer(access_token) })).status).toBe(401)
  expect(rulesOf(await call({ ...sentAlong(), fhirServer, fhirAuthorization }))).toEqual(expect.arrayContaining([...EXPECTED]))
}, EHR)
