import type { Coding, FhirResource, OperationOutcome } from 'fhir/r4.js'

/** The two hooks an order-entry page fires. */
export type HookName = 'order-select' | 'order-sign'

export type Indicator = 'info' | 'warning' | 'critical'

/** One change of the draft orders (CDS Hooks 2.0, Action). */
export interface Action {
  readonly type: 'create' | 'update' | 'delete'
  readonly description: string
  readonly resource?: FhirResource
  /** `Type/id`, for delete. */
  readonly resourceId?: string
}

/** A button on a card; its actions belong together (CDS Hooks 2.0, Suggestion). */
export interface Suggestion {
  readonly label: string
  readonly uuid?: string
  readonly isRecommended?: boolean
  readonly actions?: readonly Action[]
}

export interface Link {
  readonly label: string
  readonly url: string
  readonly type: 'absolute' | 'smart'
  /** For the app that a smart link launches; handed over by the EHR, never in the address. */
  readonly appContext?: string
}

/** CDS Hooks 2.0, Card Attributes. */
export interface Card {
  readonly uuid?: string
  readonly summary: string
  readonly detail?: string
  readonly indicator: Indicator
  readonly source: { readonly label: string; readonly url?: string; readonly topic?: Coding }
  readonly suggestions?: readonly Suggestion[]
  readonly selectionBehavior?: 'at-most-one' | 'any'
  readonly overrideReasons?: readonly Coding[]
  readonly links?: readonly Link[]
  readonly extension?: { readonly 'org.ino-cds.findings'?: readonly { readonly rule: string; readonly indicator: string }[] }
}

/** One entry of discovery (CDS Hooks 2.0, Discovery). */
export interface HookDescription {
  readonly id: string
  readonly hook: string
  readonly prefetch?: Readonly<Record<string, string>>
}

/** One entry of the feedback array (CDS Hooks 2.0, Feedback). */
export interface Feedback {
  readonly card: string
  readonly outcome: 'accepted' | 'overridden'
  readonly acceptedSuggestions?: readonly { readonly id: string }[]
  readonly overrideReason?: { readonly reason?: Coding; readonly userComment?: string }
  readonly outcomeTimestamp: string
}

const INDICATORS: ReadonlySet<unknown> = new Set<Indicator>(['info', 'warning', 'critical'])

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)

const isCard = (value: unknown): value is Card =>
  isRecord(value) && typeof value.summary === 'string' && INDICATORS.has(value.indicator)
  && isRecord(value.source) && typeof value.source.label === 'string'

/** The cards of a 200 answer; undefined if it is not one. One unreadable card makes the answer unreadable: it may be the critical one. */
export const cardsOf = (body: unknown): readonly Card[] | undefined =>
  isRecord(body) && Array.isArray(body.cards) && body.cards.every(isCard) ? body.cards : undefined

const isHookDescription = (value: unknown): value is HookDescription =>
  isRecord(value) && typeof value.id === 'string' && typeof value.hook === 'string'

/** The services of a discovery answer; undefined if it is not one. */
export const hookDescriptionsOf = (body: unknown): readonly HookDescription[] | undefined =>
  isRecord(body) && Array.isArray(body.services) ? body.services.filter(isHookDescription) : undefined

/** Anything with a resourceType is taken as a FHIR resource: the FHIR server vouches for the rest. */
const isResource = (value: unknown): value is FhirResource => isRecord(value) && typeof value.resourceType === 'string'

const isOutcome = (value: unknown): value is OperationOutcome =>
  isResource(value) && value.resourceType === 'OperationOutcome' && Array.isArray(value.issue)

/** The first sentence of an OperationOutcome; undefined if the body is none. */
export const outcomeText = (body: unknown): string | undefined => {
  if (!isOutcome(body)) return undefined
  const issue = body.issue[0]
  return issue?.details?.text ?? issue?.diagnostics
}

/** The resources of a search answer or of a read; outcome entries (search.mode) are no resources of the record. */
export const resourcesOf = (body: unknown): readonly FhirResource[] => {
  if (!isResource(body)) return []
  if (body.resourceType !== 'Bundle') return [body]
  return (body.entry ?? []).flatMap((entry) => (isResource(entry.resource) && entry.resource.resourceType !== 'OperationOutcome' ? [entry.resource] : []))
}
