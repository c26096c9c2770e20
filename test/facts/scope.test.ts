import { describe, expect, test } from 'vitest'
import type { Derivation } from '../../src/derive/derivation.ts'
import { missing, present } from '../../src/facts/fact.ts'
import { siteLimits } from '../../src/facts/site-limits.ts'
import type { Chart, Scope } from '../../src/facts/scope.ts'
import { amountOf, byUnitSetting, flagSetting, listSetting, numberSetting, textSetting } from '../../src/facts/settings.ts'
import { bilirubin, chartOf, neutrophils, order, scopeOn, valueIn } from './small-content.ts'

const HOUR_AGO = '2025-03-03T11:00:00Z'

/** A chart that computes with derivations of its own. */
const chartWith = (derivation: Derivation, resources: readonly object[] = []): Chart => ({ ...chartOf({ resources }), derivations: new Map(Object.keys(derivation.facts).map((name) => [name, derivation])) })
const title = { title: 'x', type: 'number' as const }

describe('a fact', () => {
  test('is computed once, whoever asks and however often', () => {
    let computed = 0
    const scope = scopeOn(chartWith({
      facts: { one: title, two: title }, uses: [],
      compute: () => {
        computed += 1
        return { one: present(1, '1'), two: present(2, '2') }
      },
    }))
    expect([valueIn(scope, 'two'), valueIn(scope, 'one'), valueIn(scope, 'two')]).toEqual([2, 1, 2])
    expect(computed).toBe(1)
    expect(scope.fact('one')).toBe(scope.fact('one'))
  })
  test('that nobody asks for is not computed', () => {
    const scope = scopeOn(chartWith({ facts: { one: title }, uses: [], compute: () => { throw new Error('asked') } }))
    expect(valueIn(scope, 'planned')).toMatchObject({ precise: true })
  })
  test('that its derivation does not give does not apply', () => expect(scopeOn(chartWith({ facts: { one: title }, uses: [], compute: () => ({}) })).fact('one')).toMatchObject({ state: 'missing', why: 'not-applicable' }))
  test('may rest on others', () => {
    const scope = scopeOn(chartWith({ facts: { one: title }, uses: ['neutrophils'], compute: (inner) => ({ one: inner.fact('neutrophils') }) }, [neutrophils(0.5, HOUR_AGO)]))
    expect(valueIn(scope, 'one')).toBe(0.5)
  })
  test('that was read before its derivation ran is not replaced', () => {
    const shared: Scope = scopeOn(chartWith({
      facts: { one: title, two: title }, uses: [],
      compute: (inner) => (inner.focus.hook === 'none' ? {} : { one: present(1, '1'), two: missing('absent', 'x') }),
    }))
    expect([valueIn(shared, 'one'), valueIn(shared, 'two')]).toEqual([1, 'missing: absent'])
  })
  test('that nobody declared is a mistake of the programmer', () => expect(() => scopeOn(chartOf()).fact('neutrofils')).toThrow(new TypeError('fact neutrofils is not declared')))
})

describe('every evaluation', () => {
  test('knows its date, the time, the hook and the profile', () => {
    const scope = scopeOn(chartOf(), { planned: '2025-03-05', hook: 'order-select' })
    expect([scope.fact('planned'), scope.fact('now'), scope.fact('hook'), scope.fact('profile')].map((fact) => (fact.state === 'present' ? fact.text : ''))).toEqual(['2025-03-05', '2025-03-03', 'order-select', 'label-us'])
  })
  test('reads a series once for all evaluations of a call', () => {
    const chart = chartOf({ resources: [neutrophils(0.5, HOUR_AGO)] })
    scopeOn(chart).fact('neutrophils')
    const [[, samples] = ['', undefined]] = [...chart.series]
    scopeOn(chart, { planned: '2025-03-10' }).fact('neutrophilsLatest')
    expect([...chart.series.values()]).toHaveLength(1)
    expect(chart.series.get('neutrophilCount')).toBe(samples)
  })
  test('keeps its own facts from the others of the call', () => {
    const chart = chartOf({ resources: [neutrophils(0.5, HOUR_AGO)] })
    expect([valueIn(scopeOn(chart), 'neutrophils'), valueIn(scopeOn(chart, { planned: '2025-03-10' }), 'neutrophils')]).toEqual([0.5, 'missing: stale'])
  })
})

