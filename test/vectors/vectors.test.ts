import { describe, expect, test } from 'vitest'
import { type Answer, ask } from './ask.ts'
import { callOf } from './chart.ts'
import type { Vector } from './format.ts'
import { HOSPITALS } from './hospital.ts'
import { areas } from './read.ts'
import { layerOf } from './vector.ts'

const RANK: Readonly<Record<string, number>> = { info: 1, warning: 2, critical: 3 }

/** It goes with every criteria card at that card's indicator, so no vector names it. */
const COMPANIONS = ['vod-severity-grade']

/** The highest indicator of each rule. */
function highest({ findings }: Answer): Map<string, string> {
  const found = new Map<string, string>()
  for (const { rule, indicator } of findings) if ((RANK[indicator] ?? 0) > (RANK[found.get(rule) ?? ''] ?? 0)) found.set(rule, indicator)
  return found
}

const rulesAt = (found: ReadonlyMap<string, string>, indicator: string): string[] =>
  [...found].filter(([rule, one]) => one === indicator && !COMPANIONS.includes(rule)).map(([rule]) => rule).sort()

/** What matters of an answer, next to what the vector says about it. */
function verdict(answer: Answer, { expect: { critical, warning, silent, grades } }: Vector, infos: readonly string[]): { got: unknown; wanted: unknown } {
  const found = highest(answer)
  const gradeOf = (rule: string): string | undefined => answer.findings.find((finding) => finding.rule === rule)?.grade
  return {
    got: {
      critical: rulesAt(found, 'critical'), warning: rulesAt(found, 'warning'), info: infos.filter((rule) => found.get(rule) === 'info'),
      mustBeSilent: silent.filter((rule) => found.has(rule)), grades: Object.fromEntries(Object.keys(grades).map((rule) => [rule, gradeOf(rule)])), lint: answer.lint,
      unfilled: JSON.stringify(answer.response.cards).match(/\{\{[^}]*\}\}/g) ?? [],
    },
    wanted: { critical: [...critical].sort(), warning: [...warning].sort(), info: infos, mustBeSilent: [], grades, lint: [], unfilled: [] },
  }
}

const createdBy = ({ response }: Answer): string => JSON.stringify(response.cards.flatMap(({ suggestions = [] }) => suggestions)
  .flatMap(({ actions = [] }) => actions).flatMap((action) => (action.type === 'create' ? [action.resource] : [])))

async function judge(vector: Vector, hook: string, infos: readonly string[], hospital: (typeof HOSPITALS)[number]): Promise<void> {
  const answer = await ask(callOf(layerOf(vector), hook, hospital), { profile: vector.profile, settings: vector.settings })
  const { got, wanted } = verdict(answer, vector, infos)
  expect(got).toEqual(wanted)
  for (const text of vector.cards.say) expect(JSON.stringify(answer.response.cards)).toContain(text)
  if (vector.cards.draftNo !== undefined) expect(createdBy(answer).toLowerCase()).not.toContain(vector.cards.draftNo)
}

describe.each(HOSPITALS)('at the $name hospital', (hospital) => {
  describe.each(areas)('$area', ({ vectors }) => {
    test.each(vectors)('$id $title', (vector) => judge(vector, vector.hook, vector.expect.info, hospital))

    const early = vectors.filter((vector) => vector.expect.select.length > 0)
    if (early.length > 0) test.each(early)('$id $title, while it is being ordered', (vector) => judge(vector, 'order-select', [...vector.expect.info, ...vector.expect.select], hospital))
  })
})

test('every vector has an id of its own', () => {
  const ids = areas.flatMap(({ vectors }) => vectors.map(({ id }) => id))
  expect(ids.filter((id, i) => ids.indexOf(id) !== i)).toEqual([])
  expect(new Set(ids.map((id) => Number.parseInt(id, 10))).size).toBe(137)
})
