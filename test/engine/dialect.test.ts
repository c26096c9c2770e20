import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Dialect, type DialectTools, inDialect } from '../../src/engine/dialect.ts'
import type { Action, Card, Suggestion } from '../../src/hooks/response.ts'
import { joinedCode, ownReason } from '../../src/engine/reason-codes.ts'
import { lintResponse } from '../../src/hooks/response-lint.ts'
import { loadContent } from '../content/loaded.ts'

const RXNORM = 'http://www.nlm.nih.gov/research/umls/rxnorm'
const draft = { resourceType: 'MedicationRequest', id: 'o1', status: 'draft', dosageInstruction: [{ text: '1.6 mg' }] }
const texts = { reenter: 'Remove, then enter again: {{change}}', byHand: 'By hand:', step: '{{step}} ({{label}}: {{number}} of {{count}})' }

const uuids = () => {
  let count = 0
  return () => `00000000-0000-4000-9000-${String(++count).padStart(12, '0')}`
}
const toolsOf = (more: Partial<DialectTools> = {}): DialectTools => ({ texts, drafts: new Map([['MedicationRequest/o1', draft]]), orderCodes: [], uuid: uuids(), ...more })

const uuid = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`
const cardWith = (suggestions: readonly Suggestion[], more: Partial<Card> = {}): Card => ({
  uuid: uuid(999), summary: 'Dose too high', indicator: 'critical', detail: '- one\n- two', source: { label: 'ino-cds', topic: { system: 'urn:ino-cds:card', code: 'dose' } },
  ...(suggestions.length > 0 ? { suggestions, selectionBehavior: 'at-most-one' as const } : {}), ...more,
})
const offer = (label: string, ...actions: Action[]): Suggestion => ({ label, uuid: uuid(label.length), actions })

const create = (description: string, resource: object = {}): Action => ({ type: 'create', description, resource: { resourceType: 'ServiceRequest', ...resource } })
const redose: Action = { type: 'update', description: 'Change the dose of inotuzumab C1D1 to 1.4 mg', resource: { ...draft, dosageInstruction: [{ text: '1.4 mg' }] } }
const answer: Action = { type: 'update', description: 'Note on this order: a transplantation is planned', resource: { ...draft, extension: [{ url: 'urn:ino-cds:assertion' }] } }
const remove: Action = { type: 'delete', description: 'Remove the order', resourceId: 'MedicationRequest/o1' }

const spoken = (dialect: Dialect, suggestions: readonly Suggestion[], more: Partial<Card> = {}, tools = toolsOf()): Card => {
  const [card] = inDialect([cardWith(suggestions, more)], dialect, tools)
  if (!card) throw new TypeError('the card is gone')
  expect(lintResponse({ cards: [card] }, ['MedicationRequest/o1'])).toEqual([])
  return card
}
const buttons = (card: Card): readonly (readonly [string, string])[] => (card.suggestions ?? []).flatMap(({ actions = [] }) => actions.map(({ type, description }) => [type, description] as const))

describe('a client of the specification', () => {
  test.each<[Dialect]>([['generic'], ['sandbox']])('%s gets the suggestions as they are', (dialect) => {
    const suggestions = [offer('Order all', create('CBC'), create('ECG')), offer('Correct', redose), offer('Is planned', answer), offer('Remove', remove)]
    expect(spoken(dialect, suggestions)).toEqual(cardWith(suggestions))
  })
})

describe('epic', () => {
  test('knows "any" alone', () => expect(spoken('epic', [offer('Order CBC', create('CBC'))]).selectionBehavior).toBe('any'))
  test('gets no selection behaviour without suggestions', () => expect(spoken('epic', [])).toEqual(cardWith([])))
  test('gets one action a suggestion, each saying which step of what it is', () =>
    expect(buttons(spoken('epic', [offer('Order G6PD, and rasburicase for when it is normal', create('Order G6PD activity'), create('Add rasburicase'))]))).toEqual([
      ['create', 'Order G6PD activity (Order G6PD, and rasburicase for when it is normal: 1 of 2)'], ['create', 'Add rasburicase (Order G6PD, and rasburicase for when it is normal: 2 of 2)'],
    ]))
  test('gets "order all" as single, preselected orders in their own words, each once', () => {
    const [cbc, ecg] = [create('CBC', { code: { text: 'CBC' } }), create('ECG', { code: { text: 'ECG' } })]
    const card = spoken('epic', [{ ...offer('Order all 2 missing items', cbc, ecg), isRecommended: true }, offer('Order CBC today', cbc), offer('Order ECG today', ecg)])
    expect(card.suggestions?.map(({ label, isRecommended }) => [label, isRecommended])).toEqual([['Order CBC today', true], ['Order ECG today', true]])
  })
  test('is told in the description what the label and the details of an order say', () => {
    const details = { resourceType: 'MedicationRequest', priority: 'urgent', occurrenceDateTime: '2026-11-21', dosageInstruction: [{ text: 'only after G6PD deficiency is excluded' }] }
    expect(buttons(spoken('epic', [offer('Add rasburicase (dose from order set)', create('Add rasburicase', details))])))
      .toEqual([['create', 'Add rasburicase (dose from order set) (urgent; 2026-11-21; only after G6PD deficiency is excluded)']])
    expect(buttons(spoken('epic', [offer('CBC', create('Order CBC', { priority: 'routine' }))]))).toEqual([['create', 'Order CBC']])
    expect(buttons(spoken('epic', [offer('Blood count', create('Order CBC'))]))).toEqual([['create', 'Blood count: Order CBC']])
  })
  test('cannot change an order: it is offered for removal, with the right dose in words on button and card, and never preselected', () => {
    const card = spoken('epic', [{ ...offer('Correct the dose', redose), isRecommended: true }])
    const change = 'Correct the dose: Change the dose of inotuzumab C1D1 to 1.4 mg'
    expect(card.suggestions).toEqual([{ label: `Remove, then enter again: ${change}`, uuid: expect.any(String), actions: [{ type: 'delete', description: `Remove, then enter again: ${change}`, resourceId: 'MedicationRequest/o1' }] }])
    expect(card.detail).toBe(`- **By hand:** ${change}\n- one\n- two`)
  })
  test('is not told to remove an order that was only to be annotated', () => {
    const card = spoken('epic', [offer('Planned', answer)])
    expect(card).not.toHaveProperty('suggestions')
    expect(card).not.toHaveProperty('selectionBehavior')
    expect(card.detail).toContain('**By hand:** Planned: Note on this order: a transplantation is planned')
  })
  test('is told by hand what it cannot create', () => expect(spoken('epic', [offer('Plan', create('Plan care', { resourceType: 'CarePlan' }))]).detail).toContain('**By hand:** Plan care'))
  test('may remove an order', () => expect(buttons(spoken('epic', [offer('Remove', remove)]))).toEqual([['delete', 'Remove the order']]))
  test('keeps to twelve lines of detail', () => {
    const detail = Array.from({ length: 12 }, (_, i) => `- line ${String(i)}`).join('\n')
    const lines = spoken('epic', [offer('Correct', redose)], { detail }).detail?.split('\n') ?? []
    expect(lines).toHaveLength(12)
    expect(lines[0]).toMatch(/^- \*\*By hand:\*\* .* 1\.4 mg · line 0$/)
  })
  test('escapes what an order is called when it is told by hand', () => {
    expect(spoken('epic', [offer('Answer', { ...answer, description: 'a [x](javascript:alert)' })]).detail).not.toContain('[x](')
  })
  test('gets topics of letters and digits, at most 100', () => {
    const topic = { system: 'urn:x', code: `a-b_${'c'.repeat(200)}` }
    expect(spoken('epic', [], { source: { label: 'l', topic } }).source.topic?.code).toBe(`ab${'c'.repeat(98)}`)
  })
  test('finds drugs under its own name of RxNorm', () => {
    const drug = { resourceType: 'MedicationRequest', medicationCodeableConcept: { coding: [{ system: RXNORM, code: '519', display: 'allopurinol' }] } }
    const [suggestion] = spoken('epic', [offer('Add', create('Add allopurinol', drug))]).suggestions ?? []
    expect(suggestion?.actions?.[0]).toMatchObject({ resource: { medicationCodeableConcept: { coding: [{ system: RXNORM, code: '519' }, { system: 'urn:oid:2.16.840.1.113883.6.88', code: '519', display: 'allopurinol' }] } } })
  })
})

test.each<[Dialect]>([['generic'], ['epic'], ['sandbox']])('%s: the codes of the site come first', (dialect) => {
  const orderCodes = [{ order: 'http://loinc.org|58410-2', system: 'urn:site', code: 'CBC1' }, { order: 'http://loinc.org|0', system: 'urn:site', code: 'no' }]
  const card = spoken(dialect, [offer('CBC', create('CBC', { code: { coding: [{ system: 'http://loinc.org', code: '58410-2' }], text: 'CBC' } }))], {}, toolsOf({ orderCodes }))
  expect(card.suggestions?.[0]?.actions?.[0]).toMatchObject({ resource: { code: { coding: [{ system: 'urn:site', code: 'CBC1' }, { system: 'http://loinc.org', code: '58410-2' }], text: 'CBC' } } })
})

test('the sandbox, which renders HTML, gets none', () => expect(spoken('sandbox', [], { detail: '- \\<img src=x> <b>' }).detail).toBe('- &lt;img src=x> &lt;b>'))

describe('override reasons', () => {
  const reason = (code: string) => ({ code, system: 'urn:ino-cds:override-reason', display: 'x' })
  const offered = (dialect: Dialect) => spoken(dialect, [], { overrideReasons: [reason('dose-intentional'), reason('gilbert')] }).overrideReasons
  test('have letters and digits only for epic', () => expect(offered('epic')).toEqual([reason('doseIntentional'), reason('gilbert')]))
  test.each<[Dialect]>([['generic'], ['sandbox']])('are those of the content for %s', (dialect) => expect(offered(dialect)).toEqual([reason('dose-intentional'), reason('gilbert')]))

  const own = { system: 'urn:ours', reasons: { 'dose-intentional': {}, gilbert: {} } }
  test.each([
    ['doseIntentional', 'urn:ours', 'dose-intentional'], ['doseIntentional', undefined, 'dose-intentional'], ['dose-intentional', 'urn:ours', 'dose-intentional'], ['gilbert', undefined, 'gilbert'],
    ['doseIntentional', 'urn:theirs', 'doseIntentional'], ['doseintentional', 'urn:ours', 'doseintentional'], ['45', undefined, '45'], ['constructor', 'urn:ours', 'constructor'],
  ])('that come back as %s of %s are kept as %s', (code, system, kept) => {
    expect(ownReason({ code, display: 'x', ...(system === undefined ? {} : { system }) }, own)).toEqual({ code: kept, display: 'x', ...(system === undefined ? {} : { system }) })
  })
  test('without a code stay as they are', () => expect(ownReason({ system: 'urn:ours' }, own)).toEqual({ system: 'urn:ours' }))
  test('of the shipped cards come back as the same ones', () => {
    const { overrideReasons } = loadContent()
    const codes = Object.keys(overrideReasons.reasons)
    expect(codes.map((code) => joinedCode(code)).filter((code) => !/^[A-Za-z0-9]+$/.test(code))).toEqual([])
    expect(codes.map((code) => ownReason({ code: joinedCode(code), system: overrideReasons.system }, overrideReasons).code)).toEqual(codes)
  })
})

describe('any answer', () => {
  const word = fc.stringMatching(/^[A-Za-z]{2,8}( [a-z0-9]{1,8}){0,4}$/)
  const action = fc.oneof(
    fc.record({ type: fc.constant('create' as const), description: word, resource: fc.record({ resourceType: fc.constantFrom('MedicationRequest', 'ServiceRequest', 'CarePlan'), code: fc.record({ text: word }) }) }),
    fc.record({ type: fc.constant('update' as const), description: word, resource: fc.constantFrom(...[redose, answer].flatMap((one) => (one.type === 'update' ? [one.resource] : []))) }),
    fc.record({ type: fc.constant('delete' as const), description: word, resourceId: fc.constant('MedicationRequest/o1') }),
  )
  const suggestions = fc.array(fc.record({ label: word, actions: fc.array(action, { minLength: 1, maxLength: 3 }), recommended: fc.boolean() }), { maxLength: 5 })
    .map((all) => all.map(({ recommended, ...one }, i): Suggestion => ({ ...one, uuid: uuid(i), ...(recommended ? { isRecommended: true as const } : {}) })))

  test('follows the habits of epic, and loses nothing of what was said', () => fc.assert(fc.property(suggestions, (all) => {
    const card = spoken('epic', all, all.length > 0 ? { selectionBehavior: 'any' } : {})
    const given = (card.suggestions ?? []).flatMap(({ actions = [] }) => actions)
    expect(card.suggestions?.every(({ actions }) => actions?.length === 1) ?? true).toBe(true)
    expect(given.filter(({ type }) => type === 'update')).toEqual([])
    expect(card.suggestions?.filter(({ isRecommended, actions }) => isRecommended && actions?.[0]?.type !== 'create') ?? []).toEqual([])
    const told = [...given.map(({ description }) => description), card.detail?.replaceAll('\\', '')].join('\n')
    expect(all.flatMap(({ actions = [] }) => actions).filter(({ description }) => !told.includes(description))).toEqual([])
    expect(card.summary).toBe('Dose too high')
  })))
  test('is the same a second time', () => fc.assert(fc.property(suggestions, fc.constantFrom<Dialect>('generic', 'epic', 'sandbox'), (all, dialect) => {
    const tell = () => inDialect([cardWith(all)], dialect, toolsOf())
    expect(tell()).toEqual(tell())
  })))
})
