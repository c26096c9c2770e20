import { joined, markup, type Markup, type Part } from '../pages/markup.ts'
import type { PageTexts } from '../pages/texts.ts'
import { intervalLine, weekChart } from './chart.ts'
import { type GovernanceView, searchOf, SORTS } from './query.ts'
import { addDays } from './days.ts'
import type { Share, Visible } from './statistics.ts'
import type { Answers, RuleSummary, Summary, Target } from './summary.ts'
import type { GovernanceTexts } from './texts.ts'

/** What the dashboard is drawn from. */
export interface Shown {
  readonly summary: Summary
  readonly view: GovernanceView
  readonly texts: GovernanceTexts
  readonly pageTexts: PageTexts
  /** Everything that can be chosen, whatever is chosen now. */
  readonly profiles: readonly string[]
  readonly clients: readonly string[]
  /** Client whose decisions are made up. */
  readonly demoClient: string
  readonly canLoadDemo: boolean
  readonly isSignedIn: boolean
}

export const percent = (share: number): string => `${Math.round(share * 100)} %`

/** A count of calls is hidden only because it is small; a sum also because it would tell a small part of it. */
const callsShown = (count: Visible, { texts, summary }: Shown): string => (count === undefined ? texts.small(summary.limit) : String(count))
const sumShown = (count: Visible, { texts }: Shown): Part => (count === undefined ? markup`<span class="muted">${texts.hidden}</span>` : String(count))
const countCell = (count: Visible, label: string, from: Shown): Markup => markup`<td class="number" data-label="${label}">${count === undefined ? markup`<span class="muted">${from.texts.hidden}</span>` : String(count)}</td>`

const interval = ({ low, high }: Share, texts: GovernanceTexts): string => texts.interval(percent(low), percent(high))
const shareWords = (share: Share | undefined, { texts }: Shown): Part =>
  (share === undefined ? markup`<span class="muted">${texts.hidden}</span>` : markup`${percent(share.share)} <span class="muted">(${interval(share, texts)})</span>`)

const clientName = (name: string, { texts, demoClient }: Shown): string => (name === demoClient ? texts.demo.client : name)

const option = (value: string, label: string, chosen: string): Markup => (value === chosen ? markup`<option value="${value}" selected>${label}</option>` : markup`<option value="${value}">${label}</option>`)

function filter(from: Shown): Markup {
  const { view, texts: { filter: texts, exports, logout } } = from
  const choice = (name: 'profile' | 'client', names: readonly string[], word: (name: string) => string): Markup =>
    markup`<div><label for="g-${name}">${texts[name]}</label><select id="g-${name}" name="${name}">${option('', texts.any, view[name])}${names.map((one) => option(one, word(one), view[name]))}</select></div>`
  const lasts = [7, 30, 90, 365].map((length) => markup`<a href="${searchOf(view, { from: addDays(view.until, 1 - length) })}">${texts.last(length)}</a>`)
  return markup`<form class="panel search governance-filter" action="/governance" method="get">
<div><label for="g-from">${texts.from}</label><input id="g-from" type="date" name="from" value="${view.from}" required></div>
<div><label for="g-until">${texts.until}</label><input id="g-until" type="date" name="until" value="${view.until}" required></div>
${choice('profile', from.profiles, (name) => name)}${choice('client', from.clients, (name) => clientName(name, from))}
<input type="hidden" name="sort" value="${view.sort}"><input type="hidden" name="rule" value="${view.rule}"><div class="buttons"><button class="primary">${texts.apply}</button></div>
</form><div class="below-filter"><p>${joined(lasts, ' · ')}</p><p>${exports.title}: <a href="/governance/data.csv${searchOf(view)}">${exports.csv}</a> · <a href="/governance/data.json${searchOf(view)}">${exports.json}</a></p>${from.isSignedIn ? markup`<form method="post" action="/governance/logout"><button>${logout}</button></form>` : undefined}</div>`
}

function tiles(from: Shown): Markup {
  const { summary: { calls, refused, all }, texts: { tiles: texts } } = from
  const tile = (name: string, value: Part, more?: Part): Markup => markup`<div class="tile"><dt>${name}</dt><dd><b>${value}</b>${more === undefined ? undefined : markup`<span class="muted"> ${more}</span>`}</dd></div>`
  const answered = (share: Share | undefined): Part => (share ? [percent(share.share), ' ', texts.ofAnswered, ' (', interval(share, from.texts), ')'] : undefined)
  return markup`<dl class="tiles">${tile(texts.calls, callsShown(calls, from))}${refused === 0 ? undefined : tile(texts.refused, callsShown(refused, from))}${tile(texts.fired, sumShown(all.fired, from))}${tile(texts.shown, sumShown(all.shown, from))}${tile(texts.accepted, sumShown(all.accepted, from), answered(all.acceptedShare))}${tile(texts.overridden, sumShown(all.overridden, from), answered(all.overriddenShare))}${tile(texts.unanswered, sumShown(all.unanswered, from))}</dl>`
}

