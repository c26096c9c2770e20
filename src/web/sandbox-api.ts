import type { Coding, Quantity, Timing } from 'fhir/r4.js'
import { askJson } from './http.ts'
import type { Loadable } from './session.ts'

export interface StoryOrder {
  readonly label: string
  readonly dose: Dose
  readonly dayOffset: number
  readonly note?: string
  readonly drug: string
}

/** A demo patient, as `GET /sandbox/patients` tells it. */
export interface Story {
  readonly id: string
  readonly name: string
  /** What the patient shows, in a few words. */
  readonly shows: string
  readonly story: string
  readonly chapter: string
  /** The guided tour shows this patient. */
  readonly isTour: boolean
  readonly order: StoryOrder
  /** Orders written together with the first. */
  readonly also: readonly StoryOrder[]
  readonly expect: readonly string[]
}

export interface Dose {
  readonly value: number
  readonly unit: string
}

/** A drug that can be ordered, as `GET /sandbox/drugs` tells it. */
export interface Drug {
  readonly id: string
  readonly name: string
  readonly coding: readonly Coding[]
  readonly text: string
  readonly dose: Dose & Pick<Quantity, 'system' | 'code'>
  readonly route: { readonly coding: readonly Coding[]; readonly text: string }
  readonly schedule?: string | Timing
}

/** An EHR the page can sign as, as `GET /sandbox/clients` tells it. */
export interface DemoClient {
  readonly dialect: string
  readonly iss: string
  readonly key: JsonWebKey & { readonly kid: string }
}

/** The EHRs, and the public address of the service: what a token must be made out to. */
export interface DemoClients {
  readonly audience: string
  readonly clients: readonly DemoClient[]
}

/** A cycle that can be ordered at once, as `GET /sandbox/plans` tells it. */
export interface Plan {
  readonly id: string
  readonly title: string
  /** What each order says of itself; {cycle} and {day} are filled. */
  readonly note: string
  readonly drug: string
  readonly doses: readonly { readonly day: number; readonly dose: Dose }[]
}

const TIMEOUT_MS = 10_000

// The same service serves the page and these lists; test/sandbox checks their shape where they are made.
const list = async <T>(path: string): Promise<Loadable<readonly T[]>> => {
  const reply = await askJson(path, { timeoutMs: TIMEOUT_MS })
  if (!reply.ok) return { state: 'failed', failure: reply.failure }
  if (!Array.isArray(reply.body)) return { state: 'failed', failure: { why: 'unreadable' } }
  return { state: 'loaded', value: reply.body }
}

export const loadStories = (): Promise<Loadable<readonly Story[]>> => list<Story>('/sandbox/patients')

export const loadDrugs = (): Promise<Loadable<readonly Drug[]>> => list<Drug>('/sandbox/drugs')

export const loadPlans = (): Promise<Loadable<readonly Plan[]>> => list<Plan>('/sandbox/plans')

const isClients = (body: unknown): body is DemoClients => typeof body === 'object' && body !== null && 'clients' in body && Array.isArray(body.clients)

/** Without them the page calls unsigned. */
export const loadClients = async (): Promise<DemoClients> => {
  const reply = await askJson('/sandbox/clients', { timeoutMs: TIMEOUT_MS })
  return reply.ok && isClients(reply.body) ? reply.body : { audience: '', clients: [] }
}

/** Loads the demo patients anew, as they were. True if that was done. */
export const resetRecord = async (): Promise<boolean> => (await askJson('/sandbox/reset', { method: 'POST', timeoutMs: TIMEOUT_MS })).ok
