import { parseSearchRequest, type SearchRequest } from '@medplum/core'
import type { Resource, SearchParameter } from '@medplum/fhirtypes'
import { isIncludable } from './include.ts'
import { type Refusal, refusal } from './outcome.ts'
import { searchParametersOf } from './search-parameters.ts'

/** Names and values of a query, in the order sent; a name may occur more than once. */
export type Pairs = readonly (readonly [string, string])[]

/** A search as understood: what must match, the order, and the page. */
export interface SearchQuery {
  readonly request: SearchRequest
  readonly sort: readonly { readonly parameter: SearchParameter; readonly isDescending: boolean }[]
  readonly offset: number
  readonly count: number
}

/** Parameters that do not filter (https://hl7.org/fhir/R4/search.html#Summary, "Search result parameters"). Those without effect here are legal to ignore. */
const RESULT_PARAMETERS: ReadonlySet<string> = new Set(['_count', '_offset', '_sort', '_total', '_summary', '_include', '_elements', '_format', '_pretty'])
const MODIFIERS: Readonly<Record<string, readonly string[]>> = {
  token: ['not', 'missing'], reference: ['missing', 'Patient'], date: ['missing'], string: ['missing', 'contains'], uri: ['missing'],
}
export const DEFAULT_COUNT = 100
const MAX_COUNT = 1000

function split(name: string): readonly [string, string | undefined] {
  const [code = '', modifier] = name.split(':', 2)
  return [code, modifier]
}

/** `patient=p1` and `subject=p1` mean Patient/p1; an absolute address of this server means its resource. */
function referenceTo(value: string, base: string, isPatient: boolean): string {
  const local = value.startsWith(`${base}/`) ? value.slice(base.length + 1) : value
  return isPatient && !local.includes('/') ? `Patient/${local}` : local
}

function problemWith(name: string, parameters: ReadonlyMap<string, SearchParameter>): string | undefined {
  const [code, modifier] = split(name)
  if (RESULT_PARAMETERS.has(code)) return undefined
  const parameter = parameters.get(code)
  if (!parameter) return `Unknown or unsupported search parameter. Known for this type: ${[...parameters.keys()].sort().join(', ')}`
  if (modifier !== undefined && !MODIFIERS[parameter.type]?.includes(modifier)) return `Unsupported modifier on the search parameter ${code}`
  return undefined
}

function normalised(pairs: Pairs, base: string, parameters: ReadonlyMap<string, SearchParameter>): Record<string, string[]> {
  const query: Record<string, string[]> = {}
  for (const [name, value] of pairs) {
    const [code, modifier] = split(name)
    const isReference = parameters.get(code)?.type === 'reference' && modifier !== 'missing'
    const isPatient = code === 'patient' || code === 'subject' || modifier === 'Patient'
    const key = modifier === 'Patient' ? code : name
    const text = isReference ? value.split(',').map((one) => referenceTo(one, base, isPatient)).join(',') : value
    query[key] = [...(query[key] ?? []), text]
  }
  return query
}

const numberOf = (value: number | undefined, fallback: number): number => (value === undefined || !Number.isInteger(value) || value < 0 ? fallback : value)

/** References first: they are the cheapest to compare and leave the fewest resources. */
const cheapestFirst = (request: SearchRequest, parameters: ReadonlyMap<string, SearchParameter>): NonNullable<SearchRequest['filters']> =>
  [...request.filters ?? []].sort((a, b) => Number(parameters.get(b.code)?.type === 'reference') - Number(parameters.get(a.code)?.type === 'reference'))

function sortRules(request: SearchRequest, parameters: ReadonlyMap<string, SearchParameter>): SearchQuery['sort'] | undefined {
  const rules = (request.sortRules ?? []).map(({ code, descending }) => ({ parameter: parameters.get(code), isDescending: descending === true }))
  return rules.every((rule): rule is SearchQuery['sort'][number] => rule.parameter !== undefined) ? rules : undefined
}

function parsed(type: string, query: Record<string, string[]>): SearchRequest | undefined {
  try {
    return parseSearchRequest(type as Resource['resourceType'], query) // sound: the caller has checked the type
  } catch {
    return undefined
  }
}

/** Reads the parameters of a search of one resource type. `base` is the address of this server. What it does not understand it refuses: a filter silently ignored returns other patients' resources. */
export function readSearch(type: string, pairs: Pairs, base: string): SearchQuery | Refusal {
  const parameters = searchParametersOf(type)
  const problem = pairs.map(([name]) => problemWith(name, parameters)).find((text) => text !== undefined)
  if (problem !== undefined) return refusal(400, 'not-supported', problem)
  const request = parsed(type, normalised(pairs, base, parameters))
  if (!request) return refusal(400, 'invalid', 'A search parameter has a value that cannot be read')
  const sort = sortRules(request, parameters)
  if (request.include && !request.include.every(isIncludable)) return refusal(400, 'not-supported', 'Unknown reference in _include')
  if (!sort) return refusal(400, 'not-supported', 'Unknown search parameter in _sort')
  const count = Math.min(numberOf(request.count, DEFAULT_COUNT), MAX_COUNT)
  return { sort, count, offset: numberOf(request.offset, 0), request: { ...request, filters: cheapestFirst(request, parameters) } }
}
