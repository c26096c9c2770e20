import { isObject, listOf, textOf } from '../facts/resources.ts'
import type { FhirResource } from '../hooks/draft-orders.ts'
import type { Action, Card, Suggestion } from '../hooks/response.ts'
import { escapeMarkdown } from '../language/text.ts'
import { codedFor, type OrderCode } from './order-codes.ts'
import { joinedCode } from './reason-codes.ts'

type Behaviour = NonNullable<Card['selectionBehavior']>

/** What a kind of client can do with an answer. Members that are left out mean: whatever CDS Hooks 2.0.1 allows. */
interface Habits {
  /** The only selection behaviours it knows. */
  readonly behaviours?: readonly Behaviour[]
  /** Resource types it can create, update and delete from a card. */
  readonly can?: Readonly<Record<Action['type'], readonly string[]>>
  /** It carries out one action for each suggestion, shows the action's description alone, and forgets the details of what is created. */
  readonly oneAction?: true
  /** Other names of code systems, by which it finds what it shall order. */
  readonly systems?: Readonly<Record<string, string>>
  /** Takes override reasons of letters and digits only. */
  readonly joinedReasons?: true
  /** Shows HTML where it finds any in `detail`. */
  readonly rendersHtml?: true
}

const RXNORM = 'http://www.nlm.nih.gov/research/umls/rxnorm'

/** Facts about the clients: docs/integration. */
const HABITS = {
  generic: {},
  epic: {
    behaviours: ['any'],
    can: { create: ['MedicationRequest', 'ServiceRequest', 'Condition'], update: [], delete: ['MedicationRequest', 'ServiceRequest'] },
    oneAction: true,
    joinedReasons: true,
    systems: { [RXNORM]: 'urn:oid:2.16.840.1.113883.6.88', 'http://hl7.org/fhir/sid/ndc': 'urn:oid:2.16.840.1.113883.6.69', 'http://hl7.org/fhir/sid/icd-10-cm': 'urn:oid:2.16.840.1.113883.6.90' },
  },
  sandbox: { rendersHtml: true },
} as const satisfies Readonly<Record<string, Habits>>

export type Dialect = keyof typeof HABITS

/** Words of the deck for what a client cannot do. */
export type DialectText = 'reenter' | 'byHand' | 'step'

export interface DialectTools {
  readonly texts: Readonly<Partial<Record<DialectText, string>>>
  /** The drafts of the call by `Type/id`. */
  readonly drafts: ReadonlyMap<string, FhirResource>
  readonly orderCodes: readonly OrderCode[]
  readonly uuid: () => string
}

/** A button for the client, or what has to be done without one. */
interface Offer { readonly suggestion?: Suggestion; readonly byHand?: string }

/**
 * The cards as the client can use them. Nothing that was said gets lost: what the client cannot do as a button stands in the
 * detail, to be done by hand.
 */
export function inDialect(cards: readonly Card[], dialect: Dialect, tools: DialectTools): readonly Card[] {
  const habits: Habits = HABITS[dialect]
  return cards.map((card) => withSafeDetail(withReasons(withOffers(withTopic(card), habits, tools), habits), habits))
}

/** Letters and digits, at most 100: what every known client accepts and remembers overrides by. */
function withTopic(card: Card): Card {
  const { topic } = card.source
  return topic ? { ...card, source: { ...card.source, topic: { ...topic, code: topic.code.replace(/[^A-Za-z0-9]/g, '').slice(0, 100) } } } : card
}

const withReasons = (card: Card, { joinedReasons }: Habits): Card =>
  (joinedReasons && card.overrideReasons ? { ...card, overrideReasons: card.overrideReasons.map((reason) => ({ ...reason, code: joinedCode(reason.code) })) } : card)

const withSafeDetail = (card: Card, { rendersHtml }: Habits): Card =>
  (rendersHtml && card.detail !== undefined ? { ...card, detail: card.detail.replaceAll(/\\?</g, '&lt;') } : card)

function withOffers(card: Card, habits: Habits, tools: DialectTools): Card {
  const { suggestions = [], selectionBehavior, ...rest } = card
  if (suggestions.length === 0) return card
  const offers = suggestions.flatMap((suggestion) => offersOf(suggestion, suggestions, habits, tools))
  const buttons = eachOnce(offers.flatMap((offer) => offer.suggestion ?? []))
  const byHand = [...new Set(offers.flatMap((offer) => offer.byHand ?? []))]
  const behaviour = habits.behaviours?.find((one) => one === selectionBehavior) ?? habits.behaviours?.[0] ?? selectionBehavior
  return {
    ...rest,
    ...(byHand.length > 0 ? { detail: withLine(card.detail, `**${tools.texts.byHand ?? ''}** ${byHand.map(escapeMarkdown).join('; ')}`) } : {}),
    ...(buttons.length > 0 ? { suggestions: buttons, ...(behaviour ? { selectionBehavior: behaviour } : {}) } : {}),
  }
}

