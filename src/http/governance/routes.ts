import rateLimit from '@fastify/rate-limit'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Config } from '../../config.ts'
import type { Content } from '../../engine/rule.ts'
import type { Calendar } from '../../language/calendar.ts'
import { loggedError } from '../../logging.ts'
import type { Governance } from '../../store/governance.ts'
import type { Store } from '../../store/store.ts'
import { documentOf, prefixOf, sendPage } from '../pages/layout.ts'
import type { Markup } from '../pages/markup.ts'
import { chosenLanguage } from '../page-language.ts'
import { PAGE_TEXTS_ES } from '../pages/texts.es.ts'
import { PAGE_TEXTS, type PageTexts } from '../pages/texts.ts'
import { addDays, startOf } from './days.ts'
import { csvOf, jsonOf } from './export.ts'
import { dashboardBody, failedBody, loginBody, type LoginProblem } from './page.ts'
import { type GovernanceView, viewOf } from './query.ts'
import { endSession, isOwnForm, isSession, isToken, openSession, sentSession, SESSION_S } from './session.ts'
import { summarize } from './summary.ts'
import { GOVERNANCE_TEXTS_ES } from './texts.es.ts'
import { GOVERNANCE_TEXTS, type GovernanceTexts } from './texts.ts'

export interface GovernanceOptions {
  readonly config: Pick<Config, 'adminTokens' | 'command' | 'publicUrl'>
  readonly store: Pick<Store, 'governance'>
  /** The content in force, in the language the reader chose or takes. */
  readonly content: (acceptLanguage?: string, chosen?: string) => Content
  readonly calendar: () => { readonly calendar: Calendar; readonly timeZone: string }
  readonly now?: () => number
  /** Writes made-up decisions into the store; only where there are made-up patients. */
  readonly loadDemo?: () => Promise<void>
  /** The client they are written under. */
  readonly demoClient?: string
}

const LOGIN = '/governance/login'
const BODY_LIMIT = 4096
const MINUTES = SESSION_S / 60
/** Forms an address may send in the window (ms): more than people mistype, too few to guess. */
const ATTEMPTS = { max: 10, timeWindow: 60_000 }

const fieldOf = (body: unknown, name: string): string => (body instanceof URLSearchParams ? body.get(name) ?? '' : '')

/** The pages of the committee at `/governance`. Without ADMIN_TOKEN they do not exist, except in the sandbox, which leaves them open. */
export function governanceRoutes(app: FastifyInstance, options: GovernanceOptions): void {
  const { adminTokens, command } = options.config
  if (adminTokens.length === 0 && command !== 'sandbox') return
  void app.register(async (pages) => {
    pages.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string', bodyLimit: BODY_LIMIT }, (_request, body, done) => done(null, new URLSearchParams(String(body))))
    pages.addHook('onRequest', async (_request, reply) => void reply.header('cache-control', 'no-store'))
    if (adminTokens.length > 0) await signingIn(pages, options)
    views(pages, options)
  })
}

/** The content and the words in the language of the reader. */
interface Spoken { readonly content: Content; readonly texts: GovernanceTexts; readonly pageTexts: PageTexts }

function spokenIn(request: FastifyRequest, options: GovernanceOptions): Spoken {
  const content = options.content(request.headers['accept-language'], chosenLanguage(request))
  return content.phrases.language === 'es' ? { content, texts: GOVERNANCE_TEXTS_ES, pageTexts: PAGE_TEXTS_ES } : { content, texts: GOVERNANCE_TEXTS, pageTexts: PAGE_TEXTS }
}

/** Sends a page of the committee's. */
function page(reply: FastifyReply, { content, texts, pageTexts }: Spoken, body: Markup, { config }: GovernanceOptions): FastifyReply {
  const { profileTitle, labelRevision, hash, languages } = content
  const home = config.command === 'sandbox' ? '/' : undefined
  return sendPage(reply, documentOf({ languages, title: texts.title, at: 'governance', hasGovernance: true, prefix: prefixOf(config.publicUrl), home, footer: pageTexts.footer(profileTitle, labelRevision, hash), body }, pageTexts))
}

