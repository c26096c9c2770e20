import fc from 'fast-check'
import { expect, it } from 'vitest'
import { startService } from '../requests/running.ts'
import { failureOf, fuzzCase } from './cases.ts'

const CASES = 2_000
const DEADLINE_MS = 4_000
/** A busy machine makes whoever asks wait too. */
const PATIENCE_MS = 5 * DEADLINE_MS

it(`survives ${String(CASES)} spoiled requests: no 5xx, no call left hanging, no order of inotuzumab passed over in silence`, async () => {
  const service = await startService({ DEADLINE_MS: String(DEADLINE_MS), SHED_AFTER_MS: '0', LOG_LEVEL: 'warn' })
  try {
    await fc.assert(fc.asyncProperty(fuzzCase, async (one) => {
      expect(await failureOf(service.url, one, PATIENCE_MS)).toBeUndefined()
    }), { numRuns: CASES })
    expect(service.log().split('\n').filter((line) => /"(?:err|failure)":/.test(line))).toEqual([])
  } finally {
    await service.stop()
  }
}, 300_000)
