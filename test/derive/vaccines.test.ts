import { describe, expect, it } from 'vitest'
import { loadContent } from '../content/loaded.ts'
import { scopeOf as openScopeOf, type ScopeOptions, valueIn } from './scope.ts'

const content = loadContent()
/** With the shipped content, read once; other settings need their own. */
const scopeOf = (options: ScopeOptions) => openScopeOf(options.settings ? options : { ...options, content })

type Resources = NonNullable<ScopeOptions['resources']>
const NOW = Date.parse('2025-03-03T12:00:00Z')
const isoDay = (days: number): string => new Date(NOW + days * 86_400_000).toISOString()
const cvx = (code: string) => ({ coding: [{ system: 'http://hl7.org/fhir/sid/cvx', code }] })
const vaccine = (days = 0, concept: object = cvx('03'), options: ScopeOptions = {}): ScopeOptions =>
  ({ triggers: ['live-vaccine-order'], planned: `${String(days)}d`, order: { medicationCodeableConcept: concept, dosageInstruction: [{ timing: { event: [isoDay(days)] } }] }, ...options })
const read = (name: string, resources: Resources, options: ScopeOptions): unknown => valueIn(scopeOf({ ...options, resources }), name)
const given = (at: string) => ({ given: 'inotuzumab ozogamicin', at })
const ordered = (...event: string[]) => ({ ordered: 'inotuzumab ozogamicin', event })

describe('an ordered vaccine', () => {
  it.each([
    ['MMR', cvx('03'), true], ['varicella by its words', { text: 'Varicella vaccine' }, true], ['oral typhoid', cvx('25'), true],
    ['inactivated influenza', cvx('150'), false], ['recombinant zoster', cvx('187'), false],
  ])('%s', (_, concept, expected) => {
    expect(read('orderIsLiveVaccine', [], vaccine(0, concept))).toBe(expected)
  })
  it('bacterial live vaccines count by the site’s choice', () => {
    expect(read('orderIsLiveVaccine', [], vaccine(0, cvx('25'), { settings: { live_vaccine_include_bacterial: false } }))).toBe(false)
    expect(read('orderIsLiveVaccine', [], vaccine(0, cvx('03'), { settings: { live_vaccine_include_bacterial: false } }))).toBe(true)
  })
})

const place = (resources: Resources, options = vaccine()): unknown[] => ['vaccineDaysBefore', 'vaccineDuringTherapy', 'vaccineAfterTherapy'].map((name) => read(name, resources, options))
const NOT_BEFORE = 'missing: not-applicable'

describe('where the vaccine falls', () => {
  it.each([
    ['13 days before the first dose', [ordered('+13d')], vaccine(), [13, false, false]],
    ['14 days before the first dose', [ordered('+14d', '+21d')], vaccine(), [14, false, false]],
    ['on the day of the first dose, not given yet', [ordered('0d', '+7d')], vaccine(), [0, false, false]],
    ['between a given and a planned dose', [given('-3d'), ordered('+4d')], vaccine(), [NOT_BEFORE, true, false]],
    ['between two planned doses', [ordered('+1d', '+8d')], vaccine(5), [NOT_BEFORE, true, false]],
    ['on the day of the last planned dose', [given('-7d'), ordered('0d')], vaccine(), [NOT_BEFORE, true, false]],
    ['after the last dose', [given('-10d'), given('-3d')], vaccine(), [NOT_BEFORE, false, true]],
    ['on the day of the last dose given', [given('-7d'), given('0d')], vaccine(), [NOT_BEFORE, false, true]],
    ['after the last planned dose', [ordered('+1d', '+8d')], vaccine(30), [NOT_BEFORE, false, true]],
    ['without any dose', [], vaccine(), [NOT_BEFORE, false, false]],
  ])('%s', (_, resources, options, expected) => {
    expect(place(resources, options)).toEqual(expected)
  })
})

describe('recovery of B cells', () => {
  const count = (value: number, rest: object = {}) => ({ loinc: '8116-6', value, low: 100, unit: '/uL', at: '-5d', ...rest })
  it.each([
    ['at the lower limit', [count(100)], true],
    ['below it', [count(99)], false],
    ['before the last dose', [count(150, { at: '-20d' })], false],
    ['on the day of the last dose', [count(150, { at: '-10d' })], false],
    ['without a lower limit', [{ loinc: '8116-6', value: 150, unit: '/uL', at: '-5d' }], false],
    ['preliminary', [count(150, { status: 'preliminary' })], false],
    ['the newest counts', [count(150, { at: '-8d' }), count(50, { at: '-2d' })], false],
    ['below a bound', [count(5, { comparator: '<' })], false],
    ['no count', [], false],
  ])('%s', (_, resources, expected) => {
    expect(read('bCellsRecovered', [given('-10d'), ...resources], vaccine())).toBe(expected)
  })
  it('is assumed a year after the last dose when nobody counted', () => {
    expect(read('bCellsRecovered', [{ given: 'inotuzumab ozogamicin', at: '2024-03-04' }], vaccine())).toBe(false)
    expect(read('bCellsRecovered', [{ given: 'inotuzumab ozogamicin', at: '2024-03-03' }], vaccine())).toBe(true)
    expect(read('bCellsRecovered', [{ given: 'inotuzumab ozogamicin', at: '2024-03-03' }, count(50)], vaccine())).toBe(false)
  })
  it('does not arise without a dose', () => {
    expect(read('bCellsRecovered', [], vaccine())).toBe(NOT_BEFORE)
  })
})

describe('a live vaccine before a dose', () => {
  const since = (resources: Resources, options: ScopeOptions = {}): unknown => read('daysSinceLiveVaccine', resources, options)
  const immunised = (code: string, at: string, rest: object = {}) => ({ resourceType: 'Immunization', cvx: code, at, ...rest })
  it('the last one counts', () => {
    expect(since([immunised('03', '-13d'), immunised('21', '-40d')])).toBe(13)
    expect(since([{ given: 'varicella vaccine', at: '-14d' }])).toBe(14)
    expect(since([immunised('150', '-3d')])).toBe(NOT_BEFORE)
    expect(since([immunised('03', '-3d', { status: 'not-done' })])).toBe(NOT_BEFORE)
  })
  it('bacterial live vaccines count by the site’s choice', () => {
    expect(since([immunised('25', '-3d')])).toBe(3)
    expect(since([immunised('25', '-3d')], { settings: { live_vaccine_include_bacterial: false } })).toBe(NOT_BEFORE)
  })
  it('a vaccine that is only drafted was not given', () => {
    expect(since([], { drafts: [immunised('03', '-1d')] })).toBe(NOT_BEFORE)
  })
  it('says from when the dose is far enough', () => {
    expect(scopeOf({ resources: [immunised('03', '-13d')] }).fact('liveVaccineWaitUntil')).toMatchObject({ text: '2025-03-04' })
  })
  it('is unknown when immunizations could not be read', () => {
    expect(since([], { unread: ['immunizations'] })).toBe('missing: unavailable')
  })
})
