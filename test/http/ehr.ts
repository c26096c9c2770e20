import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK, type JWTPayload } from 'jose'
import { onTestFinished } from 'vitest'
import type { ClientEntry } from '../../src/config.ts'
import { PUBLIC_URL, SIGN } from './service.ts'

export const ISSUER = 'https://ehr.test'

export interface Signer { readonly kid: string; readonly alg: string; readonly privateKey: CryptoKey; readonly jwk: JWK }

export async function signer(kid: string, alg = 'ES384', options: { modulusLength?: number } = {}): Promise<Signer> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true, ...options })
  return { kid, alg, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } }
}

/** A trusted client with the keys in its entry. */
export const client = (keys: readonly JWK[], change: object = {}): ClientEntry => ({
  iss: ISSUER, jwks: { keys: keys.map((key) => ({ ...key, kty: key.kty === 'RSA' ? 'RSA' as const : 'EC' as const, kid: key.kid ?? '' })) },
  fhirServers: ['https://ehr.test/r4'], dialect: 'generic', orderCodes: [], maxTokenAgeSeconds: 3600, clockSkewSeconds: 60, audiences: [], tenants: [], algorithms: ['ES384', 'RS384'], ...change,
})

export const nowSeconds = (): number => Math.floor(Date.now() / 1000)

/** What a test changes; undefined removes a claim. */
export type ClaimChange = { readonly [K in keyof JWTPayload]?: JWTPayload[K] | undefined }

/** The claims of a good token for order-sign. */
export const claims = (change: ClaimChange = {}): ClaimChange => ({ iss: ISSUER, aud: PUBLIC_URL + SIGN, iat: nowSeconds(), exp: nowSeconds() + 300, jti: randomUUID(), ...change })

/** `Bearer …`, signed. */
export async function bearer(key: Signer, change: ClaimChange = {}, header: object = {}): Promise<{ authorization: string }> {
  const payload = Object.fromEntries(Object.entries(claims(change)).filter(([, value]) => value !== undefined))
  const token = await new SignJWT(payload).setProtectedHeader({ alg: key.alg, kid: key.kid, typ: 'JWT', ...header }).sign(key.privateKey)
  return { authorization: `Bearer ${token}` }
}

export const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/** A local HTTP server that counts its requests. */
export async function listener(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<{ url: string; hits: () => number }> {
  let hits = 0
  const server = createServer((request, response) => {
    hits += 1
    answer(request, response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  // Sound: a TCP server has a port.
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}/jwks.json`, hits: () => hits }
}
