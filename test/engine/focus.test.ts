import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { HookName } from '../../src/content/schema/common.ts'
import { focuses, triage } from '../../src/engine/focus.ts'
import { draftsMeant } from '../../src/engine/selection.ts'
import { isResource, type Loose, referenceOf } from '../../src/facts/resources.ts'
import { loadContent } from '../content/loaded.ts'
import { calendar, chartOf, type ChartOptions, compileSmall, condition, order } from '../facts/small-content.ts'

const content = compileSmall()
const RXNORM = 'http://www.nlm.nih.gov/research/umls/rxnorm'
const leukaemia = condition('C91.00', { clinicalStatus: { coding: [{ code: 'active' }] } })
const azole = (members: object = {}): object => order({ id: 'z1', medicationCodeableConcept: { coding: [{ system: RXNORM, code: '121243' }] }, ...members })
const at = (...event: readonly string[]): object => ({ dosageInstruction: [{ timing: { event } }] })
const loose = (value: object): Loose => {
  if (!isResource(value)) throw new TypeError('not a resource')
  return value
}

/** Evaluations as text: `order on date: triggers`. */
function evaluations(options: ChartOptions, hook: HookName = 'order-sign', selections: readonly string[] = []): string[] {
  const meant = new Set(draftsMeant(hook, (options.drafts ?? []).map(loose), selections).map(referenceOf))
  return focuses(content, chartOf({ content, ...options }), hook, (reference) => meant.has(reference)).map(({ order: one, planned, triggers }) => `${one?.reference ?? 'patient'} on ${calendar.iso(planned)}: ${[...triggers].join(' ')}`)
}

describe('which drafts concern any rule', () => {
  const concerned = (draft: object, medications: readonly object[] = []): string[] => triage([loose(draft)], medications.map(loose), content).flatMap(({ triggers, unresolved }) => [...triggers, ...(unresolved === undefined ? [] : [`read ${unresolved}`])])
  test('by code, by name, by a referenced or contained medication', () => {
    const medicine = { resourceType: 'Medication', id: 'm1', code: { text: 'inotuzumab' } }
    const pointing = (reference: string, more: object = {}): object => order({ medicationCodeableConcept: undefined, medicationReference: { reference }, ...more })
    expect(concerned(order({ medicationCodeableConcept: { coding: [{ system: 'urn:local', code: '1' }, { system: RXNORM, code: '1942950' }] } }))).toEqual(['drug-order'])
    expect(concerned(order({ medicationCodeableConcept: { text: 'INOTUZUMAB ozogamicin 0.9 mg' } }))).toEqual(['drug-order'])
    expect(concerned(pointing('Medication/m1'), [medicine])).toEqual(['drug-order'])
    expect(concerned(pointing('#m1', { contained: [medicine] }))).toEqual(['drug-order'])
  })
  test('those that may, once their medication is read', () => {
    const pointer = (more: object): object => order({ medicationCodeableConcept: undefined, medicationReference: { reference: 'Medication/none', ...more } })
    expect(concerned(pointer({}))).toEqual(['read Medication/none'])
    expect(concerned(pointer({ display: 'saline' }))).toEqual(['read Medication/none'])
    expect(concerned(pointer({ display: 'Inotuzumab' }))).toEqual(['drug-order'])
  })
  test('not another drug, nor an order of another kind', () => {
    expect(concerned(order({ medicationCodeableConcept: { text: 'saline' } }))).toEqual([])
    expect(concerned(order({ resourceType: 'Task' }))).toEqual([])
    expect(concerned({ resourceType: 'constructor', medicationCodeableConcept: { text: 'inotuzumab' } })).toEqual([])
  })
  test.each(['cancelled', 'entered-in-error', 'stopped', 'completed', 'revoked'])('not one that is %s', (status) => expect(triage([loose(order({ status }))], [], content)).toEqual([]))
  test.each(['draft', 'active', 'on-hold', 'unknown', undefined])('one that is %s', (status) => expect(concerned(order({ status }))).toEqual(['drug-order']))
})

