import type { CompiledLine, CompiledRule } from '../../engine/rule.ts'
import { joined, markup, type Markup, type Part } from './markup.ts'
import { limitsTable } from './rule-limits.ts'
import { badge, factTitle, groupTitle, indicatorsOf, ruleLink, sentence, settingWords, type Shown, withRuleLinks } from './rule-words.ts'

interface Section { readonly id: string; readonly title: string; readonly body: Part }

type Maker = (rule: CompiledRule, shown: Shown) => Section | undefined

const items = (parts: readonly Part[], kind = 'plain'): Markup => markup`<ul class="${kind}">${parts.map((part) => markup`<li>${part}</li>`)}</ul>`
const facts = (rows: readonly (readonly [string, Part])[]): Markup => markup`<dl class="facts">${rows.map(([name, value]) => markup`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`

const line = (shown: Shown) => ({ because, check }: CompiledLine): Part => [sentence(because.source, shown), markup`<code>${check.source}</code>`]

const conditions: Maker = (rule, shown) => {
  const { rule: texts } = shown.texts
  const levels = rule.levels.map(({ check, said, because }) => [badge(said.indicator, shown), ' ', because ? sentence(because.source, shown) : undefined, markup`<code>${check.source}</code>`, said.summary.source === rule.said.summary.source ? undefined : sentence(said.summary.source, shown)])
  return {
    id: 'when', title: texts.when,
    body: [
      items(rule.when.map(line(shown)), 'lines'),
      rule.unless.length > 0 ? [markup`<h3>${texts.unless}</h3>`, items(rule.unless.map(line(shown)), 'lines')] : undefined,
      levels.length > 0 ? [markup`<h3>${texts.levels}</h3>`, items(levels, 'lines')] : undefined,
    ],
  }
}

const asked: Maker = (rule, shown) => {
  const { texts: { rule: texts }, content } = shown
  const rows: (readonly [string, Part])[] = [
    [texts.hooks, joined(rule.hooks.map((hook) => markup`${texts.hook[hook]} <code class="muted">${hook}</code>`), '; ')],
    [texts.triggers, rule.on.map((id) => content.triggers[id]?.title ?? id).join('; ')],
    [texts.basis, texts.bases[rule.basis]], [texts.card, content.deck.cards[rule.card].title], [texts.repeat, texts.repeats[rule.repeat]],
    ...(rule.profiles ? [[texts.profiles, rule.profiles.map((id) => content.profiles[id]?.title ?? id).join('; ')] as const] : []),
    [texts.file, markup`<code>${rule.file}</code>`],
  ]
  return { id: 'asked', title: texts.asked, body: facts(rows) }
}

const limits: Maker = (rule, shown) => {
  const body = limitsTable(rule, shown)
  return body && { id: 'limits', title: shown.texts.rule.limits(shown.content.profileTitle), body }
}

const missing: Maker = (rule, shown) => {
  const { rule: texts } = shown.texts
  const rows = Object.entries(rule.missing ?? {}).map(([name, then]) => [factTitle(name, shown), withRuleLinks(then, shown)] as const)
  return { id: 'missing', title: texts.missing, body: [rows.length > 0 ? facts(rows) : undefined, markup`<p class="muted">${texts.missingRule}</p>`] }
}

const doubt: Maker = (rule, shown) => rule.doubt && { id: 'confirm', title: shown.texts.rule.doubt, body: markup`<p>${sentence(rule.doubt.source, shown)}</p>` }

const evidence: Maker = (rule, shown) => {
  const { texts: { rule: texts }, content } = shown
  const places = rule.evidence.map(({ source, at, says, confidence }) =>
    [markup`<b>${at}</b>: ${says} `, confidence === 'seen' ? undefined : markup`<em>(${texts.confidence[confidence]})</em> `, markup`<span class="muted">${content.evidenceSources[source]?.citation ?? source}</span>`])
  const statements = Object.entries(content.seedFacts).filter(([, { rules }]) => rules.includes(rule.id)).map(([id, { at, says }]) => [markup`<a href="/rules/trace#${id}">${id}</a>, ${at}: ${says}`])
  return { id: 'evidence', title: texts.evidence, body: [items(places), statements.length > 0 ? [markup`<h3>${texts.statements}</h3>`, items(statements)] : undefined] }
}

const precedence: Maker = (rule, shown) => {
  const { texts: { rule: texts, indicator }, content } = shown
  const level = (atLeast: keyof typeof indicator | undefined): Part => (atLeast === undefined ? undefined : ` (${texts.atLeast(indicator[atLeast].toLowerCase())})`)
  const over = content.precedence.filter(({ keep }) => keep === rule.id).flatMap(({ drop, because, atLeast }) => drop.map((id) => [ruleLink(id, shown), `: ${because}`, level(atLeast)]))
  const under = content.precedence.filter(({ drop }) => drop.includes(rule.id)).map(({ keep, because, atLeast }) => [ruleLink(keep, shown), `: ${because}`, level(atLeast)])
  const part = (title: string, rows: readonly Part[]): Part => (rows.length > 0 ? [markup`<h3>${title}</h3>`, items(rows)] : undefined)
  return over.length + under.length > 0 ? { id: 'precedence', title: texts.precedence, body: [part(texts.replaces, over), part(texts.replacedBy, under)] } : undefined
}

const overrides: Maker = (rule, shown) => {
  const { texts: { rule: texts }, content: { overrideReasons: { reasons }, deck } } = shown
  const own = [rule.said, ...rule.levels.map(({ said }) => said)].flatMap((said) => said.overrideReasons ?? [])
  const reason = (code: string): Part => markup`${reasons[code]?.display ?? code} <code class="muted">${code}</code>`
  const always = deck.alwaysOffered.map((code) => [reason(code), ` (${texts.overridesAlways})`])
  const isInfo = indicatorsOf(rule).every((indicator) => indicator === 'info')
  return { id: 'overrides', title: texts.overrides, body: isInfo ? markup`<p>${texts.noOverride}</p>` : items([...[...new Set(own)].filter((code) => !deck.alwaysOffered.includes(code)).map(reason), ...always]) }
}

function givenWords(name: string, value: unknown, shown: Shown): string {
  const setting = name.startsWith('setting.') ? name.slice('setting.'.length) : undefined
  const title = setting === undefined ? factTitle(name, shown) : shown.content.declaredSettings[setting]?.title ?? setting
  const unit = setting === undefined ? shown.content.mapping.declarations.get(name)?.unit : shown.content.declaredSettings[setting]?.unit
  const words = settingWords(value as Parameters<typeof settingWords>[0], shown) // sound: an example's values are numbers, texts, booleans or lists (RuleExample)
  return `${title} = ${words}${unit === undefined || typeof value !== 'number' ? '' : ` ${unit}`}`
}

const examples: Maker = (rule, shown) => {
  const { rule: texts, then: words } = shown.texts
  const row = ({ name, given, then }: CompiledRule['examples'][number]): Part => {
    const values = Object.entries(given).map(([fact, value]) => givenWords(fact, value, shown))
    const isLevel = then === 'critical' || then === 'warning' || then === 'info'
    return markup`<tr><th scope="row">${name}</th><td data-label="${texts.given}">${joined(values.length > 0 ? values : [texts.nothingGiven], '; ')}</td><td data-label="${texts.result}">${isLevel ? badge(then, shown) : markup`<span class="muted">${words[then]}</span>`}</td></tr>`
  }
  const head = [texts.example, texts.given, texts.result].map((title) => markup`<th scope="col">${title}</th>`)
  return { id: 'examples', title: texts.examples, body: markup`<div class="scroll"><table class="stack"><thead><tr>${head}</tr></thead><tbody>${rule.examples.map(row)}</tbody></table></div>` }
}

const MAKERS: readonly Maker[] = [conditions, asked, limits, missing, doubt, evidence, precedence, overrides, examples]

function says(rule: CompiledRule, shown: Shown): Markup {
  const { texts: { rule: texts }, content } = shown
  const [worst = 'info'] = indicatorsOf(rule)
  const offered = [...new Set([rule.said, ...rule.levels.map(({ said }) => said)].flatMap(({ suggestions = [] }) => suggestions))]
  const labels = offered.flatMap((id) => content.suggestions.get(id)?.label.source ?? []).map((label) => sentence(label, shown))
  const rows: (readonly [string, Part])[] = [
    ...(rule.said.why ? [[texts.why, sentence(rule.said.why.source, shown)] as const] : []),
    ...(rule.said.release ? [[texts.until, sentence(rule.said.release.source, shown)] as const] : []),
    ...(labels.length > 0 ? [[texts.suggests, joined(labels, '; ')] as const] : []),
  ]
  return markup`<section class="says says-${worst}" aria-label="${texts.says}"><p>${sentence(rule.said.summary.source, shown)}</p>${rows.length > 0 ? facts(rows) : undefined}</section>`
}

/** One rule for a clinician: what it says, when, with which limits, on what evidence, and what it does without data. */
export function rulePageBody(rule: CompiledRule, shown: Shown): Markup {
  const { texts } = shown
  const sections = MAKERS.flatMap((make) => make(rule, shown) ?? [])
  const jump = sections.map(({ id, title }) => markup`<li><a href="#${id}">${title}</a></li>`)
  return markup`<p class="no-print"><a href="/rules">${texts.rule.all}</a> · <a href="/rules?group=${rule.group}">${groupTitle(rule.group, shown)}</a></p><h1>${rule.title}</h1>
<p class="badges">${indicatorsOf(rule).map((one) => badge(one, shown))}<code class="muted">${rule.id}</code><button type="button" class="no-print" data-print hidden>${texts.rules.print}</button></p>
<ul class="jump" aria-label="${texts.rule.contents}">${jump}</ul>${says(rule, shown)}
${sections.map(({ id, title, body }) => markup`<section class="panel" id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${title}</h2>${body}</section>`)}`
}

/** Said where no rule has this id. */
export const missingRuleBody = (id: string, { texts }: Shown): Markup =>
  markup`<h1>${texts.missing.title}</h1><p class="notice">${texts.missing.text(id)}</p><form class="panel search" role="search" action="/rules" method="get"><div class="wide"><label for="f-q">${texts.rules.search}</label><input id="f-q" type="search" name="q" placeholder="${texts.rules.searchHint}"></div><div class="buttons"><button class="primary">${texts.rules.find}</button></div></form>`
