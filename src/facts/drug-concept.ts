import type { Concept } from './concepts.ts'
import { conceptOf, isObject, isResource, listOf, type Loose, referenceOf, textOf } from './resources.ts'

/** Medication resources by every reference that may point at them: relative, and the tail of absolute ones. */
export function medicationsByReference(resources: readonly Loose[]): ReadonlyMap<string, Loose> {
  const found = new Map<string, Loose>()
  for (const resource of resources) if (resource.resourceType === 'Medication') found.set(referenceOf(resource), resource)
  return found
}

const tailOf = (reference: string): string => reference.replace(/\/_history\/.*$/, '').split('/').slice(-2).join('/')

/** The Medication that an order points at: contained, or one of those known; undefined if it must still be read. */
export function referencedMedication(order: Loose, known: ReadonlyMap<string, Loose>): Loose | undefined {
  const pointer = order['medicationReference']
  const reference = isObject(pointer) ? textOf(pointer['reference']) : undefined
  if (reference === undefined) return undefined
  if (reference.startsWith('#')) {
    return listOf(order['contained']).filter(isResource).find(({ id }) => id === reference.slice(1))
  }
  return known.get(tailOf(reference))
}

/** The reference of a Medication that is neither contained nor known: it must be read from the EHR. */
export function unresolvedMedication(order: Loose, known: ReadonlyMap<string, Loose>): string | undefined {
  const pointer = order['medicationReference']
  const reference = isObject(pointer) ? textOf(pointer['reference']) : undefined
  if (reference === undefined || reference.startsWith('#')) return undefined
  return known.has(tailOf(reference)) ? undefined : reference
}

const ingredientsOf = (medication: Loose | undefined): readonly unknown[] =>
  listOf(medication?.['ingredient']).filter(isObject).map((ingredient) => ingredient['itemCodeableConcept'])

/**
 * Everything an order says about its drug: all codings of the concept, of the Medication it points at and of its ingredients,
 * and as texts the display of the reference too (some EHRs send nothing else). Of a requested service only its codes count: the
 * words of a drug level name the drug as well.
 */
export function drugConcept(order: Loose, known: ReadonlyMap<string, Loose>): Concept {
  if (order.resourceType === 'ServiceRequest') return { codings: conceptOf(order['code']).codings, texts: [] }
  const medication = referencedMedication(order, known)
  const pointer = order['medicationReference']
  const display = isObject(pointer) ? textOf(pointer['display']) : undefined
  return conceptOf(order['medicationCodeableConcept'], medication?.['code'], ...ingredientsOf(medication), order['vaccineCode'], display)
}
