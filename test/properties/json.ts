import type { FhirJson, Json } from '../vectors/hospital.ts'

export const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)
export const isResource = (value: unknown): value is FhirJson => isObject(value) && typeof value['resourceType'] === 'string'

/** A copy in which `change` was applied to every value, the innermost first. */
export function mapped(value: unknown, change: (value: unknown, key: string) => unknown, key = ''): unknown {
  if (Array.isArray(value)) return change(value.map((member) => mapped(member, change, key)), key)
  if (!isObject(value)) return change(value, key)
  return change(Object.fromEntries(Object.entries(value).map(([name, member]) => [name, mapped(member, change, name)])), key)
}

/** A copy of a request body in which each resource of the prefetched Bundles became others. */
export const mappedRecord = (body: Json, change: (resource: FhirJson) => readonly FhirJson[]): Json =>
  ({ ...body, prefetch: mapped(body['prefetch'], (value) => (isBundle(value) ? bundle(resourcesOf(value).flatMap(change)) : value)) })

export const isBundle = (value: unknown): value is FhirJson => isResource(value) && value.resourceType === 'Bundle'
export const bundle = (resources: readonly unknown[]): FhirJson => ({ resourceType: 'Bundle', type: 'searchset', entry: resources.map((resource) => ({ resource })) })

export function resourcesOf({ entry }: Json): readonly FhirJson[] {
  return Array.isArray(entry) ? entry.filter(isObject).map(({ resource }) => resource).filter(isResource) : []
}

/** All prefetched resources, patient aside. */
export const recordOf = (body: Json): readonly FhirJson[] => (isObject(body['prefetch']) ? Object.values(body['prefetch']).filter(isBundle).flatMap(resourcesOf) : [])
