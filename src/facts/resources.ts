import type { CodeableConcept, Coding } from 'fhir/r4.js'
import type { Concept } from './concepts.ts'

/** A FHIR resource as it came: any member may be missing or of the wrong type, because EHRs send what they send. */
export type Loose = Readonly<Record<string, unknown>> & { readonly resourceType: string }

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const isResource = (value: unknown): value is Loose => isObject(value) && typeof value['resourceType'] === 'string'

/** The value as a list: FHIR lists sometimes arrive as a single object. */
export const listOf = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? value : value === undefined || value === null ? [] : [value]

export const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value.trim() !== '' ? value : undefined)

/** `Observation/abc`, or the type alone where the id is missing. */
export function referenceOf(resource: Loose): string {
  const id = textOf(resource['id'])
  return id === undefined ? resource.resourceType : `${resource.resourceType}/${id}`
}

function codingOf(value: Readonly<Record<string, unknown>>): Coding {
  const coding: Coding = {}
  const system = textOf(value['system'])
  const code = textOf(value['code'])
  const display = textOf(value['display'])
  if (system !== undefined) coding.system = system
  if (code !== undefined) coding.code = code
  if (display !== undefined) coding.display = display
  return coding
}

/** Codings and texts of CodeableConcepts (or a list of them, or plain Codings). */
export function conceptOf(...values: readonly unknown[]): Concept {
  const codings: Coding[] = []
  const texts: string[] = []
  for (const value of values.length === 1 ? listOf(values[0]) : values.flatMap(listOf)) {
    if (typeof value === 'string') texts.push(value)
    if (!isObject(value)) continue
    const own = value['coding'] === undefined ? [codingOf(value)] : listOf(value['coding']).filter(isObject).map(codingOf)
    codings.push(...own)
    const text = textOf(value['text'])
    if (text) texts.push(text)
    for (const { display } of own) if (display) texts.push(display)
  }
  return { codings, texts }
}

/** The words an EHR shows for a concept: its text, else its first display, else its first code. */
export function nameOf(value: unknown): string | undefined {
  const { codings, texts } = conceptOf(value)
  const concept = isObject(value) ? value as CodeableConcept : undefined // sound: only `text` is read, and checked
  return textOf(concept?.text) ?? texts[0] ?? codings[0]?.code
}
