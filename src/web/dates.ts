import { spoken } from './language.ts'

const MONTHS = spoken(
  ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'],
  ['ene', 'feb', 'mar', 'abr', 'may', 'jun', 'jul', 'ago', 'sep', 'oct', 'nov', 'dic'],
)

const two = (value: number): string => String(value).padStart(2, '0')

const DATE_ONLY = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$/

/** Reads a FHIR date or dateTime; a date without a time is the start of that local day. undefined if unreadable. */
export const dateOf = (fhirDate: string | undefined): Date | undefined => {
  if (fhirDate === undefined) return undefined
  const [, year, month = '01', day = '01'] = DATE_ONLY.exec(fhirDate) ?? []
  const date = year === undefined ? new Date(fhirDate) : new Date(Number(year), Number(month) - 1, Number(day))
  return Number.isNaN(date.getTime()) ? undefined : date
}

/** Local calendar day as a sortable key: 2026-11-21. */
export const dayKey = (date: Date): string => `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`

/** 21 Nov */
export const shortDay = (date: Date): string => `${date.getDate()} ${MONTHS[date.getMonth()] ?? ''}`

/** 21 Nov 2026 */
export const longDay = (date: Date): string => `${shortDay(date)} ${date.getFullYear()}`

/** 14:05 */
export const clock = (date: Date): string => `${two(date.getHours())}:${two(date.getMinutes())}`

/** The value of an `<input type="datetime-local">`: local time without an offset. */
export const localInput = (date: Date): string => `${dayKey(date)}T${clock(date)}`

/** A FHIR dateTime with the local offset, from the value of a datetime-local input; undefined if the input is empty or half filled. */
export const fhirDateTime = (input: string): string | undefined => {
  const date = new Date(input)
  if (input === '' || Number.isNaN(date.getTime())) return undefined
  const offset = -date.getTimezoneOffset()
  const ahead = Math.abs(offset)
  return `${dayKey(date)}T${clock(date)}:00${offset < 0 ? '-' : '+'}${two(Math.floor(ahead / 60))}:${two(ahead % 60)}`
}

/**
 * The planned time a new order starts with: now plus whole days, up to the next five minutes. Never earlier than now, so that
 * results of this morning are not "after" the dose.
 */
export const plannedTime = (now: Date, dayOffset: number): Date => {
  const planned = new Date(now)
  planned.setDate(planned.getDate() + dayOffset)
  planned.setMinutes(Math.ceil((planned.getMinutes() + 1) / 5) * 5, 0, 0)
  return planned
}

/** Whole years between two dates. */
export const yearsBetween = (from: Date, to: Date): number => {
  const years = to.getFullYear() - from.getFullYear()
  const hadBirthday = to.getMonth() > from.getMonth() || (to.getMonth() === from.getMonth() && to.getDate() >= from.getDate())
  return hadBirthday ? years : years - 1
}
