import { describe, expect, test } from 'vitest'
import { conceptMatcher, type ValueSet } from '../../src/facts/concepts.ts'

const set = (id: string, rows: ValueSet['rows'], phrases: readonly string[] = []): ValueSet => ({ id, title: id, rows, phrases })
const LOINC = 'http://loinc.org'
const ICD = 'http://hl7.org/fhir/sid/icd-10-cm'
const matcher = conceptMatcher([
  set('anc', [{ system: 'loinc', code: '751-8' }], ['absolute neutrophil count', 'anc']),
  set('percent', [{ system: 'loinc', code: '770-8' }], ['neutrophil percent']),
  set('all', [{ system: 'icd', prefix: 'C91.0' }]), set('relapse', [{ system: 'icd', code: 'C91.02' }]), set('sepsis', [{ system: 'icd', prefix: 'A41' }]),
  set('cd22', [], ['cd22']), set('antibody', [], ['anti-cd22 antibody']), set('core', [], ['anti-hbc']), set('core-igm', [], ['anti-hbc igm']), set('accent', [], ['état']), set('dotted', [], ['a.b (c)']),
], new Map([[LOINC, 'loinc'], ['urn:oid:2.16.840.1.113883.6.1', 'loinc'], [ICD, 'icd']]))

const coding = (system: string | undefined, code: string): object => ({ ...(system === undefined ? {} : { system }), code })
const sets = (codings: readonly object[], texts: readonly string[] = [], decisive: readonly string[] = []): string[] => [...matcher.recognise({ codings, texts }, decisive).sets].sort()

describe('codes', () => {
  test('any coding counts, whatever stands before it', () => {
    expect(sets([coding('urn:lab:local', '4711'), coding(undefined, '751-8'), coding(LOINC, '751-8')])).toEqual(['anc'])
  })
  test('several codings give the sets of each', () => expect(sets([coding(LOINC, '751-8'), coding(LOINC, '770-8')])).toEqual(['anc', 'percent']))
  test('every declared spelling of a system is that system', () => expect(sets([coding('urn:oid:2.16.840.1.113883.6.1', '751-8')])).toEqual(['anc']))
  test('blanks around a system or code are not part of it', () => expect(sets([coding(' http://loinc.org ', ' 751-8 ')])).toEqual(['anc']))
  test.each([['without a system', undefined], ['of another system', 'http://snomed.info/sct']])('a code %s says nothing', (_, system) => expect(sets([coding(system, '751-8')])).toEqual([]))
  test.each([['C91.0', ['all']], ['C91.00', ['all']], ['C91.02', ['all', 'relapse']], ['C91.1', []], ['C91', []], ['C9', []], ['A41', ['sepsis']], ['A41.9', ['sepsis']], ['A4', []]])('%s is in %j', (code, expected) => {
    expect(sets([coding(ICD, code)])).toEqual(expected)
  })
  test('a code that is a stem of a listed one is not that one', () => expect(sets([coding(ICD, 'C91.0'), coding(LOINC, '751')])).toEqual(['all']))
})

describe('words, where no code was recognised', () => {
  const words = (text: string): string[] => sets([], [text])
  test.each([['ANC', ['anc']], ['Absolute Neutrophil Count (auto)', ['anc']], ['anc-automated', ['anc']], ['cancer', []], ['ANC2', []], ['2anc', []], ['frANCe', []], ['ancé', []], ['', []]])('%j is %j', (text, expected) => {
    expect(words(text)).toEqual(expected)
  })
  test('count as recognised by name only', () => {
    expect(matcher.recognise({ codings: [], texts: ['anc'] }, []).byText).toBe(true)
    expect(matcher.recognise({ codings: [coding(LOINC, '751-8')], texts: ['anc'] }, []).byText).toBe(false)
  })
  test('the longest phrase takes its words for itself', () => expect(words('anti-CD22 antibody')).toEqual(['antibody']))
  test('of two phrases that begin alike the longer one counts', () => {
    expect(words('Anti-HBc IgM')).toEqual(['core-igm'])
    expect(words('Anti-HBc total')).toEqual(['core'])
  })
  test('a shorter phrase beside the longer one still counts', () => expect(words('CD22 before anti-CD22 antibody')).toEqual(['antibody', 'cd22']))
  test('letters of any alphabet are letters', () => {
    expect(words('état général')).toEqual(['accent'])
    expect(words('métat')).toEqual([])
  })
  test('marks in a phrase mean themselves', () => {
    expect(words('a.b (c)')).toEqual(['dotted'])
    expect(words('axb (c)')).toEqual([])
  })
  test('any of several texts counts', () => expect(sets([], ['a panel', 'anc'])).toEqual(['anc']))
  test('do not count beside a recognised code', () => expect(sets([coding(LOINC, '770-8')], ['anc'])).toEqual(['percent']))
  test('do not count where a decisive code says that it is something else', () => {
    expect(sets([coding(LOINC, '26464-8')], ['anc'], ['loinc'])).toEqual([])
    expect(matcher.recognise({ codings: [coding(LOINC, '26464-8')], texts: ['anc'] }, ['loinc']).byText).toBe(false)
  })
  test('count beside a code of a system that does not settle it', () => {
    expect(sets([coding('urn:lab:local', '4711')], ['anc'], ['loinc'])).toEqual(['anc'])
    expect(sets([coding(ICD, 'Z00')], ['anc'], ['loinc'])).toEqual(['anc'])
  })
})

test('without any phrase, words say nothing', () => {
  const plain = conceptMatcher([set('anc', [{ system: 'loinc', code: '751-8' }])], new Map([[LOINC, 'loinc']]))
  expect(plain.recognise({ codings: [], texts: ['anc'] }, []).sets.size).toBe(0)
})
