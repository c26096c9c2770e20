import { createHash, randomBytes } from 'node:crypto'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { json, type Running, runSandbox } from './running.ts'

let sandbox: Running
let now = new Date('2026-11-21T09:00:00Z')
beforeAll(async () => { sandbox = await runSandbox(() => now) })
afterAll(() => sandbox.close())

const later = (seconds: number): void => { now = new Date(now.getTime() + seconds * 1000) }

const verifier = randomBytes(32).toString('base64url')
const challenge = createHash('sha256').update(verifier).digest('base64url')
const SCOPE = 'launch openid fhirUser patient/*.rs patient/QuestionnaireResponse.c'

/** The way of a browser: an answer that redirects is not followed. */
const visit = (path: string): Promise<Response> => fetch(new URL(path, sandbox.base), { redirect: 'manual' })
const landing = (response: Response): URL => new URL(response.headers.get('location') ?? '', sandbox.base)

const asked = (changes: Readonly<Record<string, string | undefined>> = {}): string => {
  const all = {
    response_type: 'code', client_id: 'inotuzumab-timeline', redirect_uri: `${sandbox.base}/timeline/`, aud: `${sandbox.base}/fhir`, state: 's1', scope: SCOPE, code_challenge: challenge, code_challenge_method: 'S256', ...changes,
  }
  const sent = Object.entries(all).filter((pair): pair is [string, string] => pair[1] !== undefined)
  return `/smart/authorize?${new URLSearchParams(sent).toString()}`
}

const launched = async (patient = 'low-anc', appContext = '{"rule":"r1"}'): Promise<string> =>
  landing(await visit(`/sandbox/launch?${new URLSearchParams({ patient, appContext }).toString()}`)).searchParams.get('launch') ?? ''

const codeFor = async (changes: Readonly<Record<string, string | undefined>> = {}): Promise<string> => landing(await visit(asked({ launch: await launched(), ...changes }))).searchParams.get('code') ?? ''

const exchanged = (code: string, changes: Readonly<Record<string, string>> = {}): Promise<Response> => fetch(`${sandbox.base}/smart/token`, {
  method: 'POST', body: new URLSearchParams({ grant_type: 'authorization_code', code, redirect_uri: `${sandbox.base}/timeline/`, client_id: 'inotuzumab-timeline', code_verifier: verifier, ...changes }),
})

interface Token { readonly access_token: string; readonly id_token: string; readonly scope: string; readonly [member: string]: unknown }
const token = async (changes: Readonly<Record<string, string | undefined>> = {}): Promise<Token> => json<Token>(exchanged(await codeFor(changes)))

