import { describe, expect, test } from 'vitest'
import { suggestionsFor } from '../../src/engine/suggestions.ts'
import { missing, present } from '../../src/facts/fact.ts'
import type { Action, Suggestion } from '../../src/hooks/response.ts'
import { lintResponse } from '../../src/hooks/response-lint.ts'
import { calendar, FILES, fileWith, neutrophils, order } from '../facts/small-content.ts'
import { contentWith, doseOf, type DoseOptions, findingsOf, type RuleMembers, toolsOf } from './findings.ts'

const ORDER_COUNT = 'cards/suggestions/order-count.yaml'
const HOUR_AGO = '2025-03-03T11:00:00Z'
const offers = (...suggestions: readonly string[]): RuleMembers => ({ said: { suggestions } })
const single = (description: string, action: object, more: object = {}): object => ({ label: description, source: 'own', actions: [{ description, ...action }], ...more })
const moment = (date: string) => {
  const at = calendar.parse(date)
  return at ? present(at, date, { at }) : missing('absent', 'x')
}

interface Options extends DoseOptions { readonly files?: Readonly<Record<string, object>>; readonly rules?: Readonly<Record<string, RuleMembers>>; readonly deck?: object; readonly context?: object }

/** What can be accepted; files are suggestions by their name. */
function offered({ files = {}, rules, deck = {}, context = {}, ...dose }: Options = {}): readonly Suggestion[] {
  const named = Object.entries(files).map(([id, file]) => [`cards/suggestions/${id}.yaml`, file])
  const content = contentWith(rules ?? { a: offers(...Object.keys(files)) }, { 'cards/deck.yaml': fileWith('cards/deck.yaml', deck), ...Object.fromEntries(named) })
  const tools = toolsOf()
  return suggestionsFor(findingsOf(content, doseOf({ ...dose, content })), content, { ...tools, context: { ...tools.context, ...context } }, calendar)
}
const labels = (options: Options): string[] => offered(options).map(({ label }) => label)
const actionOf = (options: Options): Action | undefined => offered(options)[0]?.actions?.[0]
/** What a suggestion makes of the draft. */
function updated(options: Options): object | undefined {
  const action = actionOf(options)
  return action?.type === 'update' ? action.resource : undefined
}

describe('a suggestion', () => {
  test('is filled with the facts of its dose and the references of the call', () => {
    expect(offered({ rules: { a: offers('order-count') }, context: { encounter: 'Encounter/e1' }, resources: [{ resourceType: 'Patient', id: 'p1', gender: 'female' }] })).toEqual([{
      label: 'Order a count for 2025-03-03', uuid: '00000000-0000-4000-8000-000000000001',
      actions: [{ type: 'create', description: 'A count', resource: { resourceType: 'ServiceRequest', status: 'draft', intent: 'order', subject: { reference: 'Patient/p1' }, encounter: { reference: 'Encounter/e1' }, occurrenceDateTime: '2025-03-03', note: [{ text: 'female' }] } }],
    }])
  })
  test('leaves out what is not known, and nothing empty stays behind', () => {
    expect(actionOf({ rules: { a: offers('order-count') } })).toMatchObject({ resource: { subject: { reference: 'Patient/p1' } } })
    expect(JSON.stringify(actionOf({ rules: { a: offers('order-count') } }))).not.toMatch(/encounter|note|null|""|\{\}|\[\]/)
  })
  test('keeps numbers numbers', () => {
    const create = { resourceType: 'Task', input: [{ valueDecimal: '{{neutrophils.value}}', valueString: '{{neutrophils}}' }] }
    expect(actionOf({ files: { x: single('x', { create }) }, resources: [neutrophils(0.5, HOUR_AGO)] })).toMatchObject({ resource: { input: [{ valueDecimal: 0.5, valueString: '0.5 ×10⁹/L' }] } })
  })
  test('shows what the record says without tags and on one line', () => {
    const evil = '<b>x</b>\n\u202E'
    expect(labels({ files: { x: single('For {{sex}}', { delete: 'this-order' }) }, derive: { sex: present(evil, evil) } })).toEqual(['For ‹b›x‹/b›'])
  })
  test('is recommended where its file says so', () => expect(offered({ files: { x: single('x', { delete: 'this-order' }, { recommended: true }) } })[0]?.isRecommended).toBe(true))
})

