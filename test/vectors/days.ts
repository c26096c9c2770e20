import { type Calendar, calendarOf, type Moment } from '../../src/language/calendar.ts'
import type { Day } from './format.ts'

const HOUR = 3_600_000
const MORNING = 8
/** The hour of the day at which the service is called. */
const CALLED = 9

/** Days of a chart as FHIR dates and instants, counted in a hospital's time zone. */
export interface Days {
  readonly now: number
  readonly calendar: Calendar
  date(day: Day): string
  /** At an hour of that day (default 8), never after now for days that have come. */
  instant(day: Day, hour?: number): string
  birth(age: { readonly years?: number | undefined; readonly months?: number | undefined }): string
}

function parsed(calendar: Calendar, text: string): Moment {
  const moment = calendar.parse(text)
  if (!moment) throw new TypeError(`no date: ${text}`)
  return moment
}

const instantText = (at: number): string => new Date(at).toISOString().replace('.000Z', 'Z')
/** Between two birthdays, so that a day more or less does not change the age. */
const MONTHS_SINCE_BIRTHDAY = 4
const DEFAULT_YEARS = 45

const calendars = new Map<string, Calendar>()

/** One calendar for each zone: it remembers the days it has worked out. */
export function calendarIn(timeZone: string): Calendar {
  const calendar = calendars.get(timeZone) ?? calendarOf(timeZone)
  calendars.set(timeZone, calendar)
  return calendar
}

export function daysFrom(today: string, timeZone: string): Days {
  const calendar = calendarIn(timeZone)
  const start = parsed(calendar, today)
  const now = start.at + CALLED * HOUR
  const momentOf = (day: Day): Moment => {
    if (typeof day === 'number') return calendar.addDays(start, day)
    return day.endsWith('h') ? calendar.of(now + Number(day.slice(0, -1)) * HOUR) : parsed(calendar, day)
  }
  return {
    now, calendar,
    date: (day) => calendar.iso(momentOf(day)),
    instant: (day, hour = MORNING) => {
      const moment = momentOf(day)
      const at = moment.precise ? moment.at : moment.at + hour * HOUR
      return instantText(moment.day <= start.day ? Math.min(at, now) : at)
    },
    birth: ({ years = DEFAULT_YEARS, months = 0 }) => calendar.iso(calendar.addMonths(start, -(years * 12 + months + (years > 0 ? MONTHS_SINCE_BIRTHDAY : 0)))),
  }
}
