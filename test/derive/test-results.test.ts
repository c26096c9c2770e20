import { describe, expect, it } from 'vitest'
import { detectedAmount, newestResult, type TestAnswer, type TestResult } from '../../src/derive/test-results.ts'
import { calendarOf } from '../../src/language/calendar.ts'

const calendar = calendarOf('UTC')
const result = (answer: TestAnswer, date: string | undefined, isFinal = true): TestResult =>
  ({ answer, at: date === undefined ? undefined : calendar.parse(date), reference: 'Observation/1', title: 'test', isFinal })
const observation = (value: number, comparator?: string) => ({ resourceType: 'Observation', valueQuantity: { value, ...(comparator ? { comparator } : {}) } })

describe('the newest result', () => {
  it.each([
    ['a later negative one replaces a positive one', [result('positive', '2025-01-01'), result('negative', '2025-02-01')], 'negative'],
    ['a later positive one replaces a negative one', [result('negative', '2025-01-01'), result('positive', '2025-02-01')], 'positive'],
    ['on the same day without times the positive one stands', [result('negative', '2025-02-01'), result('positive', '2025-02-01')], 'positive'],
    ['on the same day with times the later one stands', [result('positive', '2025-02-01T08:00:00Z'), result('negative', '2025-02-01T09:00:00Z')], 'negative'],
    ['at the same time the positive one stands', [result('negative', '2025-02-01T08:00:00Z'), result('positive', '2025-02-01T08:00:00Z')], 'positive'],
    ['a preliminary positive one raises', [result('negative', '2025-02-01'), result('positive', '2025-02-02', false)], 'positive'],
    ['a preliminary negative one clears nothing', [result('positive', '2025-02-01'), result('negative', '2025-02-02', false)], 'positive'],
    ['one without a date stands where nothing else is known', [result('positive', undefined)], 'positive'],
    ['one without a date gives way to a dated one', [result('positive', undefined), result('negative', '2025-02-01')], 'negative'],
  ] as const)('%s', (_, results, answer) => {
    expect(newestResult(results)?.answer).toBe(answer)
  })
  it('is undefined where there is none', () => {
    expect(newestResult([])).toBeUndefined()
  })
})

describe('an amount of virus', () => {
  it.each([
    ['anything counted is detected', observation(12), 'positive'],
    ['zero is not detected', observation(0), 'negative'],
    ['below a limit may be either', observation(20, '<'), undefined],
    ['above a limit is detected', observation(1e8, '>'), 'positive'],
    ['no amount', { resourceType: 'Observation' }, undefined],
  ] as const)('%s', (_, resource, answer) => {
    expect(detectedAmount(resource)).toBe(answer)
  })
})
