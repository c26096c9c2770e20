import type { Coding, Observation } from 'fhir/r4.js'
import { scenarioOf, searchOf, type Act } from './address.ts'
import { CHART_QUERIES, type ChartPart } from './chart.ts'
import { createChecks, type Checks } from './checks.ts'
import { draftEffects, type DraftEffects } from './draft-effects.ts'
import { acceptedFeedback, overriddenFeedback, postFeedback } from './feedback.ts'
import { askJson } from './http.ts'
import { passesUnseen, signStage } from './order-session.ts'
import { deleteResult, writeResult } from './result.ts'
import { loadClients, loadDrugs, loadPlans, loadStories, resetRecord } from './sandbox-api.ts'
import { currentEhr, currentOrders, currentStory, type OrderEvent } from './session.ts'
import type { Store } from './store.ts'
import { applyActions } from './suggestion.ts'
import { uuid } from './uuid.ts'
import { resourcesOf, type Card, type Feedback, type Suggestion } from './wire.ts'

interface Patients {
  /** Loads the lists, then does what the address asks for. */
  readonly start: () => Promise<void>
  readonly choosePatient: (patientId: string) => void
  readonly chooseDialect: (dialect: string) => void
  /** Everything as at the start: record, orders, calls. False if the sandbox did not. */
  readonly reset: () => Promise<boolean>
}

interface Results {
  /** Writes into the record and asks again. False if the record did not take it. */
  readonly saveResult: (result: Observation, isNew: boolean) => Promise<boolean>
  readonly removeResult: (id: string) => Promise<boolean>
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
export type Effects = Patients & DraftEffects & Results & Responses & Signing

/** What the effects work with. */
export interface Desk {
  readonly store: Store
  readonly checks: Checks
  readonly send: (event: OrderEvent) => void
}

const CHART_TIMEOUT_MS = 10_000

export const newId = (): string => `draft-${uuid()}`

const loadSection = async ({ store }: Desk, patientId: string, section: ChartPart): Promise<void> => {
  const reply = await askJson(`/fhir/${CHART_QUERIES[section].replace('{id}', encodeURIComponent(patientId))}`, { timeoutMs: CHART_TIMEOUT_MS })
  store.dispatch({
    type: 'chart', patientId, section,
    outcome: reply.ok ? { state: 'loaded', value: resourcesOf(reply.body) } : { state: 'failed', failure: reply.failure },
  })
}

const openChart = (desk: Desk, patientId: string): Promise<unknown> => {
  const sections = Object.keys(CHART_QUERIES) as ChartPart[] // sound: its keys are the parts
  for (const section of sections) desk.store.dispatch({ type: 'chart', patientId, section, outcome: { state: 'loading' } })
  return Promise.all(sections.map((section) => loadSection(desk, patientId, section)))
}

const showAddress = ({ store }: Desk): void => {
  const { patientId, dialect } = store.current()
  window.history.replaceState(null, '', `${window.location.pathname}${searchOf({ ...(patientId === undefined ? {} : { patientId }), ...(dialect === undefined ? {} : { dialect }) })}`)
}

const open = async (desk: Desk, patientId: string): Promise<void> => {
  desk.checks.stop()
  desk.store.dispatch({ type: 'patient-chosen', patientId, hookInstance: uuid() })
  showAddress(desk)
  void desk.checks.now('order-select')
  await openChart(desk, patientId)
}

const loadLists = async ({ store }: Desk): Promise<void> => {
  const [stories, drugs, plans, ehrs] = await Promise.all([loadStories(), loadDrugs(), loadPlans(), loadClients()])
  store.dispatch({ type: 'ehrs', ehrs })
  store.dispatch({ type: 'plans', outcome: plans })
  store.dispatch({ type: 'drugs', outcome: drugs })
  store.dispatch({ type: 'stories', outcome: stories })
}

interface Actors { readonly orderAsInStory: DraftEffects['orderAsInStory']; readonly sign: Signing['sign'] }

const perform = async (desk: Desk, act: Act | undefined, { orderAsInStory, sign }: Actors): Promise<void> => {
  const story = currentStory(desk.store.current())
  if (act === undefined || !story) return
  await orderAsInStory(story)
  if (act === 'sign') await sign()
}

const patients = (desk: Desk, actors: Actors): Patients => ({
  start: async () => {
    const asked = scenarioOf(window.location.search)
    await loadLists(desk)
    const { stories } = desk.store.current()
    if (asked.dialect !== undefined) desk.store.dispatch({ type: 'dialect-chosen', dialect: asked.dialect })
    const isKnown = stories.state === 'loaded' && stories.value.some(({ id }) => id === asked.patientId)
    if (asked.patientId === undefined || !isKnown) return
    await open(desk, asked.patientId)
    await perform(desk, asked.act, actors)
  },
  choosePatient: (patientId) => void open(desk, patientId),
  chooseDialect: (dialect) => {
    desk.store.dispatch({ type: 'dialect-chosen', dialect })
    showAddress(desk)
    void desk.checks.now('order-select')
  },
  reset: async () => {
    desk.checks.stop()
    if (!await resetRecord()) return false
    desk.store.dispatch({ type: 'record-reset' })
    const { patientId } = desk.store.current()
    if (patientId !== undefined) await open(desk, patientId)
    return true
  },
})

const results = (desk: Desk): Results => {
  const after = async (isDone: boolean): Promise<boolean> => {
    const { patientId } = desk.store.current()
    if (!isDone || patientId === undefined) return isDone
    await loadSection(desk, patientId, 'results')
    void desk.checks.now('order-select')
    return true
  }
  return {
    saveResult: async (result, isNew) => after(await writeResult(result, isNew)),
    removeResult: async (id) => after(await deleteResult(id)),
  }
}

const tell = async ({ store }: Desk, feedback: Feedback | undefined): Promise<void> => {
  const checked = currentOrders(store.current())?.check
  if (!feedback || !checked || checked.state === 'none') return
  const ehr = currentEhr(store.current())
  store.dispatch({ type: 'feedback', isStored: await postFeedback(checked.hook, feedback, ehr, store.current().ehrs.audience) })
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
  const complete = (): void => send({ type: 'signed', at: new Date().toISOString(), nextInstance: uuid() })
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
  const [drafts, sign] = [draftEffects(desk, newId), signing(desk)]
  return { ...patients(desk, { ...drafts, ...sign }), ...drafts, ...results(desk), ...responses(desk), ...sign }
}
