import { expect, test } from 'vitest'
import type { Card } from '../../src/hooks/response.ts'
import { ask } from './ask.ts'
import { callOf } from './chart.ts'
import { HOSPITALS } from './hospital.ts'
import { vectors } from './read.ts'
import { layerOf } from './vector.ts'

const [hospital] = HOSPITALS
const actionsOf = (cards: readonly Card[]) => cards.flatMap(({ suggestions = [] }) => suggestions).flatMap(({ actions = [] }) => actions)
const wordsOf = (cards: readonly Card[]): string => cards.flatMap(({ detail = '', suggestions = [] }) => [detail.replaceAll('\\', ''), ...suggestions.flatMap(({ actions = [] }) => actions.map(({ description }) => description))]).join('\n')

/** Changes of an order that a client of the specification was offered. */
let corrections = 0

/** What is wrong with the answer for an Epic client, beside the answer for a client of the specification. */
async function faults(vector: (typeof vectors)[number]): Promise<string[]> {
  if (!hospital) throw new TypeError('no hospital')
  const call = callOf(layerOf(vector), vector.hook, hospital)
  const site = { profile: vector.profile, settings: vector.settings }
  const [plain, epic] = await Promise.all([ask(call, site), ask(call, site, 'epic')])
  const { cards } = epic.response
  const told = wordsOf(cards)
  corrections += actionsOf(plain.response.cards).filter(({ type }) => type === 'update').length
  return [
    ...epic.lint,
    ...cards.filter(({ suggestions, selectionBehavior }) => suggestions && selectionBehavior !== 'any').map(() => 'not "any"'),
    ...cards.flatMap(({ suggestions = [] }) => suggestions).filter(({ actions }) => actions?.length !== 1).map(({ label }) => `several actions: ${label}`),
    ...cards.filter(({ source }) => !/^[A-Za-z0-9]{1,100}$/.test(source.topic?.code ?? '')).map(({ summary }) => `topic: ${summary}`),
    ...cards.filter(({ detail = '' }) => detail.split('\n').length > 12).map(({ summary }) => `too long: ${summary}`),
    ...actionsOf(cards).filter(({ type }) => type === 'update').map(({ description }) => `update: ${description}`),
    ...actionsOf(plain.response.cards).filter(({ description }) => !told.includes(description)).map(({ description }) => `lost: ${description}`),
    ...(JSON.stringify(plain.findings) === JSON.stringify(epic.findings) ? [] : ['other findings']),
    ...(plain.response.cards.map(({ summary }) => summary).join() === cards.map(({ summary }) => summary).join() ? [] : ['other headlines']),
  ]
}

test('every vector is answered as Epic can use it, with nothing lost', async () => {
  const all = await Promise.all(vectors.map(async (vector) => (await faults(vector)).map((fault) => `${vector.id}: ${fault}`)))
  expect(all.flat()).toEqual([])
  // Or nothing would have been shown.
  expect(corrections).toBeGreaterThan(10)
})

