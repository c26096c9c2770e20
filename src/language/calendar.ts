/** A point in time together with its local calendar day, in the zone of the calendar that made it. */
export interface Moment {
  /** Epoch milliseconds; where only a date was given, the start of that local day. */
  readonly at: number
  /** The local calendar day as a number: days since 1970-01-01. */
  readonly day: number
  /** False: only a date was given, so the time of day is unknown. */
  readonly precise: boolean
}

/** Dates as a hospital in one time zone counts them. */
export interface Calendar {
  readonly timeZone: string
  /** A FHIR date, dateTime or instant (https://hl7.org/fhir/R4/datatypes.html#dateTime); YYYY and YYYY-MM mean their first day. Undefined: not one. */
  parse(fhirDate: string): Moment | undefined
  of(epochMs: number): Moment
  /** Keeps the local time of day where precise: 09:00 stays 09:00 across a change to summer time. */
  addDays(moment: Moment, days: number): Moment
  /** Calendar months, clamped to the month's end (31 Jan + 8 months = 30 Sep); a date without a time. */
  addMonths(moment: Moment, months: number): Moment
  /** The local date: 2025-03-24. */
  iso(moment: Moment): string
  /** The local date for people: 24 Mar. `words` puts the month into another language. */
  short(moment: Moment, words?: (english: string) => string): string
}

/** Local calendar days from a to b: 23:59 to 00:01 is one day. */
export const daysBetween = (a: Moment, b: Moment): number => b.day - a.day

const DAY = 86_400_000
const MINUTE = 60_000
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const

/** Day number of a proleptic Gregorian date. `Date.UTC` would read the years 0 to 99 as 1900 to 1999. */
const dayOf = (year: number, month: number, date: number): number => new Date(0).setUTCFullYear(year, month - 1, date) / DAY

const daysInMonth = (year: number, month: number): number => new Date(new Date(0).setUTCFullYear(year, month, 0)).getUTCDate()

/** Local milliseconds minus UTC milliseconds at an instant. */
type OffsetAt = (epochMs: number) => number

const utcOffset: OffsetAt = () => 0

function zoneOffset(timeZone: string): OffsetAt {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric',
  })
  return (epochMs) => {
    const whole = Math.floor(epochMs / 1000) * 1000
    const part = Object.fromEntries(format.formatToParts(whole).map(({ type, value }) => [type, Number(value)]))
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part
    return dayOf(year, month, day) * DAY + hour * 60 * MINUTE + minute * MINUTE + second * 1000 - whole
  }
}

/**
 * The instant of a local wall-clock time. A time that occurs twice (clocks go back) is the first of the two; one that never
 * occurs (clocks go forward) moves on by the length of the gap, so that midnight in a zone that skips it is the day's first instant.
 */
function instantOf(local: number, offsetAt: OffsetAt): number {
  const candidates = [offsetAt(local - DAY), offsetAt(local + DAY)].map((offset) => ({ at: local - offset, offset }))
  const real = candidates.filter(({ at, offset }) => offsetAt(at) === offset).map(({ at }) => at)
  return real.length > 0 ? Math.min(...real) : Math.max(...candidates.map(({ at }) => at))
}

const DATE = /^(?<year>\d{4})(?:-(?<month>\d{2})(?:-(?<date>\d{2}))?)?$/
const TIME = /^(?<hour>[01]\d|2[0-3]):(?<minute>[0-5]\d)(?::(?<second>[0-5]\d|60)(?<fraction>\.\d+)?)?(?:(?<utc>[Zz])|(?<sign>[+-])(?<offsetHour>0\d|1[0-4]):(?<offsetMinute>[0-5]\d))$/