function targetLine(target: Target, { texts: { targets: texts } }: Shown): Part {
  const isPer10 = target.name === 'critical-per-10'
  const limit = isPer10 ? String(target.limit) : percent(target.limit)
  if (target.value === undefined) return [texts[target.name](limit), ': ', markup`<span class="muted">${texts.hidden}</span>`]
  const { low, high } = target.share ?? { low: target.value, high: target.value }
  const isMet = isPer10 ? target.value < target.limit : low > target.limit
  const isMissed = isPer10 ? !isMet : high < target.limit
  const verdict = isMet ? texts.met : isMissed ? texts.missed : texts.unclear
  return [texts[target.name](limit), ': ', markup`<b>${isPer10 ? target.value.toFixed(2) : percent(target.value)}</b> – ${verdict}`]
}

const ruleName = ({ rule, title, indicator }: RuleSummary, { texts, pageTexts }: Shown): Markup =>
  (indicator === undefined
    ? markup`<code>${rule}</code> <span class="muted">(${texts.rules.gone})</span>`
    : markup`<a href="/rules/${rule}">${title}</a> <span class="badge ${indicator}">${pageTexts.indicator[indicator]}</span>`)

function review(from: Shown): Markup {
  const { summary, texts: { review: texts, targets } } = from
  const found = summary.rules.flatMap((rule) => (rule.review ? [{ rule, review: rule.review }] : []))
  const urgency = ({ review: { why, isSure } }: (typeof found)[number]): number => (why === 'nearly-always' ? 2 : 0) + (isSure ? 1 : 0)
  const rows = found.sort((a, b) => urgency(b) - urgency(a)).map(({ rule, review: why }) =>
    markup`<li>${ruleName(rule, from)}: ${rule.overriddenShare ? [shareWords(rule.overriddenShare, from), ', '] : undefined}${texts[why.why](percent(why.limit))}; <span class="muted">${why.isSure ? texts.sure : texts.unsure}</span></li>`)
  return markup`<div class="two"><section class="panel" id="review"><h2>${texts.title}</h2>${rows.length > 0 ? markup`<ul class="plain">${rows}</ul>` : markup`<p class="muted">${texts.none}</p>`}</section>
<section class="panel"><h2>${targets.title}</h2><ul class="plain">${summary.targets.map((target) => markup`<li>${targetLine(target, from)}</li>`)}</ul></section></div>`
}

const countHeads = ({ texts: { tiles: texts } }: Shown): readonly string[] => [texts.fired, texts.shown, texts.accepted, texts.overridden, texts.unanswered]
const countCells = (answers: Answers, from: Shown): readonly Part[] => {
  const { tiles: texts } = from.texts
  return [countCell(answers.fired, texts.fired, from), countCell(answers.shown, texts.shown, from), countCell(answers.accepted, texts.accepted, from), countCell(answers.overridden, texts.overridden, from), countCell(answers.unanswered, texts.unanswered, from)]
}

const heads = (first: string, counts: readonly string[], more: readonly string[]): Part =>
  markup`<thead><tr><th scope="col">${first}</th>${counts.map((name) => markup`<th scope="col" class="number">${name}</th>`)}${more.map((name) => markup`<th scope="col">${name}</th>`)}</tr></thead>`

function overTime(from: Shown): Markup {
  const { summary: { periods }, texts } = from
  const rows = periods.map((period) => markup`<tr><th scope="row">${period.from}</th>${countCells(period, from)}<td data-label="${texts.rules.share}">${shareWords(period.overriddenShare, from)}</td></tr>`)
  return markup`<section class="panel"><h2>${texts.overTime.title}</h2><figure tabindex="0" aria-label="${texts.overTime.title}">${weekChart(periods, texts)}</figure><details><summary>${texts.overTime.table}</summary><div class="scroll"><table class="stack">${heads(texts.overTime.week, countHeads(from), [texts.rules.share])}<tbody>${rows}</tbody></table></div></details></section>`
}

const ORDERS: Readonly<Record<GovernanceView['sort'], (a: RuleSummary, b: RuleSummary) => number>> = {
  overridden: (a, b) => (b.overriddenShare?.share ?? -1) - (a.overriddenShare?.share ?? -1) || (b.shown ?? 0) - (a.shown ?? 0),
  fired: (a, b) => (b.fired ?? 0) - (a.fired ?? 0),
  rule: (a, b) => a.title.localeCompare(b.title),
}

/** In a list of all rules the most frequent reasons suffice; of one rule all are shown. */
const REASONS_IN_LIST = 3

