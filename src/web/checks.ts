import { ofType } from './chart.ts'
import type { PrefetchContext } from './discovery.ts'
import { callHook } from './hook-call.ts'
import { currentEhr, currentOrders } from './session.ts'
import type { Store } from './store.ts'
import type { HookName } from './wire.ts'

/** Asking decision support about the drafts on the screen; a new question ends the one before. */
export interface Checks {
  readonly now: (hook: HookName) => Promise<void>
  /** order-select after a pause in typing. */
  readonly soon: () => void
  readonly stop: () => void
}

const USER_ID = 'Practitioner/sandbox'
// Long enough for typing "1.6", short enough to feel immediate.
const EDIT_PAUSE_MS = 600

/** Who orders for whom: the context of hook calls and the header of orders. The encounter is the patient's, if the record has one. */
export const contextOf = (store: Store, patientId: string): PrefetchContext => {
  const encounters = store.current().charts[patientId]?.encounters
  const encounter = encounters?.state === 'loaded' ? ofType(encounters.value, 'Encounter')[0] : undefined
  return { userId: USER_ID, patientId, ...(encounter?.id === undefined ? {} : { encounterId: encounter.id }) }
}

const ask = async (store: Store, origin: string, hook: HookName, signal: AbortSignal): Promise<void> => {
  const { patientId, ehrs } = store.current()
  const ehr = currentEhr(store.current())
  const orders = currentOrders(store.current())
  if (patientId === undefined || !orders || orders.drafts.length === 0) return
  const { hookInstance, drafts, revision } = orders
  store.dispatch({ type: 'check-started', patientId, hook })
  const { call, answer } = await callHook({ hook, hookInstance, context: contextOf(store, patientId), drafts, origin, ...(ehr ? { ehr, audience: ehrs.audience } : {}) }, signal)
  if (signal.aborted) return
  store.dispatch({ type: 'call', call })
  store.dispatch('cards' in answer
    ? { type: 'check-answered', patientId, hook, revision, cards: answer.cards }
    : { type: 'check-failed', patientId, hook, revision, failure: answer.failure })
}

/** Checks bound to a store and to the service at `origin`. */
export const createChecks = (store: Store, origin: string): Checks => {
  let asking = new AbortController()
  let pause: ReturnType<typeof setTimeout> | undefined
  const stop = (): void => {
    asking.abort()
    clearTimeout(pause)
  }
  const now = (hook: HookName): Promise<void> => {
    stop()
    asking = new AbortController()
    return ask(store, origin, hook, asking.signal)
  }
  const soon = (): void => {
    stop()
    pause = setTimeout(() => void now('order-select'), EDIT_PAUSE_MS)
  }
  return { now, soon, stop }
}
