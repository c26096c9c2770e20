import { describe, expect, it } from 'vitest'
import { triage } from '../../src/engine/focus.ts'
import { loadContent } from '../content/loaded.ts'

const content = loadContent()
const cvx = (code: string, text?: string) => ({ coding: [{ system: 'http://hl7.org/fhir/sid/cvx', code }], ...(text ? { text } : {}) })
const triggersOf = (draft: { readonly resourceType: string } & Readonly<Record<string, unknown>>): string[] => triage([draft], [], content).flatMap(({ triggers }) => [...triggers])

describe('drafts of vaccines', () => {
  it.each([
    ['a medication order', { resourceType: 'MedicationRequest', status: 'draft', medicationCodeableConcept: cvx('21') }, ['live-vaccine-order']],
    ['a medication order by its words', { resourceType: 'MedicationRequest', status: 'draft', medicationCodeableConcept: { text: 'Varicella vaccine' } }, ['live-vaccine-order']],
    ['an immunization', { resourceType: 'Immunization', status: 'draft', vaccineCode: cvx('21') }, ['live-vaccine-order']],
    ['an immunization, for which R4 has no status of a draft', { resourceType: 'Immunization', status: 'completed', vaccineCode: cvx('21') }, ['live-vaccine-order']],
    ['an immunization that is refused', { resourceType: 'Immunization', status: 'not-done', vaccineCode: cvx('21') }, []],
    ['an inactivated vaccine', { resourceType: 'Immunization', status: 'draft', vaccineCode: cvx('150') }, []],
    ['a requested service by code', { resourceType: 'ServiceRequest', status: 'draft', code: cvx('21') }, ['live-vaccine-order']],
    ['a titre names the vaccine and is none', { resourceType: 'ServiceRequest', status: 'draft', code: { text: 'MMR titre' } }, []],
    ['a drug level names the drug and is none', { resourceType: 'ServiceRequest', status: 'draft', code: { text: 'Voriconazole level' } }, []],
    ['a completed medication order', { resourceType: 'MedicationRequest', status: 'completed', medicationCodeableConcept: cvx('21') }, []],
  ])('%s', (_, draft, expected) => {
    expect(triggersOf(draft)).toEqual(expected)
  })
})
