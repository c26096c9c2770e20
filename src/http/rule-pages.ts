import { createHash } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import type { CompiledLine, CompiledRule, Content } from '../engine/rule.ts'
import { sendProblem } from './problems.ts'

const STYLE = `:root{color-scheme:light dark}body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.4rem;margin-bottom:.2rem}h2{font-size:1rem;margin-top:1.6rem}code{font:13px ui-monospace,monospace}
table{border-collapse:collapse;width:100%}td,th{border-bottom:1px solid #8886;padding:.3rem .6rem .3rem 0;text-align:left;vertical-align:top}
.critical{color:#b00020}.warning{color:#8a5200}.info{color:#0b5394}@media(prefers-color-scheme:dark){.critical{color:#ff8a95}.warning{color:#ffc267}.info{color:#8cc4ff}}`
const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64')
const POLICY = `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; base-uri 'none'; frame-ancestors 'none'`

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const html = (text: string): string => text.replace(/[&<>"]/g, (character) => ESCAPES[character] ?? character)
const row = (...cells: readonly string[]): string => `<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`
const list = (items: readonly string[]): string => `<ul>${items.map((item) => `<li>${item}</li>`).join('')}</ul>`
const page = (title: string, body: string): string =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${html(title)}</title><style>${STYLE}</style></head><body>${body}</body></html>`

/** A sentence with its placeholders as names, and settings as the values in force. */
function sentence(source: string, { settings }: Content): string {
  return html(source.replace(/\{\{setting\.([a-z0-9_]+)\}\}/g, (_, name: string) => words(settings[name])).replace(/\{\{([^}]+)\}\}/g, '‹$1›'))
}

const words = (value: unknown): string => (typeof value === 'object' ? JSON.stringify(value) : String(value))

const indicatorsOf = (rule: CompiledRule): string[] => [...new Set(rule.levels.length > 0 ? rule.levels.map(({ said }) => said.indicator) : [rule.said.indicator])]
const badge = (indicator: string): string => `<span class="${indicator}">${indicator}</span>`

const line = (content: Content) => ({ because, check }: CompiledLine): string => `${sentence(because.source, content)}<br><code>${html(check.source)}</code>`

function settingsOf(rule: CompiledRule, content: Content): string {
  const checks = [...rule.when, ...rule.unless, ...rule.levels].flatMap(({ check }) => check.names).filter((name) => name.startsWith('setting.'))
  const rows = [...new Set(checks)].map((full) => {
    const name = full.slice('setting.'.length)
    const declared = content.declaredSettings[name]
    return row(`<code>${html(name)}</code>`, html(declared?.title ?? ''), html(`${words(content.settings[name])} ${declared?.unit ?? ''}`), html(`${declared?.source ?? ''}${declared?.ownChoice ? ' (own choice)' : ''}`))
  })
  return rows.length > 0 ? `<h2>Limits in force (${html(content.profileTitle)})</h2><table>${rows.join('')}</table>` : ''
}

function rulePage(rule: CompiledRule, content: Content): string {
  const evidence = rule.evidence.map(({ source, at, says, confidence }) => `${html(content.evidenceSources[source]?.citation ?? source)}, ${html(at)}: ${html(says)}${confidence === 'seen' ? '' : ` <em>(${confidence === 'recalled' ? 'recalled, to be checked' : 'own choice'})</em>`}`)
  const examples = rule.examples.map(({ name, given, then }) => row(html(name), html(Object.entries(given).map(([fact, value]) => `${fact} = ${words(value)}`).join('; ')), html(then)))
  const missing = Object.entries(rule.missing ?? {}).map(([name, text]) => `${html(content.mapping.declarations.get(name)?.title ?? name)}: ${html(text)}`)
  return page(rule.title, [
    `<p><a href="/rules">All rules</a></p><h1>${html(rule.title)}</h1><p>${indicatorsOf(rule).map(badge).join(' / ')} · <code>${rule.id}</code></p>`,
    `<p>${sentence(rule.said.summary.source, content)}</p>`, rule.said.why ? `<p>${sentence(rule.said.why.source, content)}</p>` : '',
    `<h2>Fires when all of these hold</h2>${list(rule.when.map(line(content)))}`, rule.unless.length > 0 ? `<h2>Unless</h2>${list(rule.unless.map(line(content)))}` : '',
    rule.levels.length > 0 ? `<h2>The first that holds decides</h2>${list(rule.levels.map(({ check, said }) => `${badge(said.indicator)} <code>${html(check.source)}</code>`))}` : '',
    rule.said.release ? `<h2>Until</h2><p>${sentence(rule.said.release.source, content)}</p>` : '', missing.length > 0 ? `<h2>When data are missing</h2>${list(missing)}` : '',
    rule.doubt ? `<h2>To confirm before clinical use</h2><p>${sentence(rule.doubt.source, content)}</p>` : '', settingsOf(rule, content),
    `<h2>Evidence</h2>${list(evidence)}`, seedList(rule, content), `<h2>Examples</h2><table><tr><th>Example</th><th>Given</th><th>Then</th></tr>${examples.join('')}</table>`,
  ].join(''))
}

function seedList(rule: CompiledRule, { seedFacts }: Content): string {
  const statements = Object.entries(seedFacts).filter(([, { rules }]) => rules.includes(rule.id)).map(([id, { at, says }]) => `${id}, ${html(at)}: ${html(says)}`)
  return statements.length > 0 ? `<h2>Statements it carries</h2>${list(statements)}` : ''
}

/** From each statement of the seed documents to the rules that carry it, whose pages show their examples. */
function tracePage({ seedFacts }: Content): string {
  const rows = Object.entries(seedFacts).map(([id, { at, says, rules, background }]) =>
    row(id, html(at), html(says), [...rules.map((rule) => `<a href="/rules/${rule}">${rule}</a>`), ...(background ? ['background'] : [])].join(', ')))
  return page('Trace', `<p><a href="/rules">All rules</a></p><h1>From statement to rule</h1><table><tr><th>Statement</th><th>Place</th><th>Says</th><th>Carried by</th></tr>${rows.join('')}</table>`)
}

function indexPage(content: Content): string {
  const groups = [...Map.groupBy(content.rules, ({ group }) => group)].map(([group, rules]) =>
    `<h2>${html(group)}</h2><table>${rules.map((rule) => row(`<a href="/rules/${rule.id}">${html(rule.title)}</a>`, indicatorsOf(rule).map(badge).join(' / '))).join('')}</table>`)
  return page('Rules', `<h1>Inotuzumab safety rules</h1><p>${content.rules.length} rules · ${html(content.profileTitle)} · label revision ${html(content.labelRevision)} · content ${content.hash} · <a href="/rules/trace">from statement to rule</a></p>${groups.join('')}`)
}

/** `/rules` and `/rules/{id}`: every rule readable, with the limits in force; the evidence link of each card leads here. */
export function registerRulePages(app: FastifyInstance, content: () => Content): void {
  const headers = { 'content-security-policy': POLICY, 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' }
  app.get('/rules', (_, reply) => reply.headers(headers).type('text/html; charset=utf-8').send(indexPage(content())))
  app.get('/rules/trace', (_, reply) => reply.headers(headers).type('text/html; charset=utf-8').send(tracePage(content())))
  app.get<{ Params: { id: string } }>('/rules/:id', (request, reply) => {
    const rule = content().rules.find(({ id }) => id === request.params.id)
    return rule ? reply.headers(headers).type('text/html; charset=utf-8').send(rulePage(rule, content())) : sendProblem(reply, 'not-found')
  })
}
