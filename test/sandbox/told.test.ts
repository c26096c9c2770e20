import { expect, test } from 'vitest'
import { readCharts } from '../../src/sandbox/patients/chart-files.ts'
import { offeredPlans } from '../../src/sandbox/plans.ts'
import { storyOf } from '../../src/sandbox/stories.ts'
import { plannedIn, toldIn, wordsFor } from '../../src/sandbox/told.ts'

const stories = readCharts().map(storyOf)

test('every demo story and plan has its Spanish words', () => {
  const told = stories.map(toldIn(wordsFor('es')))
  const untold = stories.filter(({ shows, story, chapter }, i) => shows === told[i]?.shows || story === told[i]?.story || chapter === told[i]?.chapter)
  expect(untold.map(({ id }) => id)).toEqual([])
  const plans = offeredPlans()
  expect(plans.filter((plan) => plannedIn(wordsFor('es'))(plan).title === plan.title)).toEqual([])
})

test('names, orders and expected rules are the same in both languages', () => {
  const kept = stories.map(({ id, name, order, also, findings, isTour }) => ({ id, name, order, also, findings, isTour }))
  expect(stories.map(toldIn(wordsFor('es-MX,es;q=0.9'))).map(({ id, name, order, also, findings, isTour }) => ({ id, name, order, also, findings, isTour }))).toEqual(kept)
})

test('without a Spanish wish the stories are told as written', () => expect(stories.map(toldIn(wordsFor('de')))).toEqual(stories))
