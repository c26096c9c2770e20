import type { Card, OverrideReason } from '../hooks/response.ts'
import { escapeMarkdown, plainText, type Template } from '../language/template.ts'
import { type Group, highest, isFresh } from './deck.ts'
import type { Finding } from './findings.ts'
import { linksFor, type LinkTools } from './links.ts'
import type { Content } from './rule.ts'
import { type CallTools, suggestionsFor } from './suggestions.ts'
import { type TextSource, wordsFor } from './texts.ts'

/** "fewer than 140 characters" (CDS Hooks, Card Attributes). */
const SUMMARY_LIMIT = 139
const DETAIL_LINES = 12
const LEAD_REASONS = 4
export const TOPIC_SYSTEM = 'urn:ino-cds:card'

export interface CardTools extends CallTools, LinkTools {
  readonly calendar: TextSource['calendar']
  /** Does the call hold several orders, so that a card must say which it is about? */
  readonly severalOrders?: boolean
  /** What could not be checked, in words; printed on every card. */
  readonly notChecked: readonly string[]
}

type Render = (template: Template, finding: Finding) => string

const renderer = (content: Content, tools: CardTools, escape: (text: string) => string): Render =>
  (template, { scope }) => template.render((name) => wordsFor(name, { scope, settings: content.settings, calendar: tools.calendar, phrases: content.phrases, context: tools.context }) ?? content.phrases.of('unknown'), escape)

const fits = (text: string): boolean => text.length <= SUMMARY_LIMIT

/** As many items as fit, then how many more. */
function listItems(items: readonly string[], template: string, more: string): string {
  for (let shown = items.length; shown > 0; shown -= 1) {
    const rest = items.length - shown
    const list = [...items.slice(0, shown), ...(rest > 0 ? [more.replace('{{count}}', String(rest))] : [])].join(', ')
    // A function, because words of the record may hold what `replace` takes for a pattern: $&.
    const text = template.replace('{{items}}', () => list)
    if (fits(text)) return text
  }
  return plainText(template.replace('{{items}}', more.replace('{{count}}', String(items.length))), SUMMARY_LIMIT)
}

/** Two drafts of one conditioning regimen say the same thing twice: it is told once. */
function distinct(findings: readonly Finding[], render: Render): readonly Finding[] {
  const told = new Set<string>()
  return findings.filter((finding) => {
    const summary = render(finding.said.summary, finding)
    return !told.has(summary) && told.add(summary)
  })
}

function itemsOf(findings: readonly Finding[], render: Render): string[] {
  const items = findings.flatMap((finding) => (finding.said.item ? render(finding.said.item, finding).split(', ') : []))
  return [...new Set(items.filter((item) => item !== ''))]
}

function summaryOf({ topic, ...group }: Group, content: Content, tools: CardTools): string {
  const render = renderer(content, tools, plainText)
  const findings = distinct(group.findings.filter(isFresh), render)
  const [lead] = findings
  if (!lead) return ''
  const top = findings.filter(({ indicator }) => indicator === lead.indicator)
  const template = content.deck.cards[topic].summary
  const items = itemsOf(top, render)
  if (template !== undefined && items.length > 1 && top.every(({ said }) => said.item)) {
    const filled = template.replace('{{count}}', String(items.length)).replace('{{order}}', () => doseLabel(lead))
    return listItems(items, filled, content.deck.texts['more'] ?? '')
  }
  const summary = render(lead.said.summary, lead)
  const others = findings.filter(({ indicator }) => indicator !== 'info').length - 1
  const suffix = others > 0 ? ` ${(content.deck.texts['andOthers'] ?? '').replace('{{count}}', String(others))}` : ''
  return fits(summary + suffix) ? summary + suffix : plainText(summary, SUMMARY_LIMIT)
}

function doseLabel({ scope }: Finding): string {
  const fact = scope.fact('doseLabel')
  return fact.state === 'present' ? fact.text : ''
}

