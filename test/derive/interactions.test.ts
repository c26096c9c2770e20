import { describe, expect, it } from 'vitest'
import { loadContent } from '../content/loaded.ts'
import { scopeOf as openScopeOf, type ScopeOptions, valueIn } from './scope.ts'

const content = loadContent()
/** With the shipped content, read once; other settings need their own. */
const scopeOf = (options: ScopeOptions) => openScopeOf(options.settings ? options : { ...options, content })

type Resources = NonNullable<ScopeOptions['resources']>
const NOW = Date.parse('2025-03-03T12:00:00Z')
const isoDay = (days: number): string => new Date(NOW + days * 86_400_000).toISOString()
const order = (drug: string, trigger: string, timing: object = { event: [isoDay(0)] }, rest: object = {}): ScopeOptions =>
  ({ triggers: [trigger], order: { medicationCodeableConcept: { text: drug }, dosageInstruction: [{ timing }], ...rest } })
const read = (name: string, resources: Resources, options: ScopeOptions): unknown => valueIn(scopeOf({ ...options, resources }), name)
const given = (at: string) => ({ given: 'inotuzumab ozogamicin', at })
const ordered = (event: string | readonly string[], status = 'active') => ({ ordered: 'inotuzumab ozogamicin', event, status })
const azole = (timing?: object) => order('voriconazole', 'azole-order', timing)

describe('days between an order and inotuzumab', () => {
  it('counts from the last dose, today included', () => {
    expect(read('inoDaysBefore', [given('-42d'), given('-49d')], azole())).toBe(42)
    expect(read('inoDaysBefore', [given('0d')], azole())).toBe(0)
    expect(read('inoDaysBefore', [given('-2d')], azole({ event: [isoDay(5)] }))).toBe(2)
    expect(read('inoDaysBefore', [], azole())).toBe('missing: not-applicable')
  })
  it('counts past dates of orders where no dose is on record as given', () => {
    expect(read('inoDaysBefore', [ordered('-5d')], azole())).toBe(5)
    expect(read('inoDaysBefore', [ordered('-5d'), given('-12d')], azole())).toBe(12)
  })
  it('looks ahead to planned doses', () => {
    expect([read('inoDaysAhead', [ordered('+7d')], azole()), read('inoPlanned', [ordered('+7d')], azole())]).toEqual([7, true])
    expect([read('inoDaysAhead', [ordered('-7d'), given('-7d')], azole()), read('inoPlanned', [ordered('-7d'), given('-7d')], azole())]).toEqual(['missing: not-applicable', false])
    expect(read('inoPlanned', [ordered('+7d', 'stopped')], azole())).toBe(false)
    expect(read('inoPlanned', [ordered('0d'), given('0d')], azole())).toBe(false)
  })
})

describe('the ordered drug', () => {
  it.each([
    ['one event', { event: [isoDay(0)] }, true],
    ['two events', { event: [isoDay(0), isoDay(1)] }, false],
    ['a count of one', { repeat: { count: 1 } }, true],
    ['three times a day', { repeat: { frequency: 3, period: 1, periodUnit: 'd' } }, false],
    ['once a day for one day', { repeat: { boundsPeriod: { start: '2025-03-03', end: '2025-03-03' }, frequency: 1, period: 1, periodUnit: 'd' } }, true],
    ['once a day for two days', { repeat: { boundsPeriod: { start: '2025-03-03', end: '2025-03-04' }, frequency: 1, period: 1, periodUnit: 'd' } }, false],
    ['no timing', {}, true],
  ])('%s', (_, timing, expected) => {
    expect(read('orderIsSingleDose', [], order('ondansetron', 'qt-drug-order', timing))).toBe(expected)
  })

  it.each([
    ['23 hours ago', [{ ordered: 'clarithromycin', authoredOn: '-23h' }], true],
    ['24 hours ago', [{ ordered: 'clarithromycin', authoredOn: '-24h' }], true],
    ['25 hours ago', [{ ordered: 'clarithromycin', authoredOn: '-25h' }], false],
    ['another drug', [{ ordered: 'haloperidol', authoredOn: '-2h' }], false],
    ['by code', [{ ordered: 'tablet', rxnorm: '21212', authoredOn: '-2h' }], true],
    ['without a date of writing', [{ ordered: 'clarithromycin' }], false],
    ['on a day without a time', [{ ordered: 'clarithromycin', authoredOn: '2025-03-03' }], false],
  ])('ordered before: %s', (_, resources, expected) => {
    expect(read('orderIsRepeat', resources, order('clarithromycin', 'qt-drug-order'))).toBe(expected)
  })

  it('knows a local route, by its words where no route is given', () => {
    const route = (text: string) => ({ dosageInstruction: [{ route: { text } }] })
    expect(read('orderIsLocal', [], order('ketoconazole', 'azole-order', {}, route('topical')))).toBe(true)
    expect(read('orderIsLocal', [], order('ketoconazole', 'azole-order', {}, route('oral')))).toBe(false)
    expect(read('orderIsLocal', [], order('ketoconazole 2 % topical cream', 'azole-order'))).toBe(true)
    expect(read('orderIsLocal', [], order('ketoconazole tablet', 'azole-order'))).toBe(false)
  })

  it('says when only its name was recognised', () => {
    const fact = scopeOf(azole()).fact('orderedSets')
    expect(fact).toMatchObject({ text: 'voriconazole (recognised by name only)' })
    expect(fact.state === 'present' && fact.value).toContain('systemic-azole')
  })

  it('is not there when the chart is opened', () => {
    expect(valueIn(scopeOf({ order: false }), 'orderedSets')).toBe('missing: not-applicable')
  })
})

