import { createLocalJWKSet, jwtVerify } from 'jose'
import { describe, expect, test } from 'vitest'
import { demoClients } from '../../src/sandbox/demo-clients.ts'
import { signedToken } from '../../src/web/signing.ts'

describe('a signed call', () => {
  test('verifies with the public key of its client, for its audience, and is new every time', async () => {
    for (const { dialect, iss, privateKey, publicKey } of await demoClients()) {
      const client = { dialect, iss, key: { ...privateKey, kid: publicKey.kid } }
      const keys = createLocalJWKSet({ keys: [publicKey] })
      const tokens = await Promise.all([0, 1].map(() => signedToken(client, 'https://cds.example/cds-services/x', new Date())))
      const read = await Promise.all(tokens.map((token) => jwtVerify(token, keys, { issuer: iss, audience: 'https://cds.example/cds-services/x', algorithms: ['ES384'], requiredClaims: ['exp', 'iat', 'jti'] })))
      expect(new Set(read.map(({ payload }) => payload.jti)).size).toBe(2)
      expect(read[0]?.protectedHeader).toMatchObject({ alg: 'ES384', typ: 'JWT', kid: `demo-${dialect}` })
    }
  })
})