function reasonsOf(finding: Finding, render: Render): string[] {
  const lines = finding.rule.when.map(({ because }) => render(because, finding))
  return (finding.level?.because ? [...lines, render(finding.level.because, finding)] : lines).map(capital)
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

function leadLines(finding: Finding, content: Content, render: Render): string[] {
  const { why, release } = finding.said
  const reasons = reasonsOf(finding, render)
  return [
    ...reasons.slice(0, LEAD_REASONS),
    ...(reasons.length > LEAD_REASONS ? [reasons.slice(LEAD_REASONS).join('; ')] : []),
    ...(why ? [`**${content.deck.texts['why'] ?? ''}** ${render(why, finding)}`] : []),
    ...(release ? [`**${content.deck.texts['release'] ?? ''}** ${render(release, finding)}`] : []),
    ...(finding.rule.doubt ? [`**${content.deck.texts['doubt'] ?? ''}** ${render(finding.rule.doubt, finding)}`] : []),
  ]
}

function otherLine(finding: Finding, content: Content, render: Render, { calendar }: CardTools): string {
  if (finding.acknowledged) {
    const { by, at } = finding.acknowledged
    const words = (content.deck.texts['acknowledged'] ?? '').replace('{{by}}', () => escapeMarkdown(by)).replace('{{at}}', calendar.iso(calendar.of(at)))
    return `${render(finding.said.summary, finding)} (${words})`
  }
  const release = finding.said.release ? ` ${content.deck.texts['release'] ?? ''} ${render(finding.said.release, finding)}` : ''
  const summary = render(finding.said.summary, finding)
  return `${finding.indicator === 'info' ? summary : `**${summary}**`}${release}`
}

function sourceLine(findings: readonly Finding[], content: Content): string {
  const places = findings.flatMap(({ rule }) => rule.evidence.map(({ source, at }) => `${content.evidenceSources[source]?.short ?? source}, ${at}`))
  const revision = (content.deck.texts['revision'] ?? '').replace('{{revision}}', content.labelRevision)
  return `**${content.deck.texts['source'] ?? ''}** ${[...new Set(places)].slice(0, 4).join('; ')} (${revision})`
}

/** Orders whose drug no code identified: the clinician should know that a name decided. */
const byNameOnly = (findings: readonly Finding[]): string[] =>
  [...new Set(findings.flatMap(({ scope }) => (scope.focus.order?.byText ? [scope.focus.order.name] : [])))].slice(0, 1)

/** The orders that a card is about, in the words of the EHR, with dose and date. */
function orderLine(findings: readonly Finding[], { deck }: Content, { calendar }: CardTools): string[] {
  const names = findings.flatMap((finding) => {
    const { order, planned, plannedStated } = finding.scope.focus
    return order ? [[order.name, doseLabel(finding), ...(plannedStated ? [calendar.iso(planned)] : [])].filter((word) => word !== '').join(' ')] : []
  })
  return names.length > 0 ? [`**${deck.texts['order'] ?? ''}** ${[...new Set(names)].map(escapeMarkdown).join('; ')}`] : []
}

/** At most 12 lines of GitHub-flavoured Markdown: the lead explained, every other finding named, what was not checked, the source. */
function detailOf({ findings }: Group, content: Content, tools: CardTools): string {
  const render = renderer(content, tools, escapeMarkdown)
  const [lead, ...others] = distinct(findings, render)
  if (!lead) return ''
  const closing = [
    ...(tools.notChecked.length > 0 ? [`**${content.deck.texts['notChecked'] ?? ''}** ${tools.notChecked.map(escapeMarkdown).join('; ')}`] : []),
    ...byNameOnly(findings).map((name) => `**${content.deck.texts['byName'] ?? ''}** ${escapeMarkdown(name)}`),
    sourceLine(findings, content),
  ]
  const opening = [...(tools.severalOrders ? orderLine(findings, content, tools) : []), ...leadLines(lead, content, render)]
  const room = DETAIL_LINES - closing.length - opening.length
  const fitting = others.length <= room ? others : others.slice(0, Math.max(0, room - 1))
  const rest = others.slice(fitting.length)
  const tail = rest.length > 0 ? [rest.map((finding) => (finding.acknowledged ? otherLine(finding, content, render, tools) : render(finding.said.summary, finding))).join(' · ')] : []
  return [...opening, ...fitting.map((finding) => otherLine(finding, content, render, tools)), ...tail, ...closing].slice(0, DETAIL_LINES).map((line) => `- ${line}`).join('\n')
}

function overrideReasonsOf(findings: readonly Finding[], content: Content): readonly OverrideReason[] {
  const { alwaysOffered, overrideReasonsPerCard } = content.deck
  const own = findings.filter(({ indicator }) => indicator !== 'info').flatMap(({ said }) => said.overrideReasons ?? [])
  const chosen = [...new Set(own)].filter((code) => !alwaysOffered.includes(code)).slice(0, overrideReasonsPerCard - alwaysOffered.length)
  return [...chosen, ...alwaysOffered].map((code) => ({ code, system: content.overrideReasons.system, display: content.overrideReasons.reasons[code]?.display ?? code }))
}

/** Builds one card. Its extension names every finding on it. */
export function buildCard(group: Group, content: Content, tools: CardTools): Card {
  const indicator = highest(group.findings)
  const suggestions = suggestionsFor(group.findings, content, tools, tools.calendar)
  const [lead] = group.findings
  return {
    uuid: tools.uuid(),
    summary: summaryOf(group, content, tools),
    indicator,
    detail: detailOf(group, content, tools),
    source: {
      label: content.deck.source.label, url: content.deck.source.url.replace('{{publicUrl}}', tools.publicUrl),
      topic: { system: TOPIC_SYSTEM, code: group.topic, display: content.deck.cards[group.topic].title },
    },
    ...(suggestions.length > 0 ? { suggestions, selectionBehavior: 'any' as const } : {}),
    ...(indicator === 'info' ? {} : { overrideReasons: overrideReasonsOf(group.findings, content) }),
    ...(lead ? { links: linksFor(lead, content, tools) } : {}),
    extension: { 'org.ino-cds.findings': group.findings.map((finding) => ({ rule: finding.rule.id, indicator: finding.indicator })) },
  }
}
