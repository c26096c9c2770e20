import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fastify, type FastifyInstance } from 'fastify'
import { describe, expect, onTestFinished, test } from 'vitest'
import { serveTimeline } from '../../src/http/built-pages.ts'

const CONFIG = { servers: [{ name: 'EHR', iss: 'https://ehr.example/fhir/r4', clientId: 'a', origins: ['https://login.example/oauth'] }, { name: 'own', iss: '/fhir', clientId: 'b' }], scope: 'patient/*.rs', redirectUri: '/timeline/' }

/** What the bundler leaves behind. */
function built(): string {
  const webRoot = mkdtempSync(join(tmpdir(), 'ino-web-'))
  for (const folder of ['timeline', 'assets']) mkdirSync(join(webRoot, folder))
  for (const [path, text] of [['index.html', 'order entry'], ['timeline/index.html', 'the timeline'], ['assets/engine-1.js', 'export {}'], ['assets/engine-1.js.br', 'packed'], ['timeline.config.json', '{"shipped":true}']] as const) writeFileSync(join(webRoot, path), text)
  return webRoot
}

function configured(config: unknown): string {
  const file = join(mkdtempSync(join(tmpdir(), 'ino-timeline-')), 'timeline.json')
  writeFileSync(file, JSON.stringify(config))
  return file
}

async function served(config: unknown = CONFIG): Promise<FastifyInstance> {
  const app = fastify()
  serveTimeline(app, built(), configured(config))
  await app.ready()
  onTestFinished(() => app.close())
  return app
}

describe('the SMART app of a hospital', () => {
  test('is served with the configuration of the site, and order entry is not', async () => {
    const app = await served()
    expect((await app.inject('/timeline/')).body).toBe('the timeline')
    expect((await app.inject('/timeline.config.json')).json()).toMatchObject({ servers: [{ iss: 'https://ehr.example/fhir/r4', pkce: 'required' }, { iss: '/fhir' }] })
    expect((await app.inject('/')).statusCode).toBe(404)
    expect((await app.inject('/manifest.json')).statusCode).toBe(404)
  })

  test('may talk to its own server and to those that are named, and to nobody else', async () => {
    const app = await served()
    expect((await app.inject('/timeline/')).headers['content-security-policy']).toContain("connect-src 'self' https://ehr.example https://login.example; object-src 'none'")
    expect((await app.inject('/assets/engine-1.js')).headers['content-security-policy']).toContain("connect-src 'self';")
  })

  test('its scripts keep for a year and go out compressed', async () => {
    const { headers, body } = await (await served()).inject({ url: '/assets/engine-1.js', headers: { 'accept-encoding': 'br' } })
    expect([headers['content-encoding'], headers['cache-control'], body]).toEqual(['br', 'public, max-age=31536000, immutable', 'packed'])
  })

  test.each([
    ['no server', { ...CONFIG, servers: [] }, /servers: /], ['a member nobody knows', { ...CONFIG, secret: 'x' }, /secret/], ['no scope', { ...CONFIG, scope: '' }, /scope: /],
  ])('a configuration with %s stops the start', (_, config, problem) => {
    expect(() => serveTimeline(fastify(), built(), configured(config))).toThrow(problem)
  })

  test('pages that are not built stop the start', () => {
    expect(() => serveTimeline(fastify(), mkdtempSync(join(tmpdir(), 'ino-empty-')), configured(CONFIG))).toThrow(/not built: there is no timeline\/index\.html/)
  })
})
