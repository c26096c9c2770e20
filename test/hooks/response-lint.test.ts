import { describe, expect, it } from 'vitest'
import { lintResponse, type Card, type HookResponse } from '../../src/hooks/response.ts'

const uuid = (n: number) => `0000000${n}-3d85-4041-a6e7-e09e9025f6f1`
const card: Card = {
  uuid: uuid(1), summary: 'Hold', indicator: 'critical', detail: 'Because.', source: { label: 'ino-cds', url: 'https://example.org/', topic: { code: 'giveOrHold', system: 'urn:ino-cds:card' } },
  suggestions: [{
    label: 'Remove the order', uuid: uuid(2), isRecommended: true,
    actions: [
      { type: 'delete', description: 'Remove', resourceId: 'MedicationRequest/o1' },
      { type: 'update', description: 'Change', resource: { resourceType: 'MedicationRequest', id: 'o1', _status: [null] } },
      { type: 'create', description: 'Add', resource: { resourceType: 'ServiceRequest' } },
    ],
  }],
  selectionBehavior: 'any',
  overrideReasons: [{ code: 'a', system: 'urn:s', display: 'A' }],
  links: [{ type: 'absolute', label: 'Page', url: 'http://localhost:8080/x' }, { type: 'smart', label: 'App', url: 'https://example.org/launch', appContext: '{"a":1}' }],
  extension: { 'org.ino-cds.findings': [{ rule: 'x', indicator: 'critical' }] },
}
const response: HookResponse = { cards: [card] }
const drafts = ['MedicationRequest/o1']
const lint = (body: unknown) => lintResponse(body, drafts)
const changed = (change: object) => lint({ cards: [{ ...card, ...change }] })
const suggestion = (change: object) => changed({ suggestions: [{ label: 'x', uuid: uuid(3), ...change }] })
const action = (one: object) => suggestion({ actions: [one] })

it('finds nothing wrong with a full answer, and with an empty one', () => {
  expect(lint(response)).toEqual([])
  expect(lint({ cards: [] })).toEqual([])
})

it('allows a summary of 139 characters and not of 140, counted as UTF-16', () => {
  expect(changed({ summary: 'x'.repeat(139) })).toEqual([])
  expect(changed({ summary: 'x'.repeat(140) })).toEqual([expect.stringContaining('$.cards.0.summary')])
  expect(changed({ summary: `${'x'.repeat(138)}😀` })).toHaveLength(1)
})

describe('an answer is refused with', () => {
  it.each([
    ['no cards', {}], ['cards null', { cards: null }], ['an unknown member', { cards: [], cds: 1 }], ['system actions', { cards: [], systemActions: [] }],
    ['an empty extension', { cards: [], extension: {} }], ['null deep in an extension', { cards: [], extension: { 'org.x': { a: [null] } } }], ['an extension key that is not its own', { cards: [], extension: { davinci: 1 } }],
  ])('%s', (_, body) => expect(lint(body)).not.toEqual([]))

  it.each([
    ['an empty detail', { detail: '' }], ['detail null', { detail: null }], ['no uuid', { uuid: undefined }], ['an upper-case uuid', { uuid: 'AFC422DA-3D85-4041-A6E7-E09E9025F6F1' }],
    ['an unknown indicator', { indicator: 'hard-stop' }], ['an upper-case indicator', { indicator: 'Critical' }], ['no source', { source: undefined }], ['a source without label', { source: { url: 'https://x.test' } }],
    ['a topic without system', { source: { label: 'x', topic: { code: 'a' } } }], ['empty suggestions', { suggestions: [] }], ['suggestions without behaviour', { selectionBehavior: undefined }],
    ['behaviour without suggestions', { suggestions: undefined }], ['an unknown behaviour', { selectionBehavior: 'all' }], ['empty override reasons', { overrideReasons: [] }],
    ['an override reason without display', { overrideReasons: [{ code: 'a', system: 's' }] }], ['an override reason without system', { overrideReasons: [{ code: 'a', display: 'A' }] }],
    ['empty links', { links: [] }], ['a relative link', { links: [{ type: 'absolute', label: 'x', url: '/x' }] }], ['a link without TLS', { links: [{ type: 'absolute', label: 'x', url: 'http://example.org' }] }],
    ['a script for a link', { links: [{ type: 'absolute', label: 'x', url: 'javascript:alert(1)' }] }], ['appContext on an absolute link', { links: [{ type: 'absolute', label: 'x', url: 'https://x.test', appContext: 'a' }] }],
    ['an object for appContext', { links: [{ type: 'smart', label: 'x', url: 'https://x.test', appContext: { a: 1 } }] }], ['an unknown member', { severity: 1 }],
  ])('a card with %s', (_, change) => expect(changed(change)).not.toEqual([]))

  it('several recommendations of which only one may be taken', () => {
    const two = [{ label: 'a', uuid: uuid(2), isRecommended: true }, { label: 'b', uuid: uuid(3), isRecommended: true }]
    expect(changed({ suggestions: two, selectionBehavior: 'at-most-one' })).not.toEqual([])
    expect(changed({ suggestions: two, selectionBehavior: 'any' })).toEqual([])
    expect(changed({ suggestions: two.slice(1), selectionBehavior: 'at-most-one' })).toEqual([])
  })

  it.each([
    ['delete by a bare id', { type: 'delete', description: 'x', resourceId: 'o1' }], ['delete with a resource', { type: 'delete', description: 'x', resourceId: 'MedicationRequest/o1', resource: { resourceType: 'X' } }],
    ['delete of something else', { type: 'delete', description: 'x', resourceId: 'MedicationRequest/o2' }], ['update of something else', { type: 'update', description: 'x', resource: { resourceType: 'MedicationRequest', id: 'o2' } }],
    ['update without id', { type: 'update', description: 'x', resource: { resourceType: 'MedicationRequest' } }], ['create without resource', { type: 'create', description: 'x' }],
    ['no description', { type: 'delete', resourceId: 'MedicationRequest/o1' }], ['an upper-case type', { type: 'Delete', description: 'x', resourceId: 'MedicationRequest/o1' }],
  ])('an action: %s', (_, one) => expect(action(one)).not.toEqual([]))

  it.each([['no label', { label: undefined }], ['isRecommended false', { isRecommended: false }], ['empty actions', { actions: [] }], ['actionSelectionBehavior', { actionSelectionBehavior: 'all' }]])(
    'a suggestion with %s', (_, change) => expect(suggestion(change)).not.toEqual([]))

  it('a uuid that is used twice', () => {
    expect(lint({ cards: [card, card] })).toEqual([expect.stringContaining(uuid(1)), expect.stringContaining(uuid(2))])
    expect(suggestion({ uuid: uuid(1) })).toHaveLength(1)
  })
})

it('does not look into FHIR resources, which have rules of their own', () => {
  expect(action({ type: 'create', description: 'x', resource: { resourceType: 'ServiceRequest', note: [], _x: [null] } })).toEqual([])
})
