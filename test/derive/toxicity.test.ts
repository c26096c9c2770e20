import { describe, expect, it, test } from 'vitest'
import type { ShortResource } from '../../src/content/example-resources.ts'
import { scopeOf, type ScopeOptions, valueIn } from './scope.ts'

const read = (name: string, resources: readonly ShortResource[], options: ScopeOptions = {}): unknown => valueIn(scopeOf({ ...options, resources }), name)
const DOSE = { given: 'inotuzumab ozogamicin', at: '-7d', mg: 1.6 }
const grade = (resources: readonly ShortResource[], options?: ScopeOptions): unknown => read('toxicityGrade', [DOSE, ...resources], options)

const CTCAE = 'http://hl7.org/fhir/us/ctcae/CodeSystem/ctcae-grade-code-system'
const coded = (level: number) => ({ coding: [{ system: CTCAE, code: String(level) }] })
const condition = (level: number, more: ShortResource = {}): ShortResource => ({ icd10: 'R11.0', text: 'Nausea', at: '-5d', stage: [{ summary: { text: `CTCAE grade ${String(level)}` } }], ...more })
const event = (level: number, more: ShortResource = {}): ShortResource =>
  ({ resourceType: 'AdverseEvent', text: 'Fatigue', at: '-5d', extension: [{ url: 'http://hl7.org/fhir/us/ctcae/StructureDefinition/ctcae-grade', valueCodeableConcept: coded(level) }], ...more })
const NONE = 'missing: not-applicable'

