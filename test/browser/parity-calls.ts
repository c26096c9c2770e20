import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { DEFAULT_SITE as CHOICE, hashOf } from '../../src/content/compile.ts'
import { readContentFiles } from '../../src/content/files.ts'
import { type ContentTexts, contentTexts } from '../../src/content/texts.ts'
import { ROOT } from '../content/loaded.ts'
import type { Site } from '../vectors/ask.ts'
import { type Call, callOf } from '../vectors/chart.ts'
import { HOSPITALS } from '../vectors/hospital.ts'
import { vectors } from '../vectors/read.ts'
import { layerOf } from '../vectors/vector.ts'

/** A call to be answered twice: by the service, and by the engine in a browser. */
export interface ParityCall extends Call { readonly name: string; readonly site: Site }

const ACCEPTANCE = fileURLToPath(new URL('../../../shared/acceptance/vectors.mjs', import.meta.url))

/** Every vector at both hospitals. */
export const vectorCalls = (): readonly ParityCall[] => vectors.flatMap((vector) => HOSPITALS.map((hospital): ParityCall => ({
  ...callOf(layerOf(vector), vector.hook, hospital), name: `${vector.id} at ${hospital.name}`, site: { profile: vector.profile, settings: vector.settings },
})))

interface OutsideCase { readonly id: string; readonly hook: string; readonly profile: string; readonly settings: Site['settings']; readonly mock: boolean; request(now: Date, options: { salt: string }): Call['body'] }

/** Requests that others wrote, where they are at hand. Those that need a FHIR server are left out: the browser would ask another one. */
export async function outsideCalls(): Promise<readonly ParityCall[]> {
  if (!existsSync(ACCEPTANCE)) return []
  const { cases } = await import(ACCEPTANCE) as { cases: readonly OutsideCase[] } // sound: the shape its README describes
  const now = new Date()
  return cases.filter(({ mock }) => !mock).map(({ id, profile, settings, request }): ParityCall =>
    ({ body: request(now, { salt: 'parity' }), now: now.getTime(), timeZone: 'UTC', name: `acceptance ${id}`, site: { profile, settings } }))
}

const files = readContentFiles(ROOT)

/** What the service would send a browser at this site. */
export function textsOf({ profile, settings }: Site, timezone: string): ContentTexts {
  const site = { ...CHOICE, profile, settings }
  return contentTexts(files, { hash: hashOf(files, site), site, timezone, site_uln: {} })
}
