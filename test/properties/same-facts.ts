import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Call } from '../vectors/chart.ts'
import { anyCase, anyNorthernCase, answerTo, type Case, findingsOf, withBody } from './calls.ts'
import { mapped, mappedRecord } from './json.ts'
import { type Chance, chanceFrom } from './random.ts'
import { REWRITINGS, STRANGERS } from './rewritings.ts'
import { inAnotherUnit } from './units.ts'
import type { Json } from '../vectors/hospital.ts'

/** The same findings before and after. */
async function expectUnchanged({ call, site }: Case, rewrite: (call: Call) => Call): Promise<void> {
  const original = call()
  const [before, after] = [await answerTo(original, site), await answerTo(rewrite(original), site)]
  expect(findingsOf(after)).toEqual(findingsOf(before))
}

const seeds = fc.integer()
const RUNS = { numRuns: 15 }

describe('the findings stay the same with', () => {
  test.each(Object.entries({ ...REWRITINGS, ...STRANGERS }))('%s', (_name, rewriting) =>
    fc.assert(fc.asyncProperty(anyCase, seeds, (one, seed) => expectUnchanged(one, (call) => withBody(call, rewriting(call.body, chanceFrom(seed))))), RUNS))

  test('results in other units', () =>
    fc.assert(fc.asyncProperty(anyNorthernCase, seeds, (one, seed) => {
      const chance = chanceFrom(seed)
      return expectUnchanged(one, (call) => withBody(call, mappedRecord(call.body, (resource) => [inAnotherUnit(resource, chance)])))
    }), { numRuns: 40 }))

  test('everything some days earlier or later', () =>
    fc.assert(fc.asyncProperty(anyNorthernCase.filter(countsDays), fc.integer({ min: -3000, max: 3000 }), (one, days) => expectUnchanged(one, (call) => moved(call, days))), RUNS))

  test('several of these at once', () =>
    fc.assert(fc.asyncProperty(anyCase, seeds, (one, seed) => {
      const chance = chanceFrom(seed)
      return expectUnchanged(one, (call) => withBody(call, several(call.body, chance)))
    }), RUNS))
})

const several = (body: Json, chance: Chance): Json => chance.shuffled(Object.values(REWRITINGS)).slice(0, 3).reduce((sofar, rewriting) => rewriting(sofar, chance), body)

/** Four months are not the same number of days everywhere. */
const countsDays = ({ vector: { id } }: Case): boolean => !id.startsWith('155')

const DAY_MS = 86_400_000
const DATE = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}(\.\d+)?Z)?$/

function moved(call: Call, days: number): Call {
  const later = (value: unknown): unknown => {
    if (typeof value !== 'string' || !DATE.test(value)) return value
    return new Date(Date.parse(value) + days * DAY_MS).toISOString().slice(0, value.length === 10 ? 10 : 19) + (value.length === 10 ? '' : 'Z')
  }
  const body = mapped(call.body, later) as Call['body'] // sound: only dates changed
  return { ...call, body, now: call.now + days * DAY_MS }
}
