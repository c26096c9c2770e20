import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest'
import { z } from 'zod'
import { type App, createApp } from '../../src/app.ts'
import { openApi } from '../../src/commands/openapi.ts'
import { isProblems, readConfig } from '../../src/config.ts'
import { OPERATIONS } from '../../src/http/openapi/operations.ts'
import { componentSchemas, type SchemaName } from '../../src/http/openapi/schemas.ts'
import { createLogger } from '../../src/logging.ts'
import { chartOf, prefetchOf, recordOf, requestOf } from '../requests/record.ts'

const dataDir = mkdtempSync(join(tmpdir(), 'ino-openapi-'))
const ADMIN = 'administrator-secret-of-enough-letters'
let app: App
let base: string
beforeAll(async () => {
  const config = readConfig({ AUTH_MODE: 'none', PORT: '0', DATA_DIR: dataDir, ADMIN_TOKEN: ADMIN, PUBLIC_URL: 'https://cds.test/ino' }, { command: 'serve' })
  if (isProblems(config)) throw new TypeError('bad configuration')
  app = await createApp(config, createLogger('silent'))
  base = await app.server.listen({ host: '127.0.0.1', port: 0 })
})
afterAll(async () => {
  await app.close()
  rmSync(dataDir, { recursive: true })
})

interface Route { readonly path: string; readonly methods: readonly string[] }

/** The routes of the application, read from the tree that Fastify prints. */
function routes(): readonly Route[] {
  const open: string[] = []
  return app.server.printRoutes({ commonPrefix: false }).split('\n').flatMap((line) => {
    const [, indent = '', own = '', methods] = /^([│├└─\s]*)(.*?)(?: \(([A-Z, ]+)\))?$/.exec(line) ?? []
    open.splice(Math.max(0, indent.length / 4 - 1), open.length, own)
    return methods === undefined ? [] : [{ path: open.join(''), methods: methods.split(', ') }]
  })
}
const inBraces = (path: string): string => path.replaceAll(/:(\w+)/g, '{$1}')
/** Files of pages, and the same description in other places. */
const isOfThePage = (path: string): boolean => path.startsWith('/docs/static') || path.startsWith('/pages/') || ['/docs/json', '/docs/yaml', '/docs/'].includes(path)
/** Answers to preflights, and files below the page. */
const isPreflight = (path: string): boolean => path.endsWith('*')

describe('the description', () => {
  test('is the one that is checked in', () => {
    expect(readFileSync(new URL('../../docs/openapi.json', import.meta.url), 'utf8')).toBe(`${openApi().lines.join('\n')}\n`)
  })

  test('names every route of the service', async () => {
    const described = new Set(OPERATIONS.map(({ method, path }) => `${method.toUpperCase()} ${path}`))
    const registered = routes().flatMap(({ path, methods }) => (isOfThePage(path) || isPreflight(path) ? [] : methods.map((method) => ({ path, method }))))
    expect(registered.length).toBeGreaterThan(10)
    const undescribed = registered.filter(({ path, method }) => !['HEAD', 'OPTIONS'].includes(method) && !described.has(`${method} ${inBraces(path)}`))
    // What is left says that the method is not allowed.
    for (const { path, method } of undescribed) expect([method, path, (await fetch(base + path, { method })).status]).toEqual([method, path, 405])
  })

  test('names no route that is not there', () => {
    const registered = new Set(routes().flatMap(({ path, methods }) => methods.map((method) => `${method} ${inBraces(path)}`)))
    expect(OPERATIONS.map(({ method, path }) => `${method.toUpperCase()} ${path}`).filter((one) => !registered.has(one))).toEqual([])
  })

  test('names each operation once', () => {
    const { paths } = JSON.parse(openApi().lines.join('')) as { paths: Record<string, Record<string, { operationId: string }>> } // sound: just made
    const ids = Object.values(paths).flatMap((path) => Object.values(path).map(({ operationId }) => operationId))
    expect(new Set(ids).size).toBe(OPERATIONS.length)
  })
})

/** What does not fit the schema of the description. */
function breaches(name: SchemaName, value: unknown): readonly string[] {
  const schema = componentSchemas()[name]
  if (!schema) throw new TypeError(`no schema ${name}`)
  return z.fromJSONSchema(schema).safeParse(value).error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? []
}
const chart = chartOf('described')
const call = (body: unknown, path = '/cds-services/inotuzumab-order-sign') => ({ path, method: 'POST', body })
const admin = { path: '/admin/content/reload', method: 'POST', headers: { authorization: `Bearer ${ADMIN}` } }

