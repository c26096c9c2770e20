import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { entriesOf, indexRecord, type RecordIndex } from '../../src/facts/record-index.ts'
import { arbitraryResource } from './arbitrary-records.ts'
import { chartOf, compileSmall, order, scopeOn } from './small-content.ts'

const { matcher } = compileSmall().mapping
const indexOf = (...resources: object[]): RecordIndex => indexRecord({ resources, sources: new Map() }, matcher)
const LOINC = 'http://loinc.org'
const RXNORM = 'http://www.nlm.nih.gov/research/umls/rxnorm'
const coded = (system: string, code: string): object => ({ coding: [{ system, code }] })
const found = (index: RecordIndex, set: string): string[] => entriesOf(index, [set]).map(({ reference }) => reference)

describe('a record', () => {
  test('is found by what its resources are about', () => {
    const index = indexOf({ resourceType: 'Observation', id: 'o', code: coded(LOINC, '751-8') }, { resourceType: 'Condition', id: 'c', code: coded('http://hl7.org/fhir/sid/icd-10-cm', 'C91.00') })
    expect(found(index, 'neutrophils')).toEqual(['Observation/o'])
    expect(found(index, 'leukaemia')).toEqual(['Condition/c'])
  })
  test('keeps what it does not recognise by its type alone', () => {
    const index = indexOf({ resourceType: 'Observation', id: 'o', code: { text: 'shoe size' } })
    expect(index.byType.get('Observation')?.map(({ sets }) => sets.size)).toEqual([0])
  })
  test('gives each entry once, however many of the wanted sets it is in', () => {
    const index = indexOf({ resourceType: 'MedicationRequest', id: 'm', medicationCodeableConcept: coded(RXNORM, '121243') })
    expect(entriesOf(index, ['azole', 'partner'])).toHaveLength(1)
  })
  test('gives only the wanted types', () => {
    const index = indexOf({ resourceType: 'MedicationRequest', id: 'm', medicationCodeableConcept: { text: 'voriconazole' } }, { resourceType: 'MedicationStatement', id: 's', medicationCodeableConcept: { text: 'voriconazole' } })
    expect(entriesOf(index, ['azole'], ['MedicationStatement']).map(({ reference }) => reference)).toEqual(['MedicationStatement/s'])
  })
  test('lets a code settle what an observation is, against its words', () => {
    expect(found(indexOf({ resourceType: 'Observation', id: 'o', code: { ...coded(LOINC, '26464-8'), text: 'ANC' } }), 'neutrophils')).toEqual([])
    expect(found(indexOf({ resourceType: 'Observation', id: 'o', code: { ...coded('urn:local', '4711'), text: 'ANC' } }), 'neutrophils')).toEqual(['Observation/o'])
  })
})

describe('a panel', () => {
  const panel = {
    resourceType: 'Observation', id: 'p', status: 'final', code: coded(LOINC, '751-8'), effectiveDateTime: '2025-03-03', valueQuantity: { value: 9, unit: '10*9/L' }, valueString: 'see below', interpretation: [{ text: 'positive' }], referenceRange: [{ high: { value: 1 } }],
    component: [{ code: coded(LOINC, '51124-6'), valueQuantity: { value: 5, unit: '%' } }, { valueQuantity: { value: 7, unit: '10*9/L' } }],
  }
  test('gives its components as results of their own, with its date and status', () => {
    const [entry] = entriesOf(indexOf(panel), ['marker'])
    expect(entry?.resource).toMatchObject({ id: 'p', status: 'final', effectiveDateTime: '2025-03-03', valueQuantity: { value: 5 } })
  })
  test('says nothing about its components that it says about itself', () => {
    const [entry] = entriesOf(indexOf(panel), ['marker'])
    expect(Object.keys(entry?.resource ?? {}).sort()).toEqual(['code', 'effectiveDateTime', 'id', 'resourceType', 'status', 'valueQuantity'])
  })
  test('lends its code to no component without one', () => expect(found(indexOf(panel), 'neutrophils')).toEqual(['Observation/p']))
})

describe('a medication', () => {
  const medicine = { resourceType: 'Medication', id: 'm1', code: coded(RXNORM, '121243') }
  const ordered = (medicationReference: object, more: object = {}): object => ({ resourceType: 'MedicationRequest', id: 'r', medicationReference, ...more })
  test.each([['relative', 'Medication/m1'], ['absolute', 'https://ehr.example/fhir/Medication/m1'], ['of a version', 'Medication/m1/_history/3']])('is followed by a %s reference', (_, reference) => {
    expect(found(indexOf(medicine, ordered({ reference })), 'azole')).toEqual(['MedicationRequest/r'])
  })
  test('contained in the order is read there, and is no resource of the record', () => {
    const index = indexOf(ordered({ reference: '#m1' }, { contained: [medicine] }))
    expect(found(index, 'azole')).toEqual(['MedicationRequest/r'])
    expect(index.byType.has('Medication')).toBe(false)
  })
  test('counts by its ingredients', () => {
    const mixture = { resourceType: 'Medication', id: 'm1', ingredient: [{ itemCodeableConcept: { text: 'saline' } }, { itemCodeableConcept: coded(RXNORM, '121243') }] }
    expect(found(indexOf(mixture, ordered({ reference: 'Medication/m1' })), 'azole')).toEqual(['MedicationRequest/r'])
  })
  test('that is nowhere counts by the words of the reference, as recognised by name', () => {
    const index = indexOf(ordered({ reference: 'Medication/none', display: 'Voriconazole 200 mg' }))
    expect(entriesOf(index, ['azole']).map(({ byText }) => byText)).toEqual([true])
  })
  test('contained in another resource is not looked at', () => {
    const lab = { resourceType: 'Observation', id: 'o', code: { text: 'x' }, contained: [{ resourceType: 'Observation', id: 'i', code: coded(LOINC, '751-8') }] }
    expect(found(indexOf(lab), 'neutrophils')).toEqual([])
  })
})

describe('whatever an EHR sends', () => {
  test.each(['constructor', '__proto__', 'toString', 'valueOf'])('a resource of the type %s is of no concern', (resourceType) => {
    expect(() => indexOf({ resourceType, id: 'x', code: { text: 'ANC' } })).not.toThrow()
  })
  test('things that are no resources are left out', () => {
    const resources = [{}, [], { resourceType: 1 }, { resourceType: 'Observation' }]
    expect(indexRecord({ resources, sources: new Map() }, matcher).byType.get('Observation')).toHaveLength(1)
  })

  const content = compileSmall()
  const codings = [{ system: LOINC, code: '751-8' }, { system: LOINC, code: '1975-2' }, { system: LOINC, code: '51124-6' }, { system: RXNORM, code: '1942950' }, { system: RXNORM, code: '121243' }, { system: 'http://hl7.org/fhir/sid/icd-10-cm', code: 'C91.02' }]
  const resource = arbitraryResource(codings, ['inotuzumab', 'busulfan', 'ANC', 'gilbert', 'positive'])
  // Derived facts read mappings this small content does not have.
  const names = [...content.mapping.declarations.values()].filter(({ kind }) => kind !== 'derived').map(({ name }) => name)
  test('reading it never throws, and gives every fact a value or a reason', () => {
    fc.assert(fc.property(fc.array(resource, { maxLength: 6 }), fc.array(resource, { maxLength: 3 }), (resources, drafts) => {
      const scope = scopeOn(chartOf({ content, resources, drafts: [order(), ...drafts] }))
      for (const name of names) expect(['present', 'missing']).toContain(scope.fact(name).state)
    }), { numRuns: 300 })
  })
})
