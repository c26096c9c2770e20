import type { CompiledRule, Content } from '../../engine/rule.ts'
import type { SettingValue } from '../../facts/settings.ts'
import { markup, type Markup, type Part } from './markup.ts'
import type { PageTexts } from './texts.ts'

/** What the rule pages are made from: the content in force and the words of one language. */
export interface Shown { readonly content: Content; readonly texts: PageTexts }

const PLACEHOLDER = /\{\{\s*([^{}]+?)\s*\}\}/g
const SETTING = /^setting\.(.+)$/
const DATES: ReadonlySet<string> = new Set(['date', 'short'])
const LIMITS: ReadonlySet<string> = new Set(['uln', 'lln'])

/** A setting's value as people write it; limits by unit with "or" between them. */
export function settingWords(value: SettingValue | undefined, { texts }: Shown): string {
  if (value === undefined) return ''
  if (typeof value === 'boolean') return value ? texts.yes : texts.no
  if (Array.isArray(value)) return value.join(', ')
  if (typeof value === 'object') return Object.entries(value).map(([unit, limit]) => `${String(limit)} ${unit}`).join(' / ')
  return String(value)
}

/** What a fact is called; its name where it has no title. */
export const factTitle = (name: string, { content }: Shown): string => content.mapping.declarations.get(name)?.title ?? name

/** "ANC {{anc}}" has said already whose value it is. */
const isNamed = (title: string, before: string): boolean => {
  const last = /(\p{L}[\p{L}\d]*)\s*$/u.exec(before)?.[1]
  return last !== undefined && title.toLowerCase().split(/[^\p{L}\d]+/u).includes(last.toLowerCase())
}

function blankWords(name: string, before: string, shown: Shown): string {
  const { blankDate, blankLimit, blankValue, blankIn } = shown.texts.rule
  const [fact = '', part = ''] = name.split('.')
  const title = factTitle(fact, shown)
  if (DATES.has(part)) return blankDate
  if (LIMITS.has(part)) return blankLimit(title)
  if (isNamed(title, before)) return blankValue
  const unit = shown.content.mapping.declarations.get(fact)?.unit
  return unit === undefined ? title : blankIn(title, unit)
}

function blank(name: string, before: string, shown: Shown): Part {
  const setting = SETTING.exec(name)?.[1]
  if (setting !== undefined) return settingWords(shown.content.settings[setting], shown)
  return markup`<var title="${name}">${blankWords(name, before, shown)}</var>`
}

/** A text of a card with the settings in force filled in, and the patient's values as named gaps. */
export function sentence(source: string, shown: Shown): Markup {
  const pieces = source.split(PLACEHOLDER)
  const parts = pieces.map((words, i): Part => (i % 2 === 0 ? words : blank(words, pieces[i - 1] ?? '', shown)))
  return markup`${parts}`
}

const ID = /\b[a-z][a-z0-9]*(?:-[a-z0-9]+)+\b/g

/** Text in which ids of rules lead to their pages. */
export function withRuleLinks(text: string, { content }: Shown): Markup {
  const ids = new Set(content.rules.map(({ id }) => id))
  const found = [...text.matchAll(ID)].filter(([id]) => ids.has(id))
  const ends = [0, ...found.map((match) => match.index + match[0].length)]
  const parts = found.flatMap((match, i): Part[] => [text.slice(ends[i], match.index), markup`<a href="/rules/${match[0]}">${match[0]}</a>`])
  return markup`${[...parts, text.slice(ends.at(-1))]}`
}

/** The indicators a rule can have, the order of its levels. */
export const indicatorsOf = ({ levels, said }: CompiledRule): readonly ('critical' | 'warning' | 'info')[] =>
  [...new Set(levels.length > 0 ? levels.map((level) => level.said.indicator) : [said.indicator])]

/** Urgency in word and sign. */
export const badge = (indicator: 'critical' | 'warning' | 'info', { texts }: Shown): Markup =>
  markup`<span class="badge ${indicator}">${texts.indicator[indicator]}</span>`

/** What a folder of rules is called. */
export const groupTitle = (group: string, { content }: Shown): string => content.deck.groups[group] ?? group

/** A link to a rule by its title. */
export function ruleLink(id: string, { content }: Shown): Markup {
  const title = content.rules.find((rule) => rule.id === id)?.title ?? id
  return markup`<a href="/rules/${id}">${title}</a> <code class="muted">${id}</code>`
}