describe('a grade', () => {
  test.each([
    ['a diagnosis, in words', condition(2)], ['a diagnosis, in code', condition(0, { stage: [{ summary: coded(2) }] })],
    ['a diagnosis, with the version', condition(0, { stage: [{ summary: { text: 'CTCAE v5.0 grade 2' } }] })],
    ['a diagnosis, its stage typed', condition(0, { stage: [{ summary: { text: 'Grade 2' }, type: { text: 'CTCAE grade' } }] })],
    ['an adverse event, in code', event(2)],
    ['an adverse event, as a number', event(0, { extension: [{ url: 'http://example.org/ctcae-grade', valueInteger: 2 }] })],
    ['an adverse event, as a bare digit', event(0, { extension: [{ url: 'http://example.org/ctc-grade', valueCodeableConcept: { text: '2' } }] })],
    ['an adverse event, as its severity', event(0, { extension: [], severity: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/adverse-event-severity', code: 'moderate' }] } })],
    ['an observation, as its value', { resourceType: 'Observation', text: 'Fatigue', at: '-5d', valueCodeableConcept: coded(2) }],
  ])('is read from %s', (_, resource) => expect(grade([resource])).toBe(2))

  it('of the tumour is none of a toxicity', () => expect(grade([condition(0, { stage: [{ summary: { text: 'Histologic grade 3' } }] })])).toBe(NONE))
  it('of a suspected event never counts as more than 2', () => expect(grade([condition(4, { verification: 'provisional' })])).toBe(2))
  it('of several events is the worst', () => expect(grade([condition(2), event(3)])).toBe(3))
})

describe('a toxicity', () => {
  it('of grade 1 holds nothing', () => expect(grade([condition(1)])).toBe(NONE))
  it('that is over is over', () => {
    expect(grade([condition(3, { clinical: 'resolved' })])).toBe(NONE)
    expect(grade([event(3, { outcome: { coding: [{ code: 'resolved' }] } })])).toBe(NONE)
  })
  it('without an outcome lasts', () => expect(grade([event(3)])).toBe(3))
  it('began after the first dose, on its day at the earliest', () => {
    expect(grade([condition(2, { at: '-7d' })])).toBe(2)
    expect(grade([condition(2, { at: '-8d' })])).toBe(NONE)
  })
  it('without a date counts as one of treatment', () => expect(grade([{ ...condition(2), at: undefined }])).toBe(2))
  it('is as bad as the newest statement about it', () => {
    expect(grade([event(3, { at: '-5d' }), event(1, { at: '-2d' })])).toBe(NONE)
    expect(grade([event(1, { at: '-5d' }), event(3, { at: '-2d' })])).toBe(3)
  })
  it('is over for an event when its diagnosis ended later', () => {
    expect(grade([condition(3, { clinical: 'resolved', abatementDateTime: '-2d' }), event(3, { text: 'Nausea', at: '-5d' })])).toBe(NONE)
  })
  it('must be worse than before treatment', () => {
    expect(grade([event(2, { at: '-20d' }), event(2, { at: '-2d' })])).toBe(NONE)
    expect(grade([event(2, { at: '-20d' }), event(3, { at: '-2d' })])).toBe(3)
  })
  test.each([
    ['neutropenia', condition(4, { icd10: 'D70.1', text: 'Neutropenia' })], ['thrombocytopenia', condition(4, { icd10: 'D69.6', text: 'Thrombocytopenia' })],
    ['a liver test by name', event(3, { text: 'Alanine aminotransferase increased' })], ['QT by name', event(3, { text: 'Electrocardiogram QT corrected interval prolonged' })],
    ['an infusion reaction', event(3, { text: 'Infusion related reaction' })], ['an infection of grade 3', event(3, { text: 'Urinary tract infection' })], ['bleeding of grade 3', event(3, { text: 'Epistaxis' })],
  ])('is not %s, which has a rule of its own', (_, resource) => expect(grade([resource])).toBe(NONE))
  it('may be an infection or bleeding of grade 2', () => {
    expect(grade([event(2, { text: 'Urinary tract infection' })])).toBe(2)
    expect(grade([event(2, { text: 'Epistaxis' })])).toBe(2)
  })
  it('is not known where adverse events could not be read', () => expect(grade([], { unread: ['assessments'] })).toBe('missing: unavailable'))
})

describe('creatinine', () => {
  const creatinine = (value: number, at: string): ShortResource => ({ loinc: '2160-0', value, unit: 'mg/dL', high: 1.2, at })
  test.each([[1.8, NONE], [1.81, 2], [3.6, 2], [3.61, 3], [7.21, 4]])('of %s mg/dL by its limit', (value, expected) => expect(grade([creatinine(0.8, '-8d'), creatinine(value, '-1d')])).toBe(expected))
  it('is compared with the value before treatment in version 5 alone', () => {
    const risen = [creatinine(0.6, '-8d'), creatinine(1.0, '-1d')]
    expect(grade(risen)).toBe(NONE)
    expect(grade(risen, { settings: { ctcae_version: '5.0' } })).toBe(2)
  })
  it('is no toxicity where it was as high before treatment', () => expect(grade([creatinine(2, '-8d'), creatinine(2, '-1d')])).toBe(NONE))
  it('of before treatment is none of it', () => expect(grade([creatinine(2, '-8d')])).toBe(NONE))
})

describe('an infusion reaction', () => {
  const lists = (resources: readonly ShortResource[]): readonly number[] => ['severeReactions', 'otherReactions'].map((name) => (read(name, resources) as readonly string[]).length)
  const reaction = (more: ShortResource = {}): ShortResource => ({ icd10: 'T80.90XA', text: 'Infusion reaction', clinical: 'resolved', at: '-7d', ...more })
  const graded = (level: number): ShortResource => ({ stage: [{ summary: { text: `CTCAE grade ${String(level)}` } }] })
  it('is severe from grade 3', () => {
    expect(lists([DOSE, reaction(graded(3))])).toEqual([1, 0])
    expect(lists([DOSE, reaction(graded(2))])).toEqual([0, 1])
  })
  it('is severe by word, and when it was anaphylaxis', () => {
    expect(lists([DOSE, reaction({ severity: { text: 'Severe' } })])).toEqual([1, 0])
    expect(lists([DOSE, reaction({ severity: { text: 'Life-threatening' } })])).toEqual([1, 0])
    expect(lists([DOSE, { icd10: 'T78.2XXA', text: 'Anaphylactic shock', at: '-7d' }])).toEqual([1, 0])
  })
  it('without a grade is told as not severe', () => expect(lists([DOSE, reaction()])).toEqual([0, 1]))
  it('belongs to inotuzumab on the day of a dose and the day after', () => {
    expect(lists([DOSE, reaction({ at: '-6d' })])).toEqual([0, 1])
    expect(lists([DOSE, reaction({ at: '-5d' })])).toEqual([0, 0])
    expect(lists([DOSE, reaction({ at: '-8d' })])).toEqual([0, 0])
  })
  it('belongs to inotuzumab on any day when it is named', () => expect(lists([DOSE, reaction({ at: '-100d', text: 'Infusion reaction to inotuzumab' })])).toEqual([0, 1]))
  it('without a date is taken as one to inotuzumab', () => expect(lists([DOSE, { ...reaction(graded(3)), at: undefined }])).toEqual([1, 0]))
})
