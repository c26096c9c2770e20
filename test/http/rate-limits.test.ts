import { beforeAll, describe, expect, it } from 'vitest'
import { bearer, client, signer, type Signer } from './ehr.ts'
import { codeOf, request, run, type Running, SIGN } from './service.ts'

let key: Signer
beforeAll(async () => {
  key = await signer('k1')
})

const OTHER = 'https://other.test'
const limited = (rateLimits: { client: number; address: number }, authMode: 'jwt' | 'none' = 'jwt') =>
  run({ config: { authMode, clients: [client([key.jwk]), client([key.jwk], { iss: OTHER })], rateLimits } })
const statuses = async (service: Running, calls: number, change: object = {}): Promise<number[]> => {
  const all: number[] = []
  for (let call = 0; call < calls; call += 1) all.push((await service.post(SIGN, request(), await bearer(key, change))).status)
  return all
}
const bodiless = async (service: Running, calls: number): Promise<number[]> => Promise.all(Array.from({ length: calls }, async () => (await service.post(SIGN, request())).status))

describe('a client', () => {
  // 30 a minute are 5 in a window of 10 seconds.
  it('that calls too often is told how long to wait, and nobody else is', async () => {
    const service = await limited({ client: 30, address: 0 })
    expect(await statuses(service, 7)).toEqual([200, 200, 200, 200, 200, 429, 429])
    expect(await statuses(service, 1, { iss: OTHER })).toEqual([200])
    const refused = await service.post(SIGN, request(), await bearer(key))
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(1)
    expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(10)
    expect(await codeOf(refused)).toBe('rate-limited')
    expect(service.calls).toHaveLength(6)
  })

  it('is not counted for tokens that are refused', async () => {
    const service = await limited({ client: 6, address: 0 })
    expect(await statuses(service, 5, { aud: 'x' })).toEqual([401, 401, 401, 401, 401])
    expect(await statuses(service, 1)).toEqual([200])
  })

  it('may call as often as it likes with 0', async () => {
    expect(new Set(await statuses(await limited({ client: 0, address: 0 }), 20))).toEqual(new Set([200]))
  })

  it('is never counted where nobody has to say who they are', async () => {
    expect(new Set(await bodiless(await limited({ client: 6, address: 0 }, 'none'), 10))).toEqual(new Set([200]))
  })
})

describe('an address', () => {
  it('is counted before anything is known of its callers, at discovery too', async () => {
    const service = await limited({ client: 0, address: 24 })
    expect((await bodiless(service, 3))).toEqual([401, 401, 401])
    expect((await fetch(`${service.base}/cds-services`)).status).toBe(200)
    const refused = await fetch(`${service.base}/cds-services`)
    expect([refused.status, await codeOf(refused)]).toEqual([429, 'rate-limited'])
  })

  it('may always ask how the service is doing', async () => {
    const service = await limited({ client: 0, address: 6 })
    for (let ask = 0; ask < 5; ask += 1) expect((await fetch(`${service.base}/health/ready`)).status).toBe(200)
  })
})
