import { describe, expect, test } from 'vitest'
import { type DrugOrder, drugOrderOf, isWithdrawn, overlaps, plannedDates } from '../../src/facts/drug-order.ts'
import type { Loose } from '../../src/facts/resources.ts'
import { calendar, chartOf, order, valueIn, scopeOn } from './small-content.ts'

const drug = (members: object = {}, resourceType = 'MedicationRequest'): Loose => ({ resourceType, id: 'm', status: 'active', medicationCodeableConcept: { text: 'busulfan' }, ...members })
const read = (resource: Loose, asDraft = false): DrugOrder | undefined => drugOrderOf({ resource, reference: `${resource.resourceType}/m`, sets: new Set(['partner']), byText: true }, calendar, { asDraft })
const dates = (moments: readonly { readonly day: number; readonly at: number; readonly precise: boolean }[] | undefined): string[] => (moments ?? []).map((moment) => calendar.iso(moment))
const spans = (resource: Loose): (string | undefined)[][] => (read(resource)?.spans ?? []).map(({ start, end }) => [start && calendar.iso(start), end && calendar.iso(end)])

describe('the state of a drug order', () => {
  test.each([
    ['MedicationRequest', 'draft', 'draft'], ['MedicationRequest', 'active', 'active'], ['MedicationRequest', 'unknown', 'active'], ['MedicationRequest', 'on-hold', 'past'], ['MedicationRequest', 'completed', 'past'], ['MedicationRequest', 'stopped', 'past'],
    ['MedicationRequest', 'cancelled', undefined], ['MedicationRequest', 'entered-in-error', undefined], ['MedicationStatement', 'active', 'active'], ['MedicationStatement', 'intended', 'active'], ['MedicationStatement', 'not-taken', undefined],
    ['MedicationAdministration', 'completed', 'given'], ['MedicationAdministration', 'in-progress', 'given'], ['MedicationAdministration', 'stopped', 'given'], ['MedicationAdministration', 'not-done', undefined], ['MedicationAdministration', 'entered-in-error', undefined],
    ['ServiceRequest', 'active', 'active'], ['ServiceRequest', 'revoked', undefined], ['Immunization', 'completed', undefined], ['MedicationRequest', 'constructor', undefined], ['constructor', 'name', undefined],
  ])('%s %s: %s', (type, status, state) => expect(read(drug({ status }, type))?.state).toBe(state))
  test('an order without a status may be running', () => expect(read(drug({ status: undefined }))?.state).toBe('active'))
  test('an order not to give the drug is none', () => {
    expect(read(drug({ doNotPerform: true }))).toBeUndefined()
    expect(read(drug({ doNotPerform: true }), true)).toBeUndefined()
    expect(read(drug({ doNotPerform: false }))?.state).toBe('active')
  })
})

describe('a draft', () => {
  test.each(['draft', 'active', 'on-hold', 'unknown', ''])('with the status %j is meant', (status) => expect(read(drug({ status }), true)?.state).toBe('draft'))
  test.each(['cancelled', 'entered-in-error', 'stopped', 'completed', 'revoked', 'not-done'])('that is %s is withdrawn', (status) => {
    expect(isWithdrawn(drug({ status }))).toBe(true)
    expect(read(drug({ status }), true)).toBeUndefined()
  })
  test('of a vaccine comes as completed, since R4 has no other word', () => {
    expect(isWithdrawn(drug({ status: 'completed' }, 'Immunization'))).toBe(false)
    expect(isWithdrawn(drug({ status: 'not-done' }, 'Immunization'))).toBe(true)
  })
})

