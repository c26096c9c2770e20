import fc from 'fast-check'
import { expect } from 'vitest'
import { type Answer, ask, contentOf, DEFAULT_SITE, type Site } from '../vectors/ask.ts'
import { type Call, callOf } from '../vectors/chart.ts'
import type { Vector } from '../vectors/format.ts'
import { HOSPITALS, type Hospital, type Json } from '../vectors/hospital.ts'
import { vectors } from '../vectors/read.ts'
import { layerOf } from '../vectors/vector.ts'

/** A call that a property starts from, and the site that answers it. */
export interface Case {
  readonly name: string
  readonly site: Site
  readonly vector: Vector
  call(): Call
}

const caseOf = (vector: Vector, hospital: Hospital, hook: string): Case => ({
  name: `${vector.id} ${hospital.name} ${hook}`, vector, site: { profile: vector.profile, settings: vector.settings },
  call: () => JSON.parse(JSON.stringify(callOf(layerOf(vector), hook, hospital))) as Call, // sound: a copy of a Call
})

const hooksOf = (vector: Vector): readonly string[] => (vector.hook === 'patient-view' ? [vector.hook] : [vector.hook, 'order-select'])
export const casesOf = (chosen: readonly Vector[], hospitals = HOSPITALS): readonly Case[] =>
  chosen.flatMap((vector) => hospitals.flatMap((hospital) => hooksOf(vector).map((hook) => caseOf(vector, hospital, hook))))

const named = (cases: readonly Case[]): fc.Arbitrary<Case> => fc.constantFrom(...cases).map((one) => Object.assign(one, { [fc.toStringMethod]: () => one.name }))
/** Where all sources were read: what is missing then does not depend on the keys under which the rest came. */
const usual = vectors.filter(({ profile, settings, unread }) => profile === DEFAULT_SITE.profile && Object.keys(settings).length === 0 && !unread)

/** Every vector of the usual site, at every hospital and hook. */
export const anyCase = named(casesOf(usual))

/** Written in the units of the charts, which properties about values rely on. */
export const anyNorthernCase = named(casesOf(usual, HOSPITALS.filter(({ name }) => name === 'north')))

/** The patients to whom nothing is to be said when the order is signed: P0, P0 on Day 8 and P0 before cycle 2. */
export const QUIET = vectors.filter(({ id }) => ['1', '2', '3'].includes(id))

const RANK: Readonly<Record<string, number>> = { info: 1, warning: 2, critical: 3 }
export const rankOf = ({ findings }: Answer): number => Math.max(0, ...findings.map(({ indicator }) => RANK[indicator] ?? 0))

/** What was found, in an order of its own. */
export const findingsOf = ({ findings }: Answer): readonly string[] => findings.map(({ rule, indicator, grade = '' }) => `${indicator} ${rule} ${grade}`.trim()).sort()

interface OnCard { readonly rule: string; readonly indicator: string }
const onCards = ({ response }: Answer): readonly OnCard[] =>
  response.cards.flatMap((card) => card.extension?.['org.ino-cds.findings'] as readonly OnCard[]) // sound: each card names its findings

/** Answers a call, and demands of the answer what holds for every answer. */
export async function answerTo(call: Call, site: Site = DEFAULT_SITE): Promise<Answer> {
  const answer = await ask(call, site)
  const { cards } = answer.response
  expect(answer.lint).toEqual([])
  expect(cards.length).toBeLessThanOrEqual(budgetOf(call, site))
  expect(hiddenFrom(answer, site)).toEqual([])
  expect(Math.max(0, ...cards.map(({ indicator }) => RANK[indicator] ?? 0))).toBe(cards.length === 0 ? 0 : rankOf(answer))
  return answer
}

/** Critical findings on no card. Beside a permanent stop only what also speaks about giving or holding is worth a line. */
function hiddenFrom(answer: Answer, site: Site): readonly string[] {
  const { rules } = contentOf(site)
  const shown = new Set(onCards(answer).filter(({ indicator }) => indicator === 'critical').map(({ rule }) => rule))
  const stops = rules.filter(({ id, said, levels }) => shown.has(id) && [said, ...levels.map((level) => level.said)].some(({ action }) => action === 'discontinue'))
  const beside = new Set(stops.length > 0 ? rules.filter(({ card }) => card !== 'giveOrHold').map(({ id }) => id) : [])
  return answer.findings.filter(({ indicator, rule }) => indicator === 'critical' && !shown.has(rule) && !beside.has(rule)).map(({ rule }) => rule)
}

function budgetOf({ body: { hook } }: Call, site: Site): number {
  const budget: Readonly<Record<string, number>> = contentOf(site).deck.budget
  return budget[hook] ?? 0
}

/** A call with another body. */
export const withBody = (call: Call, body: Json): Call => ({ ...call, body: body as Call['body'] }) // sound: properties change what is inside, never these members
