import type { FhirJson, Json } from '../vectors/hospital.ts'
import { bundle, isBundle, isObject, isResource, mapped, recordOf, resourcesOf } from './json.ts'
import type { Chance } from './random.ts'

/** A way to write the same facts differently: no finding may change. */
export type Rewriting = (body: Json, chance: Chance) => Json

const asJson = (value: unknown): Json => (isObject(value) ? value : {})
const prefetchOf = (body: Json): Json => asJson(body['prefetch'])

const shuffleEntries: Rewriting = (body, chance) => asJson(mapped(body, (value) => (isBundle(value) && Array.isArray(value['entry']) ? { ...value, entry: chance.shuffled(value['entry']) } : value)))
const shuffleMembers: Rewriting = (body, chance) => asJson(mapped(body, (value) => (isObject(value) ? Object.fromEntries(chance.shuffled(Object.entries(value))) : value)))

/** Adds resources to a Bundle of the prefetch that is not empty: one with nothing but a stranger's records would be no answer at all. */
function adding(body: Json, resources: readonly FhirJson[], chance: Chance): Json {
  const prefetch = prefetchOf(body)
  const keys = Object.keys(prefetch).filter((key) => resourcesOf(asJson(prefetch[key])).length > 0)
  const key = chance.pick(keys)
  return { ...body, prefetch: { ...prefetch, [key]: bundle(chance.shuffled([...resourcesOf(asJson(prefetch[key])), ...resources])) } }
}

const some = <T>(list: readonly T[], chance: Chance): T[] => chance.shuffled(list).slice(0, 1 + chance.below(8))
const renamed = (resource: FhirJson, suffix: string): FhirJson => ({ ...resource, id: `${String(resource['id'])}-${suffix}` })

/** Ten times worse and ten times better at once: whoever reads it is found out. */
const distorted = (resource: FhirJson, chance: Chance): FhirJson =>
  asJson(mapped(resource, (value, key) => (typeof value === 'number' && key === 'value' ? value * chance.pick([0.1, 10]) : value))) as FhirJson // sound: still the resource it was

const ofSomebodyElse: Rewriting = (body, chance) => {
  const foreign = { reference: 'Patient/somebody-else' }
  const strangers = some(recordOf(body), chance).map((resource) => ({ ...renamed(distorted(resource, chance), 'theirs'), ...('patient' in resource ? { patient: foreign } : { subject: foreign }) }))
  return adding(body, strangers, chance)
}

const IN_ERROR: Readonly<Record<string, Json>> = {
  Condition: { verificationStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-ver-status', code: 'entered-in-error' }] }, clinicalStatus: undefined },
  AllergyIntolerance: { verificationStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-verification', code: 'entered-in-error' }] }, clinicalStatus: undefined },
}
const enteredInError: Rewriting = (body, chance) => {
  const mistakes = some(recordOf(body).filter(({ resourceType }) => resourceType !== 'AdverseEvent'), chance)
    .map((resource) => ({ ...renamed(distorted(resource, chance), 'error'), ...(IN_ERROR[resource.resourceType] ?? { status: 'entered-in-error' }) }))
  return adding(body, mistakes, chance)
}

const UNRELATED: readonly FhirJson[] = [
  { resourceType: 'Observation', id: 'glucose', status: 'final', code: { coding: [{ system: 'http://loinc.org', code: '2345-7' }], text: 'Glucose' }, effectiveDateTime: '2025-03-01T08:00:00Z', valueQuantity: { value: 900, unit: 'mg/dL' } },
  { resourceType: 'Observation', id: 'smoking', status: 'final', code: { text: 'Smoking status' }, effectiveDateTime: '2025-01-01', valueCodeableConcept: { text: 'Never' } },
  { resourceType: 'Condition', id: 'hay-fever', clinicalStatus: { coding: [{ code: 'active' }] }, code: { coding: [{ system: 'http://hl7.org/fhir/sid/icd-10-cm', code: 'J30.1' }] } },
  { resourceType: 'MedicationRequest', id: 'amoxicillin', status: 'active', intent: 'order', medicationCodeableConcept: { coding: [{ system: 'http://www.nlm.nih.gov/research/umls/rxnorm', code: '723' }], text: 'Amoxicillin' } },
  { resourceType: 'Procedure', id: 'appendectomy', status: 'completed', code: { text: 'Appendectomy' }, performedDateTime: '2010-05-05' },
  { resourceType: 'CarePlan', id: 'nutrition', status: 'active', intent: 'plan', title: 'Nutrition' },
  { resourceType: 'Provenance', id: 'whence' }, { resourceType: 'Basic', id: 'anything' },
]
const unrelated: Rewriting = (body, chance) => adding(body, some(UNRELATED, chance), chance)

/** Whole second copies, and copies under another id of what is counted once whatever its id. */
const COUNTED_ONCE = ['Observation', 'Condition', 'MedicationAdministration', 'AllergyIntolerance', 'QuestionnaireResponse']
const duplicates: Rewriting = (body, chance) => {
  const all = recordOf(body)
  const copies = some(all, chance)
  const again = some(all.filter(({ resourceType }) => COUNTED_ONCE.includes(resourceType)), chance).map((resource) => renamed(resource, 'again'))
  return adding(body, [...copies, ...again], chance)
}

const renameKeys: Rewriting = (body, chance) => ({ ...body, prefetch: Object.fromEntries(chance.shuffled(Object.values(prefetchOf(body))).map((value, i) => [`key${String(i)}`, value])) })

const mergeKeys: Rewriting = (body) => {
  const values = Object.values(prefetchOf(body)).filter(isResource)
  const people = values.filter((value) => !isBundle(value))
  return { ...body, prefetch: { all: bundle([...people, ...recordOf(body)]) } }
}

const splitKeys: Rewriting = (body, chance) => ({ ...body, prefetch: Object.fromEntries(Object.entries(prefetchOf(body)).flatMap(([key, value]) => {
  if (!isBundle(value)) return [[key, value]]
  const resources = chance.shuffled(resourcesOf(value))
  const half = chance.below(resources.length + 1)
  return [[key, bundle(resources.slice(0, half))], [`${key}2`, bundle(resources.slice(half))]]
})) })

const STRANGE: readonly unknown[] = [null, 0, '', 'text', [], {}, { reference: 'Patient/x' }, [{ value: 1 }], { coding: [{ code: 'x' }] }]
const NAMES = ['zz', '_note', 'fhir_comments', 'x-vendor', 'unknownMember']
/** Members that FHIR and CDS Hooks do not know, anywhere but among the prefetch keys, which are the client's to choose. */
const unknownMembers: Rewriting = (body, chance) => {
  const strange = (value: unknown): unknown => (isObject(value) && chance.below(6) === 0 ? { ...value, [chance.pick(NAMES)]: chance.pick(STRANGE) } : value)
  const prefetch = Object.fromEntries(Object.entries(prefetchOf(body)).map(([key, value]) => [key, mapped(value, strange)]))
  return { ...body, context: mapped(body['context'], strange), prefetch, vendor: chance.pick(STRANGE) }
}

/** These may be combined. */
export const REWRITINGS: Readonly<Record<string, Rewriting>> = {
  'entries in another order': shuffleEntries, 'members in another order': shuffleMembers, 'records entered in error': enteredInError,
  'records of other matters': unrelated, 'records sent twice': duplicates, 'prefetch keys renamed': renameKeys, 'everything under one key': mergeKeys,
  'Bundles in two parts': splitKeys, 'members that nobody knows': unknownMembers,
}
export const STRANGERS: Readonly<Record<string, Rewriting>> = { 'records of somebody else': ofSomebodyElse }

