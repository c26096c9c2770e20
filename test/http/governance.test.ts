import fastify, { type FastifyInstance } from 'fastify'
import { describe, expect, test } from 'vitest'
import { type GovernanceOptions, governanceRoutes } from '../../src/http/governance/routes.ts'
import { sealedSession, SESSION_S } from '../../src/http/governance/session.ts'
import { calendarOf } from '../../src/language/calendar.ts'
import type { Governance, GovernanceQuery, RuleCount } from '../../src/store/governance.ts'
import { loadContent } from '../content/loaded.ts'

const TOKEN = 'a-token-of-more-than-thirty-two-characters'
const OTHER = 'another-token-of-more-than-thirty-two-chars'
const NOW = Date.parse('2026-11-21T09:00:00Z')

const count = (rule: string, change: Partial<RuleCount> = {}): RuleCount =>
  ({ rule, day: '2026-11-10', profile: 'label-us', client: 'https://ehr.example', fired: 40, shown: 40, accepted: 10, overridden: 20, unanswered: 10, reasons: [{ code: 'data-wrong', system: 's', display: 'The data shown are wrong', count: 8 }, { count: 12 }], ...change })

const DATA: Governance = {
  rules: [
    count('hold-anc-cycle-start'), count('hold-anc-cycle-start', { day: '2026-10-27', fired: 6, shown: 6, accepted: 5, overridden: 0, unanswered: 1, reasons: [] }),
    count('ursodiol-missing', { fired: 60, shown: 60, accepted: 3, overridden: 57, unanswered: 0, reasons: [{ code: 'already-ordered-elsewhere', count: 57 }], client: 'https://other.example', profile: 'label-eu' }),
    count('qt-ecg-due', { fired: 3, shown: 3, accepted: 0, overridden: 3, unanswered: 0, reasons: [{ code: 'data-wrong', count: 3 }] }),
    count('rule-that-is-gone', { reasons: [] }),
  ],
  calls: [{ day: '2026-11-10', profile: 'label-us', client: 'https://ehr.example', service: 'inotuzumab-order-sign', outcome: 'cards', count: 120 }],
}

interface Setup { readonly tokens?: readonly string[]; readonly command?: 'serve' | 'sandbox'; readonly data?: Governance; readonly publicUrl?: string; readonly options?: Partial<GovernanceOptions> }

function pages({ tokens = [], command = 'sandbox', data = DATA, publicUrl = 'https://cds.example', options = {} }: Setup = {}): { app: FastifyInstance; asked: GovernanceQuery[] } {
  const [app, asked] = [fastify(), [] as GovernanceQuery[]]
  governanceRoutes(app, {
    config: { adminTokens: tokens, command, publicUrl }, content: () => loadContent(), calendar: () => ({ calendar: calendarOf('Europe/Madrid'), timeZone: 'Europe/Madrid' }), now: () => NOW,
    store: { governance: async (query) => { asked.push(query); return data } }, ...options,
  })
  return { app, asked }
}
const FORM = { 'content-type': 'application/x-www-form-urlencoded', host: 'cds.example', 'sec-fetch-site': 'same-origin' }
const signIn = (app: FastifyInstance, token: string, headers: Record<string, string> = FORM) => app.inject({ method: 'POST', url: '/governance/login', headers, payload: new URLSearchParams({ token }).toString() })

