import { describe, expect, test } from 'vitest'
import type { ShortResource } from '../../src/content/example-resources.ts'
import type { ScopeOptions } from './scope.ts'
import { assertion, given, open, read, reads, remission, twoSquareMetres, withheld } from './course-record.ts'

const bilirubin = (value: number, day: number): ShortResource => ({ loinc: '1975-2', value, unit: 'mg/dL', high: 1.2, at: `${String(day)}d` })
const neutrophils = (value: number, day: number): ShortResource => ({ loinc: '751-8', value, unit: '10*9/L', at: `${String(day)}d` })
/** Day 1 was given so many days ago; bilirubin too high on the planned Day 8 and well today. */
const liverHold = (k: number, more: Partial<ScopeOptions> = {}, extra: readonly ShortResource[] = []): ScopeOptions =>
  ({ resources: [...twoSquareMetres, given(-k, 1.6), bilirubin(1.9, 7 - k), bilirubin(0.9, 0), ...extra], ...more })
const confirmed = (cycle: number, day: number, ...more: readonly object[]) => ({ extension: [assertion('cycle', { valueInteger: cycle }), assertion('day', { valueInteger: day }), ...more] })

describe('the clock', () => {
  test.each([[7, 0], [9, 2], [10, 3], [13, 6], [14, 7], [20, 13], [21, 14], [35, 28], [36, 29]])('Day 8 on day %d counts %d days', (k, days) => expect(read(liverHold(k), 'interruptionDays')).toBe(days))
  test('it stops on the day of recovery', () => expect(read(liverHold(16, {}, [bilirubin(1.0, -5)]), 'interruptionDays')).toBe(4))
  test('it stops on the day a clinician states', () => expect(read(liverHold(16, { order: { extension: [assertion('recoveredDate', { valueDate: '2025-02-26' })] } }), 'interruptionDays')).toBe(4))
  test('Day 15 is due a week after the actual Day 8', () => {
    const resources = [given(-25, 1.6), given(-16, 1), bilirubin(1.9, -9), bilirubin(0.9, 0)]
    expect(reads({ resources }, 'dueDate', 'interruptionDays', 'delayedSlot').slice(1)).toEqual([9, 15])
  })
  test.each([[-21, -14, -7, 21], [-28, -21, -14, 21]])('the next Day 1 is due 21 days after the first', (a, b, c, length) => {
    expect(read({ resources: [given(a, 1.6), given(b, 1), given(c, 1)] }, 'delayDays')).toBe(-a - length)
  })
  test('and 28 days after later ones', () => {
    const resources = [-51, -44, -37, -30, -23, -16].map((day) => given(day, 1))
    expect(read({ resources }, 'delayDays')).toBe(2)
  })
  test('a dose on time is not late', () => expect(read(liverHold(6), 'delayDays')).toBe(0))
  test('without an earlier dose there is no clock', () => expect(read({}, 'delayDays')).toBe('missing: not-applicable'))
})

describe('the reason', () => {
  const waiting = (extra: readonly ShortResource[], more: Partial<ScopeOptions> = {}) => read({ resources: [given(-17, 1.6), ...extra], ...more }, 'interruptionReason')
  test('a failing liver test on the due date', () => expect(waiting([bilirubin(1.9, -11)])).toBe('non-hematologic'))
  test('one of a week before explains nothing', () => expect(waiting([bilirubin(1.9, -14)])).toBe('missing: absent'))
  test.each([['Elevated bilirubin', 'non-hematologic'], ['Neutropenia', 'hematologic'], ['No bed', 'logistics'], ['awaiting marrow', 'response-guided']])('withheld for "%s"', (text, reason) => expect(waiting([withheld(-10, text)])).toBe(reason))
  test('toxicity outranks convenience', () => expect(waiting([withheld(-10, 'No bed'), bilirubin(1.9, -10)])).toBe('non-hematologic'))
  test('an order put on hold says why as well', () => {
    expect(waiting([{ ordered: 'inotuzumab', event: '-10d', status: 'on-hold', statusReason: { text: 'Elevated ALT' } }])).toBe('non-hematologic')
  })
  test('sepsis on the due date', () => expect(waiting([{ icd10: 'A41.9', at: '-12d' }])).toBe('non-hematologic'))
  test('sepsis that was over', () => expect(waiting([{ icd10: 'A41.9', at: '-30d', clinical: 'resolved', abatementDateTime: '2025-02-15' }])).toBe('missing: absent'))
  test('low counts do not hold Day 8', () => expect(waiting([neutrophils(0.3, -10)])).toBe('missing: absent'))
  test('low counts hold Day 1', () => expect(read({ resources: [given(-31, 1.6), given(-24, 1), given(-17, 1), neutrophils(0.3, -10)] }, 'interruptionReason')).toBe('hematologic'))
  test('what a clinician states outranks all', () => expect(waiting([bilirubin(1.9, -10)], { order: { extension: [assertion('interruptionReason', { valueCode: 'logistics' })] } })).toBe('logistics'))
  test('nothing', () => expect(waiting([])).toBe('missing: absent'))
})

