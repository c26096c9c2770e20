import type { CompiledRule } from '../../engine/rule.ts'
import { markup, type Markup, type Part } from './markup.ts'
import { badge, groupTitle, indicatorsOf, sentence, settingWords, type Shown } from './rule-words.ts'

/** What is searched for; empty members ask nothing. */
export interface RuleQuery { readonly q: string; readonly group: string; readonly indicator: string; readonly profile: string }

function namesIn({ when, unless, levels, said, doubt }: CompiledRule): readonly string[] {
  const texts = [said, ...levels.map((level) => level.said)].flatMap(({ summary, why, release }) => [summary, why, release])
  const because = [...when, ...unless, ...levels].map((line) => line.because)
  return [...[...when, ...unless, ...levels].flatMap(({ check }) => check.names), ...[...because, ...texts, doubt].flatMap((template) => template?.names ?? [])]
}

const PREFIX = 'setting.'

/** Settings a rule compares with or names, each once. */
export const settingNames = (rule: CompiledRule): readonly string[] =>
  [...new Set(namesIn(rule).filter((name) => name.startsWith(PREFIX)).map((name) => name.slice(PREFIX.length)))]

/** Everything of a rule that can be searched, in lower case. */
function wordsOf(rule: CompiledRule, shown: Shown): string {
  const { content } = shown
  const lines = [...rule.when, ...rule.unless].map(({ because }) => because.source)
  const evidence = rule.evidence.flatMap(({ source, at, says }) => [content.evidenceSources[source]?.short ?? source, at, says])
  const settings = settingNames(rule).flatMap((name) => [name, content.declaredSettings[name]?.title ?? '', settingWords(content.settings[name], shown)])
  const { summary, why, release } = rule.said
  return [rule.id, rule.title, groupTitle(rule.group, shown), summary.source, why?.source ?? '', release?.source ?? '', ...lines, ...evidence, ...settings].join(' ').toLowerCase()
}

const hasIndicator = (rule: CompiledRule, indicator: string): boolean => indicatorsOf(rule).some((one) => one === indicator)

/** The rules a query asks for: all words occur, and each chosen filter holds. */
export function findRules(query: RuleQuery, shown: Shown): readonly CompiledRule[] {
  const words = query.q.toLowerCase().split(/\s+/).filter((word) => word !== '')
  return shown.content.rules.filter((rule) =>
    (query.group === '' || rule.group === query.group)
    && (query.indicator === '' || hasIndicator(rule, query.indicator))
    && (query.profile === '' || rule.profiles === undefined || rule.profiles.includes(query.profile))
    && (words.length === 0 || matches(wordsOf(rule, shown), words)))
}

const matches = (text: string, words: readonly string[]): boolean => words.every((word) => text.includes(word))

const option = (value: string, label: string, chosen: string): Markup =>
  (value === chosen ? markup`<option value="${value}" selected>${label}</option>` : markup`<option value="${value}">${label}</option>`)

function choice(name: keyof RuleQuery, label: string, options: readonly (readonly [string, string])[], query: RuleQuery, any: string): Markup {
  return markup`<div><label for="f-${name}">${label}</label><select id="f-${name}" name="${name}">${[['', any] as const, ...options].map(([value, text]) => option(value, text, query[name]))}</select></div>`
}

const groupsOf = ({ content }: Shown): readonly string[] => [...new Set(content.rules.map(({ group }) => group))]

function searchForm(query: RuleQuery, shown: Shown): Markup {
  const { texts: { rules, indicator }, content } = shown
  const isFiltered = Object.values(query).some((value) => value !== '')
  return markup`<form class="panel search" role="search" action="/rules" method="get" data-live>
<div class="wide"><label for="f-q">${rules.search}</label><input id="f-q" type="search" name="q" value="${query.q}" placeholder="${rules.searchHint}" autocomplete="off"></div>
${choice('group', rules.group, groupsOf(shown).map((group) => [group, groupTitle(group, shown)]), query, rules.any)}
${choice('indicator', rules.indicator, Object.entries(indicator), query, rules.any)}
${choice('profile', rules.profile, Object.entries(content.profiles).map(([id, { title }]) => [id, title]), query, rules.any)}
<div class="buttons"><button class="primary">${rules.find}</button>${isFiltered ? markup`<a class="button" href="/rules">${rules.clear}</a>` : undefined}</div>
</form>`
}

const row = (rule: CompiledRule, shown: Shown): Part =>
  markup`<tr><td><a href="/rules/${rule.id}">${rule.title}</a><br><code class="muted">${rule.id}</code></td><td data-label="${shown.texts.rules.says}">${sentence(rule.said.summary.source, shown)}</td><td>${indicatorsOf(rule).map((one) => badge(one, shown))}</td></tr>`

const groupTable = (group: string, rules: readonly CompiledRule[], shown: Shown): Part => {
  const { rules: texts } = shown.texts
  return markup`<section class="panel group"><h2>${groupTitle(group, shown)}</h2><div class="scroll"><table class="rules-table stack"><thead><tr><th scope="col">${texts.rule}</th><th scope="col">${texts.says}</th><th scope="col">${texts.indicator}</th></tr></thead><tbody>${rules.map((rule) => row(rule, shown))}</tbody></table></div></section>`
}

function results(query: RuleQuery, shown: Shown): Markup {
  const { texts: { rules: texts }, content } = shown
  const found = findRules(query, shown)
  const groups = [...Map.groupBy(found, ({ group }) => group)].map(([group, rules]) => groupTable(group, rules, shown))
  return markup`<div id="results"><p class="found" role="status">${texts.found(found.length, content.rules.length)}</p>${found.length === 0 ? markup`<p class="notice">${texts.none}</p>` : groups}</div>`
}

/** The catalogue: a search form that works by GET alone, and the rules found, by group. */
export const ruleListBody = (query: RuleQuery, shown: Shown): Markup =>
  markup`<h1>${shown.texts.rules.title}</h1><p class="lead">${shown.texts.rules.lead}</p>${searchForm(query, shown)}${results(query, shown)}`