describe('one evaluation for each planned dose', () => {
  test('in the order of their dates', () => {
    expect(evaluations({ drafts: [order(at('2025-03-17', '2025-03-03', '2025-03-10'))] })).toEqual(['MedicationRequest/o1 on 2025-03-03: drug-order', 'MedicationRequest/o1 on 2025-03-10: drug-order', 'MedicationRequest/o1 on 2025-03-17: drug-order'])
  })
  describe('of a course that is signed again while it runs', () => {
    const shipped = loadContent()
    const course = (...event: readonly string[]): object => order({ medicationCodeableConcept: { text: 'inotuzumab ozogamicin' }, ...at(...event) })
    const given = (...days: readonly string[]): object[] => days.map((day) => ({ resourceType: 'MedicationAdministration', id: `a${day}`, status: 'completed', subject: { reference: 'Patient/p1' }, medicationCodeableConcept: { text: 'inotuzumab ozogamicin' }, effectiveDateTime: day, dosage: { dose: { value: 1, unit: 'mg' } } }))
    const days = (drafts: readonly object[], resources: readonly object[] = []): string[] =>
      focuses(shipped, chartOf({ content: shipped, drafts, resources }), 'order-sign').map(({ planned }) => calendar.iso(planned))
    test('only for the doses that are not over', () => expect(days([course('2025-02-24', '2025-03-03', '2025-03-10')], given('2025-02-24'))).toEqual(['2025-03-03', '2025-03-10']))
    test('for one of today although it was given: it may be a second', () => expect(days([course('2025-03-03', '2025-03-10')], given('2025-03-03'))).toEqual(['2025-03-03', '2025-03-10']))
    test('for one of the past that was not given: it may be signed after midnight', () => expect(days([course('2025-03-02', '2025-03-10')])).toEqual(['2025-03-02', '2025-03-10']))
    test('for all where all are over: the order may be a copy with its old dates', () => expect(days([course('2025-02-17', '2025-02-24')], given('2025-02-17', '2025-02-24'))).toEqual(['2025-02-17', '2025-02-24']))
  })
  test('today where the order says nothing, and says so', () => {
    const [focus] = focuses(content, chartOf({ content, drafts: [order()] }), 'order-sign')
    expect([focus && calendar.iso(focus.planned), focus?.plannedStated]).toEqual(['2025-03-03', false])
    const [stated] = focuses(content, chartOf({ content, drafts: [order(at('2025-03-05'))] }), 'order-sign')
    expect([stated && calendar.iso(stated.planned), stated?.plannedStated]).toEqual(['2025-03-05', true])
  })
  test('but one of an order of another kind, whatever its dates', () => expect(evaluations({ drafts: [azole(at('2025-03-10', '2025-03-05'))], resources: [leukaemia] })).toEqual(['MedicationRequest/z1 on 2025-03-05: azole-order']))
  test('of every order of concern', () => expect(evaluations({ drafts: [order(at('2025-03-03')), azole(at('2025-03-04')), order({ id: 'o3', medicationCodeableConcept: { text: 'saline' } })], resources: [leukaemia] })).toEqual(['MedicationRequest/o1 on 2025-03-03: drug-order', 'MedicationRequest/z1 on 2025-03-04: azole-order']))
  test('never of a withdrawn order, nor of one that forbids the drug', () => expect(evaluations({ drafts: [order({ status: 'cancelled' }), order({ id: 'o2', doNotPerform: true })] })).toEqual([]))
})

describe('a trigger with a condition', () => {
  test('counts where the condition holds, or is unknown', () => {
    expect(evaluations({ drafts: [azole(at('2025-03-03'))], resources: [leukaemia] })).toHaveLength(1)
    expect(evaluations({ drafts: [azole(at('2025-03-03'))], unread: ['conditions'] })).toHaveLength(1)
  })
  test('does not where it surely fails', () => expect(evaluations({ drafts: [azole(at('2025-03-03'))] })).toEqual([]))
  test('makes the chart of a patient our concern only where it surely holds', () => {
    expect(evaluations({ resources: [leukaemia] }, 'patient-view')).toEqual(['patient on 2025-03-03: patient'])
    expect(evaluations({}, 'patient-view')).toEqual([])
    expect(evaluations({ unread: ['conditions'] }, 'patient-view')).toEqual([])
  })
})

