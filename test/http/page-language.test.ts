import fastify from 'fastify'
import { describe, expect, test } from 'vitest'
import { compileContents, isContents } from '../../src/content/languages.ts'
import { DEFAULT_SITE } from '../../src/content/compile.ts'
import { readContentFiles } from '../../src/content/files.ts'
import { registerRulePages } from '../../src/http/rule-pages.ts'
import { ROOT } from '../content/loaded.ts'

const contents = compileContents(readContentFiles(ROOT), DEFAULT_SITE)
if (!isContents(contents)) throw new Error('the content has problems')
const app = fastify()
registerRulePages(app, contents.in)

const page = (url: string, headers: Readonly<Record<string, string>> = {}) => app.inject({ url, headers })

describe('the language of a rule page', () => {
  test.each([
    ['English without a wish', '/rules/qt-hold-gt500', {}, 'en'],
    ['what the browser prefers', '/rules/qt-hold-gt500', { 'accept-language': 'es-ES,es;q=0.9' }, 'es'],
    ['what the address asks, against the browser', '/rules/qt-hold-gt500?lang=en', { 'accept-language': 'es' }, 'en'],
    ['what was chosen before', '/rules', { cookie: 'theme=dark; language=es' }, 'es'],
    ['English where nobody speaks what is asked', '/rules/trace?lang=xx', { cookie: 'language=yy' }, 'en'],
    ['the browser’s where the choice is no language', '/rules?lang=%3Cscript%3E', { 'accept-language': 'es' }, 'es'],
  ])('is %s', async (_, url, headers, language) => {
    const { body } = await page(url, headers)
    expect(body).toContain(`<html lang="${language}">`)
  })

  test('is remembered once it is chosen, and not else', async () => {
    expect((await page('/rules?lang=es')).headers['set-cookie']).toBe('language=es; Path=/; Max-Age=31536000; SameSite=Lax')
    expect((await page('/rules')).headers['set-cookie']).toBeUndefined()
    expect((await page('/rules?lang=es%3B%20Path')).headers['set-cookie']).toBeUndefined()
  })

  test('is that of headings, sentences and settings alike, and offers the other', async () => {
    const { body } = await page('/rules/qt-hold-gt500?lang=es')
    for (const said of ['QTcF por encima de 500 ms', 'Salta cuando se cumple todo esto', 'QTcF por encima del cual se frena cualquier dosis', 'QT vigilado, sin alternativa', 'href="?lang=en"']) expect([said, body.includes(said)]).toEqual([said, true])
  })
})
