import type { Resource } from 'fhir/r4.js'

export type Loose = Readonly<Record<string, unknown>>

export const isObject = (value: unknown): value is Loose => typeof value === 'object' && value !== null && !Array.isArray(value)

/** True for an object that says which FHIR resource it is; no other member is checked. */
export const isResource = (value: unknown): value is Resource & Loose =>
  isObject(value) && typeof value['resourceType'] === 'string' && value['resourceType'] !== ''

/** The value as a list: FHIR lists sometimes arrive as a single object. */
export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : value === undefined || value === null ? [] : [value])

/** A member of a resource of unknown type, unchecked. */
export const member = (resource: Resource, name: string): unknown => (isObject(resource) ? resource[name] : undefined)
