import { type Fact, missing, present } from '../facts/fact.ts'
import type { ScopeInternals } from '../facts/scope.ts'
import { flagSetting, numberSetting } from '../facts/settings.ts'
import { daysBetween, type Moment } from '../language/calendar.ts'
import { type Course, courseOf } from './course.ts'
import type { Derivation } from './derivation.ts'
import { momentOf } from './reading.ts'
import { cycleLength } from './timeline.ts'

const days = (value: number): Fact => present(value, `${String(value)} d`)
const date = (at: Moment | undefined, scope: ScopeInternals, detail: string): Fact => (at ? present(at, scope.calendar.iso(at), { at }) : none(detail))
const none = (detail: string): Fact => missing('not-applicable', detail)

/** How many days before its earliest date a new cycle begins. */
function earlyStart({ cycles, position, regimen, planned }: Course, scope: ScopeInternals): { readonly early: number; readonly earliest: Moment } | undefined {
  const previous = cycles.findLast(({ number }) => number < position.cycle)
  if (!previous || position.slot !== regimen.slots[0]) return undefined
  const earliest = scope.calendar.addDays(previous.day1, cycleLength(previous.number, regimen))
  const afterLast = momentOf(scope, 'earliestDate')
  return { early: Math.max(0, daysBetween(planned, earliest)), earliest: afterLast && afterLast.day > earliest.day ? afterLast : earliest }
}

/** How many days before its window a later dose of the cycle comes. Cycle days count from 1. */
function earlyInCycle({ position, regimen, planned }: Course, { settings }: ScopeInternals): number | undefined {
  if (position.slot === regimen.slots[0] || position.isNewCycle) return undefined
  const cycleDay = daysBetween(position.day1, planned) + 1
  return Math.max(0, position.slot - numberSetting(settings, 'dose_window_d') - cycleDay)
}

/** The dates on which the doses after this one fall. */
function nextDates({ position, regimen, planned }: Course, { calendar, phrases }: ScopeInternals): string {
  const later = regimen.slots.filter((slot) => slot > position.slot).map((slot) => ({ label: phrases.say`Day ${String(slot)}`, at: calendar.addDays(planned, slot - position.slot) }))
  const day1 = position.isNewCycle ? planned : position.day1
  const next = { label: phrases.say`cycle ${String(position.cycle + 1)} not before`, at: calendar.addDays(day1, cycleLength(position.cycle, regimen)) }
  return [...later, next].map(({ label, at }) => `${label} ${calendar.iso(at)}`).join(', ')
}

/** What comes next when a late dose is omitted: the third slot while its window lasts, else the next cycle. */
function afterOmission({ cycles, regimen, planned }: Course, scope: ScopeInternals): { readonly at: Moment; readonly text: string } | undefined {
  const current = cycles.at(-1)
  if (!current) return undefined
  const { calendar } = scope
  const [first, , third] = regimen.slots
  const thirdDue = calendar.addDays(current.day1, third - first)
  const isThirdOpen = current.doses.at(-1)?.slot === first && planned.day - thirdDue.day <= numberSetting(scope.settings, 'dose_window_d')
  if (isThirdOpen) return { at: thirdDue.day < planned.day ? planned : thirdDue, text: scope.phrases.say`Day ${String(third)}` }
  return { at: calendar.addDays(current.day1, cycleLength(current.number, regimen)), text: scope.phrases.say`Day ${String(first)} of cycle ${String(current.number + 1)}` }
}

/** The first day of the window of a later dose of the cycle. */
function windowStart({ position, regimen }: Course, scope: ScopeInternals): Moment | undefined {
  if (position.slot === regimen.slots[0] || position.isNewCycle) return undefined
  const start = scope.calendar.addDays(position.day1, position.slot - regimen.slots[0] - numberSetting(scope.settings, 'dose_window_d'))
  const afterLast = momentOf(scope, 'earliestDate')
  return afterLast && afterLast.day > start.day ? afterLast : start
}

function compute(scope: ScopeInternals): Record<string, Fact> {
  const course = courseOf(scope)
  const cyclesBefore = course.position.cycle - 1
  const limit = numberSetting(scope.settings, flagSetting(scope.settings, 'lower_dose_protocol_enabled') ? 'lower_dose_no_response_stop' : 'no_response_stop')
  const start = earlyStart(course, scope)
  const inCycle = earlyInCycle(course, scope)
  const omission = afterOmission(course, scope)
  const notDay1 = 'not the first day of a later cycle'
  const notLater = 'Day 1 of this cycle is not known, or this is Day 1'
  return {
    cyclesBefore: present(cyclesBefore, String(cyclesBefore)), responseLimit: present(limit, String(limit)),
    day1EarlyDays: start ? days(start.early) : none(notDay1), day1EarliestDate: date(start?.earliest, scope, notDay1),
    slotEarlyDays: inCycle === undefined ? none(notLater) : days(inCycle), slotEarliestDate: date(windowStart(course, scope), scope, notLater),
    nextDoseDates: present('dates', nextDates(course, scope)),
    afterOmissionDate: date(omission?.at, scope, 'no earlier dose'),
    afterOmission: omission ? present(omission.text, scope.phrases.say`${omission.text} on ${scope.calendar.iso(omission.at)}`) : none('no earlier dose'),
  }
}

/** Limits of cycles and of the days within them. */
export const cycleLimits: Derivation = {
  facts: {
    cyclesBefore: { title: 'Cycles before this one', type: 'number' },
    responseLimit: { title: 'Cycles without remission after which treatment ends', type: 'number' },
    day1EarlyDays: { title: 'Days by which the new cycle begins too early', type: 'number', unit: 'd' },
    day1EarliestDate: { title: 'Earliest Day 1 of this cycle', type: 'moment' },
    slotEarlyDays: { title: 'Days by which the dose comes before its window', type: 'number', unit: 'd' },
    slotEarliestDate: { title: 'First day of the window of this dose', type: 'moment' },
    nextDoseDates: { title: 'Dates of the next doses', type: 'text' },
    afterOmissionDate: { title: 'Date of the dose after an omitted one', type: 'moment' },
    afterOmission: { title: 'Dose after an omitted one', type: 'text' },
  },
  uses: ['planned', 'earliestDate', 'inotuzumabAdministrations', 'inotuzumabOrders', 'assertedCycle', 'assertedDay', 'assertedPriorCycles', 'assertedPriorDay1'],
  series: ['bodyWeight', 'bodyHeight'],
  compute,
}
