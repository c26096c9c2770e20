import { constants, generateKeyPairSync, type JsonWebKey, type KeyObject, randomUUID, sign } from 'node:crypto'

/** A key pair of a client. Signing is done by hand, because a careful library refuses most of what the suite has to forge. */
export interface Signer { readonly kid: string; readonly alg: string; readonly privateKey: KeyObject; readonly jwk: JsonWebKey & { readonly kid: string; readonly alg: string; readonly use: string } }

const CURVES: Readonly<Record<string, string>> = { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521' }

/** A new key pair for an algorithm; `bits` only for RSA. */
export function signer(kid: string, alg = 'ES384', bits = 2048): Signer {
  const namedCurve = CURVES[alg]
  const { publicKey, privateKey } = namedCurve === undefined ? generateKeyPairSync('rsa', { modulusLength: bits }) : generateKeyPairSync('ec', { namedCurve })
  return { kid, alg, privateKey, jwk: { ...publicKey.export({ format: 'jwk' }), kid, alg, use: 'sig' } }
}

/** The same key under another name. */
export const renamed = (key: Signer, kid: string): Signer => ({ ...key, kid, jwk: { ...key.jwk, kid } })

/** Every token made so far: none may appear in any output. */
export const TOKENS = new Set<string>()

export const encode = (value: unknown): string => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')
export const nowSeconds = (): number => Math.floor(Date.now() / 1000)

/** Members to change; undefined removes one. */
export type Change = Readonly<Record<string, unknown>>
const apply = (whole: Change, change: Change): Change => Object.fromEntries(Object.entries({ ...whole, ...change }).filter(([, value]) => value !== undefined))

/** Puts parts together to a token, whatever they are. */
export function compact(header: Change, payload: unknown, signature: string): string {
  const token = `${encode(header)}.${encode(payload)}.${signature}`
  TOKENS.add(token)
  return token
}

export const headerOf = ({ alg, kid }: Signer, change: Change = {}): Change => apply({ alg, kid, typ: 'JWT' }, change)

/** The claims of a good token. */
export const claimsOf = (iss: string, aud: unknown, change: Change = {}): Change =>
  apply({ iss, aud, iat: nowSeconds(), exp: nowSeconds() + 300, jti: randomUUID() }, change)

/** A signed token, with whatever header and claims. */
export function signed(key: Signer, header: Change, claims: unknown): string {
  const signature = signatureOf(key, `${encode(header)}.${encode(claims)}`)
  return compact(header, claims, signature)
}

function signatureOf({ alg, privateKey }: Signer, text: string): string {
  const digest = `sha${alg.slice(2)}`
  const padding = alg.startsWith('PS') ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST } : {}
  const key = { key: privateKey, ...padding, ...(alg.startsWith('ES') ? { dsaEncoding: 'ieee-p1363' as const } : {}) }
  return sign(digest, Buffer.from(text), key).toString('base64url')
}