describe('the dashboard', () => {
  test('shows firings, answers, shares with intervals and reasons of each rule', async () => {
    const { body, headers } = await pages().app.inject('/governance')
    expect(body).toContain('<a href="/rules/hold-anc-cycle-start">Neutrophils too low to start the next cycle</a>')
    expect(body).toMatch(/57 % <span class="muted">\(41 % to 72 %\)/)
    expect(body).toMatch(/The data shown are wrong \(8\)/)
    expect(body).toContain('no longer exists')
    expect(headers).toMatchObject({ 'cache-control': 'no-store', 'content-security-policy': expect.stringContaining("default-src 'none'") })
  })
  test('hides counts below the limit of the site, and what would tell them', async () => {
    const { body } = await pages().app.inject('/governance/data.json')
    const { rules, limit } = JSON.parse(body) as { limit: number; rules: { rule: string; shown: number | null; overridden: number | null; accepted: number | null; overriddenShare: unknown; reasons: unknown[] }[] }
    expect(limit).toBe(5)
    expect(rules.find(({ rule }) => rule === 'qt-ecg-due')).toMatchObject({ shown: null, overridden: null, overriddenShare: null, reasons: [] })
    expect(rules.find(({ rule }) => rule === 'ursodiol-missing')).toMatchObject({ shown: 60, accepted: null, overridden: null, overriddenShare: null })
    const open = await pages({ options: { content: () => loadContent('label-us', { small_number_limit: 1 }) } }).app.inject('/governance/data.json')
    expect(open.body).toContain('"fired": 3')
  })
  test('names the rules that should be reviewed, and says whether that is sure', async () => {
    const data: Governance = { ...DATA, rules: [count('ursodiol-missing', { fired: 200, shown: 200, accepted: 5, overridden: 195, unanswered: 0 }), count('premed-missing', { fired: 40, shown: 40, accepted: 15, overridden: 25, unanswered: 0 }), count('tls-labs-due', { fired: 29, shown: 29, accepted: 0, overridden: 29, unanswered: 0 })] }
    const body = (await pages({ data }).app.inject('/governance')).body
    const review = /<section class="panel" id="review">(.*?)<\/section>/s.exec(body)?.[1] ?? ''
    expect(review).toMatch(/ursodiol-missing[\s\S]*overridden more often than 90 %; <span class="muted">surely/)
    expect(review).toMatch(/premed-missing[\s\S]*its target of 50 %; <span class="muted">perhaps/)
    expect(review).not.toContain('tls-labs-due')
  })
  test('names a rule that nearly everybody overrides although the few acceptances are hidden, without a number', async () => {
    const data: Governance = { ...DATA, rules: [count('ursodiol-missing', { fired: 60, shown: 60, accepted: 2, overridden: 58, unanswered: 0 })] }
    const body = (await pages({ data }).app.inject('/governance')).body
    const review = /<section class="panel" id="review">(.*?)<\/section>/s.exec(body)?.[1] ?? ''
    expect(review).toMatch(/<\/span>: overridden more often than 90 %; <span class="muted">perhaps/)
  })
  test('asks the store for whole days of the zone of the site', async () => {
    const { app, asked } = pages()
    await app.inject('/governance?from=2026-10-25&until=2026-10-25')
    expect(asked).toEqual([{ since: Date.parse('2026-10-24T22:00:00Z'), until: Date.parse('2026-10-25T23:00:00Z'), timeZone: 'Europe/Madrid' }])
  })
  test.each([['nothing', '', '2026-08-24', '2026-11-21'], ['no dates', '?from=today&until=2026-02-30', '2026-08-24', '2026-11-21'], ['an order turned round', '?from=2026-11-20&until=2026-11-01', '2026-11-01', '2026-11-01'], ['ten years', '?from=2016-01-01&until=2026-01-01', '2024-01-02', '2026-01-01']])(
    'asked for %s keeps to a range in order and in bounds', async (_, query, from, until) => {
      const { body } = await pages().app.inject(`/governance/data.json${query}`)
      expect(JSON.parse(body)).toMatchObject({ view: { from, until } })
    })
  test('narrows by profile and client', async () => {
    const { body } = await pages().app.inject('/governance/data.json?client=https://other.example')
    expect((JSON.parse(body) as { rules: { rule: string }[] }).rules.map(({ rule }) => rule)).toEqual(['ursodiol-missing'])
    expect((await pages().app.inject('/governance/data.json?profile=none')).json()).toMatchObject({ rules: [], calls: 0 })
  })
  test('shows one rule by itself over time, by profile and client, with all its reasons', async () => {
    const reasons = ['data-wrong', 'gilbert', 'emergency', 'counselled'].map((code) => ({ code, count: 10 }))
    const data: Governance = { ...DATA, rules: [...DATA.rules, count('hold-hepatic-labs', { fired: 60, shown: 60, accepted: 20, overridden: 40, unanswered: 0, reasons })] }
    const { body } = await pages({ data }).app.inject('/governance?rule=hold-hepatic-labs')
    expect(body).toContain('Only the rule “Liver tests above the limits for a dose”.')
    expect(body).not.toContain('hold-anc-cycle-start')
    expect(body).toMatch(/Gilbert[\s\S]*Emergency[\s\S]*counselled/)
    expect((await pages({ data }).app.inject('/governance')).body).toContain('rule=hold-hepatic-labs')
  })
  test('counts calls that could not be checked beside those that were, and never among them', async () => {
    const call = (outcome: 'cards' | 'no-cards' | 'refused', n: number) => ({ day: '2026-11-10', profile: 'label-us', client: 'https://ehr.example', service: 's', outcome, count: n })
    const { app } = pages({ data: { rules: DATA.rules, calls: [call('cards', 20), call('no-cards', 30), call('refused', 7)] } })
    expect((await app.inject('/governance/data.json')).json()).toMatchObject({ calls: 50, refused: 7 })
    expect((await app.inject('/governance')).body).toMatch(/could not be checked<\/dt><dd><b>7/)
    expect((await pages().app.inject('/governance')).body).not.toContain('could not be checked')
  })
  test('shows every week of the range in between, also those without a decision', async () => {
    const { periods } = (await pages().app.inject('/governance/data.json')).json<{ periods: { from: string }[] }>()
    expect(periods.map(({ from }) => from)).toEqual(['2026-10-26', '2026-11-02', '2026-11-09'])
  })
  test('says so when there is nothing, and when the store does not answer', async () => {
    const empty = pages({ data: { rules: [], calls: [] } })
    expect((await empty.app.inject('/governance')).body).toContain('No decision was recorded')
    const broken = pages({ options: { store: { governance: () => Promise.reject(new Error('gone: secret')) } } })
    const { statusCode, body } = await broken.app.inject('/governance')
    expect([statusCode, body.includes('could not be read'), body.includes('secret')]).toEqual([503, true, false])
  })
  test('repeats no markup that was sent or stored', async () => {
    const evil = '"><script>alert(1)</script>'
    const { app } = pages({ data: { ...DATA, rules: [count(evil, { client: evil, reasons: [{ code: 'x', display: evil, count: 20 }] })] } })
    expect((await app.inject(`/governance?client=${encodeURIComponent(evil)}&sort=${encodeURIComponent(evil)}`)).body).not.toContain('<script>alert')
  })
})

