import { describe, expect, test } from 'vitest'
import type { ShortResource } from '../../src/content/example-resources.ts'
import { assertion, given, open, read, reads, withSettings } from './course-record.ts'

const neutrophils = (value: number, day: number, more: ShortResource = {}): ShortResource => ({ loinc: '751-8', value, unit: '10*9/L', at: `${String(day)}d`, ...more })
const platelets = (value: number, day: number, more: ShortResource = {}): ShortResource => ({ loinc: '777-3', value, unit: '10*9/L', at: `${String(day)}d`, ...more })
const marrow = (value: number, day: number): ShortResource => ({ loinc: '11150-0', value, unit: '%', at: `${String(day)}d` })
const transfusion = (day: number): ShortResource => ({ resourceType: 'Procedure', snomed: '12719002', at: `${String(day)}d` })
const cycle1 = [given(-21, 1.6), given(-14, 1), given(-7, 1)]
const base = (anc: number, plt: number): readonly ShortResource[] => [neutrophils(anc, -22), platelets(plt, -22)]
const normal = base(1.5, 80)
const low = base(0.4, 20)
/** Day 1 of cycle 2 after a baseline, with counts of yesterday. */
const today = (baseline: readonly ShortResource[], anc: number, plt: number, more: readonly ShortResource[] = []) => ({ resources: [...cycle1, ...baseline, neutrophils(anc, -1), platelets(plt, -1), ...more] })

describe('counts before the first dose', () => {
  test.each([[1, 50, 'normal'], [0.99, 50, 'low'], [1, 49, 'low'], [0.4, 20, 'low']])('ANC %d and platelets %d are %s', (anc, plt, expected) => expect(read(today(base(anc, plt), 2, 90), 'baselineCounts')).toBe(expected))
  test.each([[-35, 'normal'], [-36, 'missing: absent']])('taken on day %d', (day, expected) => expect(read({ resources: [...cycle1, neutrophils(1.5, day), platelets(80, day)] }, 'baselineCounts')).toBe(expected))
  test('one lineage is not enough', () => expect(read({ resources: [...cycle1, neutrophils(1.5, -22)] }, 'baselineCounts')).toBe('missing: absent'))
  test('after a transfusion they only looked normal', () => expect(read(today(normal, 2, 90, [transfusion(-25)]), 'baselineCounts')).toBe('low'))
  test('an earlier count without transfusion is preferred', () => expect(read(today([...normal, platelets(60, -30)], 2, 90, [transfusion(-25)]), 'baselineCounts')).toBe('normal'))
  test('what a clinician states comes first', () => {
    const order = { extension: [assertion('baselineAnc', { valueDecimal: 0.5 }), assertion('baselinePlt', { valueDecimal: 30 })] }
    expect(read({ ...today(normal, 2, 90), order }, 'baselineCounts')).toBe('low')
  })
})

describe('fixed limits or earlier values', () => {
  test.each([['normal', normal, [true, true]], ['low', low, [false, false]], ['unknown', [], [true, true]], ['mixed', base(1.5, 20), [false, false]]])('%s baseline', (_, baseline, expected) => {
    expect(reads(today(baseline, 0.5, 25), 'strictAnc', 'strictPlt')).toEqual(expected)
  })
  test('a site may judge each lineage by its own baseline', () => {
    const content = withSettings({ mixed_baseline_mode: 'per-lineage' })
    expect(reads({ ...today(base(1.5, 20), 0.5, 25, [neutrophils(0.5, -22), platelets(20, -22)]), content }, 'strictAnc', 'strictPlt')).toEqual([false, false])
    expect(reads({ ...today(base(1.5, 20), 0.5, 25), content }, 'strictAnc', 'strictPlt', 'countsBackToPrevious')).toEqual([true, false, true])
  })
})

describe('the ways out after low counts', () => {
  test.each([[0.4, 20, true], [0.39, 20, false], [0.4, 19, false]])('ANC %d and platelets %d against 0.4 and 20 before the last cycle', (anc, plt, expected) => expect(read(today(low, anc, plt), 'countsBackToPrevious')).toBe(expected))
  test.each([[1, 50, true], [0.99, 50, false], [1, 49, false]])('ANC %d and platelets %d against the fixed limits', (anc, plt, expected) => expect(read(today(low, anc, plt), 'countsRecovered')).toBe(expected))
  test('earlier counts that nobody knows leave it open', () => expect(read({ resources: [...cycle1, neutrophils(0.5, -1), platelets(20, -1)] }, 'countsBackToPrevious')).toBe('missing: absent'))
  test('"<1" before is reached by 1, and not proven by less', () => {
    const before = [neutrophils(0.4, -22), platelets(1, -22, { comparator: '<' })]
    expect(read(today(before, 0.4, 1), 'countsBackToPrevious')).toBe(true)
    expect(read(today(before, 0.4, 0.5), 'countsBackToPrevious')).toBe('missing: absent')
  })
  const released = (...more: readonly ShortResource[]) => read({ ...today(low, 0.3, 10, more), order: { extension: [assertion('cytopeniaCause', { valueCode: 'disease' })] } }, 'countsReleasedByDisease')
  test('the disease as cause needs a marrow since the last cycle began', () => expect([released(), released(marrow(30, -22))]).toEqual([false, false]))
  test('that is stable or better', () => expect([released(marrow(30, -22), marrow(35, -3)), released(marrow(30, -22), marrow(36, -3)), released(marrow(30, -22), marrow(10, -3))]).toEqual([true, false, true]))
  test('a marrow in remission needs nothing to compare with', () => expect([released(marrow(4, -3)), released(marrow(20, -3))]).toEqual([true, false]))
  test('and the clinician’s word', () => expect(read(today(low, 0.3, 10, [marrow(30, -22), marrow(10, -3)]), 'countsReleasedByDisease')).toBe(false))
})