describe('what counts', () => {
  const neutropenia: ScopeOptions = { resources: [given(-36, 1.6), given(-29, 1), given(-22, 1), withheld(-15, 'Neutropenia'), neutrophils(0.3, -15), neutrophils(1.5, 0)] }
  test('low counts do not reduce under the US label', () => expect(reads(neutropenia, 'interruptionDays', 'doseLevel')).toEqual([0, 0]))
  test('they do under the EU label', () => expect(reads({ ...neutropenia, profile: 'label-eu' }, 'interruptionDays', 'doseLevel')).toEqual([15, 1]))
  test('an unknown reason reduces nothing', () => expect(reads({ resources: [given(-36, 1.6)] }, 'delayDays', 'doseLevel')).toEqual([29, 0]))
  test('organisation reduces nothing', () => expect(read({ resources: [given(-36, 1.6), withheld(-29, 'No bed')] }, 'doseLevel')).toBe(0))
  test('a longer first cycle in remission is no delay', () => {
    const cycle = (day: number) => ({ resources: [given(day, 1.6), given(day + 7, 1), given(day + 14, 1)], order: { extension: [remission('CR')] } })
    expect([cycle(-28), cycle(-35)].map((options) => reads(options, 'delayDays', 'unexplainedDelayDays'))).toEqual([[7, 0], [14, 7]])
    expect(read({ ...cycle(-28), order: { extension: [remission('none')] } }, 'unexplainedDelayDays')).toBe(7)
  })
})

describe('the ladder', () => {
  const level = (options: ScopeOptions) => reads(options, 'levelBefore', 'doseLevel')
  test('13 days leave the dose', () => expect(level(liverHold(20, { order: confirmed(2, 1) }))).toEqual([0, 0]))
  test('14 days reduce the next cycle', () => expect(level(liverHold(21, { order: confirmed(2, 1) }))).toEqual([0, 1]))
  test('within a cycle they reduce only the one after it', () => {
    const later = [-63, -56, -49].map((day) => given(day, 1))
    const cycle2 = [...twoSquareMetres, ...later, given(-42, 1.6), bilirubin(1.9, -35), bilirubin(0.9, -21)]
    expect(level({ resources: [...cycle2], planned: '0d', order: confirmed(2, 15) })).toEqual([0, 0])
    expect(level({ resources: [...cycle2, given(-21, 1)], order: confirmed(3, 1) })).toEqual([1, 1])
  })
  const reducedCycle = [given(-49, 1.6), given(-42, 1), given(-35, 1), given(-28, 1.2), given(-21, 0.75), given(-14, 0.75)]
  test('reduced doses that were given show the level', () => expect(reads({ resources: [...twoSquareMetres, ...reducedCycle] }, 'levelGiven', 'doseLevel')).toEqual([1, 1]))
  test.each([[1.14, 1], [1.13, 0], [1.26, 1], [1.27, 0]])('a first dose of %d mg among them: level %d', (mg, expected) => {
    expect(read({ resources: [...twoSquareMetres, ...reducedCycle.slice(0, 3), given(-28, mg), given(-21, 0.75), given(-14, 0.75)] }, 'levelGiven')).toBe(expected)
  })
  test('the lower-dose regimen of cycle 1 is no level', () => expect(read({ resources: [...twoSquareMetres, given(-21, 1.2), given(-14, 0.6), given(-7, 0.6)] }, 'levelGiven')).toBe(0))
  test('0.6 mg/m² alone on Day 1 shows none', () => expect(read({ resources: [...twoSquareMetres, ...reducedCycle.slice(0, 3), given(-7, 1.2)] }, 'levelGiven')).toBe(0))
  test('0.375 mg/m² alone does', () => expect(read({ resources: [...twoSquareMetres, ...reducedCycle.slice(0, 3), given(-7, 0.75)] }, 'levelGiven')).toBe(1))
  test('the area of that cycle counts, not the one of today', () => {
    const resources = [{ loinc: '8302-2', value: 180, unit: 'cm', at: '-90d' }, { loinc: '29463-7', value: 80, unit: 'kg', at: '-29d' }, { loinc: '29463-7', value: 60, unit: 'kg', at: '-1d' }, ...reducedCycle]
    expect(read({ resources }, 'levelGiven')).toBe(1)
  })
  test('what a clinician states comes first', () => expect(level({ resources: [...twoSquareMetres, ...reducedCycle], order: { extension: [assertion('doseLevel', { valueInteger: 2 })] } })).toEqual([2, 2]))
  test('at level 2 a cycle has two doses, and the next is due after 28 days', () => {
    const order = { extension: [assertion('doseLevel', { valueInteger: 2 })] }
    expect(reads({ resources: [...twoSquareMetres, ...reducedCycle.slice(0, 5)], order }, 'dosesPerCycle')).toEqual([2])
  })
  const twice = [given(-121, 1.6), given(-114, 1), given(-107, 1), bilirubin(1.9, -100), given(-86, 0.75), bilirubin(0.9, -86), given(-79, 0.75), given(-72, 0.75), bilirubin(1.9, -58), given(-43, 0.75), bilirubin(0.9, -43), given(-36, 0.75)]
  test('two interruptions make level 2', () => expect(reads({ resources: [...twoSquareMetres, ...twice] }, 'doseLevel', 'dosesPerCycle', 'ladderExhausted')).toEqual([2, 2, false]))
  test('a third one exhausts it', () => expect(read({ resources: [...twoSquareMetres, ...twice, bilirubin(1.9, -15), bilirubin(0.9, 0)] }, 'ladderExhausted')).toBe(true))
  test('after two doses the next cycle was due, not a third dose', () => expect(read({ resources: [...twoSquareMetres, ...twice] }, 'delayDays')).toBe(15))
})

test('a late dose says since when', () => expect(open(liverHold(14)).fact('interruptionDays')).toMatchObject({ text: '7 d', at: { day: expect.any(Number) } }))
