import { type Answer } from '../../requests/answer.ts'
import { type HookName, KEYS, type PatientRecord } from '../../requests/record.ts'
import type { ClientName } from '../clients.ts'
import { newChart, order, recordFor, sentAlong } from '../patient.ts'
import { call, stage } from '../stage.ts'

export const HOOKS: readonly HookName[] = ['order-sign', 'order-select']

/** States of a record that lead to different cards. */
export const STATES: Readonly<Record<string, (record: PatientRecord) => Partial<PatientRecord>>> = {
  'everything wrong': () => ({}),
  'nothing on file': () => Object.fromEntries(KEYS.map((key) => [key, []])),
  'no results': () => ({ labs: [] }),
  'no size': () => ({ vitals: [] }),
  'first dose': () => ({ administrations: [] }),
  'a diagnosis of VOD': ({ conditions }) => ({ conditions: [...conditions, { ...conditions[0], resourceType: 'Condition', id: 'vod', code: { coding: [{ system: 'http://hl7.org/fhir/sid/icd-10-cm', code: 'K76.5' }] } }] }),
}

export interface Told { readonly hook: HookName; readonly state: string; readonly client: ClientName; readonly answer: Answer }

let told: Promise<readonly Told[]> | undefined
/** Answers to calls of three clients at two hooks about records in every state. Each was linted when it came. */
export function toldAnswers(): Promise<readonly Told[]> {
  const clients: readonly ClientName[] = stage().authenticated ? ['generic', 'epic', 'sandbox'] : ['generic']
  return told ??= Promise.all(clients.flatMap((client) => HOOKS.flatMap((hook) => Object.entries(STATES).map(async ([state, change]): Promise<Told> => {
    const chart = newChart()
    const record = recordFor(chart)
    const second = order(chart, { id: 'o2', dosageInstruction: [] })
    const answer = await call(sentAlong({ chart, hook, record: { ...record, ...change(record) }, drafts: [order(chart), ...(state === 'no size' ? [second] : [])] }), { client })
    return { hook, state, client, answer }
  }))))
}

type Card = Answer['cards'][number]
/** What the wire types of the tests leave out. */
export interface FullCard extends Card {
  readonly source: Card['source'] & { readonly label: string; readonly url?: string; readonly icon?: string; readonly topic: { readonly code: string; readonly system: string; readonly display?: string } }
  readonly selectionBehavior?: string
  readonly overrideReasons?: readonly { readonly code: string; readonly system: string; readonly display: string }[]
  readonly links?: readonly { readonly type: string; readonly label: string; readonly url: string; readonly appContext?: unknown; readonly autolaunchable?: boolean }[]
}
type Suggestion = NonNullable<Card['suggestions']>[number] & { readonly isRecommended?: boolean; readonly actionSelectionBehavior?: unknown }
export type Action = Suggestion['actions'][number]

/** The cards of an answer, read in full. */
export const cardsIn = (answer: Answer): readonly FullCard[] => answer.cards as readonly FullCard[] // sound: the linter checks every member named here
export const suggestionsIn = (answer: Answer): readonly Suggestion[] => answer.cards.flatMap(({ suggestions = [] }) => suggestions)
export const actionsIn = (answer: Answer): readonly Action[] => suggestionsIn(answer).flatMap(({ actions }) => actions)

/** Everything of one kind in all answers; there is always something. */
export async function allOf<T>(pick: (told: Told) => readonly T[]): Promise<readonly T[]> {
  const all = (await toldAnswers()).flatMap((one) => pick(one))
  if (all.length === 0) throw new Error('no answer holds any')
  return all
}
