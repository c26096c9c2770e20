import { fastify } from 'fastify'
import { describe, expect, it, onTestFinished } from 'vitest'
import { adminRoutes, type AdminConfig } from '../../src/http/admin-auth.ts'
import { declareState } from '../../src/http/request-state.ts'

const OLD = 'a-secret-of-at-least-32-characters'
const NEW = 'another-secret-of-32-characters-or-more'

async function admin(config: AdminConfig): Promise<(authorization?: string) => Promise<Response>> {
  const app = fastify()
  declareState(app)
  adminRoutes(app, config, (scope) => void scope.get('/admin/thing', async () => 'the thing'))
  app.get('/other', async () => 'open')
  const base = await app.listen({ port: 0, host: '127.0.0.1' })
  onTestFinished(() => app.close())
  return (authorization) => fetch(`${base}/admin/thing`, authorization === undefined ? {} : { headers: { authorization } })
}

describe('a route under /admin/', () => {
  it('does not exist in the service without ADMIN_TOKEN', async () => {
    expect((await (await admin({ adminTokens: [], command: 'serve' }))()).status).toBe(404)
  })

  it('is open in the sandbox without ADMIN_TOKEN, and closed with one', async () => {
    expect((await (await admin({ adminTokens: [], command: 'sandbox' }))()).status).toBe(200)
    expect((await (await admin({ adminTokens: [OLD], command: 'sandbox' }))()).status).toBe(401)
  })

  it.each([OLD, NEW])('opens with either of two tokens, so that one can replace the other', async (token) => {
    const response = await (await admin({ adminTokens: [OLD, NEW], command: 'serve' }))(`Bearer ${token}`)
    expect([response.status, await response.text(), response.headers.get('cache-control')]).toEqual([200, 'the thing', 'no-store'])
  })

  it.each([
    ['no header', undefined], ['an empty token', 'Bearer '], ['another scheme', `Basic ${OLD}`], ['the bare token', OLD], ['a longer token', `Bearer ${OLD}x`], ['a shorter token', `Bearer ${OLD.slice(0, -1)}`],
    ['another case', `Bearer ${OLD.toUpperCase()}`], ['both tokens', `Bearer ${OLD},${NEW}`], ['two words', `Bearer ${OLD} ${OLD}`],
  ])('refuses %s with the same empty 401', async (_, authorization) => {
    const response = await (await admin({ adminTokens: [OLD, NEW], command: 'serve' }))(authorization)
    expect([response.status, await response.text(), response.headers.get('www-authenticate'), response.headers.get('cache-control')]).toEqual([401, '', 'Bearer', 'no-store'])
  })
})
