import { createHash } from 'node:crypto'
import { z } from 'zod'
import { grantedScopes, hasScope } from './scopes.ts'
import type { LaunchContext, OneTime } from './launches.ts'

/** An app that may be launched (SMART App Launch 2, public client). */
export interface RegisteredApp { readonly clientId: string; readonly redirectUris: readonly string[] }

/** What a code stands for until it is exchanged. */
export interface Approval {
  readonly clientId: string
  readonly redirectUri: string
  readonly challenge: string
  readonly scope: string
  readonly context: LaunchContext
}

const text = z.string().min(1)
const Asked = z.object({
  response_type: z.literal('code'), client_id: text, redirect_uri: text, aud: text, state: text, scope: z.string().default(''),
  code_challenge: z.string().regex(/^[\w-]{43}$/), code_challenge_method: z.literal('S256'),
  launch: text.optional(), patient: text.optional(),
})
type Asked = z.infer<typeof Asked>

/** Where the browser goes next: back to the app, to the choice of a patient, or nowhere, because the app itself cannot be trusted. */
export type Authorized =
  | { readonly to: 'app'; readonly url: string }
  | { readonly to: 'patients'; readonly asked: Asked }
  | { readonly to: 'nowhere'; readonly why: string }

export interface AuthorizeOptions {
  readonly app: RegisteredApp
  readonly fhirBase: string
  readonly launches: OneTime<LaunchContext>
  readonly codes: OneTime<Approval>
  readonly patients: ReadonlySet<string>
}

const backTo = (uri: string, parameters: Readonly<Record<string, string>>): Authorized => {
  const url = new URL(uri)
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value)
  return { to: 'app', url: url.href }
}

/** RFC 6749, 4.1.2.1: nothing is sent to an address that was not registered for the client. */
const isRegistered = ({ clientId, redirectUris }: RegisteredApp, query: Readonly<Record<string, unknown>>): boolean =>
  query['client_id'] === clientId && redirectUris.includes(String(query['redirect_uri']))

/** `GET /smart/authorize` (SMART App Launch 2, Obtain Authorization Code). */
export function authorize(query: Readonly<Record<string, unknown>>, options: AuthorizeOptions): Authorized {
  if (!isRegistered(options.app, query)) return { to: 'nowhere', why: 'This app, or the address it wants to return to, is not registered.' }
  const parsed = Asked.safeParse(query)
  const state = typeof query['state'] === 'string' ? { state: query['state'] } : {}
  const refuse = (error: string): Authorized => backTo(String(query['redirect_uri']), { error, ...state })
  if (!parsed.success) return refuse('invalid_request')
  if (parsed.data.aud.replace(/\/+$/, '') !== options.fhirBase) return refuse('invalid_request')
  const scope = grantedScopes(parsed.data.scope)
  if (scope === '') return refuse('invalid_scope')
  return approve(parsed.data, scope, options, refuse)
}

function approve(asked: Asked, scope: string, { launches, codes, patients }: AuthorizeOptions, refuse: (error: string) => Authorized): Authorized {
  const context = asked.launch === undefined ? chosen(asked, patients) : launches.take(asked.launch)
  if (asked.launch !== undefined && !context) return refuse('invalid_request')
  if (!context) return hasScope(scope, 'launch/patient') ? { to: 'patients', asked } : refuse('invalid_scope')
  const code = codes.put({ clientId: asked.client_id, redirectUri: asked.redirect_uri, challenge: asked.code_challenge, scope, context })
  return backTo(asked.redirect_uri, { code, state: asked.state })
}

/** A standalone launch chooses the patient on a page of this server. */
const chosen = ({ patient }: Asked, patients: ReadonlySet<string>): LaunchContext | undefined => (patient !== undefined && patients.has(patient) ? { patient } : undefined)

/** RFC 7636: the verifier hashes to the challenge. */
export const provesPossession = (verifier: string, challenge: string): boolean => createHash('sha256').update(verifier).digest('base64url') === challenge