describe('is offered', () => {
  const needs = (check: string): object => single('x', { delete: 'this-order' }, { needs: check })
  const unless = (check: string): object => single('x', { delete: 'this-order' }, { unless: check })
  const low = [neutrophils(0.5, HOUR_AGO)]
  test.each([['where it is surely needed', needs('%neutrophils < 1'), low, 1], ['not where it is not', needs('%neutrophils > 1'), low, 0], ['not where that is unknown', needs('%neutrophils < 1'), [], 0]])('%s', (_, file, resources, count) => expect(offered({ files: { x: file }, resources })).toHaveLength(count))
  test.each([['not where it is surely there', unless('%neutrophils < 1'), low, 0], ['where it is not', unless('%neutrophils > 1'), low, 1], ['where that is unknown', unless('%neutrophils < 1'), [], 1]])('%s', (_, file, resources, count) => expect(offered({ files: { x: file }, resources })).toHaveLength(count))
  test('not where a partner is already active or drafted', () => {
    const file = { x: single('x', { delete: 'this-order' }, { unless: '%partnerNames.count() > 0' }) }
    const partner = { resourceType: 'MedicationRequest', id: 'o2', status: 'active', medicationCodeableConcept: { text: 'busulfan' }, authoredOn: '2025-03-01' }
    expect(offered({ files: file })).toHaveLength(1)
    expect(offered({ files: file, resources: [partner] })).toHaveLength(0)
    expect(offered({ files: file, drafts: [order(), { ...partner, status: 'draft' }] })).toHaveLength(0)
  })
  test('once, however many findings want it', () => expect(labels({ rules: { a: offers('remove', 'order-count'), b: offers('order-count', 'remove') } })).toEqual(['Remove this order', 'Order a count for 2025-03-03']))
  test('in whole or not at all: an action that cannot be filled takes the others with it', () => {
    const file = { label: 'x', source: 'own', actions: [{ description: 'x', delete: 'this-order' }, { description: 'y', redose: 'newDose' }] }
    const newDose = { kind: 'path', title: 'x', source: 'patient', from: ['Patient'], value: 'multipleBirthInteger', type: 'number', examples: [{ name: 'x', given: [], then: 1 }] }
    const rules = { a: offers('x') }
    const content = (resources: readonly object[]): number => {
      const built = contentWith(rules, { 'cards/suggestions/x.yaml': file, 'fhir-mappings/facts/dose.yaml': { newDose } })
      return suggestionsFor(findingsOf(built, doseOf({ content: built, resources })), built, toolsOf(), calendar).length
    }
    expect([content([]), content([{ resourceType: 'Patient', id: 'p', multipleBirthInteger: 1 }])]).toEqual([0, 1])
  })
})

describe('several things of one set', () => {
  const file = FILES[ORDER_COUNT] as object
  const files = { one: file, two: { ...file, label: 'Two' }, three: { ...file, label: 'Three', unless: '1 = 1' }, four: { ...file, label: 'Four', group: 'single' } }
  test('become one click, and stay available one by one', () => {
    const found = offered({ files })
    expect(found.map(({ label, actions }) => [label, actions?.length])).toEqual([['Order all 2', 2], ['Four', 1], ['Order a count for 2025-03-03', 1], ['Two', 1]])
    expect(found[0]?.isRecommended).toBe(true)
  })
  test('are as many as really can be ordered', () => expect(labels({ files: { one: file, three: files.three } })).toEqual(['Order a count for 2025-03-03']))
  test('have names of their own', () => expect(new Set(offered({ files }).map(({ uuid }) => uuid)).size).toBe(4))
  test('are cut to what a card can hold, the one click first', () => {
    expect(labels({ files, deck: { suggestionsPerCard: 2 } })).toEqual(['Order all 2', 'Four'])
    expect(labels({ files, deck: { suggestionsPerCard: 1 } })).toEqual(['Order all 2'])
  })
})

