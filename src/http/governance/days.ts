import type { Calendar } from '../../language/calendar.ts'

/** A day of the calendar, yyyy-mm-dd. */
export type CalendarDay = string

const DAY_MS = 86_400_000

/** True for a day the calendar has. */
export const isDay = (text: string): boolean => {
  const at = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(text) : Number.NaN
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text)
}

export const addDays = (day: CalendarDay, days: number): CalendarDay => new Date(Date.parse(day) + days * DAY_MS).toISOString().slice(0, 10)

/** When a day begins in the zone of a calendar, in epoch ms. */
export function startOf(day: CalendarDay, calendar: Calendar): number {
  const moment = calendar.parse(day)
  if (!moment) throw new TypeError('a day of the dashboard is no date')
  return moment.at
}
