import fastify from 'fastify'
import { describe, expect, test } from 'vitest'
import { registerRulePages } from '../../src/http/rule-pages.ts'
import { loadContent } from '../content/loaded.ts'

const content = loadContent()
const app = fastify()
registerRulePages(app, () => content, { home: '/' })

const bodyOf = async (url: string): Promise<string> => (await app.inject(url)).body
const found = async (query: string): Promise<readonly string[]> => [...(await bodyOf(`/rules?${query}`)).matchAll(/<a href="\/rules\/([a-z0-9-]+)">[^<]+<\/a><br>/g)].map(([, id]) => id ?? '')

describe('the pages behind the evidence links', () => {
  test('list every rule', async () => expect((await found('')).toSorted()).toEqual(content.rules.map(({ id }) => id).toSorted()))

  test('show conditions, limits in force, evidence, examples and reasons of a rule', async () => {
    const { body, headers } = await app.inject('/rules/hold-anc-cycle-start')
    for (const said of ['%ancLatest &lt; %setting.anc_threshold', 'ANC needed to start the next cycle', 'exactly 1.0 passes', 'Table 3 row 1', 'newer-result-ok', 'order-sign']) expect([said, body.includes(said)]).toEqual([said, true])
    expect(headers['content-security-policy']).toContain("default-src 'none'")
  })

  test('show every rule without a placeholder left open, with an anchor for its evidence', async () => {
    for (const { id } of content.rules) {
      const { body, statusCode } = await app.inject(`/rules/${id}`)
      expect([id, statusCode, body.includes('{{'), body.includes('id="evidence"'), body.includes('undefined')]).toEqual([id, 200, false, true, false])
    }
  })

  test('name patient values as gaps and say what happens without data', async () => {
    const body = await bodyOf('/rules/hold-anc-cycle-start')
    expect(body).toMatch(/ANC <var title="ancLatest">value<\/var> on <var title="ancLatest.short">date<\/var>/)
    expect(await bodyOf('/rules/hold-hepatic-labs')).toContain('<var title="bilirubinLatestXuln">Total bilirubin in ')
    expect(body).toContain('<a href="/rules/dose-cbc-missing-or-stale">dose-cbc-missing-or-stale</a>')
    expect(body).toContain('never counts as normal')
  })

  test('say which rule replaces which', async () => {
    expect(await bodyOf('/rules/qt-hold-gt470')).toMatch(/Is replaced by[\s\S]*\/rules\/qt-hold-gt500[\s\S]*The higher limit decides/)
    expect(await bodyOf('/rules/qt-hold-gt500')).toMatch(/Replaces[\s\S]*\/rules\/qt-hold-gt470/)
  })

  test('mark a value of the site that is not the default, and show the default beside it', async () => {
    const site = fastify()
    registerRulePages(site, () => loadContent('label-us', { anc_threshold: 0.75 }))
    const { body } = await site.inject('/rules/hold-anc-cycle-start')
    expect(body).toMatch(/class="differs here">0\.75/)
    expect(body).toMatch(/data-label="Default">1 /)
  })

  test('show what other profiles say', async () => expect(await bodyOf('/rules/dosing-vial-plan')).toMatch(/European summary[^<]*: 1/))

  test('are not found under an id that no rule has: programs get an OperationOutcome, people a page that goes on', async () => {
    expect((await app.inject('/rules/no-such-rule')).json()).toMatchObject({ resourceType: 'OperationOutcome' })
    const { statusCode, body } = await app.inject({ url: '/rules/no-such-rule', headers: { accept: 'text/html,*/*' } })
    expect([statusCode, body.includes('no rule called no-such-rule'), body.includes('name="q"')]).toEqual([404, true, true])
  })

  test('trace statements to rules and back', async () => {
    expect(await bodyOf('/rules/trace')).toMatch(/<tr id="S0-\d+">/)
    expect(await bodyOf('/rules/hold-anc-cycle-start')).toMatch(/\/rules\/trace#S0-\d+/)
  })
})

describe('the search', () => {
  test('finds rules in which all words occur, wherever they stand', async () => {
    expect(await found('q=neutrophils+cycle')).toContain('hold-anc-cycle-start')
    expect(await found('q=qtcf_start_limit_ms')).toContain('qt-hold-gt470')
    expect(await found('q=neutrophils+defibrotide')).toEqual([])
  })
  test('narrows by group, urgency and profile', async () => {
    expect(new Set((await found('group=qt')).map((id) => content.rules.find((rule) => rule.id === id)?.group))).toEqual(new Set(['qt']))
    expect(await found('group=qt&indicator=critical')).toEqual(['qt-electrolytes-abnormal', 'qt-hold-gt470', 'qt-hold-gt500'])
    expect(await found('q=consent&profile=es-valtermed')).toContain('elig-consent-and-dataset')
    expect(await found('q=consent&profile=label-us')).not.toContain('elig-consent-and-dataset')
  })
  test('says so when nothing is found, and never repeats markup that was sent', async () => {
    const body = await bodyOf(`/rules?q=${encodeURIComponent('"><script>alert(1)</script>')}`)
    expect(body).toContain('No rule matches')
    expect(body).not.toContain('<script>alert')
    expect(body).toContain('&lt;script&gt;')
  })
  test('takes a parameter sent twice for none', async () => expect((await found('group=qt&group=vod')).length).toBe(content.rules.length))
})

describe('every page', () => {
  test('loads only from this server, and its style and script are kept under names with a hash', async () => {
    const { body } = await app.inject('/rules')
    expect(body).not.toMatch(/style="|<style|onclick=/)
    for (const [, address = ''] of body.matchAll(/(?:href|src)="(\/pages\/[^"]+)"/g)) {
      const { statusCode, headers } = await app.inject(address)
      expect([address, statusCode, headers['cache-control']]).toEqual([address, 200, 'public, max-age=31536000, immutable'])
    }
  })
  test('names each group of rules', () => expect([...new Set(content.rules.map(({ group }) => group))].filter((group) => content.deck.groups[group] === undefined)).toEqual([]))
})