describe('azoles and alkylators near each other', () => {
  const conflict = (resources: Resources, options: ScopeOptions): unknown => read('azoleConflict', resources, options)
  const course = (from: number, to?: number) => ({ repeat: { boundsPeriod: { start: isoDay(from).slice(0, 10), ...(to === undefined ? {} : { end: isoDay(to).slice(0, 10) }) } } })
  it.each([
    ['seven days before the azole starts', [{ given: 'busulfan', at: '-7d' }], course(0, 10), ['busulfan']],
    ['eight days before', [{ given: 'busulfan', at: '-8d' }], course(0, 10), []],
    ['seven days after it ends', [{ ordered: 'busulfan', event: '+17d' }], course(0, 10), ['busulfan']],
    ['eight days after it ends', [{ ordered: 'busulfan', event: '+18d' }], course(0, 10), []],
    ['whenever it has no end', [{ ordered: 'busulfan', event: '+60d' }], course(0), ['busulfan']],
    ['in a plan', [{ resourceType: 'CarePlan', title: 'Plan', activity: [{ detail: { productCodeableConcept: { text: 'melphalan' }, scheduledPeriod: { start: '+5d' } } }] }], course(0, 10), ['melphalan']],
    ['lymphodepletion is not high-dose', [{ ordered: 'cyclophosphamide', event: '+5d', note: [{ text: 'lymphodepletion' }] }], course(0, 10), []],
  ])('an azole: %s', (_, resources, timing, expected) => {
    expect(conflict(resources, azole(timing))).toEqual(expected)
  })

  const alkylator = order('busulfan', 'alkylator-order')
  it.each([
    ['running', [{ ordered: 'posaconazole', at: '-30d' }], ['Posaconazole']],
    ['ended seven days ago', [{ ordered: 'posaconazole', at: '-30d', end: '-7d', status: 'completed' }], ['Posaconazole']],
    ['ended eight days ago', [{ ordered: 'posaconazole', at: '-30d', end: '-8d', status: 'completed' }], []],
    ['starts in seven days', [{ ordered: 'posaconazole', at: '+7d' }], ['Posaconazole']],
    ['starts in eight days', [{ ordered: 'posaconazole', at: '+8d' }], []],
    ['stopped at an unknown day', [{ ordered: 'posaconazole', at: '-30d', status: 'stopped' }], []],
    ['on hold', [{ ordered: 'posaconazole', at: '-30d', status: 'on-hold' }], ['Posaconazole']],
    ['as a cream', [{ ordered: 'ketoconazole topical cream', at: '-30d' }], []],
  ])('an alkylator: azole %s', (_, resources, expected) => {
    expect(conflict(resources, alkylator)).toEqual(expected)
  })

  it('asks nothing of other orders, nor of a cream', () => {
    expect(conflict([{ ordered: 'busulfan', event: '0d' }], order('micafungin', 'qt-drug-order'))).toBe('missing: not-applicable')
    expect(conflict([{ ordered: 'busulfan', event: '0d' }], order('ketoconazole topical cream', 'azole-order'))).toBe('missing: not-applicable')
  })

  it('azoles on the day of a dose', () => {
    expect(read('azolesOnDay', [{ ordered: 'fluconazole', at: '-3d' }], {})).toEqual(['Fluconazole'])
    expect(read('azolesOnDay', [{ ordered: 'fluconazole', at: '-3d', end: '-1d' }], {})).toEqual([])
    expect(read('azolesOnDay', [], { unread: ['medications'] })).toBe('missing: unavailable')
  })
})

describe('days between gemtuzumab and inotuzumab', () => {
  const gemtuzumab = order('gemtuzumab ozogamicin', 'gemtuzumab-order')
  it('from either side', () => {
    expect(read('calicheamicinGapDays', [given('-56d')], gemtuzumab)).toBe(56)
    expect(read('calicheamicinGapDays', [given('-80d'), ordered('+10d')], gemtuzumab)).toBe(10)
    expect(read('calicheamicinGapDays', [{ given: 'gemtuzumab ozogamicin', at: '-57d' }], {})).toBe(57)
    expect(read('calicheamicinGapDays', [{ ordered: 'gemtuzumab ozogamicin', event: '+20d' }], {})).toBe(20)
  })
  it('a running order is no days apart, a past one counts by its day', () => {
    expect(read('calicheamicinGapDays', [{ ordered: 'gemtuzumab ozogamicin', at: '-30d' }], {})).toBe(0)
    expect(read('calicheamicinGapDays', [{ ordered: 'gemtuzumab ozogamicin', at: '-30d', status: 'completed' }], {})).toBe(30)
  })
  it('is nothing with only one of them', () => {
    expect(read('calicheamicinGapDays', [given('-56d')], {})).toBe('missing: not-applicable')
  })
})