describe('the dates of a dose', () => {
  const timing = (value: object): object => ({ dosageInstruction: [{ timing: value }] })
  test.each([
    ['every event, in order of time', { ...timing({ event: ['2025-03-10', '2025-03-03'] }), authoredOn: '2025-02-01' }, ['2025-03-03', '2025-03-10']],
    ['events of several instructions', { dosageInstruction: [{ timing: { event: ['2025-03-10'] } }, { timing: { event: ['2025-03-03'] } }] }, ['2025-03-03', '2025-03-10']],
    ['else the start of the period, the earliest of several', { dosageInstruction: [{ timing: { repeat: { boundsPeriod: { start: '2025-03-09' } } } }, { timing: { repeat: { boundsPeriod: { start: '2025-03-05' } } } }] }, ['2025-03-05']],
    ['else when it is to happen', { occurrenceDateTime: '2025-03-06', authoredOn: '2025-02-01' }, ['2025-03-06']],
    ['else the start of that period', { occurrencePeriod: { start: '2025-03-07' }, authoredOn: '2025-02-01' }, ['2025-03-07']],
    ['else when it was written', { authoredOn: '2025-02-01' }, ['2025-02-01']],
    ['an unreadable event is none', timing({ event: ['soon', '2025-03-03'] }), ['2025-03-03']],
    ['only unreadable events leave the next best', { ...timing({ event: ['soon'], repeat: { boundsPeriod: { start: '2025-03-05' } } }) }, ['2025-03-05']],
    ['nothing is nothing', {}, []],
  ])('%s', (_, members, expected) => expect(dates(plannedDates(drug(members), calendar))).toEqual(expected))
  test('of an administration are when it was given', () => {
    expect(dates(read(drug({ status: 'completed', effectivePeriod: { start: '2025-02-01', end: '2025-02-02' } }, 'MedicationAdministration'))?.events)).toEqual(['2025-02-01'])
  })
})

describe('when a drug acts', () => {
  const during = (start: string, end?: string): object => ({ dosageInstruction: [{ timing: { repeat: { boundsPeriod: { start, ...(end === undefined ? {} : { end }) } } } }] })
  test.each([
    ['on each of its events', { dosageInstruction: [{ timing: { event: ['2025-03-03', '2025-03-10'] } }] }, [['2025-03-03', '2025-03-03'], ['2025-03-10', '2025-03-10']]],
    ['from the start to the end of its period', during('2025-03-01', '2025-03-05'), [['2025-03-01', '2025-03-05']]],
    ['with an open end', during('2025-03-01'), [['2025-03-01', undefined]]],
    ['to the end of the prescription', { authoredOn: '2025-03-01', dispenseRequest: { validityPeriod: { end: '2025-03-20' } } }, [['2025-03-01', '2025-03-20']]],
    ['from when it was written', { authoredOn: '2025-03-01' }, [['2025-03-01', undefined]]],
    ['always, where nothing is known', {}, [[undefined, undefined]]],
  ])('%s', (_, members, expected) => expect(spans(drug(members))).toEqual(expected))
  test('a statement acts in its effective period', () => expect(spans(drug({ effectivePeriod: { start: '2025-01-01', end: '2025-01-09' } }, 'MedicationStatement'))).toEqual([['2025-01-01', '2025-01-09']]))
  test('an administration acts when it was given, for as long as it took', () => {
    const given = (members: object): (string | undefined)[][] => spans(drug({ status: 'completed', ...members }, 'MedicationAdministration'))
    expect(given({ effectiveDateTime: '2025-02-01' })).toEqual([['2025-02-01', '2025-02-01']])
    expect(given({ effectivePeriod: { start: '2025-02-01', end: '2025-02-03' } })).toEqual([['2025-02-01', '2025-02-03']])
    expect(given({})).toEqual([])
  })
  const day = (date: string): number => calendar.parse(date)?.day ?? Number.NaN
  const meets = (members: object, from: string, to: string): boolean => {
    const one = read(drug(members))
    return one !== undefined && overlaps(one, day(from), day(to))
  }
  test.each([['2025-02-20', '2025-02-28', false], ['2025-02-20', '2025-03-01', true], ['2025-03-05', '2025-03-09', true], ['2025-03-06', '2025-03-09', false], ['2025-03-02', '2025-03-03', true]])('between %s and %s: %s', (from, to, expected) => {
    expect(meets(during('2025-03-01', '2025-03-05'), from, to)).toBe(expected)
  })
  test('an open end runs on, an open start has always run', () => {
    expect(meets(during('2025-03-01'), '2030-01-01', '2030-01-01')).toBe(true)
    expect(meets(during('2025-03-01'), '2025-02-28', '2025-02-28')).toBe(false)
    expect(meets({}, '1990-01-01', '1990-01-01')).toBe(true)
  })
  test('between two events it does not act', () => expect(meets({ dosageInstruction: [{ timing: { event: ['2025-03-03', '2025-03-10'] } }] }, '2025-03-04', '2025-03-09')).toBe(false))
})

