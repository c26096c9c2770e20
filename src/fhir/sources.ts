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
  const setsOf = remember((resource) => valueSetsOf(resource, recogniser))
  return sources.map(({ sets, ...source }) => {
    const types = new Set(source.types)
    const sorted = source.categories.length + sets.length > 0
    const isOurs = (observation: Resource): boolean =>
      !sorted || categoriesOf(observation).some((category) => source.categories.includes(category)) || sets.some((set) => setsOf(observation).has(set))
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

function categoriesOf(observation: Resource): string[] {
  const concepts = listOf(member(observation, 'category')).filter(isObject)
  return concepts.flatMap(({ coding }) => listOf(coding).filter(isObject).flatMap(({ code }) => text(code)).map((code) => code.toLowerCase()))
}

/** Of the Observation and of its components: a panel may carry its meaning in them alone. */
function valueSetsOf(observation: Resource, recogniser: Recogniser): ReadonlySet<string> {
  const components = listOf(member(observation, 'component')).filter(isObject).map(({ code }) => code)
  return new Set([member(observation, 'code'), ...components].filter(isObject).flatMap((concept) => {
    const codings = listOf(concept['coding'])
    const texts = [...text(concept['text']), ...codings.filter(isObject).flatMap(({ display }) => text(display))]
    return [...recogniser.recognise({ codings: codings.flatMap(codingOf), texts }, DECISIVE).sets]
  }))
}
