import { describe, expect, test } from 'vitest'
import { compileSmall, order, problemsWith, scopeOn, chartOf, valueIn } from '../facts/small-content.ts'

const RXNORM = 'http://www.nlm.nih.gov/research/umls/rxnorm'
const ondansetron = { codings: [{ system: RXNORM, code: '26225' }], texts: [] }
const setsOf = (lists: Readonly<Record<string, unknown>>): string[] => [...compileSmall({}, { lists }).mapping.matcher.recognise(ondansetron, []).sets]

describe('a site list', () => {
  test('adds ingredients to a value set and to every set that includes it', () => {
    expect(setsOf({})).toEqual([])
    expect(setsOf({ azole: ['26225'] }).sort()).toEqual(['azole', 'partner'])
  })
  test('does not add to the sets that the named one includes', () => expect(setsOf({ partner: ['26225'] })).toEqual(['partner']))
  test('takes codes as numbers too, as YAML reads them', () => expect(setsOf({ azole: [26225] }).sort()).toEqual(['azole', 'partner']))
  test('leaves what was shipped as it was', () => {
    const { matcher } = compileSmall({}, { lists: { azole: ['26225'] } }).mapping
    expect([...matcher.recognise({ codings: [{ system: RXNORM, code: '121243' }], texts: [] }, []).sets].sort()).toEqual(['azole', 'partner'])
  })
  test('reaches the facts', () => {
    const content = compileSmall({}, { lists: { partner: ['26225'] } })
    const partner = order({ id: 'o2', medicationCodeableConcept: { coding: [{ system: RXNORM, code: '26225' }], text: 'ondansetron' }, authoredOn: '2025-03-03' })
    expect(valueIn(scopeOn(chartOf({ content, drafts: [order(), partner] })), 'partnerNames')).toEqual(['ondansetron'])
  })
  test.each([
    [{ azol: ['1'] }, 'lists: unknown list azol – did you mean azole?'],
    [{ 'my-own-list': ['1'] }, 'lists: unknown list my-own-list – lists are value sets of fhir-mappings/codes/, such as qt-drug or hepatotoxic-partner'],
    [{ azole: '26225' }, 'lists: azole must be a list of RxNorm ingredient codes'],
    [{ azole: ['ondansetron'] }, 'lists: azole must be a list of RxNorm ingredient codes'],
    [{ azole: [null] }, 'lists: azole must be a list of RxNorm ingredient codes'],
  ])('that is wrong is refused: %j', (lists, problem) => expect(problemsWith({}, { lists })).toEqual([`SITE_SETTINGS:1:1 ${problem}`]))
})
