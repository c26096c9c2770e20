import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Content } from '../engine/rule.ts'
import { registerPageAssets } from './pages/assets.ts'
import { documentOf, type Page, sendPage } from './pages/layout.ts'
import { ruleListBody, type RuleQuery } from './pages/rule-list.ts'
import { missingRuleBody, rulePageBody } from './pages/rule-page.ts'
import type { Shown } from './pages/rule-words.ts'
import { PAGE_TEXTS } from './pages/texts.ts'
import { PAGE_TEXTS_ES } from './pages/texts.es.ts'
import { chosenLanguage, rememberLanguage } from './page-language.ts'
import { tracePageBody } from './pages/trace-page.ts'
import { sendProblem } from './problems.ts'

export interface PageOptions {
  /** Address of the order-entry page, where there is one. */
  readonly home?: string
  /** The committee's pages exist here. */
  readonly hasGovernance?: boolean
  /** Path under which the service is published. */
  readonly prefix?: string
}

/** Long enough for any question; the rest is cut off. */
const QUERY_LIMIT = 200

/** A parameter that is given twice counts as not given. */
function queryOf({ query }: FastifyRequest): RuleQuery {
  const given: Readonly<Record<string, unknown>> = typeof query === 'object' && query !== null ? { ...query } : {}
  const asked = (name: keyof RuleQuery): string => {
    const value = given[name]
    return typeof value === 'string' ? value.slice(0, QUERY_LIMIT) : ''
  }
  return { q: asked('q'), group: asked('group'), indicator: asked('indicator'), profile: asked('profile') }
}

const footerOf = ({ content, texts }: Shown): string => texts.footer(content.profileTitle, content.labelRevision, content.hash)

/** `/rules`, `/rules/{id}` and `/rules/trace`: every rule readable, with the limits in force; the evidence link of each card leads here. */
export function registerRulePages(app: FastifyInstance, content: (acceptLanguage?: string, chosen?: string) => Content, { home, hasGovernance = false, prefix = '' }: PageOptions = {}): void {
  const shown = (request: FastifyRequest): Shown => {
    const spoken = content(request.headers['accept-language'], chosenLanguage(request))
    return { content: spoken, texts: spoken.phrases.language === 'es' ? PAGE_TEXTS_ES : PAGE_TEXTS }
  }
  const send = (reply: FastifyReply, page: Omit<Page, 'footer' | 'home' | 'hasGovernance' | 'prefix' | 'languages'>, from: Shown): FastifyReply => sendPage(reply, documentOf({ ...page, home, hasGovernance, prefix, languages: from.content.languages, footer: footerOf(from) }, from.texts))
  registerPageAssets(app)
  rememberLanguage(app)
  app.get('/rules', (request: FastifyRequest, reply) => {
    const from = shown(request)
    return send(reply, { title: from.texts.rules.title, at: 'rules', body: ruleListBody(queryOf(request), from) }, from)
  })
  app.get('/rules/trace', (request, reply) => {
    const from = shown(request)
    return send(reply, { title: from.texts.trace.title, at: 'trace', body: tracePageBody(from) }, from)
  })
  app.get<{ Params: { id: string } }>('/rules/:id', (request, reply) => {
    const from = shown(request)
    const rule = from.content.rules.find(({ id }) => id === request.params.id)
    if (rule) return send(reply, { title: rule.title, at: 'rules', body: rulePageBody(rule, from) }, from)
    // A link on an old card may name a rule that is gone; whoever follows it is a person.
    if (request.headers.accept?.includes('text/html') !== true) return sendProblem(reply, 'not-found')
    return send(reply.code(404), { title: from.texts.missing.title, at: 'rules', body: missingRuleBody(request.params.id, from) }, from)
  })
}
