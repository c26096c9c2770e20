import type { CodeableConcept, Coding, Quantity } from 'fhir/r4.js'
import { type DrugWord, type ResultWord, routeOf, type Word } from '../vocabulary.ts'

const LOINC = 'http://loinc.org'
const SNOMED = 'http://snomed.info/sct'
const RXNORM = 'http://www.nlm.nih.gov/research/umls/rxnorm'
const ICD10 = 'http://hl7.org/fhir/sid/icd-10-cm'
const CVX = 'http://hl7.org/fhir/sid/cvx'
const UCUM = 'http://unitsofmeasure.org'

const withCodings = (text: string, coding: Coding[]): CodeableConcept => ({ ...(coding.length > 0 ? { coding } : {}), text })

/** A word of the vocabulary as a CodeableConcept. */
export const conceptOf = ({ text, snomed, icd10, cvx }: Word): CodeableConcept => withCodings(text, [
  ...(icd10 ? [{ system: ICD10, ...icd10 }] : []),
  ...(snomed ? [{ system: SNOMED, code: snomed }] : []),
  ...(cvx ? [{ system: CVX, ...cvx }] : []),
])

export const resultConcept = ({ name, loinc, display }: ResultWord): CodeableConcept =>
  withCodings(name, loinc ? [{ system: LOINC, code: loinc, ...(display ? { display } : {}) }] : [])

export const drugCodings = ({ rxnorm, cvx }: DrugWord): Coding[] => [...rxnorm.map((coded) => ({ system: RXNORM, ...coded })), ...cvx.map((coded) => ({ system: CVX, ...coded }))]
export const drugConcept = (drug: DrugWord): CodeableConcept => withCodings(drug.name, drugCodings(drug))
export const routeConcept = (drug: DrugWord): CodeableConcept => conceptOf(routeOf(drug.route))

/** A concept of a terminology.hl7.org code system, named by the last part of its address. */
export const hl7 = (system: string, code: string): CodeableConcept => ({ coding: [{ system: `http://terminology.hl7.org/CodeSystem/${system}`, code }], text: code })

export const ucum = (value: number, unit: string, text = unit): Quantity => ({ value, unit: text, system: UCUM, code: unit })
