import type { DemoClient } from './sandbox-api.ts'
import { uuid } from './uuid.ts'

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-384' } as const
/** Long enough for a slow answer, far below what the service allows. */
const LIFETIME_S = 300

const base64url = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
const encoded = (value: object): string => base64url(new TextEncoder().encode(JSON.stringify(value)))

/** Signing needs a secure page: https, or this machine. */
export const canSign = (): boolean => globalThis.isSecureContext === true && globalThis.crypto?.subtle !== undefined

/** A JWT for one call, as an EHR signs it (CDS Hooks 2.0, Trusting CDS Clients): ES384, a few minutes, a jti of its own. `audience` is the endpoint. */
export const signedToken = async ({ iss, key }: DemoClient, audience: string, now: Date): Promise<string> => {
  const imported = await crypto.subtle.importKey('jwk', key, ALGORITHM, false, ['sign'])
  const seconds = Math.floor(now.getTime() / 1000)
  const header = encoded({ alg: 'ES384', typ: 'JWT', kid: key.kid })
  const claims = encoded({ iss, aud: audience, iat: seconds, exp: seconds + LIFETIME_S, jti: uuid() })
  const signature = await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-384' }, imported, new TextEncoder().encode(`${header}.${claims}`))
  return `${header}.${claims}.${base64url(new Uint8Array(signature))}`
}

/** The Authorization header for a call of a service; none where nobody can sign: the sandbox then takes the page for anybody. */
export const authorization = async (client: DemoClient | undefined, audience: string): Promise<Readonly<Record<string, string>>> =>
  (client && canSign() ? { authorization: `Bearer ${await signedToken(client, audience, new Date())}` } : {})