function rules(from: Shown): Markup {
  const { summary, view, texts: { rules: texts } } = from
  const shownReasons = view.rule === '' ? REASONS_IN_LIST : Infinity
  const alone = ({ rule }: RuleSummary): Part => (view.rule === '' ? markup`<br><a class="no-print" href="${searchOf(view, { rule })}">${texts.alone}</a>` : undefined)
  const sorts = SORTS.map((sort) => (sort === view.sort ? markup`<b>${texts.sorts[sort]}</b>` : markup`<a href="${searchOf(view, { sort })}#rules">${texts.sorts[sort]}</a>`))
  const reasons = (rule: RuleSummary): Part => joined(rule.reasons.filter(({ count }) => count !== undefined).slice(0, shownReasons).map(({ display, count }) => `${display || from.texts.withoutReason} (${String(count)})`), '; ')
  const rows = [...summary.rules].sort(ORDERS[view.sort]).map((rule) =>
    markup`<tr><td>${ruleName(rule, from)}${alone(rule)}</td>${countCells(rule, from)}<td data-label="${texts.share}">${rule.overriddenShare ? [intervalLine(rule.overriddenShare), markup`<br>`] : undefined}${shareWords(rule.overriddenShare, from)}</td><td data-label="${texts.reasons}">${reasons(rule)}</td></tr>`)
  return markup`<section class="panel" id="rules"><h2>${texts.title}</h2><p class="muted">${texts.sort}: ${joined(sorts, ' · ')}</p><div class="scroll"><table class="stack">${heads(texts.rule, countHeads(from), [texts.share, texts.reasons])}<tbody>${rows}</tbody></table></div></section>`
}

function breakdown(title: string, parts: Summary['profiles'], name: (name: string) => string, from: Shown): Markup {
  const rows = parts.map((part) => markup`<tr><th scope="row">${name(part.name)}</th>${countCells(part, from)}<td data-label="${from.texts.rules.share}">${shareWords(part.overriddenShare, from)}</td></tr>`)
  return markup`<section class="panel"><h2>${title}</h2><div class="scroll"><table class="stack">${heads(title, countHeads(from), [from.texts.rules.share])}<tbody>${rows}</tbody></table></div></section>`
}

const demoForm = ({ texts: { demo } }: Shown): Markup =>
  markup`<form class="panel no-print" method="post" action="/governance/demo"><p>${demo.explain}</p><p><button>${demo.load}</button></p></form>`

/** The whole dashboard; without decisions, what to do about it. */
export function dashboardBody(from: Shown): Markup {
  const { summary, texts, view } = from
  const isEmpty = summary.rules.length === 0 && (view.rule !== '' || (summary.calls === 0 && summary.refused === 0))
  const only = view.rule === '' ? undefined : markup`<p class="notice">${texts.rules.only(summary.rules[0]?.title ?? view.rule)} <a href="${searchOf(view, { rule: '' })}">${texts.rules.all}</a></p>`
  const hasMade = from.clients.includes(from.demoClient) && (view.client === '' || view.client === from.demoClient)
  const demo = from.canLoadDemo && !from.clients.includes(from.demoClient) ? demoForm(from) : undefined
  const content = isEmpty
    ? markup`<p class="notice">${texts.empty}</p>`
    : markup`${tiles(from)}${view.rule === '' ? review(from) : undefined}${overTime(from)}${rules(from)}${breakdown(texts.profiles, summary.profiles, (name) => name, from)}${breakdown(texts.clients, summary.clients, (name) => clientName(name, from), from)}<p class="lead">${texts.note(summary.limit)}</p>`
  return markup`<h1>${texts.title}</h1><p class="lead">${texts.lead}</p>${filter(from)}${only}${hasMade ? markup`<p class="notice" role="note">${texts.made}</p>` : undefined}${content}${demo}`
}

/** The form for the administrator's token; `problem` says why it is shown again. */
/** Why nobody was signed in. */
export type LoginProblem = 'wrong' | 'foreign' | 'often'

export const loginBody = (texts: GovernanceTexts, minutes: number, problem?: LoginProblem): Markup =>
  markup`<h1>${texts.login.title}</h1><p class="lead">${texts.login.lead}</p><form class="panel login" method="post" action="/governance/login">${problem === undefined ? undefined : markup`<p class="notice" role="alert">${texts.login[problem]}</p>`}
<label for="token">${texts.login.token}</label><input id="token" type="password" name="token" required autocomplete="current-password"><p class="muted">${texts.login.session(minutes)}</p><button class="primary">${texts.login.submit}</button></form>`

/** Said where the store does not answer. */
export const failedBody = (texts: GovernanceTexts): Markup => markup`<h1>${texts.title}</h1><p class="notice" role="alert">${texts.failed}</p>`