describe('in Spanish', () => {
  test('the words are Spanish where the reader asks for it, and the numbers the same', async () => {
    const options = { content: (_accepted?: string, chosen?: string) => loadContent('label-us', {}, chosen ?? 'en') }
    const { body } = await pages({ options }).app.inject('/governance?lang=es')
    expect(body).toContain('<html lang="es">')
    expect(body).toMatch(/57 % <span class="muted">\(41 % a 72 %\)/)
    expect(body).not.toMatch(/undefined|Overridden|By week/)
  })
})

describe('the exports', () => {
  test('CSV has a line for each rule, week, profile and client, and runs nothing in a spreadsheet', async () => {
    const { app } = pages({ data: { ...DATA, rules: [...DATA.rules, count('=HYPERLINK("x")', { client: '@evil,"quoted"' })] } })
    const { body, headers } = await app.inject('/governance/data.csv')
    const lines = body.trimEnd().split('\r\n')
    expect(lines[0]).toMatch(/^part,name,indicator,fired/)
    expect(lines).toContainEqual(expect.stringMatching(/^rule,hold-anc-cycle-start,critical,46,46,15,20,11,0\.5714,/))
    expect(lines).toContainEqual(expect.stringMatching(/^rule,"'=HYPERLINK\(""x""\)",/))
    expect(lines).toContainEqual(expect.stringMatching(/^client,"'@evil,""quoted""",/))
    expect(headers['content-disposition']).toBe('attachment; filename="governance-2026-08-24-2026-11-21.csv"')
  })
})

