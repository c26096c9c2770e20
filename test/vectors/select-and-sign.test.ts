import { describe, expect, test } from 'vitest'
import { type Answer, ask } from './ask.ts'
import { callOf } from './chart.ts'
import { HOSPITALS } from './hospital.ts'
import { vectors } from './read.ts'
import { layerOf } from './vector.ts'

const RANK: Readonly<Record<string, number>> = { info: 1, warning: 2, critical: 3 }

/** The findings that must be resolved, with the highest indicator of each. */
function demands({ findings }: Answer): ReadonlyMap<string, number> {
  const found = new Map<string, number>()
  for (const { rule, indicator } of findings) found.set(rule, Math.max(found.get(rule) ?? 0, RANK[indicator] ?? 0))
  return new Map([...found].filter(([, rank]) => rank > 1))
}

// One hospital: the others differ in units and codes, not in what is asked.
describe.each(HOSPITALS.slice(0, 1))('at the $name hospital', (hospital) => {
  const orders = vectors.filter(({ hook }) => hook === 'order-sign')
  const at = (vector: (typeof orders)[number], hook: string): Promise<Answer> => ask(callOf(layerOf(vector), hook, hospital), { profile: vector.profile, settings: vector.settings })

  test('signing demands everything that ordering demanded, at least as urgently', async () => {
    const milder = await Promise.all(orders.map(async (vector) => {
      const [select, sign] = await Promise.all([at(vector, 'order-select'), at(vector, 'order-sign')])
      const signed = demands(sign)
      return [...demands(select)].filter(([rule, rank]) => (signed.get(rule) ?? 0) < rank).map(([rule]) => `${vector.id}: ${rule}`)
    }))
    expect(orders.length).toBeGreaterThan(90)
    expect(milder.flat()).toEqual([])
  })
})
