import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { calendarOf, daysBetween, type Calendar, type Moment } from '../../src/language/calendar.ts'

const UTC = calendarOf('UTC')
const NEW_YORK = calendarOf('America/New_York')
const MADRID = calendarOf('Europe/Madrid')
const AUCKLAND = calendarOf('Pacific/Auckland')

function parsed(calendar: Calendar, text: string): Moment {
  const moment = calendar.parse(text)
  if (moment === undefined) throw new Error(`not a date: ${text}`)
  return moment
}

const utc = (moment: Moment): string => new Date(moment.at).toISOString()

describe('parsing FHIR dates', () => {
  it.each([
    ['2025', '2025-01-01', false],
    ['2025-03', '2025-03-01', false],
    ['2025-03-24', '2025-03-24', false],
    ['2024-02-29', '2024-02-29', false],
    ['2025-03-24T10:00:00Z', '2025-03-24', true],
    ['2025-03-24T10:00Z', '2025-03-24', true],
    ['2025-03-24T10:00:00z', '2025-03-24', true],
    ['2025-03-24T23:30:00-05:00', '2025-03-25', true],
    ['2025-03-24T00:30:00.123456+02:00', '2025-03-23', true],
    ['2016-12-31T23:59:60Z', '2017-01-01', true],
    ['0001-01-01', '0001-01-01', false],
  ])('reads %s as %s', (text, iso, precise) => {
    const moment = parsed(UTC, text)
    expect(UTC.iso(moment)).toBe(iso)
    expect(moment.precise).toBe(precise)
  })
  it.each([
    '', 'yesterday', '2025-13', '2025-00', '2025-02-29', '2025-04-31', '2025-3-4', '0000-01-01', '20250324', '2025-03-24T', '2025-03-24T24:00:00Z', '2025-03-24T10:60:00Z',
    '2025-03-24T10:00:00', '2025-03T10:00:00Z', '2025-03-24 10:00:00Z', '2025-03-24T10:00:00+15:00', '2025-03-24T10:00:00+14:30', '2025-03-24T10Z', ' 2025-03-24', '2025-03-24\n', '2025-03-24T10:00:00ZT',
  ])('refuses %j', (text) => expect(UTC.parse(text)).toBeUndefined())
  it('keeps milliseconds', () => expect(parsed(UTC, '2025-03-24T10:00:00.250Z').at).toBe(Date.UTC(2025, 2, 24, 10, 0, 0, 250)))
})

describe('local days', () => {
  it('begin at local midnight', () => {
    expect(utc(parsed(NEW_YORK, '2025-01-15'))).toBe('2025-01-15T05:00:00.000Z')
    expect(utc(parsed(NEW_YORK, '2025-07-15'))).toBe('2025-07-15T04:00:00.000Z')
    expect(utc(parsed(AUCKLAND, '2025-01-15'))).toBe('2025-01-14T11:00:00.000Z')
  })
  it('begin with their first instant where midnight does not exist', () => {
    const beirut = calendarOf('Asia/Beirut')
    expect(utc(parsed(beirut, '2022-03-27'))).toBe('2022-03-26T22:00:00.000Z')
    expect(beirut.of(Date.UTC(2022, 2, 26, 22)).day).toBe(parsed(beirut, '2022-03-27').day)
  })
  it('decide the date of an instant', () => {
    const lateEvening = Date.UTC(2025, 2, 25, 2)
    expect(NEW_YORK.iso(NEW_YORK.of(lateEvening))).toBe('2025-03-24')
    expect(MADRID.iso(MADRID.of(lateEvening))).toBe('2025-03-25')
  })
  it('are counted by date, not by 24 hours', () => {
    expect(daysBetween(parsed(UTC, '2025-03-24T23:59:00Z'), parsed(UTC, '2025-03-25T00:01:00Z'))).toBe(1)
    expect(daysBetween(parsed(MADRID, '2025-03-29'), parsed(MADRID, '2025-03-31'))).toBe(2)
    expect(daysBetween(parsed(UTC, '2025-03-24'), parsed(UTC, '2025-03-20'))).toBe(-4)
  })
  it('print for people', () => {
    expect(UTC.short(parsed(UTC, '2025-03-04'))).toBe('4 Mar')
    expect(NEW_YORK.short(NEW_YORK.of(Date.UTC(2025, 0, 1, 2)))).toBe('31 Dec')
  })
})

