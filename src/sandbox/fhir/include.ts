import { convertToSearchableReferences, evalFhirPathTyped, toTypedValue, type IncludeTarget } from '@medplum/core'
import type { FhirRepository } from '@medplum/fhir-router'
import type { BundleEntry, Resource } from '@medplum/fhirtypes'
import { searchParametersOf } from './search-parameters.ts'

/** False: the include does not name a reference parameter of a resource type. */
export const isIncludable = ({ resourceType, searchParam }: IncludeTarget): boolean => searchParametersOf(resourceType).get(searchParam)?.type === 'reference'

function referencesOf(resource: Resource, { resourceType, searchParam, targetType }: IncludeTarget): readonly string[] {
  const expression = searchParametersOf(resourceType).get(searchParam)?.expression
  if (resource.resourceType !== resourceType || expression === undefined) return []
  const references = convertToSearchableReferences(evalFhirPathTyped(expression, [toTypedValue(resource)]))
  return references.filter((reference) => targetType === undefined || reference.startsWith(`${targetType}/`))
}

/**
 * The resources that a page refers to by its `_include` parameters, each once (https://hl7.org/fhir/R4/search.html#include). The library's own
 * function needs the structure definitions in order to know a Reference when it sees one.
 */
export async function includedEntries(repository: FhirRepository, includes: readonly IncludeTarget[], page: readonly Resource[]): Promise<readonly BundleEntry[]> {
  const wanted = new Set(page.flatMap((resource) => includes.flatMap((include) => referencesOf(resource, include))))
  const here = new Set(page.map(({ resourceType, id }) => `${resourceType}/${id ?? ''}`))
  const answers = await repository.readReferences([...wanted].filter((reference) => !here.has(reference)).map((reference) => ({ reference })))
  // A reference that leads nowhere includes nothing; it does not fail the search.
  return answers.flatMap((answer): BundleEntry[] => ('resourceType' in answer ? [{ resource: answer, search: { mode: 'include' } }] : []))
}
