import type { ConceptMatcher } from './concepts.ts'
import { drugConcept, medicationsByReference } from './drug-concept.ts'
import { conceptOf, isObject, isResource, listOf, type Loose, referenceOf } from './resources.ts'

/** A source that could not be read, wholly or in part. */
export type SourceState = { readonly state: 'read' } | { readonly state: 'partial' | 'unavailable'; readonly why: string }

/** The patient's record as gathered. */
export interface PatientRecord {
  readonly resources: readonly object[]
  readonly sources: ReadonlyMap<string, SourceState>
}

/** A resource that some value set recognises. Panel components appear as entries of their own. */
export interface Entry {
  readonly resource: Loose
  readonly reference: string
  readonly sets: ReadonlySet<string>
  readonly byText: boolean
}

/** Built once per request: all later reading goes through it, so that no fact walks the record. */
export interface RecordIndex {
  readonly byType: ReadonlyMap<string, readonly Entry[]>
  readonly bySet: ReadonlyMap<string, readonly Entry[]>
  readonly medications: ReadonlyMap<string, Loose>
  readonly sources: ReadonlyMap<string, SourceState>
}

/** The elements that say what a resource is about, and the code systems that settle the question without its text. */
const ABOUT: Readonly<Record<string, { readonly elements: readonly string[]; readonly decisive: readonly string[] }>> = {
  Observation: { elements: ['code'], decisive: ['loinc'] },
  Condition: { elements: ['code'], decisive: ['snomed', 'icd-10-cm', 'icd-10'] },
  AdverseEvent: { elements: ['event'], decisive: ['snomed', 'icd-10-cm'] },
  Procedure: { elements: ['code'], decisive: ['snomed', 'cpt', 'icd-10-pcs'] },
  ServiceRequest: { elements: ['code'], decisive: ['snomed', 'cpt', 'loinc'] },
  DiagnosticReport: { elements: ['code'], decisive: ['loinc', 'snomed', 'cpt'] },
  Appointment: { elements: ['serviceType', 'appointmentType', 'reasonCode'], decisive: [] },
  CarePlan: { elements: ['category', 'title'], decisive: [] },
  RequestGroup: { elements: ['code'], decisive: [] },
  EpisodeOfCare: { elements: ['type'], decisive: [] },
  Flag: { elements: ['code'], decisive: ['snomed'] },
  FamilyMemberHistory: { elements: ['condition'], decisive: [] },
  AllergyIntolerance: { elements: ['code'], decisive: ['rxnorm'] },
  Immunization: { elements: ['vaccineCode'], decisive: ['cvx'] },
}
const DRUG_TYPES: ReadonlySet<string> = new Set(['MedicationRequest', 'MedicationAdministration', 'MedicationStatement', 'MedicationDispense'])

/** What a panel says about itself is not said about its components. */
const isOwnOfPanel = (name: string): boolean => /^(?:value[A-Z]|code$|component$|interpretation$|referenceRange$|dataAbsentReason$)/.test(name)

/** Panels report results as components: each becomes an Observation of its own, with the panel's date, status and subject. */
function* expanded(resource: Loose): Generator<Loose> {
  yield resource
  if (resource.resourceType !== 'Observation' || resource['component'] === undefined) return
  const panel = Object.fromEntries(Object.entries(resource).filter(([name]) => !isOwnOfPanel(name)))
  for (const component of listOf(resource['component'])) {
    if (isObject(component)) yield { ...panel, ...component, resourceType: 'Observation' }
  }
}

/** Indexes a record: linear in its size, each resource looked at once. */
export function indexRecord(record: PatientRecord, matcher: ConceptMatcher): RecordIndex {
  const resources = record.resources.filter(isResource)
  const medications = medicationsByReference(resources)
  const byType = new Map<string, Entry[]>()
  const bySet = new Map<string, Entry[]>()
  const push = (map: Map<string, Entry[]>, key: string, entry: Entry): void => {
    const list = map.get(key)
    if (list) list.push(entry)
    else map.set(key, [entry])
  }
  for (const whole of resources) {
    for (const resource of expanded(whole)) {
      const entry = recogniseEntry(resource, matcher, medications)
      push(byType, resource.resourceType, entry)
      for (const set of entry.sets) push(bySet, set, entry)
    }
  }
  return { byType, bySet, medications, sources: record.sources }
}

const UNRECOGNISED = { sets: new Set<string>(), byText: false }

function recogniseEntry(resource: Loose, matcher: ConceptMatcher, medications: ReadonlyMap<string, Loose>): Entry {
  const reference = referenceOf(resource)
  if (DRUG_TYPES.has(resource.resourceType)) {
    return { resource, reference, ...matcher.recognise(drugConcept(resource, medications), []) }
  }
  const about = Object.hasOwn(ABOUT, resource.resourceType) ? ABOUT[resource.resourceType] : undefined
  if (!about) return { resource, reference, ...UNRECOGNISED }
  const concept = conceptOf(...about.elements.map((element) => resource[element]))
  return { resource, reference, ...matcher.recognise(concept, about.decisive) }
}

/** Entries of any of the value sets, optionally only of some types; each entry once. */
export function entriesOf(index: RecordIndex, sets: readonly string[], types?: readonly string[]): readonly Entry[] {
  const found = new Set<Entry>()
  for (const set of sets) {
    for (const entry of index.bySet.get(set) ?? []) {
      if (!types || types.includes(entry.resource.resourceType)) found.add(entry)
    }
  }
  return [...found]
}
