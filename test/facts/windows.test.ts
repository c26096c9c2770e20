import { describe, expect, test } from 'vitest'
import type { Window } from '../../src/content/schema/facts.ts'
import { missing, present } from '../../src/facts/fact.ts'
import { intervalsOf, within } from '../../src/facts/windows.ts'
import { calendarOf, type Moment } from '../../src/language/calendar.ts'

const calendar = calendarOf('Europe/Vienna')
const at = (date: string): Moment => {
  const moment = calendar.parse(date)
  if (!moment) throw new TypeError('not a date')
  return moment
}

interface Dates { readonly now?: string; readonly planned?: string; readonly start?: string }

/** Which of the dates a window takes in. */
function inside(window: Partial<Window>, dates: readonly string[], { now = '2025-03-03T12:00:00Z', planned = now, start }: Dates = {}): string[] {
  const facts: Readonly<Record<string, Moment | undefined>> = { planned: at(planned), now: at(now), start: start === undefined ? undefined : at(start) }
  const intervals = intervalsOf({ title: 'w', anchor: 'planned', before: false, accepts: 'final', ...window }, {
    settings: { hours: 72 }, calendar, now: at(now),
    fact: (name) => {
      const moment = facts[name]
      return moment ? present(moment, name) : missing('absent', 'no date')
    },
  })
  return dates.filter((date) => intervals.some((interval) => within(interval, at(date))))
}

describe('a window of hours before the dose', () => {
  test('includes both its ends, to the millisecond', () => {
    const dates = ['2025-02-28T11:59:59.999Z', '2025-02-28T12:00:00Z', '2025-03-03T12:00:00Z', '2025-03-03T12:00:00.001Z']
    expect(inside({ hours: 72 }, dates)).toEqual(['2025-02-28T12:00:00Z', '2025-03-03T12:00:00Z'])
  })
  test('takes its length from a setting', () => expect(inside({ hours: '%setting.hours' }, ['2025-02-28T11:00:00Z', '2025-02-28T13:00:00Z'])).toEqual(['2025-02-28T13:00:00Z']))
  test('takes a result without time by its local day', () => expect(inside({ hours: 72 }, ['2025-02-27', '2025-02-28', '2025-03-03', '2025-03-04'])).toEqual(['2025-02-28', '2025-03-03']))
  test('counts a local day by the calendar of the hospital', () => {
    // 23:30 UTC is the next day in Vienna.
    expect(inside({ hours: 1 }, ['2025-03-03', '2025-03-04'], { now: '2025-03-03T23:30:00Z' })).toEqual(['2025-03-03', '2025-03-04'])
    expect(inside({ hours: 0 }, ['2025-03-03', '2025-03-04'], { now: '2025-03-03T23:30:00Z' })).toEqual(['2025-03-04'])
  })
})

describe('a window of days before the dose', () => {
  test('begins with the whole first day', () => expect(inside({ days: 14 }, ['2025-02-16T22:59:00Z', '2025-02-16T23:00:00Z', '2025-02-17'])).toEqual(['2025-02-16T23:00:00Z', '2025-02-17']))
  test('of no length at all is today', () => expect(inside({ days: 0 }, ['2025-03-02', '2025-03-03', '2025-03-03T12:00:00Z', '2025-03-03T13:00:00Z'])).toEqual(['2025-03-03', '2025-03-03T12:00:00Z']))
})

describe('a dose planned for later', () => {
  const dates = { planned: '2025-03-05T08:00:00Z' }
  test('has its window before its own time', () => expect(inside({ hours: 72 }, ['2025-03-02T07:00:00Z', '2025-03-02T08:00:00Z', '2025-03-05T09:00:00Z'], dates)).toEqual(['2025-03-02T08:00:00Z']))
  test('on a day without a time begins to count at the start of that day', () => expect(inside({ hours: 72 }, ['2025-03-01T22:59:00Z', '2025-03-01T23:00:00Z', '2025-03-05T20:00:00Z'], { planned: '2025-03-05' })).toEqual(['2025-03-01T23:00:00Z', '2025-03-05T20:00:00Z']))
})

describe('a dose whose planned time has passed', () => {
  const dates = { planned: '2025-03-03T06:00:00Z', now: '2025-03-03T12:00:00Z' }
  test('takes results up to now', () => expect(inside({ hours: 72 }, ['2025-03-03T11:00:00Z', '2025-03-03T12:00:01Z'], dates)).toEqual(['2025-03-03T11:00:00Z']))
  test('still looks back from the planned time, not from now', () => expect(inside({ hours: 72 }, ['2025-02-28T06:00:00Z', '2025-02-28T05:59:00Z'], dates)).toEqual(['2025-02-28T06:00:00Z']))
})

describe('a window before a date', () => {
  test('excludes that day, whatever the time of day', () => {
    expect(inside({ anchor: 'start', before: true, days: 28 }, ['2025-01-31', '2025-02-01T00:00:00Z', '2025-02-01', '2025-02-01T20:00:00Z'], { start: '2025-02-01' })).toEqual(['2025-01-31'])
  })
  test('ends right before the time where both are known to the minute', () => {
    expect(inside({ anchor: 'start', before: true, days: 28 }, ['2025-02-01T07:59:59Z', '2025-02-01T08:00:00Z', '2025-02-01'], { start: '2025-02-01T08:00:00Z' })).toEqual(['2025-02-01T07:59:59Z'])
  })
  test('is empty while that date is unknown', () => expect(inside({ anchor: 'start', days: 28 }, ['2025-02-01'])).toEqual([]))
})

describe('other windows', () => {
  test('counted from now ignore the plan', () => expect(inside({ anchor: 'now', hours: 24 }, ['2025-03-02T12:00:00Z', '2025-03-08'], { planned: '2025-03-09' })).toEqual(['2025-03-02T12:00:00Z']))
  test('without a length reach back for ever, but not ahead', () => expect(inside({}, ['1990-01-01', '2025-03-03T12:00:00Z', '2025-03-04'])).toEqual(['1990-01-01', '2025-03-03T12:00:00Z']))
  test('that begin at an unknown date are empty', () => expect(inside({ from: 'start' }, ['1990-01-01', '2025-03-01'])).toEqual([]))
  test('that begin at a date include it', () => expect(inside({ from: 'start' }, ['2025-02-19', '2025-02-20', '2025-03-01'], { start: '2025-02-20' })).toEqual(['2025-02-20', '2025-03-01']))
  test('try the longer length after the shorter one', () => {
    const window: Window = { title: 'w', anchor: 'planned', before: false, accepts: 'final', hours: 24, fallbackDays: 7 }
    const intervals = intervalsOf(window, { settings: {}, calendar, now: at('2025-03-03T12:00:00Z'), fact: () => present(at('2025-03-03T12:00:00Z'), 'planned') })
    expect(intervals.map((interval) => within(interval, at('2025-02-25')))).toEqual([false, true])
  })
})
