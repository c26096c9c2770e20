import type { Coding } from 'fhir/r4.js'
import type { ChartSection } from './chart.ts'
import type { Failure, Headers } from './http.ts'
import {
  acceptSuggestion, addDrafts, answerCheck, completeSigning, failCheck, newOrderSession, openDraft, overrideCard, refuseSuggestion,
  removeDraft, replaceDraft, startCheck, type OrderSession,
} from './order-session.ts'
import type { DemoClient, DemoClients, Drug, Plan, Story } from './sandbox-api.ts'
import type { Draft } from './suggestion.ts'
import type { Card, HookName } from './wire.ts'

export type Loadable<T> =
  | { readonly state: 'loading' }
  | { readonly state: 'loaded'; readonly value: T }
  | { readonly state: 'failed'; readonly failure: Failure }

/** A call of a hook, for the traffic panel. Durations in milliseconds. */
export interface HookCall {
  readonly id: string
  readonly at: Date
  readonly hook: HookName
  /** Issuer that signed it. */
  readonly signedAs?: string
  readonly sent: Headers
  readonly received: Headers
  readonly url: string
  readonly request: unknown
  readonly response: unknown
  readonly status?: number
  readonly cards?: number
  readonly prefetchMs: number
  readonly durationMs: number
}

/** Everything the page knows. */
export interface Session {
  readonly stories: Loadable<readonly Story[]>
  readonly drugs: Loadable<readonly Drug[]>
  readonly patientId?: string
  readonly charts: Readonly<Record<string, Readonly<Record<string, Loadable<ChartSection>>>>>
  readonly orders: Readonly<Record<string, OrderSession>>
  readonly plans: readonly Plan[]
  readonly ehrs: DemoClients
  /** How the EHR deviates from the specification; the first of `ehrs` unless chosen. */
  readonly dialect?: string
  /** Newest first. */
  readonly calls: readonly HookCall[]
  readonly isFeedbackLost: boolean
}

export type SessionEvent =
  | { readonly type: 'stories'; readonly outcome: Loadable<readonly Story[]> }
  | { readonly type: 'drugs'; readonly outcome: Loadable<readonly Drug[]> }
  | { readonly type: 'plans'; readonly outcome: Loadable<readonly Plan[]> }
  | { readonly type: 'ehrs'; readonly ehrs: DemoClients }
  | { readonly type: 'dialect-chosen'; readonly dialect: string }
  | { readonly type: 'record-reset' }
  | { readonly type: 'patient-chosen'; readonly patientId: string; readonly hookInstance: string }
  | { readonly type: 'chart'; readonly patientId: string; readonly section: string; readonly outcome: Loadable<ChartSection> }
  | { readonly type: 'call'; readonly call: HookCall }
  | { readonly type: 'feedback'; readonly isStored: boolean }
  | ({ readonly patientId: string } & OrderEvent)

/** Events of one patient's order session. */
export type OrderEvent =
  | { readonly type: 'drafts-added'; readonly drafts: readonly Draft[] }
  | { readonly type: 'draft-changed'; readonly draft: Draft }
  | { readonly type: 'draft-removed'; readonly name: string }
  | { readonly type: 'draft-opened'; readonly name?: string }
  | { readonly type: 'suggestion-accepted'; readonly card: Card; readonly label: string; readonly drafts: readonly Draft[] }
  | { readonly type: 'suggestion-refused'; readonly missing: string }
  | { readonly type: 'card-overridden'; readonly card: Card; readonly reason?: Coding; readonly comment: string }
  | { readonly type: 'check-started'; readonly hook: HookName }
  | { readonly type: 'check-answered'; readonly hook: HookName; readonly revision: number; readonly cards: readonly Card[] }
  | { readonly type: 'check-failed'; readonly hook: HookName; readonly revision: number; readonly failure: Failure }
  | { readonly type: 'signed'; readonly at: string; readonly nextInstance: string }
  | { readonly type: 'confirmation-closed' }

export const INITIAL_SESSION: Session = {
  stories: { state: 'loading' }, drugs: { state: 'loading' }, charts: {}, orders: {}, plans: [], ehrs: { audience: '', clients: [] }, calls: [], isFeedbackLost: false,
}

const reduceOrders = (orders: OrderSession, event: OrderEvent): OrderSession => {
  switch (event.type) {
    case 'drafts-added': return addDrafts(orders, event.drafts)
    case 'draft-changed': return replaceDraft(orders, event.draft)
    case 'draft-removed': return removeDraft(orders, event.name)
    case 'draft-opened': return openDraft(orders, event.name)
    case 'suggestion-accepted': return acceptSuggestion(orders, event.card, event.label, event.drafts)
    case 'suggestion-refused': return refuseSuggestion(orders, event.missing)
    case 'card-overridden': return overrideCard(orders, event.card, event.reason, event.comment)
    case 'check-started': return startCheck(orders, event.hook)
    case 'check-answered': return answerCheck(orders, event.hook, event.revision, event.cards)
    case 'check-failed': return failCheck(orders, event.hook, event.revision, event.failure)
    case 'signed': return completeSigning(orders, event.at, event.nextInstance)
    case 'confirmation-closed': return { ...orders, isConfirming: false }
  }
}

const choosePatient = (session: Session, patientId: string, hookInstance: string): Session => ({
  ...session,
  patientId,
  orders: session.orders[patientId] ? session.orders : { ...session.orders, [patientId]: newOrderSession(hookInstance) },
})

const withChart = (session: Session, patientId: string, section: string, outcome: Loadable<ChartSection>): Session => ({
  ...session, charts: { ...session.charts, [patientId]: { ...session.charts[patientId], [section]: outcome } },
})

const withOrders = (session: Session, patientId: string, event: OrderEvent): Session => {
  const orders = session.orders[patientId]
  return orders ? { ...session, orders: { ...session.orders, [patientId]: reduceOrders(orders, event) } } : session
}

/** Each holds the whole record: enough to look back, little enough to hold. */
const CALLS_KEPT = 20

/** The one reducer of the page: pure; effects.ts dispatches into it. */
export const reduceSession = (session: Session, event: SessionEvent): Session => {
  switch (event.type) {
    case 'stories': return { ...session, stories: event.outcome }
    case 'drugs': return { ...session, drugs: event.outcome }
    case 'patient-chosen': return choosePatient(session, event.patientId, event.hookInstance)
    case 'chart': return withChart(session, event.patientId, event.section, event.outcome)
    case 'plans': return { ...session, plans: event.outcome.state === 'loaded' ? event.outcome.value : [] }
    case 'ehrs': return { ...session, ehrs: event.ehrs }
    case 'dialect-chosen': return { ...session, dialect: event.dialect }
    case 'record-reset': return { ...session, charts: {}, orders: {}, calls: [], isFeedbackLost: false }
    case 'call': return { ...session, calls: [event.call, ...session.calls].slice(0, CALLS_KEPT) }
    case 'feedback': return { ...session, isFeedbackLost: !event.isStored }
    default: return withOrders(session, event.patientId, event)
  }
}

/** The order session on the screen. */
export const currentOrders = (session: Session): OrderSession | undefined =>
  (session.patientId === undefined ? undefined : session.orders[session.patientId])

/** The demo patient on the screen. */
export const currentStory = (session: Session): Story | undefined =>
  (session.stories.state === 'loaded' ? session.stories.value.find((story) => story.id === session.patientId) : undefined)

/** The EHR the page signs as; undefined where it cannot sign. */
export const currentEhr = ({ ehrs, dialect }: Session): DemoClient | undefined =>
  ehrs.clients.find((client) => client.dialect === dialect) ?? ehrs.clients[0]
