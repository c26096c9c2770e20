import { beforeAll, expect, test } from 'vitest'
import type { Card } from '../../src/hooks/response.ts'
import { type Answer, ask } from './ask.ts'
import { callOf } from './chart.ts'
import { HOSPITALS } from './hospital.ts'
import { vectors } from './read.ts'
import { layerOf } from './vector.ts'

const [hospital] = HOSPITALS

/** Words that no Spanish sentence has. Names of drugs and diagnoses stay as the record has them. */
const ENGLISH = /\b(?:the|of|on|at|and|or|not|is|was|were|with|without|days?|cycles?|before|after|doses?|given|expected|ordered|since|known|from|until|for|in|by|this|that|weight|liver|none|above|below|next|last|ULN|limit|grade|severe|mild|moderate|unknown)\b/i

const textsOf = ({ summary, detail = '', suggestions = [], overrideReasons = [], links = [], source }: Card): readonly string[] => [
  summary, ...detail.split('\n'), source.label, source.topic?.display ?? '', ...links.map(({ label }) => label), ...overrideReasons.map(({ display }) => display),
  ...suggestions.flatMap(({ label, actions = [] }) => [label, ...actions.map(({ description }) => description)]),
]

/** Displays and texts of the record: words that no translation may touch. */
function wordsOfRecord(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, each]) => (typeof each === 'string' ? (['display', 'text'].includes(key) ? [each] : []) : wordsOfRecord(each)))
}

interface Answers { readonly id: string; readonly english: Answer; readonly spanish: Answer; readonly recorded: readonly string[] }

async function answersTo(vector: (typeof vectors)[number]): Promise<Answers> {
  if (!hospital) throw new TypeError('no hospital')
  const call = callOf(layerOf(vector), vector.hook, hospital)
  const site = { profile: vector.profile, settings: vector.settings }
  const [english, spanish] = await Promise.all([ask(call, site), ask(call, { ...site, language: 'es' })])
  return { id: vector.id, english, spanish, recorded: wordsOfRecord(call.body).toSorted((a, b) => b.length - a.length) }
}

const plain = (text: string): string => text.replaceAll('\\', '')

let all: readonly Answers[]
beforeAll(async () => { all = await Promise.all(vectors.map(answersTo)) })

test('a Spanish card holds no English word but those of the record', () => {
  const left = all.flatMap(({ id, spanish, recorded }) => {
    const ours = (text: string): string => recorded.reduce((rest, word) => rest.replaceAll(word, ''), plain(text))
    return spanish.response.cards.flatMap(textsOf).filter((text) => ENGLISH.test(ours(text))).map((text) => `${id}: ${text}`)
  })
  expect(left).toEqual([])
})

test('the language changes no finding, no indicator and no action', () => {
  const skeleton = ({ response, findings, lint }: Answer): string => JSON.stringify({
    findings, lint,
    cards: response.cards.map(({ indicator, source, suggestions = [] }) => [indicator, source.topic?.code, suggestions.map(({ actions = [] }) => actions.map(({ type }) => type))]),
  })
  expect(all.filter(({ english, spanish }) => skeleton(english) !== skeleton(spanish)).map(({ id }) => id)).toEqual([])
})