describe('behind authentication', () => {
  test('without a token the pages do not exist in the service, and are open in the sandbox', async () => {
    expect((await pages({ command: 'serve' }).app.inject('/governance')).statusCode).toBe(404)
    expect((await pages().app.inject('/governance')).statusCode).toBe(200)
  })
  test('whoever is not signed in is led to the form, and gets no data', async () => {
    const { app, asked } = pages({ tokens: [TOKEN], command: 'serve' })
    expect(await app.inject('/governance')).toMatchObject({ statusCode: 303, headers: { location: '/governance/login' } })
    for (const url of ['/governance/data.csv', '/governance/data.json']) expect((await app.inject(url)).statusCode).toBe(401)
    expect((await app.inject('/governance/login')).body).toContain('type="password"')
    expect(asked).toEqual([])
  })
  test('the token opens a session whose cookie no script and no other site can use', async () => {
    const { app } = pages({ tokens: [OTHER, TOKEN], command: 'serve' })
    const { statusCode, headers } = await signIn(app, TOKEN)
    const cookie = String(headers['set-cookie'])
    expect([statusCode, headers.location]).toEqual([303, '/governance'])
    expect(cookie).toMatch(/; Path=\/governance; HttpOnly; SameSite=Strict; Max-Age=1800; Secure$/)
    expect(cookie).not.toContain(TOKEN)
    const session = cookie.split(';')[0] ?? ''
    expect((await app.inject({ url: '/governance', headers: { cookie: `a=b; ${session}` } })).statusCode).toBe(200)
    expect((await app.inject({ url: '/governance/data.json', headers: { cookie: session } })).statusCode).toBe(200)
  })
  test('programs send the token as a bearer token', async () => {
    const { app } = pages({ tokens: [TOKEN], command: 'serve' })
    expect((await app.inject({ url: '/governance/data.csv', headers: { authorization: `Bearer ${TOKEN}` } })).statusCode).toBe(200)
    expect((await app.inject({ url: '/governance/data.csv', headers: { authorization: `Bearer ${OTHER}` } })).statusCode).toBe(401)
  })
  test('a wrong token opens nothing', async () => {
    const { app } = pages({ tokens: [TOKEN], command: 'serve' })
    for (const token of ['', OTHER, `${TOKEN}x`]) {
      const { statusCode, headers, body } = await signIn(app, token)
      expect([statusCode, headers['set-cookie'], body.includes('not the token')]).toEqual([401, undefined, true])
    }
  })
  test('an address that tries too often has to wait, with the right token too, and signs nobody else out', async () => {
    const { app } = pages({ tokens: [TOKEN], command: 'serve' })
    const cookie = `ino_cds_governance=${sealedSession(TOKEN, NOW)}`
    const tries = (token: string, count: number) => Promise.all(Array.from({ length: count }, () => signIn(app, token)))
    expect((await tries(OTHER, 10)).map(({ statusCode }) => statusCode)).toEqual(Array.from({ length: 10 }, () => 401))
    const [refused] = await tries(TOKEN, 1)
    expect([refused?.statusCode, refused?.headers['set-cookie'], refused?.body.includes('Too many attempts'), Number(refused?.headers['retry-after']) >= 1]).toEqual([429, undefined, true, true])
    expect((await app.inject({ url: '/governance/data.json', headers: { cookie } })).statusCode).toBe(200)
    const other = await app.inject({ method: 'POST', url: '/governance/login', headers: FORM, remoteAddress: '192.0.2.7', payload: new URLSearchParams({ token: TOKEN }).toString() })
    expect(other.statusCode).toBe(303)
  })
  test.each([
    ['ended', sealedSession(TOKEN, NOW - SESSION_S * 1000)], ['of a token that was replaced', sealedSession(OTHER, NOW)], ['prolonged by hand', sealedSession(TOKEN, NOW).replace(/^\d+/, '9999999999')],
    ['without signature', '9999999999'], ['empty', ''], ['of words', 'a.b.c'],
  ])('a session %s opens nothing', async (_, value) => {
    const { app } = pages({ tokens: [TOKEN], command: 'serve' })
    expect((await app.inject({ url: '/governance/data.json', headers: { cookie: `ino_cds_governance=${value}` } })).statusCode).toBe(401)
  })
  test('is until its last second', async () => {
    const { app } = pages({ tokens: [TOKEN], command: 'serve' })
    const cookie = `ino_cds_governance=${sealedSession(TOKEN, NOW - SESSION_S * 1000 + 1000)}`
    expect((await app.inject({ url: '/governance/data.json', headers: { cookie } })).statusCode).toBe(200)
  })
  test.each([['another site by Sec-Fetch-Site', { 'sec-fetch-site': 'cross-site' }], ['a sister site', { 'sec-fetch-site': 'same-site' }], ['another origin', { 'sec-fetch-site': undefined, origin: 'https://evil.example' }], ['no origin at all', { 'sec-fetch-site': undefined, origin: 'null' }]])(
    'a form of %s is refused', async (_, change) => {
      const { app } = pages({ tokens: [TOKEN], command: 'serve' })
      const headers = Object.fromEntries(Object.entries({ ...FORM, ...change }).filter(([, value]) => value !== undefined)) as Record<string, string> // sound: the undefined ones are dropped
      expect(await signIn(app, TOKEN, headers)).toMatchObject({ statusCode: 403, headers: expect.not.objectContaining({ 'set-cookie': expect.anything() }) })
    })
  test('signing out ends the session in the browser', async () => {
    const { app } = pages({ tokens: [TOKEN], command: 'serve', publicUrl: 'http://localhost:8080' })
    const cookie = `ino_cds_governance=${sealedSession(TOKEN, NOW)}`
    const { headers } = await app.inject({ method: 'POST', url: '/governance/logout', headers: { ...FORM, cookie }, payload: '' })
    expect(headers['set-cookie']).toBe('ino_cds_governance=; Path=/governance; HttpOnly; SameSite=Strict; Max-Age=0')
  })
})