describe('changes of the draft', () => {
  const draft = order({
    meta: { tag: [{ code: 'x' }] }, contained: [{ resourceType: 'Medication', id: 'm' }], extension: [{ url: 'urn:other', valueString: 'keep' }], modifierExtension: [{ url: 'urn:m', valueBoolean: true }], subject: { reference: 'Patient/p1' }, note: [{ text: 'C1D1' }],
    dosageInstruction: [
      { sequence: 1, text: '1.6 mg over 1 h', timing: { event: ['2025-03-03T12:00:00Z'], code: { text: 'once' } }, route: { text: 'iv' }, doseAndRate: [{ type: { text: 'ordered' }, doseRange: { low: { value: 1 } }, rateQuantity: { value: 1, unit: 'h' } }] },
      { sequence: 2, timing: { event: ['2025-03-10'] }, doseAndRate: [{ doseQuantity: { value: 0.9, unit: 'mg' } }] },
    ],
  })
  const redose = { x: single('Set', { redose: 'newDose' }) }
  const move = { x: single('Move', { move: 'startDate' }) }
  const dose = (milligrams: number | undefined) => ({ newDose: milligrams === undefined ? missing('absent', 'x') : present(milligrams, `${String(milligrams)} mg`) })
  const withDose = { 'fhir-mappings/facts/dose.yaml': { newDose: { kind: 'path', title: 'x', source: 'patient', from: ['Patient'], value: 'multipleBirthInteger', type: 'number', examples: [{ name: 'x', given: [], then: 1 }] } } }
  function redosed(planned: string, drafts: readonly object[] = [draft], derive = dose(0.8)): object | undefined {
    const content = contentWith({ a: offers('x') }, { 'cards/suggestions/x.yaml': redose.x, ...withDose })
    const [found] = suggestionsFor(findingsOf(content, doseOf({ content, planned, drafts, derive })), content, toolsOf(), calendar)
    const [action] = found?.actions ?? []
    return action?.type === 'update' ? action.resource : undefined
  }
  const mg = (value: number): object => ({ value, unit: 'mg', system: 'http://unitsofmeasure.org', code: 'mg' })

  test('a new dose is the whole draft with another dose, and nothing else changed', () => {
    const [first, second] = (draft as { dosageInstruction: object[] }).dosageInstruction
    expect(redosed('2025-03-03T12:00:00Z')).toEqual({
      ...draft, dosageInstruction: [{ ...first, text: '0.8 mg', doseAndRate: [{ type: { text: 'ordered' }, rateQuantity: { value: 1, unit: 'h' }, doseQuantity: mg(0.8) }] }, second],
    })
  })
  test('a new dose leaves no other statement of the old one behind', () => {
    const said = (type: string, value: number): object => ({ type: { coding: [{ code: type }] }, doseQuantity: mg(value) })
    const extension = [{ url: 'https://open.epic.com/fhir/extensions/ordered-dose', valueQuantity: mg(1.6) }, { url: 'urn:kept', valueString: 'kept' }]
    const repeated = { ...draft, extension, dosageInstruction: [{ extension, doseQuantity: mg(1.6), doseAndRate: [said('calculated', 1.6), said('ordered', 1.6)] }] }
    expect(redosed('2025-03-03T12:00:00Z', [repeated])).toEqual({ ...repeated, extension: [extension[1]], dosageInstruction: [{ extension: [extension[1]], text: '0.8 mg', doseAndRate: [said('ordered', 0.8)] }] })
  })
  test('a new dose is put where the dose of that day stands', () => {
    expect(redosed('2025-03-10')).toMatchObject({ dosageInstruction: [{ text: '1.6 mg over 1 h' }, { sequence: 2, doseAndRate: [{ doseQuantity: mg(0.8) }] }] })
  })
  test('a new dose for one of several days leaves the others theirs', () => {
    const course = order({ dosageInstruction: [{ timing: { event: ['2025-03-03', '2025-03-10', '2025-03-17'] }, doseAndRate: [{ doseQuantity: mg(1.6) }] }] })
    expect(redosed('2025-03-10', [course])).toEqual({ ...course, dosageInstruction: [
      { timing: { event: ['2025-03-03', '2025-03-17'] }, doseAndRate: [{ doseQuantity: mg(1.6) }] },
      { timing: { event: ['2025-03-10'] }, text: '0.8 mg', doseAndRate: [{ doseQuantity: mg(0.8) }] },
    ] })
  })
  test('a new dose can be put into a draft without any', () => expect(redosed('2025-03-03', [order()])).toMatchObject({ id: 'o1', dosageInstruction: [{ text: '0.8 mg', doseAndRate: [{ doseQuantity: mg(0.8) }] }] }))
  test('an unknown dose is not offered', () => expect(redosed('2025-03-03', [draft], dose(undefined))).toBeUndefined())

  test('another date is the whole draft with that dose on another day, the others where they were', () => {
    const [first, second] = (draft as { dosageInstruction: object[] }).dosageInstruction
    expect(updated({ files: move, drafts: [draft], derive: { startDate: moment('2025-03-05') } })).toEqual({ ...draft, dosageInstruction: [{ ...first, timing: { event: ['2025-03-05'], code: { text: 'once' } } }, second] })
  })
  test('another date keeps the other dates of the same instruction', () => {
    const three = order({ dosageInstruction: [{ timing: { event: ['2025-03-03', '2025-03-10', '2025-03-17'] } }] })
    expect(updated({ files: move, drafts: [three], planned: '2025-03-10', derive: { startDate: moment('2025-03-12') } })).toMatchObject({ dosageInstruction: [{ timing: { event: ['2025-03-03', '2025-03-12', '2025-03-17'] } }] })
  })
  test('another date is set where the draft had none', () => {
    expect(updated({ files: move, derive: { startDate: moment('2025-03-05') } })).toMatchObject({ id: 'o1', dosageInstruction: [{ timing: { event: ['2025-03-05'] } }] })
    const bounds = order({ dosageInstruction: [{ timing: { repeat: { boundsPeriod: { start: '2025-03-03' } } } }] })
    expect(updated({ files: move, drafts: [bounds], derive: { startDate: moment('2025-03-05') } })).toMatchObject({ dosageInstruction: [{ timing: { repeat: { boundsPeriod: { start: '2025-03-03' } }, event: ['2025-03-05'] } }] })
  })
  test('an unknown date is not offered', () => expect(offered({ files: move, derive: { startDate: missing('absent', 'x') } })).toEqual([]))

  test('an answer is added to the draft with who gave it and when, in place of an older one', () => {
    const said = (key: string, value: object): object => ({ url: 'urn:ino-cds:assertion', extension: [{ url: 'key', valueCode: key }, { url: 'value', ...value }] })
    const asked = order({ extension: [{ url: 'urn:other', valueString: 'keep' }, said('syndrome', { valueBoolean: false }), said('plan', { valueCode: 'planned' })] })
    expect(updated({ files: { x: single('Yes', { assert: { key: 'syndrome', value: true } }) }, drafts: [asked] })).toEqual({
      ...asked, extension: [
        { url: 'urn:other', valueString: 'keep' }, said('plan', { valueCode: 'planned' }),
        { url: 'urn:ino-cds:assertion', extension: [{ url: 'key', valueCode: 'syndrome' }, { url: 'value', valueBoolean: true }, { url: 'date', valueDateTime: '2025-03-03T12:00:00Z' }, { url: 'assertedBy', valueReference: { reference: 'Practitioner/d1' } }] },
      ],
    })
  })
  test.each([['statedCycle', 2, 'valueInteger'], ['weightStated', 71.5, 'valueDecimal'], ['plan', 'planned', 'valueCode'], ['planDate', '2025-04-01', 'valueDate'], ['agents', 'busulfan', 'valueString']])('an answer to %s is written as it is read', (key, value, element) => {
    expect(updated({ files: { x: single('x', { assert: { key, value } }) } })).toMatchObject({ extension: [{ extension: [{ url: 'key' }, { url: 'value', [element]: value }, {}, {}] }] })
  })

  test('removing names the draft and nothing else', () => expect(actionOf({ rules: { a: offers('remove') } })).toEqual({ type: 'delete', description: 'Remove', resourceId: 'MedicationRequest/o1' }))
  test.each([['a draft without an id', [order({ id: undefined })]], ['a draft whose id is an address', [order({ id: 'http://x/1' })]], ['no draft at all', []]])('%s can neither be removed nor changed', (_, drafts) => {
    expect(offered({ rules: { a: offers('remove') }, drafts })).toEqual([])
    expect(offered({ files: move, drafts, derive: { startDate: moment('2025-03-05') } })).toEqual([])
    expect(redosed('2025-03-03', drafts)).toBeUndefined()
  })
  test('are such as CDS Hooks allows', () => {
    const suggestions = [...offered({ rules: { a: offers('remove', 'order-count') } })]
    const card = { uuid: '00000000-0000-4000-8000-999999999999', summary: 'x', indicator: 'info', source: { label: 'x' }, suggestions, selectionBehavior: 'any' }
    expect(lintResponse({ cards: [card] }, ['MedicationRequest/o1'])).toEqual([])
    expect(suggestions).toHaveLength(2)
  })
})

test('two orders can each be removed, by buttons that can be told apart', () => {
  const content = contentWith({ a: offers('remove') })
  const findings = ['o1', 'o2'].flatMap((id) => findingsOf(content, doseOf({ content, drafts: [order({ id })] })))
  const found = suggestionsFor(findings, content, toolsOf(), calendar)
  expect(found.flatMap(({ actions = [] }) => actions)).toMatchObject([{ resourceId: 'MedicationRequest/o1' }, { resourceId: 'MedicationRequest/o2' }])
  expect(found.map(({ label }) => label.replace(/^.*(?= \()/, ''))).toEqual([' (1 of 2)', ' (2 of 2)'])
})
