import { describe, expect, it } from 'vitest'
import { loadContent } from '../content/loaded.ts'
import { scopeOf as openScopeOf, type ScopeOptions, valueIn } from './scope.ts'

const content = loadContent()
/** With the shipped content, read once; other settings need their own. */
const scopeOf = (options: ScopeOptions) => openScopeOf(options.settings ? options : { ...options, content })

type Resources = NonNullable<ScopeOptions['resources']>
const NOW = Date.parse('2025-03-03T12:00:00Z')
const isoDay = (days: number): string => new Date(NOW + days * 86_400_000).toISOString()
const hct = (days: number) => ({ resourceType: 'ServiceRequest', snomed: '58390007', authoredOn: '-10d', at: `+${String(days)}d` })
const order = (drug: string, days: readonly number[], rest: object = {}): ScopeOptions => ({
  triggers: ['alkylator-order'], planned: `${String(days[0] ?? 0)}d`,
  order: { medicationCodeableConcept: { text: drug }, dosageInstruction: [{ timing: { event: days.map(isoDay) } }], ...rest },
})
const agents = (resources: Resources, options: ScopeOptions): unknown => valueIn(scopeOf({ ...options, resources }), 'conditioningAlkylators')
const planned = (resources: Resources): unknown => valueIn(scopeOf({ resources }), 'plannedConditioningAlkylators')

describe('alkylators of the conditioning with a known Day 0', () => {
  it.each([
    ['both within the window', [hct(10), { ordered: 'melphalan', event: '+5d' }], order('thiotepa', [4]), ['thiotepa', 'melphalan']],
    ['fourteen days before', [hct(20), { ordered: 'melphalan', event: '+6d' }], order('busulfan', [10]), ['melphalan', 'busulfan']],
    ['fifteen days before', [hct(20), { ordered: 'melphalan', event: '+5d' }], order('busulfan', [10]), ['busulfan']],
    ['the day before', [hct(20), { ordered: 'melphalan', event: '+19d' }], order('busulfan', [10]), ['busulfan', 'melphalan']],
    ['on Day 0', [hct(20), { ordered: 'melphalan', event: '+20d' }], order('busulfan', [10]), ['busulfan']],
    ['a course that reaches into the window', [hct(20), { ordered: 'melphalan', at: '+3d', end: '+6d' }], order('busulfan', [10]), ['melphalan', 'busulfan']],
    ['given before', [hct(3), { given: 'busulfan', at: '-3d' }], order('thiotepa', [1]), ['busulfan', 'thiotepa']],
    ['a completed order', [hct(3), { ordered: 'busulfan', event: '-3d', status: 'completed' }], order('thiotepa', [1]), ['busulfan', 'thiotepa']],
    ['a stopped order', [hct(3), { ordered: 'busulfan', event: '-3d', status: 'stopped' }], order('thiotepa', [1]), ['thiotepa']],
    ['two brands of one drug', [hct(3), { ordered: 'busulfan', rxnorm: '1828', event: '+1d' }], order('Busulfex (busulfan)', [0]), ['busulfan']],
    ['fludarabine is none', [hct(3), { ordered: 'fludarabine', event: '+1d' }], order('busulfan', [0]), ['busulfan']],
    ['without a day a drug of conditioning counts', [hct(20), { resourceType: 'MedicationRequest', status: 'active', medicationCodeableConcept: { text: 'melphalan' }, authoredOn: '-30d' }], order('busulfan', [10]), ['melphalan', 'busulfan']],
    ['without a day cyclophosphamide counts by its writing', [hct(20), { resourceType: 'MedicationRequest', status: 'active', medicationCodeableConcept: { text: 'cyclophosphamide' }, authoredOn: '-30d' }], order('busulfan', [10]), ['busulfan']],
    ['for lymphodepletion', [hct(20), { ordered: 'cyclophosphamide', event: '+8d', reasonCode: [{ text: 'Lymphodepletion before CAR-T' }] }], order('busulfan', [10]), ['busulfan']],
    ['all of it given long before', [performed(-3), { given: 'busulfan', at: '-8d' }, { given: 'thiotepa', at: '-7d' }], { triggers: ['azole-order'], order: { medicationCodeableConcept: { text: 'voriconazole' } } }, []],
  ])('%s', (_, resources, options, expected) => {
    expect(agents(resources, options)).toEqual(expected)
  })

  it('asserted drugs join those of the record', () => {
    const extension = [{ url: 'urn:ino-cds:assertion', extension: [{ url: 'key', valueCode: 'conditioningAgents' }, { url: 'value', valueString: 'fludarabine, melphalan' }] }]
    expect(agents([hct(10)], order('busulfan', [5], { extension }))).toEqual(['busulfan', 'melphalan'])
  })

  it('names ingredient and day', () => {
    const fact = scopeOf({ ...order('thiotepa', [4]), resources: [hct(10), { ordered: 'melphalan', event: '+5d' }] }).fact('conditioningAlkylators')
    expect(fact).toMatchObject({ text: 'thiotepa 2025-03-07, melphalan 2025-03-08' })
  })
})

