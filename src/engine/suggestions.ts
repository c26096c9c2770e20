import type { Action, Suggestion } from '../hooks/response.ts'
import type { FhirResource } from '../hooks/draft-orders.ts'
import { isObject, textOf } from '../facts/resources.ts'
import { fillDeep, plainText } from '../language/template.ts'
import type { CheckValue } from '../language/check.ts'
import { type IsPlanned, withAnswer, withDate, withDose } from './draft-changes.ts'
import type { Finding } from './findings.ts'
import type { CompiledSuggestion, Content } from './rule.ts'
import { type CallContext, type TextSource, valueFor, wordsFor } from './texts.ts'

export interface CallTools {
  readonly context: CallContext
  readonly uuid: () => string
}

interface Offer {
  readonly suggestion: CompiledSuggestion
  readonly source: TextSource
  readonly finding: Finding
}

function textSource(finding: Finding, content: Content, tools: CallTools, calendar: TextSource['calendar']): TextSource {
  return { scope: finding.scope, settings: content.settings, calendar, phrases: content.phrases, context: tools.context }
}

function holds(check: CompiledSuggestion['needs'], { scope, settings }: TextSource): boolean | undefined {
  return check?.test((name) => {
    // Sound: as in evaluation, checks name only settings and facts whose types are check values.
    if (name.startsWith('setting.')) return settings[name.slice('setting.'.length)] as CheckValue | undefined
    const fact = scope.fact(name)
    return fact.state === 'present' ? fact.value as CheckValue : undefined
  })
}

/** Offered only when surely needed, and never when surely there already. */
const isOffered = ({ suggestion, source }: Offer): boolean =>
  (suggestion.needs === undefined || holds(suggestion.needs, source) === true) && (suggestion.unless === undefined || holds(suggestion.unless, source) !== true)

const NAMEABLE = /^[^/\s]+$/

type Declared = CompiledSuggestion['actions'][number]

function actionOf(declared: Declared, { source, finding }: Offer, content: Content): Action | undefined {
  const words = (name: string): string | undefined => wordsFor(name, source)
  const description = plainText(String(fillDeep(declared.description, words) ?? declared.description))
  const order = finding.scope.focus.order
  if ('create' in declared) {
    const resource = fillDeep(declared.create, (name) => valueFor(name, source))
    return isObject(resource) ? { type: 'create', description, resource: resource as FhirResource } : undefined // sound: suggestion files declare resourceType, checked by a content test
  }
  // A draft without an id, or with one that is no part of an address, cannot be named, neither to delete nor to update it.
  if (!order || !NAMEABLE.test(textOf(order.resource['id']) ?? '') || source.context.within?.has(order.reference)) return undefined
  if ('delete' in declared) return { type: 'delete', description, resourceId: order.reference }
  if ('assert' in declared) {
    const { key, value } = declared.assert
    return { type: 'update', description, resource: withAnswer(order.resource, { key, value, type: content.mapping.assertions[key]?.type ?? 'string' }, source.context) }
  }
  const fact = finding.scope.fact('redose' in declared ? declared.redose : declared.move)
  if (fact.state === 'missing') return undefined
  const { planned } = finding.scope.focus
  const isPlanned: IsPlanned = (event) => typeof event === 'string' && source.calendar.parse(event)?.day === planned.day
  if ('move' in declared) return { type: 'update', description, resource: withDate(order.resource, fact.text, isPlanned) }
  return typeof fact.value === 'number' ? { type: 'update', description, resource: withDose(order.resource, fact.value, planned, source.calendar, isPlanned) } : undefined
}

function suggestionOf(offer: Offer, content: Content, uuid: () => string): Suggestion | undefined {
  const actions = offer.suggestion.actions.flatMap((declared) => actionOf(declared, offer, content) ?? [])
  if (actions.length < offer.suggestion.actions.length) return undefined
  const label = plainText(offer.suggestion.label.render((name) => wordsFor(name, offer.source), plainText))
  return { label, uuid: uuid(), ...(offer.suggestion.recommended ? { isRecommended: true as const } : {}), actions }
}

/** Several things of one order set become one click; they stay available one by one where there is room. */
function withOrderAll(offers: readonly Offer[], single: readonly Suggestion[], text: string, uuid: () => string): readonly Suggestion[] {
  const inSet = offers.flatMap(({ suggestion }, i) => (suggestion.group === 'order-set' ? single[i] ?? [] : []))
  if (inSet.length < 2) return single
  const actions = inSet.flatMap((suggestion) => suggestion.actions ?? [])
  const others = single.filter((suggestion) => !inSet.includes(suggestion))
  return [{ label: text.replace('{{count}}', String(actions.length)), uuid: uuid(), isRecommended: true, actions }, ...others, ...inSet]
}

/** Two draft orders of one dose get two buttons of the same words: they are numbered, to be told apart. */
function numbered(suggestions: readonly Suggestion[], { say }: Content['phrases']): readonly Suggestion[] {
  return suggestions.map((suggestion) => {
    const alike = suggestions.filter(({ label }) => label === suggestion.label)
    return alike.length > 1 ? { ...suggestion, label: say`${suggestion.label} (${alike.indexOf(suggestion) + 1} of ${alike.length})` } : suggestion
  })
}

/** What can be accepted on a card, most useful first; a thing that is already active or drafted is not offered. */
export function suggestionsFor(findings: readonly Finding[], content: Content, tools: CallTools, calendar: TextSource['calendar']): readonly Suggestion[] {
  const offers = new Map<string, Offer>()
  for (const finding of findings) {
    for (const id of finding.said.suggestions ?? []) {
      const suggestion = content.suggestions.get(id)
      const key = suggestion?.actions.some((action) => !('create' in action)) ? `${id}|${finding.scope.focus.order?.reference ?? ''}` : id
      const offer = suggestion && { suggestion, finding, source: textSource(finding, content, tools, calendar) }
      if (offer && !offers.has(key) && isOffered(offer)) offers.set(key, offer)
    }
  }
  const pairs = [...offers.values()].flatMap((offer) => {
    const suggestion = suggestionOf(offer, content, tools.uuid)
    return suggestion ? [{ offer, suggestion }] : []
  })
  const all = withOrderAll(pairs.map(({ offer }) => offer), pairs.map(({ suggestion }) => suggestion), content.deck.texts['orderAll'] ?? '', tools.uuid)
  return numbered(all, content.phrases).slice(0, content.deck.suggestionsPerCard)
}