describe('published below a path', () => {
  test('links, redirects and cookie keep to it', async () => {
    const { app } = pages({ tokens: [TOKEN], command: 'serve', publicUrl: 'https://cds.example/ino' })
    expect(await app.inject('/governance')).toMatchObject({ headers: { location: '/ino/governance/login' } })
    const { headers } = await signIn(app, TOKEN)
    expect([headers.location, String(headers['set-cookie']).includes('; Path=/ino/governance;')]).toEqual(['/ino/governance', true])
    const { body } = await app.inject({ url: '/governance', headers: { authorization: `Bearer ${TOKEN}` } })
    expect([...body.matchAll(/ (?:href|src|action)="(\/[^"]*)"/g)].filter(([, address = '']) => !address.startsWith('/ino/'))).toEqual([])
  })
})

describe('the demonstration month', () => {
  test('is loaded by a form of the page itself, and only where there is one', async () => {
    let loaded = 0
    const { app } = pages({ options: { loadDemo: async () => { loaded += 1 }, demoClient: 'https://demo.example' } })
    expect((await app.inject('/governance')).body).toContain('action="/governance/demo"')
    expect((await app.inject({ method: 'POST', url: '/governance/demo', headers: { ...FORM, 'sec-fetch-site': 'cross-site' }, payload: '' })).statusCode).toBe(403)
    expect((await app.inject({ method: 'POST', url: '/governance/demo', headers: FORM, payload: '' })).statusCode).toBe(303)
    expect(loaded).toBe(1)
    expect((await pages().app.inject({ method: 'POST', url: '/governance/demo', headers: FORM, payload: '' })).statusCode).toBe(404)
  })
  test('is marked wherever it is part of what is shown', async () => {
    const demo = { loadDemo: async () => undefined, demoClient: 'https://ehr.example' }
    expect((await pages({ options: demo }).app.inject('/governance')).body).toContain('made-up decisions of the demonstration.')
    expect((await pages({ options: demo }).app.inject('/governance?client=https://other.example')).body).not.toContain('made-up decisions of the demonstration.')
  })
})
