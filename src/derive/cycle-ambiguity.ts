import { present } from '../facts/fact.ts'
import type { ScopeInternals } from '../facts/scope.ts'
import { numberSetting } from '../facts/settings.ts'
import { daysBetween } from '../language/calendar.ts'
import { type Course, courseOf } from './course.ts'
import type { Derivation } from './derivation.ts'
import { cycleDoses } from './ladder.ts'
import { numberOf } from './reading.ts'

type Doubt = (course: Course, scope: ScopeInternals) => string | undefined

const noDoses: Doubt = ({ history, position, statements: { structured, written } }, scope) => {
  const isStatedLater = [...(structured ? [structured] : []), ...written].some(({ cycle }) => (cycle ?? 1) > 1)
  return history.doses.length === 0 && !history.prior && isStatedLater ? scope.phrases.say`the order says cycle ${String(position.cycle)}, but no earlier dose is on record` : undefined
}

const presumedDoses: Doubt = ({ history }) => (history.isPresumed ? 'no dose is recorded as given; earlier doses are presumed from past orders' : undefined)

/** At the last reduction level the cycle is complete without its third dose. */
const openSlot: Doubt = (course, scope) => {
  const { cycles, planned, isBorderline, statements } = course
  const current = cycles.at(-1)
  if (!current || !isBorderline || statements.structured || current.doses.length >= (numberOf(scope, 'dosesPerCycle') ?? Infinity)) return undefined
  return scope.phrases.say`${String(daysBetween(current.day1, planned))} days after Day 1 with ${String(current.doses.length)} doses given: the next dose of cycle ${String(current.number)} or a new cycle`
}

const looksLikeDay1: Doubt = ({ position, regimen, statements }, scope) => {
  const perM2 = numberOf(scope, 'orderedPerM2')
  const isLarge = perM2 !== undefined && perM2 >= numberSetting(scope.settings, 'day1_like_mg_m2')
  return isLarge && position.slot !== regimen.slots[0] && !statements.structured ? scope.phrases.say`ordered as Day ${String(position.slot)}, but the dose is that of a Day 1` : undefined
}

const longGap: Doubt = ({ history, planned }, scope) => {
  const last = history.doses.at(-1)
  const gap = last && daysBetween(last.at, planned)
  return gap !== undefined && gap > numberSetting(scope.settings, 'course_gap_d') ? scope.phrases.say`${String(gap)} days since the last dose: a new course?` : undefined
}

const closeDoses: Doubt = ({ history }, scope) => {
  const given = history.doses.filter(({ isPlanned }) => !isPlanned)
  const limit = numberSetting(scope.settings, 'doses_too_close_d')
  const second = given.find((dose, i) => i > 0 && daysBetween(given[i - 1]?.at ?? dose.at, dose.at) < limit)
  return second ? scope.phrases.say`two doses on record less than ${String(limit)} days apart, the second on ${scope.calendar.iso(second.at)}` : undefined
}

/** 0.6 mg/m² alone on Day 1 belongs to the reduced and to the lower-dose regimen alike; in the first cycle the doses after it are asked about anyway. */
const unclearLevel: Doubt = ({ cycles, position, regimen }, scope) => {
  const current = cycles.at(-1)
  const isOpen = current !== undefined && !position.isNewCycle && current.number > 1 && numberOf(scope, 'doseLevel') === 0
  return isOpen && cycleDoses(current, regimen, scope) === 'unclear' ? scope.phrases.say`Day 1 of cycle ${String(current.number)} was a reduced dose without a documented reason` : undefined
}

const DOUBTS: readonly Doubt[] = [noDoses, presumedDoses, openSlot, looksLikeDay1, longGap, closeDoses, unclearLevel]

/** Why cycle and day cannot be told for sure. What a clinician confirmed is sure. */
export const cycleAmbiguity: Derivation = {
  facts: { cycleDoubts: { title: 'Why cycle and day are not certain', type: 'list' } },
  uses: ['orderedPerM2', 'doseLevel', 'dosesPerCycle', 'inotuzumabAdministrations', 'inotuzumabOrders', 'assertedCycle', 'assertedDay', 'assertedPriorCycles', 'assertedPriorDay1', 'planned'],
  series: ['bodyWeight', 'bodyHeight'],
  compute(scope) {
    const course = courseOf(scope)
    const doubts = course.position.isAsserted ? [] : DOUBTS.flatMap((doubt) => doubt(course, scope) ?? [])
    return { cycleDoubts: present(doubts, doubts.length > 0 ? doubts.join('; ') : 'none') }
  },
}
