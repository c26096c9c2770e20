import { readFileSync } from 'node:fs'
import { load } from 'js-yaml'
import { test } from 'vitest'
import { z } from 'zod'

const Item = z.strictObject({
  level: z.enum(['SHALL', 'SHALL NOT', 'SHOULD', 'SHOULD NOT', 'RECOMMENDED', 'REQUIRED', 'OPTIONAL', 'MAY', 'DECISION', 'BP', 'prose', 'trap']),
  section: z.string().min(1),
  inferno: z.string().min(1).optional(),
  says: z.string().min(1),
  /** Why a caller cannot see it. */
  unseen: z.string().min(1).optional(),
})

/** One requirement of CDS Hooks, or one trap. */
export type Item = z.infer<typeof Item>

/** Id to requirement, in the order of the specification. */
export const CHECKLIST: ReadonlyMap<string, Item> = new Map(Object.entries(
  z.record(z.string().regex(/^[A-Z]+-\d\d$/), Item).parse(load(readFileSync(new URL('checklist.yaml', import.meta.url), 'utf8'))),
))

/** Ids for which a test was registered. */
export const SHOWN = new Set<string>()

/**
 * What a test needs beyond an address that answers hook calls: `ehr`, that the service trusts the EHR of this suite (its keys, its
 * FHIR server); `own`, that the suite started the service itself and may read its output and start others.
 */
export type Need = 'ehr' | 'own'

/** The address of a service that runs already: BASE_URL of `npm run conformance`. The test runner keeps a BASE_URL of its own. */
export const FOREIGN_URL: string | undefined = process.env['CONFORMANCE_URL']?.replace(/\/+$/, '')
const isMet = (need: Need): boolean => FOREIGN_URL === undefined || (need === 'ehr' && process.env['EHR_PORT'] !== undefined)

/** Registers the test of a requirement under its id and sentence. `part` tells several tests of one requirement apart. */
export function item(id: string, run: () => Promise<void>, { part, needs = [] }: { readonly part?: string; readonly needs?: readonly Need[] } = {}): void {
  const says = CHECKLIST.get(id)?.says
  if (says === undefined) throw new TypeError(`${id} is not in checklist.yaml`)
  SHOWN.add(id)
  test.skipIf(!needs.every(isMet))(`${id}: ${says}${part === undefined ? '' : ` (${part})`}`, run)
}