describe('platelets after a transfusion', () => {
  const only = (baseline: readonly ShortResource[], anc: number, plt: number, day: number, extension: readonly object[] = []) =>
    read({ ...today(baseline, anc, plt, [transfusion(day)]), order: { extension } }, 'needsOnlyTransfusionFree')
  test.each([[-7, true], [-8, false], [-1, true]])('given on day %d, sample on day -1', (day, expected) => expect(only(normal, 1.5, 55, day)).toBe(expected))
  test('one after the sample does not matter', () => expect(only(normal, 1.5, 55, 0)).toBe(false))
  test('below the limit it is no longer the transfusion', () => expect(only(normal, 1.5, 49, -4)).toBe(false))
  test('with a low ANC it is not only the transfusion', () => expect(only(normal, 0.9, 55, -4)).toBe(false))
  test('after low counts the earlier ones are enough', () => expect([only(low, 0.5, 25, -4), only(low, 0.5, 19, -4)]).toEqual([true, false]))
  test('a clinician may know that the count is independent', () => expect(only(normal, 1.5, 55, -4, [assertion('plateletIndependent', { valueBoolean: true })])).toBe(false))
  test('transfused platelets do not count as recovered', () => expect(reads(today(low, 1.5, 55, [transfusion(-4)]), 'countsRecovered', 'countsBackToPrevious')).toEqual([false, false]))
  test('the count is repeated seven days after the transfusion', () => expect(open(today(normal, 1.5, 55, [transfusion(-4)])).fact('pltRetestDate')).toMatchObject({ text: '2025-03-06' }))
})

describe('the days of low counts', () => {
  /** Planned Day 1 of cycle 2 so many days ago; ANC as listed since. */
  const waiting = (days: number, values: readonly (readonly [number, number])[], more: readonly ShortResource[] = []) => {
    const start = -21 - days
    return { resources: [given(start, 1.6), given(start + 7, 1), given(start + 14, 1), neutrophils(1.5, start - 1), platelets(80, start - 1), ...values.map(([value, day]) => neutrophils(value, day)), ...more] }
  }
  test.each([27, 28, 29])('%d days after the planned Day 1', (days) => expect(read(waiting(days, [[0.8, -days], [0.8, -1]]), 'cytopeniaDays')).toBe(days))
  test('one recovered count in between stops the clock', () => expect(read(waiting(29, [[0.8, -29], [1.0, -10], [0.8, -1]]), 'cytopeniaDays')).toBe('missing: not-applicable'))
  test('a count at the limit today stops it', () => expect(read(waiting(29, [[0.8, -29], [1.0, -1]]), 'cytopeniaDays')).toBe('missing: not-applicable'))
  test('without a count of the last two weeks nothing is said', () => expect(read(waiting(29, [[0.8, -29], [0.8, -15]]), 'cytopeniaDays')).toBe('missing: not-applicable'))
  test('platelets count too, and transfused ones above the limit prove nothing', () => {
    const series = [platelets(30, -29), platelets(60, -10), platelets(30, -1)]
    expect(read(waiting(29, [], series), 'cytopeniaDays')).toBe('missing: not-applicable')
    expect(read(waiting(29, [], [...series, transfusion(-12)]), 'cytopeniaDays')).toBe(29)
  })
  test('the clock may start with the first low count', () => {
    const options = { ...waiting(20, [[1.2, -35], [0.8, -30], [0.8, -1]]), content: withSettings({ cytopenia_clock_start: 'first_low' }) }
    expect(read(options, 'cytopeniaDays')).toBe(30)
  })
  test('low counts before treatment have another rule', () => {
    const start = -50
    expect(read({ resources: [given(start, 1.6), given(start + 7, 1), given(start + 14, 1), neutrophils(0.4, start - 1), platelets(80, start - 1), neutrophils(0.4, -29), neutrophils(0.4, -1)] }, 'cytopeniaDays')).toBe('missing: not-applicable')
  })
})
