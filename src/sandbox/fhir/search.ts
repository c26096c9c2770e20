import { convertToSearchableDates, convertToSearchableStrings, convertToSearchableTokens, evalFhirPathTyped, toTypedValue } from '@medplum/core'
import type { FhirRepository } from '@medplum/fhir-router'
import type { Bundle, BundleEntry, Resource, SearchParameter } from '@medplum/fhirtypes'
import { includedEntries } from './include.ts'
import { isRefusal, type Refusal } from './outcome.ts'
import { type Pairs, readSearch, type SearchQuery } from './search-query.ts'

/** By what a resource is sorted; undefined sorts last in either direction. */
function sortKey(resource: Resource, { type, expression = '' }: SearchParameter): string | undefined {
  const values = evalFhirPathTyped(expression, [toTypedValue(resource)])
  if (type === 'date') return convertToSearchableDates(values).map(({ start }) => start ?? '').sort()[0]
  if (type === 'token') return convertToSearchableTokens(values)[0]?.value
  return convertToSearchableStrings(values)[0]
}

function compare(a: string | undefined, b: string | undefined, isDescending: boolean): number {
  if (a === b) return 0
  if (a === undefined || b === undefined) return a === undefined ? 1 : -1
  return (a < b ? -1 : 1) * (isDescending ? -1 : 1)
}

function sorted(resources: readonly Resource[], rules: SearchQuery['sort']): readonly Resource[] {
  if (rules.length === 0) return resources
  const keyed = resources.map((resource) => ({ resource, keys: rules.map(({ parameter }) => sortKey(resource, parameter)) }))
  const order = (a: (typeof keyed)[number], b: (typeof keyed)[number]): number =>
    rules.map(({ isDescending }, i) => compare(a.keys[i], b.keys[i], isDescending)).find((result) => result !== 0) ?? 0
  return keyed.sort(order).map(({ resource }) => resource)
}

interface Address { readonly base: string; readonly type: string; readonly pairs: Pairs }

function pageLink({ base, type, pairs }: Address, count: number, offset: number): string {
  const query = new URLSearchParams(pairs.filter(([name]) => name !== '_count' && name !== '_offset').map(([name, value]) => [name, value]))
  query.append('_count', String(count))
  if (offset > 0) query.append('_offset', String(offset))
  return `${base}/${type}?${query}`
}

function links(address: Address, { count, offset }: SearchQuery, total: number): NonNullable<Bundle['link']> {
  const hasNext = count > 0 && offset + count < total
  return [
    { relation: 'self', url: pageLink(address, count, offset) },
    ...(hasNext ? [{ relation: 'next', url: pageLink(address, count, offset + count) }] : []),
    ...(offset > 0 && count > 0 ? [{ relation: 'previous', url: pageLink(address, count, Math.max(0, offset - count)) }] : []),
  ]
}

const addressed = (entry: BundleEntry, base: string): BundleEntry =>
  (entry.resource ? { fullUrl: `${base}/${entry.resource.resourceType}/${entry.resource.id ?? ''}`, ...entry } : entry)

/**
 * Searches one resource type and answers with one page (https://hl7.org/fhir/R4/http.html#search): matches with fullUrl and search.mode, total, self, next and previous links.
 * Order and pages are made here: the repository's own sorting compiles its expression once per comparison and applies several rules in the wrong order.
 */
export async function search(repository: FhirRepository, address: Address): Promise<Bundle | Refusal> {
  const query = readSearch(address.type, address.pairs, address.base)
  if (isRefusal(query)) return query
  const { resourceType, filters } = query.request
  const all = await repository.search({ resourceType, ...(filters ? { filters } : {}) })
  const matches = sorted((all.entry ?? []).flatMap(({ resource }) => resource ?? []), query.sort)
  const page = matches.slice(query.offset, query.offset + query.count)
  const found = page.map((resource): BundleEntry => ({ resource, search: { mode: 'match' } }))
  const entry = [...found, ...await includedEntries(repository, query.request.include ?? [], page)].map((one) => addressed(one, address.base))
  return { resourceType: 'Bundle', type: 'searchset', total: matches.length, link: links(address, query, matches.length), ...(entry.length > 0 ? { entry } : {}) }
}