describe('the name of a drug', () => {
  test.each([
    [{ medicationCodeableConcept: { text: 'Busulfan 6 mg/mL', coding: [{ display: 'busulfan' }] } }, 'Busulfan 6 mg/mL'], [{ medicationCodeableConcept: { coding: [{ display: 'busulfan' }] } }, 'busulfan'],
    [{ medicationCodeableConcept: undefined, medicationReference: { display: 'Busulfan' } }, 'Busulfan'], [{ medicationCodeableConcept: undefined, vaccineCode: { text: 'MMR' } }, 'MMR'], [{ medicationCodeableConcept: undefined }, 'a drug'],
  ])('%j is %s', (members, name) => expect(read(drug(members))?.name).toBe(name))
})

describe('drugs around a dose', () => {
  const partner = (members: object): object => ({ resourceType: 'MedicationRequest', id: 'p', status: 'active', medicationCodeableConcept: { text: 'busulfan' }, ...members })
  const names = (resources: readonly object[], drafts: readonly object[] = [order()]): unknown => valueIn(scopeOn(chartOf({ resources, drafts }), { planned: '2025-03-03' }), 'partnerNames')
  const on = (date: string): object => ({ dosageInstruction: [{ timing: { event: [date] } }] })
  test.each([['2025-02-23', []], ['2025-02-24', ['busulfan (recognised by name only)']], ['2025-03-10', ['busulfan (recognised by name only)']], ['2025-03-11', []]])('one on %s: %j', (date, expected) => expect(names([partner(on(date))])).toEqual(expected))
  test('are drafted, active, past or given', () => {
    expect(names([], [order(), partner({ ...on('2025-03-03'), status: 'draft' })])).toHaveLength(1)
    expect(names([partner({ ...on('2025-03-03'), status: 'completed' })])).toHaveLength(1)
    expect(names([{ ...partner({}), resourceType: 'MedicationAdministration', status: 'completed', effectiveDateTime: '2025-03-01' }])).toHaveLength(1)
    expect(names([partner({ ...on('2025-03-03'), status: 'cancelled' })])).toEqual([])
  })
  test('never include the order under evaluation, nor what it was when it was signed before', () => {
    const self = partner({ ...on('2025-03-03'), id: 'o1', status: 'draft' })
    expect(names([{ ...self, status: 'active' }], [self])).toEqual([])
  })
  test('include another draft even where neither has an id', () => {
    const { id: _, ...bare } = partner({ ...on('2025-03-03'), status: 'draft' }) as Record<string, unknown>
    expect(names([], [order({ id: undefined }), bare])).toEqual(['busulfan (recognised by name only)'])
  })
  test('are named once and, by their code, without a doubt', () => {
    const coded = { medicationCodeableConcept: { coding: [{ system: 'http://www.nlm.nih.gov/research/umls/rxnorm', code: '121243' }], text: 'voriconazole' } }
    expect(names([partner({ ...on('2025-03-01'), ...coded }), partner({ ...on('2025-03-02'), ...coded, id: 'q' })])).toEqual(['voriconazole'])
  })
  test('are unknown where the orders could not be read, unless some came', () => {
    const scope = (resources: readonly object[]): unknown => valueIn(scopeOn(chartOf({ resources, drafts: [order()], unread: ['medications'] })), 'partnerActive')
    expect(scope([])).toBe('missing: unavailable')
    expect(scope([partner({})])).toBe(true)
  })
  test('are surely not there where the record was read', () => expect(valueIn(scopeOn(chartOf({ drafts: [order()] })), 'partnerActive')).toBe(false))
  test('tell the days since the last of them', () => {
    const days = (resources: readonly object[]): unknown => valueIn(scopeOn(chartOf({ resources, drafts: [order()] }), { planned: '2025-03-03' }), 'partnerDays')
    const given = (date: string, id: string): object => ({ ...partner({}), id, resourceType: 'MedicationAdministration', status: 'completed', effectiveDateTime: date })
    expect(days([given('2025-02-01', 'a'), given('2025-02-20', 'b')])).toBe(11)
    expect(days([partner({ authoredOn: '2025-01-01' })])).toBe(0)
    expect(days([])).toBe('missing: absent')
  })
})
