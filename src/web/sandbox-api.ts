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
