import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import type { UnitTable } from '../../src/language/units.ts'

/** The shipped table. */
export const TABLE: UnitTable = parse(readFileSync(new URL('../../fhir-mappings/units.yaml', import.meta.url), 'utf8'))