describe('a real answer is as described:', () => {
  it.each<{ path: string; method?: string; body?: unknown; headers?: Record<string, string>; status: number; schema: SchemaName }>([
    { path: '/cds-services', status: 200, schema: 'Discovery' },
    { ...call(requestOf(chart, { prefetch: prefetchOf(recordOf(chart)) })), status: 200, schema: 'HookResponse' }, { ...call(requestOf(chart, { drafts: [] })), status: 200, schema: 'HookResponse' },
    { ...call({}), status: 400, schema: 'OperationOutcome' }, { ...call(requestOf(chart)), status: 412, schema: 'OperationOutcome' }, { ...call({}, '/cds-services/nobody'), status: 404, schema: 'OperationOutcome' },
    { ...call({}, '/cds-services/inotuzumab-order-sign/feedback'), status: 400, schema: 'OperationOutcome' }, { path: '/cds-services', method: 'DELETE', status: 405, schema: 'OperationOutcome' }, { path: '/rules/nobody', status: 404, schema: 'OperationOutcome' },
    { path: '/health/live', status: 200, schema: 'Live' }, { path: '/health/ready', status: 200, schema: 'Ready' }, { ...admin, status: 200, schema: 'Reloaded' },
  ])('$status of $path', async ({ path, method = 'GET', body, headers, status, schema }) => {
    const response = await fetch(base + path, { method, ...(body === undefined ? { headers: headers ?? {} } : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }) })
    expect(response.status).toBe(status)
    const sent: unknown = await response.json()
    expect(breaches(schema, sent)).toEqual([])
    expect(breaches(schema, { ...(sent as object), cards: 5, services: 5, resourceType: 5, status: 5, outcome: 5 })).not.toEqual([])
  })

  it('what is sent to it, too', () => {
    expect(breaches('HookRequest', requestOf(chart, { prefetch: {} }))).toEqual([])
    expect(breaches('HookRequest', { hook: 'order-sign' })).not.toEqual([])
    expect(breaches('Feedback', { feedback: [{ card: 'x', outcome: 'overridden', outcomeTimestamp: '2026-11-20T09:17:42Z' }] })).toEqual([])
    expect(breaches('Feedback', { feedback: [{ card: 'x' }] })).not.toEqual([])
  })
})

describe('/docs', () => {
  test('is a page under a policy of its own, which holds nowhere else', async () => {
    const page = await fetch(`${base}/docs`)
    const policy = page.headers.get('content-security-policy') ?? ''
    expect([page.status, page.headers.get('content-type')]).toEqual([200, expect.stringContaining('text/html')])
    expect(policy).toMatch(/script-src 'self'(?:;|$)/)
    const scripts = [...(await page.text()).matchAll(/<(?:script[^>]*src|link[^>]*href)="([^"]+)"/g)].map(([, address = '']) => new URL(address, `${base}/docs`).href)
    expect(scripts.length).toBeGreaterThan(2)
    for (const address of scripts) {
      const file = await fetch(address)
      // Read to its end: a file half sent would keep the service from closing.
      expect([address, file.status, (await file.arrayBuffer()).byteLength > 0]).toEqual([address, 200, true])
    }
    expect((await fetch(`${base}/cds-services`)).headers.get('content-security-policy')).toBe("default-src 'none'; frame-ancestors 'none'")
  })

  test('has no script or style of its own in the page, so that the policy need not allow any', async () => {
    expect(await (await fetch(`${base}/docs`)).text()).not.toMatch(/<script(?![^>]*src=)[^>]*>/)
  })

  test('names the address under which the service is known', async () => {
    const description: unknown = await (await fetch(`${base}/docs/openapi.json`)).json()
    expect(description).toMatchObject({ openapi: '3.1.0', servers: [{ url: 'https://cds.test/ino' }] })
  })
})

test('every page and every answer of a service behind TLS keeps browsers to TLS', async () => {
  const paths = OPERATIONS.filter(({ method }) => method === 'get').map(({ path }) => path.replace('{id}', 'hold-anc-cycle-start'))
  const kept = await Promise.all([...paths, '/nowhere'].map(async (path) => {
    const response = await fetch(base + path, { redirect: 'manual' })
    await response.arrayBuffer()
    return [path, response.headers.get('strict-transport-security')]
  }))
  expect(kept.length).toBeGreaterThan(10)
  expect(kept.filter(([, header]) => header !== 'max-age=31536000')).toEqual([])
})
