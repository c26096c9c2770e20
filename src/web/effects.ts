import type { Coding } from 'fhir/r4.js'
import { CHART_QUERIES } from './chart.ts'
import { contextOf, createChecks, type Checks } from './checks.ts'
import { plannedTime } from './dates.ts'
import { acceptedFeedback, overriddenFeedback, postFeedback } from './feedback.ts'
import { askJson } from './http.ts'
import { draftOf, type OrderHeader } from './order.ts'
import { passesUnseen, signStage } from './order-session.ts'
import { loadDrugs, loadStories, type Drug, type Story, type StoryOrder } from './sandbox-api.ts'
import { currentOrders, type OrderEvent } from './session.ts'
import type { Store } from './store.ts'
import { applyActions, type Draft } from './suggestion.ts'
import { resourcesOf, type Card, type Feedback, type Suggestion } from './wire.ts'

interface Patients {
  readonly start: () => Promise<void>
  readonly choosePatient: (patientId: string) => void
}

interface Drafts {
  readonly addDrug: (drug: Drug) => void
  readonly orderAsInStory: (story: Story) => void
  readonly editDraft: (draft: Draft) => void
  readonly removeDraft: (name: string) => void
  readonly openDraft: (name?: string) => void
}

interface Responses {
  readonly accept: (card: Card, suggestion: Suggestion) => void
  readonly override: (card: Card, reason: Coding | undefined, comment: string) => void
}

interface Signing {
  readonly retry: () => void
  readonly sign: () => Promise<void>
  readonly closeConfirmation: () => void
}

/** Everything the page can do to the world. */
export type Effects = Patients & Drafts & Responses & Signing

interface Desk {
  readonly store: Store
  readonly checks: Checks
  readonly send: (event: OrderEvent) => void
}

const CHART_TIMEOUT_MS = 10_000

const newId = (): string => `draft-${crypto.randomUUID()}`

const loadSection = async ({ store }: Desk, patientId: string, section: string, query: string): Promise<void> => {
  store.dispatch({ type: 'chart', patientId, section, outcome: { state: 'loading' } })
  const reply = await askJson(`/fhir/${query.replace('{id}', encodeURIComponent(patientId))}`, { timeoutMs: CHART_TIMEOUT_MS })
  store.dispatch({
    type: 'chart', patientId, section,
    outcome: reply.ok ? { state: 'loaded', value: resourcesOf(reply.body) } : { state: 'failed', failure: reply.failure },
  })
}

const patients = (desk: Desk): Patients => ({
  start: async () => {
    const [stories, drugs] = await Promise.all([loadStories(), loadDrugs()])
    desk.store.dispatch({ type: 'stories', outcome: stories })
    desk.store.dispatch({ type: 'drugs', outcome: drugs })
  },
  choosePatient: (patientId) => {
    desk.checks.stop()
    desk.store.dispatch({ type: 'patient-chosen', patientId, hookInstance: crypto.randomUUID() })
    for (const [section, query] of Object.entries(CHART_QUERIES)) void loadSection(desk, patientId, section, query)
    void desk.checks.now('order-select')
  },
})

const drafts = ({ store, checks, send }: Desk): Drafts => {
  const header = (): OrderHeader => ({ id: newId(), now: new Date(), ...contextOf(store, store.current().patientId ?? '') })
  const add = (drafts: readonly Draft[]): void => {
    send({ type: 'drafts-added', drafts })
    void checks.now('order-select')
  }
  const ordered = ({ drug: id, dayOffset, dose, note }: StoryOrder): readonly Draft[] => {
    const { drugs } = store.current()
    const drug = drugs.state === 'loaded' ? drugs.value.find((one) => one.id === id) : undefined
    return drug ? [draftOf(drug, header(), plannedTime(new Date(), dayOffset), dose, note)] : []
  }
  return {
    addDrug: (drug) => add([draftOf(drug, header(), plannedTime(new Date(), 0))]),
    orderAsInStory: ({ order, also }) => add([order, ...also].flatMap(ordered)),
    editDraft: (draft) => {
      send({ type: 'draft-changed', draft })
      checks.soon()
    },
    removeDraft: (name) => {
      send({ type: 'draft-removed', name })
      void checks.now('order-select')
    },
    openDraft: (name) => send({ type: 'draft-opened', ...(name === undefined ? {} : { name }) }),
  }
}

const tell = async ({ store }: Desk, feedback: Feedback | undefined): Promise<void> => {
  const checked = currentOrders(store.current())?.check
  if (!feedback || !checked || checked.state === 'none') return
  store.dispatch({ type: 'feedback', isStored: await postFeedback(checked.hook, feedback) })
}

const responses = (desk: Desk): Responses => ({
  accept: (card, suggestion) => {
    const applied = applyActions(currentOrders(desk.store.current())?.drafts ?? [], suggestion.actions ?? [], newId)
    if (!applied.ok) return desk.send({ type: 'suggestion-refused', missing: applied.missing })
    void tell(desk, acceptedFeedback(card, suggestion, new Date()))
    desk.send({ type: 'suggestion-accepted', card, label: suggestion.label, drafts: applied.drafts })
    void desk.checks.now('order-select')
  },
  override: (card, reason, comment) => {
    void tell(desk, overriddenFeedback(card, reason, comment, new Date()))
    desk.send({ type: 'card-overridden', card, comment, ...(reason ? { reason } : {}) })
  },
})

const signing = ({ store, checks, send }: Desk): Signing => {
  const complete = (): void => send({ type: 'signed', at: new Date().toISOString(), nextInstance: crypto.randomUUID() })
  return {
    retry: () => void checks.now('order-select'),
    sign: async () => {
      const orders = currentOrders(store.current())
      const stage = orders && signStage(orders)
      if (stage === 'ready' || stage === 'unchecked') return complete()
      if (stage !== 'open') return
      const { patientId } = store.current()
      await checks.now('order-sign')
      const checked = currentOrders(store.current())
      if (patientId === store.current().patientId && checked && passesUnseen(checked)) complete()
    },
    closeConfirmation: () => send({ type: 'confirmation-closed' }),
  }
}

/** The side effects, bound to a store; `origin` is where the service lives. */
export const effectsOf = (store: Store, origin: string): Effects => {
  const desk: Desk = {
    store,
    checks: createChecks(store, origin),
    send: (event) => store.dispatch({ ...event, patientId: store.current().patientId ?? '' }),
  }
  return { ...patients(desk), ...drafts(desk), ...responses(desk), ...signing(desk) }
}
