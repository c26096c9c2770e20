import { z } from 'zod'
import { type Approval, provesPossession } from './authorize.ts'
import type { OneTime } from './launches.ts'
import { hasScope } from './scopes.ts'
import type { Tokens } from './tokens.ts'

const text = z.string().min(1)
const Exchange = z.object({ grant_type: z.literal('authorization_code'), code: text, redirect_uri: text, client_id: text, code_verifier: z.string().regex(/^[\w.~-]{43,128}$/) })

/** SMART App Launch 2, Obtain Access Token: what the app gets besides the token is the context of its launch. */
export interface TokenResponse {
  readonly access_token: string
  readonly token_type: 'Bearer'
  readonly expires_in: number
  readonly scope: string
  readonly patient: string
  readonly need_patient_banner: boolean
  readonly fhirContext: readonly { readonly reference: string }[]
  readonly appContext?: string
  readonly id_token?: string
}

/** RFC 6749, 5.2. */
export interface TokenRefusal { readonly error: 'invalid_request' | 'invalid_grant' }

export interface ExchangeOptions { readonly codes: OneTime<Approval>; readonly tokens: Tokens; readonly issuer: string }

/** `POST /smart/token`: a code is good once, for the client, address and verifier it was made for. */
export async function exchange(form: Readonly<Record<string, string>>, { codes, tokens, issuer }: ExchangeOptions): Promise<TokenResponse | TokenRefusal> {
  const parsed = Exchange.safeParse(form)
  if (!parsed.success) return { error: 'invalid_request' }
  const { code, redirect_uri, client_id, code_verifier } = parsed.data
  const approval = codes.take(code)
  const isTheirs = approval !== undefined && approval.clientId === client_id && approval.redirectUri === redirect_uri && provesPossession(code_verifier, approval.challenge)
  if (!isTheirs) return { error: 'invalid_grant' }
  const { scope, context: { patient, appContext } } = approval
  return {
    access_token: await tokens.issue({ scope, patient }), token_type: 'Bearer', expires_in: tokens.lifetime, scope, patient,
    // The app stands in a window of its own: nothing around it says whose data these are.
    need_patient_banner: true, fhirContext: [],
    ...(appContext === undefined ? {} : { appContext }),
    ...(hasScope(scope, 'openid') ? { id_token: await tokens.identity(issuer, client_id, 'Practitioner/me') } : {}),
  }
}

export const isTokenRefusal = (answer: TokenResponse | TokenRefusal): answer is TokenRefusal => 'error' in answer
