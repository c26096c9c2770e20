import { type Calendar, calendarOf } from '../../language/calendar.ts'

const HOUR = 3_600_000

/** The days of a chart as dates: today is the day on which the chart is loaded, in the zone of the site. */
export interface Days {
  /** 2026-11-20 */
  date(day: number): string
  /** An instant on that day at a local hour (7.5: half past seven), never after the moment of loading. */
  time(day: number, hour: number): string
  /** The birth date of somebody who has completed `years` years, some months ago. */
  birthDate(years: number): string
}

const isoInstant = (epochMs: number): string => new Date(epochMs).toISOString().replace(/\.\d{3}Z$/, 'Z')
const MONTHS_SINCE_BIRTHDAY = 4

function localTime(calendar: Calendar, date: string, hour: number): number {
  const start = calendar.parse(date)
  if (!start) throw new TypeError('a chart has a day that is no date')
  return start.at + hour * HOUR
}

/** Days relative to `now`, as counted in a time zone. */
export function daysFrom(now: Date, timeZone: string): Days {
  const calendar = calendarOf(timeZone)
  const today = calendar.of(now.getTime())
  const date = (day: number): string => calendar.iso(calendar.addDays(today, day))
  return {
    date,
    time: (day, hour) => isoInstant(day > 0 ? localTime(calendar, date(day), hour) : Math.min(localTime(calendar, date(day), hour), now.getTime())),
    birthDate: (years) => calendar.iso(calendar.addMonths(today, -(years * 12 + MONTHS_SINCE_BIRTHDAY))),
  }
}
