import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CHECKLIST, SHOWN } from './checklist.ts'
import { markdownOf } from './markdown.ts'
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
  await import('./items/stored.ts')
  await import('./items/output.ts')
})

/** The last number of each group of the specification's checklist, and the numbers it leaves out. */
const NUMBERS: Readonly<Record<string, number>> = { GEN: 11, DISC: 16, PRE: 23, REQ: 20, CTX: 14, RESP: 10, CARD: 11, SRC: 5, SUG: 7, ACT: 8, OVR: 3, LNK: 6, SYS: 3, HTTP: 16, FB: 14, SEC: 42, CORS: 3, EXT: 3, VER: 5, T: 86 }
const LEFT_OUT = new Set([...Array.from({ length: 8 }, (_, i) => `SEC-${String(22 + i)}`), 'SEC-39'])

describe('the checklist', () => {
  test('holds every requirement and every trap', () => {
    const all = Object.entries(NUMBERS).flatMap(([group, last]) => Array.from({ length: last }, (_, i) => `${group}-${String(i + 1).padStart(2, '0')}`))
    expect([...CHECKLIST.keys()].toSorted()).toEqual(all.filter((id) => !LEFT_OUT.has(id)).toSorted())
  })

  test('has a test for each, or a reason why a caller cannot see it', () => {
    const visible = [...CHECKLIST].filter(([, { unseen }]) => unseen === undefined).map(([id]) => id)
    expect([...SHOWN].toSorted()).toEqual(visible.toSorted())
  })

  test('is what docs/conformance.md reports on', () => {
    const passed = new Map([...SHOWN].map((id) => [id, 'passed'] as const))
    expect(readFileSync(new URL('../../docs/conformance.md', import.meta.url), 'utf8')).toBe(markdownOf(passed))
  })
})
