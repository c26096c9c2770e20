import { z } from 'zod'
import { ENGLISH, type Phrases, phrasesOf } from '../language/phrases.ts'
import type { OfferedPlan } from './plans.ts'
import type { Story } from './stories.ts'
import { readYaml } from './yaml.ts'

const Words = z.record(z.string(), z.string())

const SPANISH = phrasesOf('es', new Map(Object.entries(readYaml(`${import.meta.dirname}/stories.es.yaml`, Words))))

/** The words of the sandbox for a reader: the page asks in the language it speaks. */
export const wordsFor = (acceptLanguage: string | undefined): Phrases => (acceptLanguage?.startsWith('es') ? SPANISH : ENGLISH)

/** A demo patient in the reader's language; names, drugs and what is written into orders stay. */
export const toldIn = ({ of, say }: Phrases) => ({ shows, story, chapter, expect, findings, ...rest }: Story): Story => ({
  ...rest, findings, shows: of(shows), story: of(story), chapter: of(chapter),
  expect: findings.length === 0 ? expect.map(of) : findings.map(({ rule, indicator }) => ({ critical: say`${rule} (critical)`, warning: say`${rule} (warning)`, info: say`${rule} (info)` })[indicator]),
})

/** A plan of the order form in the reader's language. */
export const plannedIn = ({ of }: Phrases) => (plan: OfferedPlan): OfferedPlan => ({ ...plan, title: of(plan.title) })