/** The session cookie for browsers, the bearer token for programs; anybody else is led to the form, or gets 401 for data. */
async function signingIn(pages: FastifyInstance, options: GovernanceOptions): Promise<void> {
  const { adminTokens, publicUrl } = options.config
  const now = options.now ?? Date.now
  const [isSecure, prefix] = [publicUrl.startsWith('https:'), prefixOf(publicUrl)]
  const where = { path: `${prefix}/governance`, isSecure }
  const form = (request: FastifyRequest, reply: FastifyReply, problem?: LoginProblem): FastifyReply => {
    const spoken = spokenIn(request, options)
    return page(reply, spoken, loginBody(spoken.texts, MINUTES, problem), options)
  }
  await pages.register(rateLimit, { global: false })
  const counted = pages.createRateLimit(ATTEMPTS)
  pages.addHook('onRequest', async (request, reply) => {
    if (request.routeOptions.url === LOGIN) return undefined
    const token = /^bearer +(\S+) *$/i.exec(request.headers.authorization ?? '')?.[1]
    if (isSession(sentSession(request), adminTokens, now()) || (token !== undefined && isToken(token, adminTokens))) return undefined
    return request.routeOptions.url === '/governance' ? reply.redirect(prefix + LOGIN, 303) : reply.code(401).header('www-authenticate', 'Bearer').send()
  })
  pages.get(LOGIN, async (request, reply) => form(request, reply))
  pages.post(LOGIN, async (request, reply) => {
    if (!isOwnForm(request)) return form(request, reply.code(403), 'foreign')
    const attempts = await counted(request)
    if (!attempts.isAllowed && attempts.isExceeded) return form(request, reply.code(429).header('retry-after', attempts.ttlInSeconds), 'often')
    const token = fieldOf(request.body, 'token')
    if (isToken(token, adminTokens)) return openSession(reply, token, now(), where).redirect(where.path, 303)
    request.log.warn({ route: LOGIN }, 'administrator not authenticated')
    return form(request, reply.code(401), 'wrong')
  })
  pages.post('/governance/logout', async (request, reply) => (isOwnForm(request) ? endSession(reply, where).redirect(prefix + LOGIN, 303) : reply.code(403).send()))
}

const names = (counted: Governance, what: 'profile' | 'client'): readonly string[] => [...new Set([...counted.rules, ...counted.calls].map((one) => one[what]))].sort()

const narrowed = ({ rules, calls }: Governance, { profile, client, rule }: GovernanceView): Governance => {
  const isMeant = (one: { readonly profile: string; readonly client: string }): boolean => (profile === '' || one.profile === profile) && (client === '' || one.client === client)
  return { rules: rules.filter((one) => isMeant(one) && (rule === '' || one.rule === rule)), calls: calls.filter(isMeant) }
}

function views(pages: FastifyInstance, options: GovernanceOptions): void {
  const now = options.now ?? Date.now
  const read = async (request: FastifyRequest) => {
    const { calendar, timeZone } = options.calendar()
    const view = viewOf(request.query, calendar.iso(calendar.of(now())))
    const counted = await options.store.governance({ since: startOf(view.from, calendar), until: startOf(addDays(view.until, 1), calendar), timeZone })
    return { view, counted, summary: summarize(narrowed(counted, view), spokenIn(request, options).content) }
  }
  pages.get('/governance', async (request, reply) => {
    const found = await read(request).catch((cause: unknown) => void request.log.error({ failure: loggedError(cause) }, 'governance not read'))
    const spoken = spokenIn(request, options)
    if (!found) return page(reply.code(503), spoken, failedBody(spoken.texts), options)
    const { view, counted, summary } = found
    const body = dashboardBody({
      view, summary, texts: spoken.texts, pageTexts: spoken.pageTexts, profiles: names(counted, 'profile'), clients: names(counted, 'client'),
      demoClient: options.demoClient ?? '', canLoadDemo: options.loadDemo !== undefined, isSignedIn: options.config.adminTokens.length > 0,
    })
    return page(reply, spoken, body, options)
  })
  const download = (reply: FastifyReply, name: string): FastifyReply => reply.headers({ 'content-disposition': `attachment; filename="${name}"`, 'x-content-type-options': 'nosniff' })
  pages.get('/governance/data.json', async (request, reply) => {
    const { view, summary } = await read(request)
    return download(reply, `governance-${view.from}-${view.until}.json`).type('application/json; charset=utf-8').send(jsonOf(summary, view))
  })
  pages.get('/governance/data.csv', async (request, reply) => {
    const { view, summary } = await read(request)
    return download(reply, `governance-${view.from}-${view.until}.csv`).type('text/csv; charset=utf-8').send(csvOf(summary))
  })
  const { loadDemo } = options
  if (!loadDemo) return
  pages.post('/governance/demo', async (request, reply) => {
    if (!isOwnForm(request)) return reply.code(403).send()
    await loadDemo()
    return reply.redirect(`${prefixOf(options.config.publicUrl)}/governance`, 303)
  })
}
