import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { type Approval, authorize, type RegisteredApp } from './authorize.ts'
import { type LaunchContext, oneTime } from './launches.ts'
import { type OfferedPatient, PAGE_POLICY, patientPage, refusedPage } from './patient-page.ts'
import { exchange, isTokenRefusal } from './token-response.ts'
import type { Tokens } from './tokens.ts'

export interface SmartOptions {
  readonly patients: readonly OfferedPatient[]
  readonly tokens: Tokens
  readonly now: () => Date
  /** Path of the app on this server; its address is also where it is launched. */
  readonly appPath: string
}

export const CLIENT_ID = 'inotuzumab-timeline'
/** Time between two steps of a launch that a browser takes by itself. */
const STEP_MS = 60_000

const originOf = ({ protocol, host }: FastifyRequest): string => `${protocol}://${host}`
const appOn = (origin: string, appPath: string): RegisteredApp => ({ clientId: CLIENT_ID, redirectUris: [`${origin}${appPath}`] })

/** SMART App Launch 2, Conformance. */
const configuration = (origin: string): object => ({
  issuer: origin, jwks_uri: `${origin}/smart/jwks`, authorization_endpoint: `${origin}/smart/authorize`, token_endpoint: `${origin}/smart/token`,
  token_endpoint_auth_methods_supported: ['none'], grant_types_supported: ['authorization_code'], response_types_supported: ['code'], code_challenge_methods_supported: ['S256'],
  scopes_supported: ['openid', 'fhirUser', 'launch', 'launch/patient', 'patient/*.rs', 'patient/QuestionnaireResponse.crs'],
  capabilities: ['launch-ehr', 'launch-standalone', 'client-public', 'sso-openid-connect', 'context-ehr-patient', 'context-standalone-patient', 'context-banner', 'permission-patient', 'permission-v2'],
})

const sendPage = (reply: FastifyReply, status: number, body: string): FastifyReply =>
  reply.code(status).headers({ 'content-security-policy': PAGE_POLICY, 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' }).type('text/html; charset=utf-8').send(body)

/**
 * The authorization server of the sandbox: enough of SMART App Launch 2 to launch an app from a card or on its own, with real codes,
 * PKCE and signed tokens. Whoever sits at the sandbox counts as signed in.
 */
export async function smartServer(app: FastifyInstance, { patients, tokens, now, appPath }: SmartOptions): Promise<void> {
  const launches = oneTime<LaunchContext>(STEP_MS, now)
  const codes = oneTime<Approval>(STEP_MS, now)
  const known = new Set(patients.map(({ id }) => id))
  await app.register(async (api) => {
    api.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) => done(null, Object.fromEntries(new URLSearchParams(String(body)))))
    api.get('/fhir/.well-known/smart-configuration', (request, reply) => reply.header('cache-control', 'no-store').send(configuration(originOf(request))))
    api.get('/smart/jwks', (_request, reply) => reply.send(tokens.keys))
    api.get<{ Querystring: Record<string, string> }>('/smart/authorize', (request, reply) => {
      const origin = originOf(request)
      const next = authorize(request.query, { app: appOn(origin, appPath), fhirBase: `${origin}/fhir`, launches, codes, patients: known })
      if (next.to === 'nowhere') return sendPage(reply, 400, refusedPage(next.why))
      if (next.to === 'patients') return sendPage(reply, 200, patientPage(patients, (patient) => `/smart/authorize?${new URLSearchParams({ ...request.query, patient }).toString()}`))
      return reply.header('cache-control', 'no-store').header('referrer-policy', 'no-referrer').redirect(next.url)
    })
    api.post<{ Body: Record<string, string> }>('/smart/token', async (request, reply) => {
      reply.headers({ 'cache-control': 'no-store', pragma: 'no-cache' })
      const answer = await exchange(request.body, { codes, tokens, issuer: originOf(request) })
      return reply.code(isTokenRefusal(answer) ? 400 : 200).send(answer)
    })
    // The EHR's part of a launch: what only the EHR knows stays here, under a handle. The app is the one registered, whatever a card's link says.
    api.get<{ Querystring: { patient?: string; appContext?: string } }>('/sandbox/launch', (request, reply) => {
      const { patient = '', appContext } = request.query
      if (!known.has(patient)) return sendPage(reply, 404, refusedPage('There is no such demo patient.'))
      const origin = originOf(request)
      const launch = launches.put({ patient, ...(appContext ? { appContext } : {}) })
      return reply.header('cache-control', 'no-store').redirect(`${origin}${appPath}?${new URLSearchParams({ iss: `${origin}/fhir`, launch }).toString()}`)
    })
  })
}