describe('when orders are selected', () => {
  const drafts = [order(at('2025-03-03')), azole(at('2025-03-03'))]
  const selected = (...selections: readonly string[]): string[] => evaluations({ drafts, resources: [leukaemia] }, 'order-select', selections).map((one) => one.split(' on ')[0] ?? '')
  test.each(['MedicationRequest/z1', 'z1', 'https://ehr.example/fhir/MedicationRequest/z1', 'MedicationRequest/z1/_history/2'])('only they count: %s', (selection) => expect(selected(selection)).toEqual(['MedicationRequest/z1']))
  test('several may be', () => expect(selected('o1', 'MedicationRequest/z1')).toEqual(['MedicationRequest/o1', 'MedicationRequest/z1']))
  test('all count where none is named, or none of the drafts', () => {
    expect(selected()).toHaveLength(2)
    expect(selected('MedicationRequest/other')).toHaveLength(2)
  })
  test('part of an id is not the id', () => expect(evaluations({ drafts: [order({ id: 'z11', ...at('2025-03-03') }), azole(at('2025-03-03'))], resources: [leukaemia] }, 'order-select', ['z1'])).toEqual(['MedicationRequest/z1 on 2025-03-03: azole-order']))
  test('an order of another kind is selected: those of drugs are its background', () => {
    const count = { resourceType: 'ServiceRequest', id: 's1', status: 'draft', code: { text: 'Complete blood count' } }
    expect(evaluations({ drafts: [...drafts, count], resources: [leukaemia] }, 'order-select', ['ServiceRequest/s1'])).toEqual([])
    expect(evaluations({ drafts: [...drafts, count], resources: [leukaemia] }, 'order-select', ['s1', 'o1']).map((one) => one.split(' on ')[0])).toEqual(['MedicationRequest/o1'])
  })
  test('a group means all orders that it carries or points at, however deep', () => {
    const group = { resourceType: 'RequestGroup', id: 'g1', contained: [order({ id: 'c1', ...at('2025-03-03') })], action: [{ action: [{ resource: { reference: 'MedicationRequest/z1' } }] }, 'odd', { resource: 'odd' }] }
    const meant = draftsMeant('order-select', [group, ...drafts].map(loose), ['RequestGroup/g1']).map(referenceOf)
    expect(meant).toEqual(['RequestGroup/g1', 'MedicationRequest/z1', 'MedicationRequest/c1'])
  })
  test('a task means the order it is about', () => {
    const task = { resourceType: 'Task', id: 't1', status: 'draft', focus: { reference: 'MedicationRequest/z1' } }
    expect(draftsMeant('order-select', [task, ...drafts].map(loose), ['Task/t1']).map(referenceOf)).toEqual(['Task/t1', 'MedicationRequest/z1'])
  })
  test('a draft without an id cannot be selected, and counts when nothing is', () => {
    const nameless = order({ id: undefined, ...at('2025-03-03') })
    expect(evaluations({ drafts: [nameless, azole(at('2025-03-03'))], resources: [leukaemia] }, 'order-select', ['z1'])).toEqual(['MedicationRequest/z1 on 2025-03-03: azole-order'])
    expect(evaluations({ drafts: [nameless] }, 'order-select')).toEqual(['MedicationRequest on 2025-03-03: drug-order'])
  })
  test('whatever is selected, some draft is meant, and exactly the named ones where any is named', () => {
    const ids = fc.uniqueArray(fc.stringMatching(/^[a-z0-9-]{1,8}$/), { minLength: 1, maxLength: 6 })
    const named = fc.constantFrom((id: string) => id, (id: string) => `MedicationRequest/${id}`, (id: string) => `https://ehr.test/r4/MedicationRequest/${id}/_history/1`)
    fc.assert(fc.property(ids, fc.array(fc.tuple(fc.nat(9), named)), fc.array(fc.stringMatching(/^[A-Z]{9}$/)), (all, picks, strangers) => {
      const drafts = all.map((id) => loose(order({ id })))
      const chosen = new Set(picks.flatMap(([at]) => all[at] ?? []))
      const selections = [...picks.flatMap(([at, write]) => (all[at] === undefined ? [] : [write(all[at])])), ...strangers]
      const meant = draftsMeant('order-select', drafts, selections).map((draft) => draft['id'])
      expect(meant).toEqual(chosen.size === 0 ? all : all.filter((id) => chosen.has(id)))
      expect(draftsMeant('order-sign', drafts, selections)).toEqual(drafts)
    }))
  })
  test('a hundred thousand selections among ten thousand drafts are looked up, not compared one by one', () => {
    const many = Array.from({ length: 10_000 }, (_, i) => loose(order({ id: `o${String(i)}` })))
    const selections = Array.from({ length: 100_000 }, (_, i) => `MedicationRequest/none${String(i)}`)
    expect(draftsMeant('order-select', many, [...selections, 'o9999']).map((draft) => draft['id'])).toEqual(['o9999'])
  })
  test('selections mean nothing when an order is signed', () => expect(evaluations({ drafts, resources: [leukaemia] }, 'order-sign', ['z1'])).toHaveLength(2))
})
