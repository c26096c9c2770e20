import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Call } from '../vectors/chart.ts'
import type { FhirJson, Json } from '../vectors/hospital.ts'
import { anyNorthernCase, answerTo, casesOf, QUIET, rankOf, withBody } from './calls.ts'
import { isObject, mappedRecord, recordOf } from './json.ts'
import { analyteOf } from './units.ts'
import { vectors } from '../vectors/read.ts'

/** Which way a result gets worse: from a good one to one beyond every limit, in the unit of the charts. */
const WORSE: Readonly<Record<string, { readonly better: number; readonly worst: number }>> = {
  anc: { better: 2, worst: 0 }, plt: { better: 100, worst: 1 }, bili: { better: 0.3, worst: 15 }, alt: { better: 10, worst: 900 }, ast: { better: 10, worst: 900 },
  alp: { better: 60, worst: 900 }, qtcf: { better: 400, worst: 560 }, k: { better: 4.2, worst: 2.2 }, blastsPct: { better: 0, worst: 95 },
}

const WARNING = 2
const timeOf = ({ effectiveDateTime }: Json): string => String(effectiveDateTime)

/** The newest result of an analyte replaced by others, or by none. */
function replacingNewest(call: Call, analyte: string, replace: (resource: FhirJson) => readonly FhirJson[]): Call {
  const [newest] = recordOf(call.body).filter((resource) => analyteOf(resource) === analyte).sort((a, b) => timeOf(b).localeCompare(timeOf(a)))
  return withBody(call, mappedRecord(call.body, (resource) => (newest !== undefined && resource['id'] === newest['id'] ? replace(resource) : [resource])))
}

const withNewest = (call: Call, analyte: string, change: (value: number) => number): Call => replacingNewest(call, analyte, (resource) => [changed(resource, change)])

function changed(resource: FhirJson, change: (value: number) => number): FhirJson {
  const quantity = resource['valueQuantity']
  if (!isObject(quantity) || typeof quantity['value'] !== 'number') return resource
  const { comparator: _, ...exact } = quantity
  return { ...resource, valueQuantity: { ...exact, value: change(quantity['value']) } }
}

const analytes = Object.entries(WORSE)
const share = fc.double({ min: 0.05, max: 1, noNaN: true })
const STEPS = 8
const ladders = fc.array(share, { minLength: STEPS, maxLength: STEPS }).map((shares) => shares.sort((a, b) => a - b))
const quiet = casesOf(QUIET).filter(({ name }) => name.endsWith('north order-sign'))
const places = (value: number): number => Number(value.toFixed(2))

describe('a worse result never says less', () => {
  test.each(analytes)('%s of patients in order, step by step', (analyte, { better, worst }) =>
    fc.assert(fc.asyncProperty(ladders, async (ladder) => {
      for (const { call, site } of quiet) {
        const ranks: number[] = []
        for (const way of ladder) ranks.push(rankOf(await answerTo(withNewest(call(), analyte, () => places(better + (worst - better) * way)), site)))
        expect(ranks).toEqual([...ranks].sort((a, b) => a - b))
      }
    }), { numRuns: 1 }))

  test.each(analytes)('%s of any patient', (analyte, { better, worst }) =>
    fc.assert(fc.asyncProperty(anyNorthernCase, share, async ({ call, site }, way) => {
      const worse = (value: number): number => places(value + Math.max(0, (worst - value) / (worst - better)) * (worst - better) * way)
      expect(rankOf(await answerTo(withNewest(call(), analyte, worse), site))).toBeGreaterThanOrEqual(rankOf(await answerTo(call(), site)))
    }), { numRuns: 8 }))
})

const without = (call: Call, gone: readonly string[]): Call =>
  withBody(call, mappedRecord(call.body, (resource) => (gone.includes(analyteOf(resource) ?? '') ? [] : [resource])))

const RESULTS = ['wbc', 'blastsPct', 'anc', 'plt', 'bili', 'dbili', 'alt', 'ast', 'alp', 'ggt', 'crea', 'k', 'mg', 'ca', 'alb', 'urate', 'qtcf', 'marrowBlasts', 'weight', 'hcg', 'cd22', 'ldh']
const critical = anyNorthernCase.filter(({ vector }) => vector.expect.critical.length > 0)
const resting = casesOf(vectors).filter(({ name, vector }) => name.endsWith('north order-sign') && vector.expect.critical.length > 0 && vector.now)

describe('where something critical was found, there is at least a warning', () => {
  test.each(resting)('without the newest of the results it rests on: $vector.id $vector.title', async ({ vector: { now = {} }, call, site }) => {
    for (const analyte of Object.keys(now)) {
      const { findings, response } = await answerTo(replacingNewest(call(), analyte, () => []), site)
      expect(findings.map(({ indicator }) => indicator), analyte).toEqual(expect.arrayContaining([expect.stringMatching(/warning|critical/)]))
      expect(response.cards, analyte).not.toEqual([])
    }
  })

  test('without some analytes', () =>
    fc.assert(fc.asyncProperty(critical, fc.subarray(RESULTS, { minLength: 1 }), async ({ call, site }, gone) => {
      const answer = await answerTo(without(call(), gone), site)
      expect(rankOf(answer)).toBeGreaterThanOrEqual(WARNING)
      expect(answer.response.cards).not.toEqual([])
    }), { numRuns: 40 }))
})