describe('adding days', () => {
  it('keeps the time of day across the change to summer time', () => {
    const before = parsed(NEW_YORK, '2025-03-08T09:00:00-05:00')
    expect(utc(NEW_YORK.addDays(before, 1))).toBe('2025-03-09T13:00:00.000Z')
  })
  it('keeps the time of day across the change to winter time', () => {
    const before = parsed(MADRID, '2025-10-25T09:00:00+02:00')
    expect(utc(MADRID.addDays(before, 1))).toBe('2025-10-26T08:00:00.000Z')
  })
  it('moves a time that does not exist on by the gap', () => {
    const before = parsed(NEW_YORK, '2025-03-08T02:30:00-05:00')
    expect(utc(NEW_YORK.addDays(before, 1))).toBe('2025-03-09T07:30:00.000Z')
  })
  it('takes the first of a time that occurs twice', () => {
    const before = parsed(NEW_YORK, '2025-11-01T01:30:00-04:00')
    expect(utc(NEW_YORK.addDays(before, 1))).toBe('2025-11-02T05:30:00.000Z')
  })
  it('leaves a date a date', () => expect(UTC.addDays(parsed(UTC, '2025-02-28'), 1)).toEqual({ ...parsed(UTC, '2025-03-01'), precise: false }))
})

describe('adding months', () => {
  it.each([
    ['2025-01-31', 8, '2025-09-30'],
    ['2025-01-31', 1, '2025-02-28'],
    ['2024-01-31', 1, '2024-02-29'],
    ['2025-03-31', -1, '2025-02-28'],
    ['2025-01-15', -13, '2023-12-15'],
    ['2025-11-30', 3, '2026-02-28'],
    ['2025-06-15', 4, '2025-10-15'],
  ])('%s and %d months is %s', (from, months, to) => expect(UTC.iso(UTC.addMonths(parsed(UTC, from), months))).toBe(to))
  it('gives a date without a time, in the local zone', () => {
    const result = NEW_YORK.addMonths(parsed(NEW_YORK, '2025-01-15T22:00:00-05:00'), 6)
    expect(result.precise).toBe(false)
    expect(utc(result)).toBe('2025-07-15T04:00:00.000Z')
  })
})

describe('a calendar', () => {
  it('is built once a zone', () => expect(calendarOf('Europe/Madrid')).toBe(MADRID))
  it('refuses a zone that does not exist', () => expect(() => calendarOf('Europe/Atlantis')).toThrow(RangeError))

  const zones = fc.constantFrom('UTC', 'America/New_York', 'Europe/Madrid', 'Pacific/Auckland', 'Asia/Kolkata', 'Australia/Lord_Howe', 'America/St_Johns')
  const instants = fc.integer({ min: Date.UTC(1971, 0, 1), max: Date.UTC(2060, 0, 1) })
  it('agrees with the platform on the local date of any instant', () => {
    fc.assert(fc.property(zones, instants, (zone, at) => {
      const calendar = calendarOf(zone)
      expect(calendar.iso(calendar.of(at))).toBe(new Intl.DateTimeFormat('sv-SE', { timeZone: zone }).format(at))
    }))
  })
  it('reads back the date it writes, and starts that day where the day changes', () => {
    fc.assert(fc.property(zones, instants, (zone, at) => {
      const calendar = calendarOf(zone)
      const day = parsed(calendar, calendar.iso(calendar.of(at)))
      expect(day.day).toBe(calendar.of(at).day)
      expect(calendar.of(day.at).day).toBe(day.day)
      expect(calendar.of(day.at - 1).day).toBe(day.day - 1)
    }))
  })
  it('comes back to the same day after adding and subtracting days', () => {
    fc.assert(fc.property(zones, instants, fc.integer({ min: -400, max: 400 }), (zone, at, days) => {
      const calendar = calendarOf(zone)
      const moved = calendar.addDays(calendar.of(at), days)
      expect(moved.day).toBe(calendar.of(at).day + days)
      expect(calendar.of(moved.at).day).toBe(moved.day)
      expect(calendar.addDays(moved, -days).day).toBe(calendar.of(at).day)
    }))
  })
})
