import type { Days } from './days.ts'
import type { Word } from './format.ts'

/** A resource or a part of one, as JSON. */
export interface Json { readonly [member: string]: unknown }
export interface FhirJson extends Json { readonly resourceType: string }

/** Where a resource comes in the request: a prefetch source. */
export interface Filed { readonly key: string; readonly resource: FhirJson }

/** Two ways in which the same facts are written down. */
export interface Hospital {
  readonly name: 'north' | 'south'
  readonly timeZone: string
}
export const HOSPITALS: readonly Hospital[] = [{ name: 'north', timeZone: 'UTC' }, { name: 'south', timeZone: 'Europe/Madrid' }]

/** What every builder needs. */
export interface Chart {
  readonly hospital: Hospital
  readonly days: Days
  readonly patientId: string
  readonly subject: { readonly reference: string }
}

const SYSTEMS = {
  loinc: 'http://loinc.org', snomed: 'http://snomed.info/sct', icd10cm: 'http://hl7.org/fhir/sid/icd-10-cm', icd10: 'http://hl7.org/fhir/sid/icd-10',
  rxnorm: 'http://www.nlm.nih.gov/research/umls/rxnorm', atc: 'http://www.whocc.no/atc', cvx: 'http://hl7.org/fhir/sid/cvx', cpt: 'http://www.ama-assn.org/go/cpt',
  pcs: 'http://www.cms.gov/Medicare/Coding/ICD10', local: 'urn:oid:1.2.3.4.5', ctcae: 'http://hl7.org/fhir/us/ctcae/CodeSystem/ctcae-grade-code-system',
} as const
export type System = keyof typeof SYSTEMS

export const coding = (system: System, code: string): Json => ({ system: SYSTEMS[system], code })
export const hl7 = (system: string, code: string): Json => ({ coding: [{ system: `http://terminology.hl7.org/CodeSystem/${system}`, code }] })

/** Code systems in the order in which each hospital prefers them. */
const PREFERRED: Readonly<Record<Hospital['name'], readonly (System & keyof Word)[]>> = {
  north: ['icd10cm', 'rxnorm', 'cvx', 'snomed', 'cpt'],
  south: ['atc', 'pcs', 'cpt', 'snomed', 'icd10', 'icd10cm', 'rxnorm', 'cvx'],
}

/** A word as a concept: the hospital's favourite code behind a code of its own, and the text. */
export function concept(word: Word, { name }: Hospital): Json {
  const system = PREFERRED[name].find((one) => word[one] !== undefined)
  const code = system && word[system]
  return { ...(system && code ? { coding: [coding('local', word.text.slice(0, 6)), coding(system, code)] } : {}), text: word.text }
}

/** An answer: SNOMED CT in the north, a LOINC answer code in the south. */
export function answerConcept(word: Word, { name }: Hospital): Json {
  if (name === 'north' && word.snomed) return { coding: [coding('snomed', word.snomed)] }
  if (name === 'south' && word.answerCode) return { coding: [coding('loinc', word.answerCode)] }
  return { text: word.text }
}

const UCUM = 'http://unitsofmeasure.org'
export const quantity = (value: number, unit: string, isCoded = true): Json => ({ value, unit, ...(isCoded ? { system: UCUM, code: unit } : {}) })

/** "1.6 mg" as a quantity; a unit of no code system (a vial) stays text. */
export function amount(text: string): Json {
  const [value = '', ...unit] = text.split(' ')
  const name = unit.join(' ')
  return quantity(Number(value), name, name !== 'vial')
}

/** A word of the vocabulary; an unknown one is a mistake in a chart. */
export function found<T>(words: Readonly<Record<string, T>>, key: string): T {
  const word = words[key]
  if (word === undefined) throw new TypeError(`unknown word: ${key}`)
  return word
}
