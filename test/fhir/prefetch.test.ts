import { describe, expect, it } from 'vitest'
import { readPrefetchValue } from '../../src/fhir/prefetch.ts'
import { bundle, lab, outcome, outcomeEntry, patient, withNext } from './records.ts'

const told = (value: unknown) => {
  const { meaning, resources, next, wrapped } = readPrefetchValue(value)
  return { meaning, ids: resources.map(({ id }) => id), next, wrapped }
}
const says = (meaning: string, ids: string[] = [], next: string[] = [], wrapped = false) => ({ meaning, ids, next, wrapped })

describe('what a prefetch value means', () => {
  it.each<[string, unknown, ReturnType<typeof says>]>([
    ['a missing key says nothing', undefined, says('absent')],
    ['null says that the client looked and found nothing', null, says('none')],
    ['a Bundle without entry is nothing found', { resourceType: 'Bundle' }, says('none')],
    ['a Bundle with an empty entry is nothing found', { resourceType: 'Bundle', entry: [] }, says('none')],
    ['total 0 is nothing found', bundle(), says('none')],
    ['an outcome of information beside nothing is nothing found', { ...bundle(), entry: [outcomeEntry('information')] }, says('none')],
    ['the warning that Epic puts in an empty result is nothing found', { resourceType: 'Bundle', type: 'searchset', total: 0, entry: [outcomeEntry('warning')] }, says('none')],
    ['a warning beside results takes nothing away', { resourceType: 'Bundle', entry: [{ resource: lab('l1') }, outcomeEntry('warning')] }, says('complete', ['l1'])],
    ['an error beside results makes them incomplete', { resourceType: 'Bundle', entry: [{ resource: lab('l1') }, outcomeEntry('error')] }, says('incomplete', ['l1'])],
    ['an error alone in a Bundle is a failure', { resourceType: 'Bundle', entry: [outcomeEntry('error')] }, says('failed')],
    ['an error as the value is a failure', outcome('error'), says('failed')],
    ['a fatal error as the value is a failure', outcome('fatal'), says('failed')],
    ['a warning as the value is nothing found', outcome('warning'), says('none')],
    ['an outcome without issues is a failure', { resourceType: 'OperationOutcome' }, says('failed')],
    ['an outcome without severity is a failure', { resourceType: 'OperationOutcome', issue: [{}] }, says('failed')],
    ['a next link makes it incomplete', withNext(bundle(lab('l1')), 'https://ehr.test/r4?page=2'), says('incomplete', ['l1'], ['https://ehr.test/r4?page=2'])],
    ['a next link beside an error is not followed', withNext({ resourceType: 'Bundle', entry: [{ resource: lab('l1') }, outcomeEntry('error')] }, 'x'), says('incomplete', ['l1'])],
    ['a next link without address is none', { ...bundle(lab('l1')), link: [{ relation: 'next' }] }, says('complete', ['l1'])],
    ['a collection counts like a searchset', { ...bundle(lab('l1')), type: 'collection' }, says('complete', ['l1'])],
    ['a resource is itself', patient(), says('complete', ['p1'])],
    ['a wrapped resource is unwrapped', { resource: patient(), response: { status: '200 OK' } }, says('complete', ['p1'], [], true)],
    ['a wrapped Bundle is unwrapped', { resource: bundle(lab('l1')) }, says('complete', ['l1'], [], true)],
    ['a wrapped nothing is nothing found', { resource: null }, says('none', [], [], true)],
    ['a wrapped text is unreadable', { resource: 'x' }, says('unreadable', [], [], true)],
    ['a text is unreadable', 'Patient/p1', says('unreadable')],
    ['a number is unreadable', 7, says('unreadable')],
    ['a boolean is unreadable', false, says('unreadable')],
    ['a list is unreadable', [lab('l1')], says('unreadable')],
    ['an empty object is unreadable', {}, says('unreadable')],
    ['an object of no type is unreadable', { id: 'p1' }, says('unreadable')],
    ['an empty type is unreadable', { resourceType: '' }, says('unreadable')],
    ['entries without resource are passed over', { resourceType: 'Bundle', entry: [{ fullUrl: 'urn:uuid:1' }, { resource: lab('l1') }, { resource: null }] }, says('complete', ['l1'])],
    ['an entry that is no object makes it incomplete', { resourceType: 'Bundle', entry: ['x', { resource: lab('l1') }] }, says('incomplete', ['l1'])],
    ['a single entry in place of a list is read', { resourceType: 'Bundle', entry: { resource: lab('l1') } }, says('complete', ['l1'])],
    ['an entry of the wrong kind is a failure', { resourceType: 'Bundle', entry: 'x' }, says('failed')],
    ['Bundles inside a Bundle are opened', bundle(withNext(bundle(lab('l1')), 'n1'), bundle(), bundle(lab('l2'))), says('incomplete', ['l1', 'l2'], ['n1'])],
    ['an answer of a batch that failed makes it incomplete', { resourceType: 'Bundle', entry: [{ resource: bundle(lab('l1')), response: { status: '200' } }, { response: { status: '403 Forbidden' } }] }, says('incomplete', ['l1'])],
    ['an outcome of a batch answer counts', { resourceType: 'Bundle', entry: [{ response: { status: '200', outcome: outcome('error') } }] }, says('failed')],
  ])('%s', (_, value, expected) => expect(told(value)).toEqual(expected))

  it('leaves what was sent as it was', () => {
    const sent = bundle(lab('l1'), bundle(lab('l2')))
    const before = structuredClone(sent)
    readPrefetchValue(sent)
    expect(sent).toEqual(before)
  })

  it('gives up on Bundles nested without end instead of overflowing', () => {
    let nested: object = bundle(lab('l1'))
    for (let depth = 0; depth < 50_000; depth += 1) nested = bundle(nested)
    expect(told(nested)).toEqual(says('failed'))
  })
})