const read = (path: string, bearer: string, init: RequestInit = {}): Promise<Response> =>
  fetch(`${sandbox.base}/fhir/${path}`, { ...init, headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/fhir+json' } })

describe('an EHR launch', () => {
  test('the FHIR base says where to sign in, and that only S256 proves a code', async () => {
    expect(await json(visit('/fhir/.well-known/smart-configuration'))).toMatchObject({
      authorization_endpoint: `${sandbox.base}/smart/authorize`, token_endpoint: `${sandbox.base}/smart/token`, code_challenge_methods_supported: ['S256'],
      capabilities: expect.arrayContaining(['launch-ehr', 'launch-standalone', 'context-ehr-patient', 'permission-v2']),
    })
  })

  test('goes to the app with the server and a handle, and with nothing about the patient', async () => {
    const to = landing(await visit('/sandbox/launch?patient=low-anc&appContext=x'))
    expect(`${to.origin}${to.pathname}`).toBe(`${sandbox.base}/timeline/`)
    expect(to.searchParams.get('iss')).toBe(`${sandbox.base}/fhir`)
    expect(to.href).not.toMatch(/low-anc|appContext/)
  })

  test('ends in a token with the patient, the words of the card and the scopes that were granted', async () => {
    const answer = await token()
    expect(answer).toMatchObject({ token_type: 'Bearer', expires_in: 900, patient: 'low-anc', appContext: '{"rule":"r1"}', need_patient_banner: true, scope: SCOPE })
    const keys = createRemoteJWKSet(new URL('/smart/jwks', sandbox.base))
    const { payload } = await jwtVerify(answer.id_token, keys, { issuer: sandbox.base, audience: 'inotuzumab-timeline', currentDate: now })
    expect(payload['fhirUser']).toBe('Practitioner/me')
  })

  test('a scope this server does not know is not granted', async () => {
    expect((await token({ scope: 'launch patient/*.rs patient/*.cruds system/*.rs offline_access' })).scope).toBe('launch patient/*.rs')
  })
})

describe('a launch on its own', () => {
  const alone = { scope: 'launch/patient patient/*.rs', launch: undefined }

  test('asks for the patient, and goes on with the one that was chosen', async () => {
    const page = await visit(asked(alone))
    expect(await page.text()).toContain('Whose chart may the app read?')
    const code = landing(await visit(asked({ ...alone, patient: 'helen' }))).searchParams.get('code') ?? ''
    expect(await json(exchanged(code))).toMatchObject({ patient: 'helen', scope: alone.scope })
  })

  test('a patient who is not there is asked for again', async () => {
    expect((await visit(asked({ ...alone, patient: 'nobody' }))).status).toBe(200)
  })
})

describe('what is refused', () => {
  test.each([['an unknown client', { client_id: 'other' }], ['an address that is not registered', { redirect_uri: 'https://evil.example/' }]])('%s is not redirected', async (_, changes) => {
    const response = await visit(asked(changes))
    expect(response.status).toBe(400)
    expect(response.headers.get('location')).toBeNull()
  })

  test.each([
    ['no proof of the code', { code_challenge: undefined }, 'invalid_request'], ['a plain proof', { code_challenge_method: 'plain' }, 'invalid_request'], ['another server', { aud: 'https://other.example/fhir' }, 'invalid_request'],
    ['an unknown launch', { launch: 'made-up' }, 'invalid_request'], ['no scope that is known', { scope: 'everything' }, 'invalid_scope'], ['an implicit token', { response_type: 'token' }, 'invalid_request'],
  ])('%s goes back to the app as an error', async (_, changes, error) => {
    const to = landing(await visit(asked(changes)))
    expect([to.searchParams.get('error'), to.searchParams.get('state'), to.searchParams.get('code')]).toEqual([error, 's1', null])
  })

  test('a launch is good once', async () => {
    const launch = await launched()
    expect(landing(await visit(asked({ launch }))).searchParams.get('code')).not.toBeNull()
    expect(landing(await visit(asked({ launch }))).searchParams.get('error')).toBe('invalid_request')
  })

  test('a code is good once, for a minute, for its own verifier, client and address', async () => {
    const code = await codeFor()
    expect((await exchanged(code)).status).toBe(200)
    expect(await json(exchanged(code))).toEqual({ error: 'invalid_grant' })
    for (const changes of [{ code_verifier: verifier.replaceAll(/./g, 'a') }, { client_id: 'other' }, { redirect_uri: `${sandbox.base}/other/` }]) {
      expect(await json(exchanged(await codeFor(), changes))).toEqual({ error: 'invalid_grant' })
    }
    const old = await codeFor()
    later(61)
    expect(await json(exchanged(old))).toEqual({ error: 'invalid_grant' })
  })
})

describe('the FHIR server looks into tokens', () => {
  const response = (patient: string): string => JSON.stringify({ resourceType: 'QuestionnaireResponse', status: 'completed', subject: { reference: `Patient/${patient}` } })

  test('a token reads its patient, and nobody else', async () => {
    const { access_token } = await token()
    expect((await read('Patient/low-anc', access_token)).status).toBe(200)
    expect((await read('Observation?patient=low-anc', access_token)).status).toBe(200)
    expect((await read('Patient/helen', access_token)).status).toBe(403)
    expect((await read('Observation?patient=helen', access_token)).status).toBe(403)
    expect((await read('Observation', access_token)).status).toBe(403)
  })

  test('a token writes only what its scope names, for its patient', async () => {
    const { access_token } = await token()
    expect((await read('QuestionnaireResponse', access_token, { method: 'POST', body: response('low-anc') })).status).toBe(201)
    expect((await read('QuestionnaireResponse', access_token, { method: 'POST', body: response('helen') })).status).toBe(403)
    expect((await read('Observation', access_token, { method: 'POST', body: response('low-anc').replace('QuestionnaireResponse', 'Observation') })).status).toBe(403)
    const reader = await token({ scope: 'launch patient/*.rs' })
    expect((await read('QuestionnaireResponse', reader.access_token, { method: 'POST', body: response('low-anc') })).status).toBe(403)
  })

  test('a token that is changed, made up or over gets 401 and an OperationOutcome', async () => {
    const { access_token } = await token()
    for (const wrong of [`${access_token.slice(0, -4)}AAAA`, 'made-up']) expect((await read('Patient/low-anc', wrong)).status).toBe(401)
    later(901)
    const over = await read('Patient/low-anc', access_token)
    expect([over.status, over.headers.get('www-authenticate')]).toEqual([401, 'Bearer error="invalid_token"'])
    expect(await json(over)).toMatchObject({ resourceType: 'OperationOutcome' })
  })

  test('without a token, and with that of the sandbox, everything is open', async () => {
    expect((await fetch(`${sandbox.base}/fhir/Patient/low-anc`)).status).toBe(200)
    expect((await read('Patient/helen', 'sandbox')).status).toBe(200)
  })
})
