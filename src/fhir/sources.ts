import type { Coding, Resource } from 'fhir/r4.js'
import { isObject, listOf, member } from './loose.ts'
import type { SourcePlan } from './types.ts'

/** One entry of `fhir-mappings/sources.yaml`. */
export interface SourceDeclaration extends Omit<SourcePlan, 'claims'> {
  /** Value sets whose codes belong to the source whatever the category says. */
  readonly sets: readonly string[]
}

/** Finds the value sets of a concept. */
export interface Recogniser {
  recognise(concept: { readonly codings: readonly Coding[]; readonly texts: readonly string[] }, decisive: readonly string[]): { readonly sets: ReadonlySet<string> }
}

const DECISIVE = ['loinc']

/** Makes the declared sources recognise their resources. */
export function sourcePlans(sources: readonly SourceDeclaration[], recogniser: Recogniser): readonly SourcePlan[] {
  const valueSets = remember((resource) => valueSetsOf(resource, recogniser))
  return sources.map(({ sets, ...source }) => {
    const types = new Set(source.types)
    const ownSets = new Set(sets)
    const ownCategories = new Set(source.categories)
    const sorted = source.categories.length + sets.length > 0
    const isOurs = (observation: Resource): boolean =>
      !sorted || isOfCategory(observation, ownCategories) || valueSets(observation).some((set) => ownSets.has(set))
    const claims = (resource: Resource): boolean => types.has(resource.resourceType) && (resource.resourceType !== 'Observation' || isOurs(resource))
    return { ...source, claims }
  })
}

/** The query for one patient. */
export const queryFor = (template: string, patientId: string): string => template.replaceAll('{{context.patientId}}', encodeURIComponent(patientId))

function remember<V>(read: (resource: Resource) => V): (resource: Resource) => V {
  const known = new WeakMap<Resource, V>()
  return (resource) => {
    const value = known.get(resource) ?? read(resource)
    known.set(resource, value)
    return value
  }
}

const text = (value: unknown): string[] => (typeof value === 'string' && value !== '' ? [value] : [])

const codingOf = (value: unknown): Coding[] => {
  if (!isObject(value)) return []
  const [system] = text(value['system'])
  const [code] = text(value['code'])
  return system === undefined || code === undefined ? [] : [{ system, code }]
}

function isOfCategory(observation: Resource, categories: ReadonlySet<string>): boolean {
  const isOne = (coding: unknown): boolean => isObject(coding) && typeof coding['code'] === 'string' && categories.has(coding['code'].toLowerCase())
  return listOf(member(observation, 'category')).some((concept) => isObject(concept) && listOf(concept['coding']).some(isOne))
}

/** Of the Observation and of its components: a panel may carry its meaning in them alone. */
function valueSetsOf(observation: Resource, recogniser: Recogniser): readonly string[] {
  const components = listOf(member(observation, 'component')).filter(isObject).map(({ code }) => code)
  return [member(observation, 'code'), ...components].filter(isObject).flatMap((concept) => {
    const codings = listOf(concept['coding'])
    const texts = [...text(concept['text']), ...codings.filter(isObject).flatMap(({ display }) => text(display))]
    return [...recogniser.recognise({ codings: codings.flatMap(codingOf), texts }, DECISIVE).sets]
  })
}