const performed = (days: number) => ({ resourceType: 'Procedure', snomed: '58390007', at: `${String(days)}d` })

describe('cyclophosphamide after transplantation', () => {
  const isProphylaxis = (resources: Resources, options: ScopeOptions): unknown => valueIn(scopeOf({ ...options, resources }), 'gvhdCyclophosphamide')
  it.each([
    ['Day +2', [2], false], ['Day +3', [3], true], ['Day +3 and +4', [3, 4], true], ['Day +5', [5], true], ['Day +6', [6], false], ['Day +3 and +6', [3, 6], false],
  ])('%s', (_, days, expected) => {
    expect(isProphylaxis([performed(0)], order('cyclophosphamide', days))).toBe(expected)
  })
  it('by its stated purpose', () => {
    expect(isProphylaxis([], order('cyclophosphamide', [10], { reasonCode: [{ text: 'GVHD prophylaxis' }] }))).toBe(true)
    expect(isProphylaxis([], order('busulfan', [10], { reasonCode: [{ text: 'GVHD prophylaxis' }] }))).toBe(false)
  })
  it('is not counted beside one alkylator', () => {
    expect(agents([hct(5), { ordered: 'melphalan', event: '+3d' }], order('cyclophosphamide', [8, 9]))).toEqual(['melphalan'])
  })
})

describe('alkylators of the conditioning without a known Day 0', () => {
  it.each([
    ['fourteen days apart', [{ ordered: 'busulfan', event: '+14d' }], order('thiotepa', [0]), ['thiotepa', 'busulfan']],
    ['fifteen days apart', [{ ordered: 'busulfan', event: '+15d' }], order('thiotepa', [0]), ['thiotepa']],
    ['without the order under evaluation', [{ ordered: 'busulfan', event: '+30d' }, { ordered: 'melphalan', event: '+31d' }], order('thiotepa', [0]), ['thiotepa']],
    ['a course of chemotherapy', [{ ordered: 'ifosfamide', event: '+1d' }], order('cyclophosphamide', [0]), []],
    ['a course while a transplantation is planned', [{ ordered: 'ifosfamide', event: '+1d' }, { resourceType: 'ServiceRequest', snomed: '58390007' }], order('cyclophosphamide', [0]), ['cyclophosphamide', 'ifosfamide']],
    ['with a drug of conditioning', [{ ordered: 'busulfan', event: '+1d' }], order('cyclophosphamide', [0]), ['cyclophosphamide', 'busulfan']],
  ])('%s', (_, resources, options, expected) => {
    expect(agents(resources, options)).toEqual(expected)
  })
})

describe('conditioning that is planned while inotuzumab is ordered', () => {
  const plan = (drugs: readonly string[], rest: object = {}) => ({
    resourceType: 'CarePlan', title: 'Conditioning', ...rest,
    activity: drugs.map((text, i) => ({ detail: { status: 'scheduled', productCodeableConcept: { text }, scheduledPeriod: { start: `+${String(54 + i)}d`, end: `+${String(55 + i)}d` } } })),
  })
  it('counts the steps of a plan', () => {
    expect(planned([hct(60), plan(['busulfan', 'cyclophosphamide'])])).toEqual(['busulfan', 'cyclophosphamide'])
    expect(planned([hct(60), plan(['busulfan', 'fludarabine'])])).toEqual(['busulfan'])
    expect(planned([hct(60), plan(['busulfan', 'cyclophosphamide'], { status: 'revoked' })])).toEqual([])
  })
  it('counts the steps of a group of orders, by a medication it contains too', () => {
    const contained = [{ resourceType: 'Medication', id: 'm', code: { text: 'thiotepa' } }]
    const group = { resourceType: 'RequestGroup', status: 'active', action: [{ title: 'busulfan', timingDateTime: '+54d' }, { action: [{ title: 'melphalan', timingDateTime: '+55d' }] }] }
    expect(planned([hct(60), group])).toEqual(['busulfan', 'melphalan'])
    expect(planned([hct(60), { resourceType: 'CarePlan', title: 'Plan', contained, activity: [{ detail: { productReference: { reference: '#m' }, scheduledPeriod: { start: '+54d' } } }] }])).toEqual(['thiotepa'])
  })
  it('leaves out what was given', () => {
    expect(planned([hct(2), { given: 'busulfan', at: '-3d' }, plan([])])).toEqual([])
  })
  it('is unknown when the orders could not be read', () => {
    expect(valueIn(scopeOf({ unread: ['medications'] }), 'plannedConditioningAlkylators')).toBe('missing: unavailable')
  })
})

describe('whether the order belongs to the conditioning', () => {
  const isPart = (resources: Resources, options: ScopeOptions): unknown => valueIn(scopeOf({ ...options, resources }), 'isConditioningOrder')
  it('inside and outside the window', () => {
    expect(isPart([hct(14)], order('melphalan', [0]))).toBe(true)
    expect(isPart([hct(15)], order('melphalan', [0]))).toBe(false)
    expect(isPart([], order('melphalan', [0]))).toBe(true)
    expect(isPart([], order('cyclophosphamide', [0]))).toBe(false)
  })
})
