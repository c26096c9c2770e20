import type { DrugOrder } from '../facts/drug-order.ts'
import { type Fact, missing, present } from '../facts/fact.ts'
import type { ScopeInternals } from '../facts/scope.ts'
import { flagSetting, numberSetting } from '../facts/settings.ts'
import type { Sample } from '../facts/series.ts'
import type { Moment } from '../language/calendar.ts'
import { plainText } from '../language/text.ts'
import type { Derivation } from './derivation.ts'
import { DATE_FACTS, inotuzumabDates } from './ino-doses.ts'
import { rowsOf } from './reading.ts'

const VIRUS = 'live-vaccine'
const BACTERIA = 'live-vaccine-bacterial'

/** Live by the site's choice: virus vaccines always, bacterial ones by setting. */
const isLive = (sets: ReadonlySet<string>, scope: ScopeInternals): boolean => sets.has(VIRUS) || (sets.has(BACTERIA) && flagSetting(scope.settings, 'live_vaccine_include_bacterial'))

/** true: at or above its lower limit. undefined: without a limit, or known only as a bound that leaves it open. */
function isNormal({ reading, lln }: Sample): boolean | undefined {
  if (reading === undefined || lln === undefined) return undefined
  const { value } = reading
  if (typeof value === 'number') return value >= lln
  if (value.bound === 'above') return value.limit >= lln ? true : undefined
  return value.limit <= lln ? false : undefined
}

/** B cells after the last dose: the newest final count decides; without one, months have to pass. */
function recoveryFact(scope: ScopeInternals, last: Moment): Fact {
  const count = scope.samples('bCellCount').find(({ at, final }) => final && at.day > last.day)
  const normal = count && isNormal(count)
  if (count && normal !== undefined) return present(normal, scope.phrases.say`B cells ${count.reading?.text ?? ''} on ${scope.calendar.iso(count.at)}`, { at: count.at, sources: [count.reference] })
  const until = scope.calendar.addMonths(last, numberSetting(scope.settings, 'b_cell_recovery_months'))
  return present(scope.focus.planned.day >= until.day, scope.phrases.say`no B-cell count; not assumed before ${scope.calendar.iso(until)}`, { at: until })
}

/** Where a vaccine ordered for the day under evaluation falls: before the first dose, between the doses, or after the last. */
export const vaccineOrder: Derivation = {
  facts: {
    orderIsLiveVaccine: { title: 'The ordered vaccine is live', type: 'boolean' },
    vaccineDaysBefore: { title: 'Days from the vaccine to the first planned dose', type: 'number', unit: 'd' },
    vaccineDuringTherapy: { title: 'The vaccine falls between the first and the last dose', type: 'boolean' },
    vaccineAfterTherapy: { title: 'The vaccine falls after the last dose', type: 'boolean' },
    bCellsRecovered: { title: 'B cells have recovered after the last dose', type: 'boolean' },
  },
  uses: DATE_FACTS,
  series: ['bCellCount', 'bodyWeight', 'bodyHeight'],
  compute(scope) {
    const { order, planned: vaccine } = scope.focus
    const { given, planned } = inotuzumabDates(scope)
    const doses = [...given, ...planned]
    const [first] = doses
    const last = doses.at(-1)
    const isBefore = given.length === 0 && first !== undefined && vaccine.day <= first.day
    // On the day of the last dose treatment is over only when no further dose is ordered.
    const isAfter = last !== undefined && !isBefore && (vaccine.day > last.day || (vaccine.day === last.day && planned.length === 0))
    const isDuring = doses.length > 0 && !isBefore && !isAfter
    const live = order !== undefined && isLive(order.sets, scope)
    const iso = (at: Moment | undefined): string => (at ? scope.calendar.iso(at) : 'unknown')
    return {
      orderIsLiveVaccine: present(live, live ? 'yes' : 'no', { origin: 'order' }),
      vaccineDaysBefore: isBefore && first ? present(first.day - vaccine.day, `${String(first.day - vaccine.day)} d`, { at: first }) : missing('not-applicable', 'treatment has begun'),
      vaccineDuringTherapy: present(isDuring, isDuring ? scope.phrases.say`doses from ${iso(first)} to ${iso(last)}` : 'no'),
      vaccineAfterTherapy: present(isAfter, last ? scope.phrases.say`last dose ${iso(last)}` : 'no', last ? { at: last } : {}),
      bCellsRecovered: last ? recoveryFact(scope, last) : missing('not-applicable', 'no dose was given'),
    }
  },
}

/** Product names run long; a headline holds this many characters of one. */
const HEADLINE_NAME = 40

interface Given {
  readonly name: string
  readonly at: Moment
  readonly reference: string
}

function vaccinesGiven(scope: ScopeInternals): readonly Given[] {
  const fact = scope.fact('liveVaccineDoses')
  const orders = fact.state === 'present' && Array.isArray(fact.value) ? fact.value as readonly DrugOrder[] : [] // sound: declared with give: orders
  const rows = rowsOf(scope, 'liveVaccinations').flatMap(({ title, at, reference, sets }) => (at && isLive(sets, scope) ? [{ name: title, at, reference }] : []))
  const doses = orders.flatMap(({ name, events: [at], reference, sets }) => (at && isLive(sets, scope) ? [{ name, at, reference }] : []))
  return [...rows, ...doses].filter(({ at }) => at.day <= scope.focus.planned.day).sort((a, b) => b.at.day - a.at.day)
}

/** The last live vaccine before the dose under evaluation, and from when that dose is far enough from it. */
export const vaccineGiven: Derivation = {
  facts: {
    daysSinceLiveVaccine: { title: 'Days from the last live vaccine to this dose', type: 'number', unit: 'd' },
    lastLiveVaccine: { title: 'Last live vaccine', type: 'text' },
    liveVaccineWaitUntil: { title: 'First day far enough from the last live vaccine', type: 'moment' },
  },
  uses: ['liveVaccinations', 'liveVaccineDoses', 'planned'],
  compute(scope) {
    const [last] = vaccinesGiven(scope)
    const lost = scope.fact('liveVaccinations')
    const none = lost.state === 'missing' ? lost : missing('not-applicable', 'no live vaccine on record')
    if (!last) return { daysSinceLiveVaccine: none, lastLiveVaccine: none, liveVaccineWaitUntil: none }
    const until = scope.calendar.addDays(last.at, numberSetting(scope.settings, 'live_vaccine_pre_d'))
    const days = scope.focus.planned.day - last.at.day
    const rest = { at: last.at, sources: [last.reference] }
    return {
      daysSinceLiveVaccine: present(days, `${String(days)} d`, rest), lastLiveVaccine: present(last.name, plainText(last.name, HEADLINE_NAME), rest), liveVaccineWaitUntil: present(until, scope.calendar.iso(until), { at: until }),
    }
  },
}
