import { describe, expect, it, test } from 'vitest'
import type { ShortResource } from '../../src/content/example-resources.ts'
import { scopeOf, type ScopeOptions, valueIn } from './scope.ts'

const read = (name: string, resources: readonly ShortResource[], options: ScopeOptions = {}): unknown => valueIn(scopeOf({ ...options, resources }), name)
const PV: ScopeOptions = { order: false }
const given = (at: string): ShortResource => ({ given: 'inotuzumab ozogamicin', at, mg: 1.6 })

describe('serology', () => {
  const result = (loinc: string, text: string, at = '-30d'): ShortResource => ({ loinc, answer: { text }, at })
  const ALL = [result('5196-1', 'Negative'), result('13952-7', 'Negative'), result('13955-0', 'Negative'), result('56888-1', 'Negative')]
  const absent = (resources: readonly ShortResource[]): unknown => read('serologyAbsent', resources)
  it('is complete with four answers', () => expect(absent(ALL)).toEqual([]))
  it('names what is missing', () => expect(absent([])).toEqual(['HBsAg', 'anti-HBc', 'anti-HCV', 'HIV test']))
  it('counts for 180 days', () => {
    expect(absent([...ALL.slice(1), result('5196-1', 'Negative', '-180d')])).toEqual([])
    expect(absent([...ALL.slice(1), result('5196-1', 'Negative', '-181d')])).toEqual(['HBsAg'])
  })
  it('asks for the virus where antibodies against hepatitis C were found', () => {
    const positive = [...ALL.filter(({ loinc }) => loinc !== '13955-0'), result('13955-0', 'Positive', '-900d')]
    expect(absent(positive)).toEqual(['HCV RNA'])
    expect(absent([...positive, result('11259-9', 'Not detected', '-3d')])).toEqual([])
    expect(absent([...positive, { loinc: '11011-4', value: 15, comparator: '<', unit: '[IU]/mL', at: '-3d' }])).toEqual([])
  })
  test.each([['Indeterminate'], ['Pending'], ['Test not performed']])('is not answered by "%s"', (text) => expect(absent([...ALL.slice(1), result('5196-1', text)])).toEqual(['HBsAg']))
  it('is judged by the newest result', () => expect(absent([...ALL, result('5196-1', 'Indeterminate', '-3d')])).toEqual(['HBsAg']))
  it('takes a number for an answer', () => expect(absent([...ALL.slice(1), { loinc: '5196-1', value: 0.1, unit: '{index}', at: '-3d' }])).toEqual([]))
  it('takes no result without a value', () => expect(absent([...ALL.slice(1), { loinc: '5196-1', at: '-3d', dataAbsentReason: { text: 'unknown' } }])).toEqual(['HBsAg']))
  it('is not known where results could not be read', () => expect(read('serologyAbsent', [], { unread: ['labs'] })).toBe('missing: unavailable'))
})

describe('liver tests after a dose', () => {
  const panel = (at: string): ShortResource[] => [['1742-6', 'U/L'], ['1920-8', 'U/L'], ['1975-2', 'mg/dL']].map(([loinc, unit]) => ({ loinc, value: 1, unit, at }))
  it('are open until all three are there', () => {
    expect(read('liverTestsSinceDoseAbsent', [given('-3d')], PV)).toEqual(['ALT', 'AST', 'bilirubin'])
    expect(read('liverTestsSinceDoseAbsent', [given('-3d'), ...panel('-1d').slice(1)], PV)).toEqual(['ALT'])
    expect(read('liverTestsSinceDoseAbsent', [given('-3d'), ...panel('-1d')], PV)).toEqual([])
  })
  it('of before the dose do not count', () => expect(read('liverTestsSinceDoseAbsent', [given('-3d'), ...panel('-73h')], PV)).toHaveLength(3))
  it('that are preliminary do not count', () => expect(read('liverTestsSinceDoseAbsent', [given('-3d'), ...panel('-1d').map((one) => ({ ...one, status: 'preliminary' }))], PV)).toHaveLength(3))
  it('are not asked for without a dose', () => expect(read('liverTestsSinceDoseAbsent', [], PV)).toBe('missing: not-applicable'))
})

