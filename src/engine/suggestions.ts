import type { Action, Suggestion } from '../hooks/response.ts'
import type { FhirResource } from '../hooks/draft-orders.ts'
import { ASSERTION_URL, isAssertionOf } from '../facts/assertions.ts'
import { isObject, listOf, type Loose, textOf } from '../facts/resources.ts'
import { instructionsFor } from '../derive/ordered-dose.ts'
import type { Calendar, Moment } from '../language/calendar.ts'
import { fillDeep, plainText } from '../language/template.ts'
import type { CheckValue } from '../language/check.ts'
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
  return { scope: finding.scope, settings: content.settings, calendar, context: tools.context }
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

/** The whole draft with another dose in milligrams, everything else as it was sent (CDS Hooks: an update carries the complete resource). */
function withDose(order: Loose, milligrams: number, planned: Moment, calendar: Calendar): Loose {
  const [ofThisDose] = instructionsFor(order, planned, calendar)
  if (!ofThisDose) return { ...order, dosageInstruction: [redosed({}, milligrams)] }
  return { ...order, dosageInstruction: instructionsOf(order).map((instruction) => (instruction === ofThisDose ? redosed(instruction, milligrams) : instruction)) }
}

function redosed({ text: _, ...instruction }: Instruction, milligrams: number): Instruction {
  const quantity = { value: milligrams, unit: 'mg', system: 'http://unitsofmeasure.org', code: 'mg' }
  const [amount] = listOf(instruction['doseAndRate']).filter(isObject)
  const { doseRange: __, ...kept } = amount ?? {}
  return { ...instruction, text: `${String(milligrams)} mg`, doseAndRate: [{ ...kept, doseQuantity: quantity }] }
}

/** The whole draft with the dose under evaluation on another day; the other doses of the order stay where they are. */
function withDate(order: Loose, date: string, isPlanned: IsPlanned): Loose {
  const instructions = instructionsOf(order)
  const isListed = instructions.some((instruction) => eventsOf(instruction).some(isPlanned))
  return { ...order, dosageInstruction: instructions.map((instruction) => {
    const timing = isObject(instruction['timing']) ? instruction['timing'] : {}
    const event = isListed ? eventsOf(instruction).map((one) => (isPlanned(one) ? date : one)) : [date]
    return event.length > 0 ? { ...instruction, timing: { ...timing, event } } : instruction
  }) }
}

type Instruction = Readonly<Record<string, unknown>>
/** Is this event of an order the dose under evaluation? */
type IsPlanned = (event: unknown) => boolean

/** The dosage instructions of a draft, an empty one where it has none. */
function instructionsOf(order: Loose): readonly Instruction[] {
  const instructions = listOf(order['dosageInstruction']).filter(isObject)
  return instructions.length > 0 ? instructions : [{}]
}

const eventsOf = ({ timing }: Instruction): readonly unknown[] => (isObject(timing) ? listOf(timing['event']) : [])

const VALUE_ELEMENTS: Readonly<Record<string, string>> = { boolean: 'valueBoolean', integer: 'valueInteger', decimal: 'valueDecimal', date: 'valueDate', code: 'valueCode', string: 'valueString' }

type Answered = { readonly key: string; readonly value: string | number | boolean; readonly type: string }

/** The whole draft with an answer of the clinician, in place of an older answer to the same question. */
function withAnswer(order: Loose, { key, value, type }: Answered, { nowIso, user }: CallContext): Loose {
  const answer = {
    url: ASSERTION_URL,
    extension: [{ url: 'key', valueCode: key }, { url: 'value', [VALUE_ELEMENTS[type] ?? 'valueString']: value }, { url: 'date', valueDateTime: nowIso }, { url: 'assertedBy', valueReference: { reference: user } }],
  }
  return { ...order, extension: [...listOf(order['extension']).filter((one) => !isAssertionOf(one, key)), answer] }
}

type Declared = CompiledSuggestion['actions'][number]

function actionOf(declared: Declared, { source, finding }: Offer, content: Content): Action | undefined {
  const words = (name: string): string | undefined => wordsFor(name, source)
  const description = plainText(String(fillDeep(declared.description, words) ?? declared.description))
  const order = finding.scope.focus.order
  if ('create' in declared) {
    const resource = fillDeep(declared.create, (name) => valueFor(name, source))
    return isObject(resource) ? { type: 'create', description, resource: resource as FhirResource } : undefined // sound: suggestion files declare resourceType, checked by a content test
  }
  // A draft without an id cannot be named, neither to delete nor to update it.
  if (!order || textOf(order.resource['id']) === undefined || source.context.within?.has(order.reference)) return undefined
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
  return typeof fact.value === 'number' ? { type: 'update', description, resource: withDose(order.resource, fact.value, planned, source.calendar) } : undefined
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
  return all.slice(0, content.deck.suggestionsPerCard)
}

