import { gunzipSync } from 'node:zlib'
import { fastify } from 'fastify'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { contentTexts, type ContentTexts } from '../../src/content/texts.ts'
import { isContent, linkContent } from '../../src/content/link.ts'
import { DEFAULT_SITE, hashOf } from '../../src/content/compile.ts'
import { readContentFiles } from '../../src/content/files.ts'
import { registerContentTexts } from '../../src/http/content-texts.ts'
import { loadContent, ROOT } from '../content/loaded.ts'

const files = readContentFiles(ROOT)
const textsFor = (profile: string): ContentTexts => contentTexts(files, { hash: hashOf(files, { ...DEFAULT_SITE, profile }), site: { ...DEFAULT_SITE, profile }, timezone: 'UTC', site_uln: {} })

let texts = textsFor('label-us')
const app = fastify()
let address = ''
beforeAll(async () => {
  registerContentTexts(app, () => texts)
  address = `${await app.listen({ port: 0, host: '127.0.0.1' })}/content.json`
})
afterAll(() => app.close())

test('the texts compile elsewhere to the rules and settings that are in force here', async () => {
  const sent = await (await fetch(address)).json() as ContentTexts // sound: what contentTexts made
  const content = linkContent(new Map(Object.entries(sent.files)), sent.site, sent.hash)
  const own = loadContent()
  expect(isContent(content) && [content.hash, content.rules.map(({ id }) => id), content.settings]).toEqual([own.hash, own.rules.map(({ id }) => id), own.settings])
})

test('unchanged texts are not sent again, and changed ones are', async () => {
  const etag = (await fetch(address)).headers.get('etag') ?? ''
  expect((await fetch(address, { headers: { 'if-none-match': etag } })).status).toBe(304)
  texts = textsFor('label-eu')
  const changed = await fetch(address, { headers: { 'if-none-match': etag } })
  expect([changed.status, changed.headers.get('etag') === etag]).toEqual([200, false])
})

test('they are packed for those who can unpack', async () => {
  const packed = await app.inject({ url: '/content.json', headers: { 'accept-encoding': 'gzip, br' } })
  const plain = await app.inject({ url: '/content.json', headers: { 'accept-encoding': 'identity' } })
  expect(packed.headers['content-encoding']).toBe('gzip')
  expect(gunzipSync(packed.rawPayload).equals(plain.rawPayload)).toBe(true)
  expect(packed.rawPayload.length).toBeLessThan(plain.rawPayload.length / 3)
})