/** The day number of YYYY, YYYY-MM or YYYY-MM-DD; undefined where there is no such day. */
function parseDay(text: string): number | undefined {
  const groups = DATE.exec(text)?.groups
  if (groups === undefined) return undefined
  const [year, month, date] = [Number(groups['year']), Number(groups['month'] ?? 1), Number(groups['date'] ?? 1)]
  const isReal = year >= 1 && month >= 1 && month <= 12 && date >= 1 && date <= daysInMonth(year, month)
  return isReal ? dayOf(year, month, date) : undefined
}

/** Milliseconds from the start of the written day in UTC; undefined where there is no such time or its zone is missing. */
function parseTime(text: string): number | undefined {
  const groups = TIME.exec(text)?.groups
  if (groups === undefined) return undefined
  const number = (key: string): number => Number(groups[key] ?? 0)
  const offset = (number('offsetHour') * 60 + number('offsetMinute')) * MINUTE * (groups['sign'] === '-' ? -1 : 1)
  if (Math.abs(offset) > 14 * 60 * MINUTE) return undefined
  return number('hour') * 60 * MINUTE + number('minute') * MINUTE + number('second') * 1000 + Math.trunc(number('fraction') * 1000) - offset
}

function buildCalendar(timeZone: string): Calendar {
  const offsetAt = timeZone === 'UTC' ? utcOffset : zoneOffset(timeZone)
  const startOf = (day: number): Moment => ({ at: instantOf(day * DAY, offsetAt), day, precise: false })
  const of = (at: number): Moment => ({ at, day: Math.floor((at + offsetAt(at)) / DAY), precise: true })
  const dateOf = (moment: Moment): Date => new Date(moment.day * DAY)
  return Object.freeze({
    timeZone,
    of,
    parse(fhirDate: string) {
      const [date = '', ...rest] = fhirDate.split('T')
      const day = parseDay(date)
      if (day === undefined || rest.length > 1) return undefined
      const time = rest[0] === undefined ? undefined : parseTime(rest[0])
      if (rest.length === 0) return startOf(day)
      return time === undefined || date.length < 10 ? undefined : of(day * DAY + time)
    },
    addDays(moment: Moment, days: number) {
      const day = moment.day + days
      if (!moment.precise) return startOf(day)
      const timeOfDay = moment.at + offsetAt(moment.at) - moment.day * DAY
      return { at: instantOf(day * DAY + timeOfDay, offsetAt), day, precise: true }
    },
    addMonths(moment: Moment, months: number) {
      const from = dateOf(moment)
      const count = from.getUTCFullYear() * 12 + from.getUTCMonth() + months
      const [year, month] = [Math.floor(count / 12), (((count % 12) + 12) % 12) + 1]
      return startOf(dayOf(year, month, Math.min(from.getUTCDate(), daysInMonth(year, month))))
    },
    iso: (moment: Moment) => dateOf(moment).toISOString().slice(0, 10),
    short: (moment: Moment, words = (english: string) => english) => `${dateOf(moment).getUTCDate()} ${words(MONTHS[dateOf(moment).getUTCMonth()] ?? '')}`,
  })
}

/** Results of one visit share their date. More dates than this are forgotten. */
const MOST_REMEMBERED = 10_000

/** The same calendar, which reads each date once. */
function remembering(calendar: Calendar): Calendar {
  const known = new Map<string, Moment | undefined>()
  const parse = (fhirDate: string): Moment | undefined => {
    if (known.has(fhirDate)) return known.get(fhirDate)
    const moment = calendar.parse(fhirDate)
    if (known.size >= MOST_REMEMBERED) known.clear()
    known.set(fhirDate, moment)
    return moment
  }
  return Object.freeze({ ...calendar, parse })
}

const calendars = new Map<string, Calendar>()

/** The calendar of an IANA time zone, built once. Throws RangeError for a zone the platform does not know. */
export function calendarOf(timeZone: string): Calendar {
  const known = calendars.get(timeZone)
  if (known !== undefined) return known
  const calendar = remembering(buildCalendar(timeZone))
  calendars.set(timeZone, calendar)
  return calendar
}