describe('the schedule of response', () => {
  const marrow = (at: string): ShortResource => ({ loinc: '11150-0', value: 3, unit: '%', at })
  const overdue = (resources: readonly ShortResource[]): unknown => read('responseOverdue', resources, PV)
  it('begins a month after the first dose', () => expect([overdue([given('-27d')]), overdue([given('-28d')])]).toEqual([false, true]))
  it('accepts a marrow up to two weeks early', () => expect([overdue([given('-31d'), marrow('-14d')]), overdue([given('-31d'), marrow('-18d')])]).toEqual([false, true]))
  it('asks again at the next date', () => expect(overdue([given('-62d'), marrow('-33d')])).toBe(true))
  it('asks nothing without a dose', () => expect(overdue([])).toBe(false))
})

describe('the summary of treatment', () => {
  const text = (name: string, resources: readonly ShortResource[], options: ScopeOptions = PV): unknown => read(name, resources, options)
  it('lists the doses of each cycle by the day of its first', () => {
    expect(text('treatmentTimeline', [given('-28d'), given('-21d'), given('-14d'), given('-7d')])).toBe('C1 from 2025-02-03: 1.6, +7 d 1.6, +14 d 1.6 mg; C2 from 2025-02-24: 1.6 mg')
    expect(text('treatmentTimeline', [])).toBe('no dose on record')
  })
  it('goes on in further pieces after two cycles', () => {
    const doses = [-119, -98, -70, -42, -14].map((day) => given(`${String(day)}d`))
    expect(['treatmentTimelineMiddle', 'treatmentTimelineLate'].map((name) => text(name, doses))).toEqual(['; C3 from 2024-12-23: 1.6 mg; C4 from 2025-01-20: 1.6 mg', '; C5 from 2025-02-17: 1.6 mg'])
  })
  it('says where an amount was not recorded', () => expect(text('treatmentTimeline', [{ given: 'inotuzumab ozogamicin', at: '-3d' }])).toBe('C1 from 2025-02-28: amount not recorded'))
  it('counts a dose of today', () => expect(text('treatmentShort', [given('-1h')])).toBe('1 dose in 1 cycle, last 2025-03-03'))
  it('names the next dose as due, overdue or ordered', () => {
    expect(text('nextDosePlan', [given('-3d')])).toBe('C1D8 due on 2025-03-07')
    expect(text('nextDosePlan', [given('-9d')])).toBe('C1D8 was due on 2025-03-01')
    expect(text('nextDosePlan', [given('-3d'), { ordered: 'inotuzumab ozogamicin', event: '+5d' }])).toBe('C1D8 ordered for 2025-03-08')
    expect(text('nextDosePlan', [given('-200d')])).toBe('none ordered')
  })
  it('names the labs for it, and what is still open', () => {
    expect(text('nextLabs', [given('-3d')])).toBe('blood count and liver tests between 2025-03-04 and 2025-03-07')
    expect(text('nextLabs', [given('-9d')])).toBe('blood count and liver tests within 72 h before it')
    expect(text('openLabs', [given('-3d')])).toBe('; still open after the last dose: ALT, AST, bilirubin')
  })
  it('names values that would hold a dose', () => {
    expect(text('openHolds', [given('-3d'), { loinc: '1742-6', value: 120, unit: 'U/L', high: 40, at: '-1d' }])).toBe('ALT 3 × ULN (limit 2.5)')
    expect(text('openHolds', [given('-3d')])).toBe('no value on file that would hold a dose')
  })
  it('names counts only where Day 1 comes next', () => {
    const anc: ShortResource = { loinc: '751-8', value: 0.4, unit: '10*9/L', at: '-1d' }
    expect(text('openHolds', [given('-3d'), anc])).toBe('no value on file that would hold a dose')
    expect(text('openHolds', [given('-17d'), given('-10d'), given('-3d'), anc])).toBe('ANC 0.4 ×10⁹/L (Day 1 limit 1)')
  })
  it('names what lasts beyond the last dose, with dates', () => {
    const person = (gender: string): ShortResource => ({ resourceType: 'Patient', gender, birthDate: '1990-01-01' })
    expect(text('afterTreatment', [given('-3d'), person('male')])).toBe('contraception until 2025-07-28')
    expect(text('afterTreatment', [given('-3d'), person('female')])).toBe('contraception until 2025-10-28; no breastfeeding until 2025-04-28')
    expect(text('liveVaccines', [given('-3d')])).toBe('no live vaccine until B cells have recovered; without a count not before 2026-02-28')
  })
  it('tells both terms where the sex is not recorded', () => {
    expect(text('afterTreatment', [given('-3d')])).toBe('contraception (women) until 2025-10-28; no breastfeeding until 2025-04-28; contraception (men) until 2025-07-28')
  })
})