describe('the drafts of a call', () => {
  const sets = (resources: readonly object[], drafts: readonly object[]): string[] => {
    const chart = chartOf({ resources, drafts })
    return [...chart.drafts, ...chart.recorded].map(({ reference, state }) => `${reference} ${state}`)
  }
  test('replace the same order signed before', () => expect(sets([order({ status: 'active' })], [order()])).toEqual(['MedicationRequest/o1 draft']))
  test('without an id replace nothing', () => expect(sets([order({ id: undefined, status: 'active' })], [order({ id: undefined })])).toEqual(['MedicationRequest draft', 'MedicationRequest active']))
  test('that are withdrawn are not there', () => expect(sets([], [order({ status: 'cancelled' })])).toEqual([]))
  test('of tests count as ordered', () => expect(chartOf({ drafts: [{ resourceType: 'ServiceRequest', id: 's', status: 'draft', code: { text: 'ANC' } }] }).index.byType.get('ServiceRequest')).toHaveLength(1))
  test('of a service are a drug by their code alone: the level of a drug names it too', () => {
    const service = (code: object): readonly (readonly string[])[] => chartOf({ drafts: [{ resourceType: 'ServiceRequest', id: 's', status: 'draft', code }] }).drafts.map((draft) => [...draft.sets])
    expect(service({ text: 'voriconazole level' })).toEqual([])
    expect(service({ coding: [{ system: 'http://www.nlm.nih.gov/research/umls/rxnorm', code: '121243' }] })).toEqual([['azole', 'partner']])
  })
})

describe('the limits of the site', () => {
  const table = { totalBilirubin: { uln: { value: 1.2, unit: 'mg/dL' }, lln: { value: '0.1', unit: 'mg/dL' } }, other: { uln: { value: 1 } } }
  test.each([['totalBilirubin', 'uln', { value: 1.2, unit: 'mg/dL' }], ['totalBilirubin', 'lln', undefined], ['other', 'uln', undefined], ['none', 'uln', undefined]] as const)('%s %s: %j', (measurement, limit, expected) => expect(siteLimits(table)(measurement, limit)).toEqual(expected))
  test.each([undefined, null, [], 'x', 1])('of a table that is %j are none', (wrong) => expect(siteLimits(wrong)('totalBilirubin', 'uln')).toBeUndefined())
  test('reach the facts', () => {
    const scope = scopeOn(chartOf({ resources: [bilirubin(2.4, 'mg/dL', HOUR_AGO)], siteLimit: siteLimits(table) }))
    expect(valueIn(scope, 'biliXuln')).toBe(2)
  })
})

describe('a setting asked for as what it is not', () => {
  const settings = { number: 1, flag: true, text: 'x', list: [1], units: { mg: 1 } }
  test.each([
    ['a number', () => numberSetting(settings, 'text')], ['text', () => textSetting(settings, 'number')], ['a boolean', () => flagSetting(settings, 'text')], ['a list', () => listSetting(settings, 'units')], ['a map by unit', () => byUnitSetting(settings, 'list')],
    ['a number', () => amountOf(settings, '%setting.text')],
  ])('stops the programmer: %s', (what, ask) => expect(ask).toThrow(`is not declared as ${what}`))
  test('is read where it is right', () => expect([numberSetting(settings, 'number'), textSetting(settings, 'text'), flagSetting(settings, 'flag'), listSetting(settings, 'list'), byUnitSetting(settings, 'units'), amountOf(settings, '%setting.number'), amountOf(settings, 5), amountOf(settings, undefined)]).toEqual([1, 'x', true, [1], { mg: 1 }, 1, 5, undefined]))
})