function offersOf(suggestion: Suggestion, all: readonly Suggestion[], habits: Habits, tools: DialectTools): Offer[] {
  const { actions = [] } = suggestion
  const coded = (action: Action): Action => codedFor(action, tools.orderCodes, habits.systems ?? {})
  if (!habits.oneAction) return [{ suggestion: actions.length > 0 ? { ...suggestion, actions: actions.map(coded) } : suggestion }]
  return actions.map((action, i) => {
    // A part of "order all" is said in the words of its own suggestion, where there is one.
    const alone = all.find((other) => other.actions?.length === 1 && JSON.stringify(other.actions[0]) === JSON.stringify(action))
    return offerOf({ action: coded(action), said: sentenceOf(alone ?? suggestion, action, i, tools), recommended: suggestion.isRecommended === true }, habits, tools)
  })
}

interface Step { readonly action: Action; readonly said: string; readonly recommended: boolean }

function offerOf({ action, said, recommended }: Step, { can }: Habits, tools: DialectTools): Offer {
  const button = (only: Action): Suggestion => ({ label: said, uuid: tools.uuid(), ...(recommended && only.type === 'create' ? { isRecommended: true } : {}), actions: [only] })
  const isAble = (type: Action['type'], resourceType: string): boolean => can?.[type].includes(resourceType) ?? true
  if (isAble(action.type, typeOf(action))) return { suggestion: button({ ...action, description: said }) }
  if (action.type !== 'update' || !isAble('delete', typeOf(action)) || !changesOrder(action.resource, tools.drafts)) return { byHand: said }
  const description = (tools.texts.reenter ?? '').replace('{{change}}', () => said)
  return { byHand: said, suggestion: { ...button({ type: 'delete', description, resourceId: referenceOf(action.resource) }), label: description } }
}

const referenceOf = ({ resourceType, id }: FhirResource): string => `${resourceType}/${String(id)}`
const typeOf = (action: Action): string => (action.type === 'delete' ? action.resourceId.split('/')[0] ?? '' : action.resource.resourceType)

/** An update that only adds an answer in an extension is no reason to remove the order. */
function changesOrder(changed: FhirResource, drafts: DialectTools['drafts']): boolean {
  const sent = drafts.get(referenceOf(changed))
  const bare = ({ extension: _, ...resource }: FhirResource): string => JSON.stringify(resource)
  return sent !== undefined && bare(sent) !== bare(changed)
}

/** Label, description and the details of an action in one text, none of it twice. */
function sentenceOf({ label, actions = [] }: Suggestion, action: Action, index: number, { texts }: DialectTools): string {
  const told = actions.length > 1
    ? (texts.step ?? '').replace('{{label}}', () => label).replace('{{step}}', () => action.description).replace('{{number}}', String(index + 1)).replace('{{count}}', String(actions.length))
    : joined(label, action.description)
  const details = action.type === 'create' ? detailsOf(action.resource).filter((detail) => !told.includes(detail)) : []
  return details.length > 0 ? `${told} (${details.join('; ')})` : told
}

function joined(label: string, description: string): string {
  if (label.includes(description)) return label
  return description.includes(label) ? description : `${label}: ${description}`
}

/** What a created order says beyond its name, as words. */
function detailsOf({ priority, occurrenceDateTime, dosageInstruction }: FhirResource): string[] {
  const dosages = listOf(dosageInstruction).filter(isObject).map((instruction) => instruction['text'])
  return [priority === 'routine' ? undefined : priority, occurrenceDateTime, ...dosages].flatMap((word) => textOf(word) ?? [])
}

/** "Order all" and its parts become the same buttons: the first of each stays, and is recommended if "order all" was. */
function eachOnce(suggestions: readonly Suggestion[]): readonly Suggestion[] {
  const alike = Map.groupBy(suggestions, describedAs)
  return suggestions.filter((suggestion) => {
    const same = alike.get(describedAs(suggestion)) ?? []
    return same.length < 2 || same.find(({ actions }) => JSON.stringify(actions) === JSON.stringify(suggestion.actions)) === suggestion
  })
}

/** Only buttons that describe themselves alike can do the same: the others need not be compared in full. */
const describedAs = ({ actions = [] }: Suggestion): string => actions.map(({ description }) => description).join('\n')

const DETAIL_LINES = 12

/** Puts a line on top, or joins it to the first where there is no room. */
function withLine(detail: string | undefined, line: string): string {
  const [first, ...rest] = detail?.split('\n') ?? []
  if (first === undefined) return `- ${line}`
  return rest.length + 1 < DETAIL_LINES ? [`- ${line}`, first, ...rest].join('\n') : [`- ${line} · ${first.replace(/^- /, '')}`, ...rest].join('\n')
}
