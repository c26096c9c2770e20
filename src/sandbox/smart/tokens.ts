import { exportJWK, generateKeyPair, type JWK, jwtVerify, SignJWT } from 'jose'

/** What a token stands for. */
export interface Grant { readonly scope: string; readonly patient: string }

export interface Tokens {
  /** Seconds for which an access token is good. */
  readonly lifetime: number
  issue(grant: Grant): Promise<string>
  /** The grant of a token of ours that has not expired; undefined for anything else. */
  introspect(token: string): Promise<Grant | undefined>
  /** An OpenID Connect token about the person who signed in. */
  identity(issuer: string, client: string, fhirUser: string): Promise<string>
  readonly keys: { readonly keys: readonly JWK[] }
}

const ALGORITHM = 'ES256'
const KEY_ID = 'sandbox'
const ISSUER = 'urn:ino-cds:sandbox'
const AUDIENCE = 'urn:ino-cds:sandbox:fhir'

/** Signed tokens under a key that lives as long as this process. */
export async function signedTokens(lifetime: number, now: () => Date): Promise<Tokens> {
  const { privateKey, publicKey } = await generateKeyPair(ALGORITHM)
  const jwk = { ...await exportJWK(publicKey), kid: KEY_ID, alg: ALGORITHM, use: 'sig' }
  const signed = (claims: Readonly<Record<string, unknown>>, issuer: string, audience: string): Promise<string> => {
    const seconds = Math.floor(now().getTime() / 1000)
    return new SignJWT({ ...claims }).setProtectedHeader({ alg: ALGORITHM, kid: KEY_ID }).setIssuer(issuer).setAudience(audience)
      .setSubject('clinician').setIssuedAt(seconds).setExpirationTime(seconds + lifetime).sign(privateKey)
  }
  return {
    lifetime, keys: { keys: [jwk] },
    issue: ({ scope, patient }) => signed({ scope, patient }, ISSUER, AUDIENCE),
    identity: (issuer, client, fhirUser) => signed({ fhirUser }, issuer, client),
    introspect: async (token) => {
      try {
        const { payload } = await jwtVerify(token, publicKey, { issuer: ISSUER, audience: AUDIENCE, algorithms: [ALGORITHM], currentDate: now() })
        const { scope, patient } = payload
        return typeof scope === 'string' && typeof patient === 'string' ? { scope, patient } : undefined
      } catch {
        return undefined
      }
    },
  }
}
