import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Call } from '../vectors/chart.ts'
import type { FhirJson, Json } from '../vectors/hospital.ts'
import { anyNorthernCase, answerTo, casesOf, QUIET, rankOf, withBody } from './calls.ts'
import { isObject, mappedRecord, recordOf } from './json.ts'
import { analyteOf } from './units.ts'

/** Which way a result gets worse, and the range in which a laboratory may report it, in the unit of the charts. */
const WORSE: Readonly<Record<string, { readonly better: number; readonly worst: number }>> = {
  anc: { better: 6, worst: 0 }, plt: { better: 300, worst: 1 }, bili: { better: 0.3, worst: 20 }, alt: { better: 10, worst: 2000 }, ast: { better: 10, worst: 2000 },
  alp: { better: 60, worst: 3000 }, qtcf: { better: 380, worst: 620 }, k: { better: 4.5, worst: 2 }, blastsPct: { better: 0, worst: 95 },
}

const WARNING = 2
const timeOf = ({ effectiveDateTime }: Json): string => String(effectiveDateTime)

/** The newest result of an analyte with another value. */
function withNewest(call: Call, analyte: string, change: (value: number) => number): Call {
  const [newest] = recordOf(call.body).filter((resource) => analyteOf(resource) === analyte).sort((a, b) => timeOf(b).localeCompare(timeOf(a)))
  return withBody(call, mappedRecord(call.body, (resource) => [newest !== undefined && resource['id'] === newest['id'] ? changed(resource, change) : resource]))
}

function changed(resource: FhirJson, change: (value: number) => number): FhirJson {
  const quantity = resource['valueQuantity']
  if (!isObject(quantity) || typeof quantity['value'] !== 'number') return resource
  const { comparator: _, ...exact } = quantity
  return { ...resource, valueQuantity: { ...exact, value: change(quantity['value']) } }
}

const analytes = Object.entries(WORSE)
/** Half of the shares lie in the last tenth, where the limits of counts are. */
const share = fc.oneof(fc.double({ min: 0.05, max: 1, noNaN: true }), fc.double({ min: 0.9, max: 1, noNaN: true }))
const shares = fc.tuple(share, share).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const)
const quietCase = fc.constantFrom(...casesOf(QUIET).filter(({ name }) => name.includes('north')))
const places = (value: number): number => Number(value.toFixed(2))

describe('a worse result never says less', () => {
  test.each(analytes)('%s of patients in order', (analyte, { better, worst }) =>
    fc.assert(fc.asyncProperty(quietCase, shares, async ({ call, site }, [less, more]) => {
      const at = (way: number) => withNewest(call(), analyte, () => places(better + (worst - better) * way))
      expect(rankOf(await answerTo(at(more), site))).toBeGreaterThanOrEqual(rankOf(await answerTo(at(less), site)))
    }), { numRuns: 12 }))

  test.each(analytes)('%s of any patient', (analyte, { better, worst }) =>
    fc.assert(fc.asyncProperty(anyNorthernCase, share, async ({ call, site }, more) => {
      const towardsWorst = (value: number): number => (worst > better ? Math.max(value, places(value + (worst - value) * more)) : Math.min(value, places(value + (worst - value) * more)))
      expect(rankOf(await answerTo(withNewest(call(), analyte, towardsWorst), site))).toBeGreaterThanOrEqual(rankOf(await answerTo(call(), site)))
    }), { numRuns: 8 }))
})

const RESULTS = ['wbc', 'blastsPct', 'anc', 'plt', 'bili', 'dbili', 'alt', 'ast', 'alp', 'ggt', 'crea', 'k', 'mg', 'ca', 'alb', 'urate', 'qtcf', 'marrowBlasts', 'weight', 'hcg', 'cd22', 'ldh']
const critical = anyNorthernCase.filter(({ vector }) => vector.expect.critical.length > 0)

test('where a critical finding rests on results, leaving out any of them still leaves a warning', () =>
  fc.assert(fc.asyncProperty(critical, fc.subarray(RESULTS, { minLength: 1 }), async ({ call, site }, gone) => {
    const original = call()
    const without = withBody(original, mappedRecord(original.body, (resource) => (gone.includes(analyteOf(resource) ?? '') ? [] : [resource])))
    const before = rankOf(await answerTo(original, site))
    const after = await answerTo(without, site)
    if (before === 3) expect(rankOf(after)).toBeGreaterThanOrEqual(WARNING)
    if (before === 3) expect(after.response.cards).not.toEqual([])
  }), { numRuns: 50 }))
