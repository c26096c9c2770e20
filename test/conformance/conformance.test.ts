import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CHECKLIST, SHOWN } from './checklist.ts'
import { closeStage, openStage } from './stage.ts'

/**
 * The service as a process of its own, an EHR as another, and one test for each requirement of CDS Hooks that a caller can see. One
 * file, so that both are started once; its parts are in items/.
 */
beforeAll(openStage)
afterAll(closeStage)

describe('CDS Hooks', async () => {
  await import('./items/general.ts')
  await import('./items/discovery.ts')
  await import('./items/prefetch.ts')
  await import('./items/request.ts')
  await import('./items/context.ts')
  await import('./items/response.ts')
  await import('./items/http.ts')
  await import('./items/fhir-access.ts')
  await import('./items/security.ts')
  await import('./items/forged.ts')
  await import('./items/feedback.ts')
  await import('./items/output.ts')
})

test('every requirement has a test or a reason why a caller cannot see it', () => {
  const [seen, unseen] = [[...CHECKLIST].filter(([, { unseen }]) => unseen === undefined), [...CHECKLIST].filter(([, { unseen }]) => unseen !== undefined)].map((items) => (items ?? []).map(([id]) => id))
  expect(seen?.filter((id) => !SHOWN.has(id))).toEqual([])
  expect(unseen?.filter((id) => SHOWN.has(id))).toEqual([])
})
