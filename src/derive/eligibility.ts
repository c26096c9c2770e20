import { type DrugOrder } from '../facts/drug-order.ts'
import { type Fact, missing, present } from '../facts/fact.ts'
import type { ScopeInternals } from '../facts/scope.ts'
import type { Sample } from '../facts/series.ts'
import { unavailability, windowNamed } from '../facts/select.ts'
import { numberSetting } from '../facts/settings.ts'
import { intervalsOf, within } from '../facts/windows.ts'
import type { Moment } from '../language/calendar.ts'
import type { Bound } from '../language/check.ts'
import type { Derivation } from './derivation.ts'
import { momentOf, rowsOf, textValue } from './reading.ts'
import { newestResult, PRESENCE, testResults } from './test-results.ts'
import { pastTransplants } from './transplant-evidence.ts'

const isAfter = (a: Moment, b: Moment): boolean => (a.precise && b.precise ? a.at > b.at : a.day > b.day)

/** The newest final share of blasts in the window that is readable. */
function newestShare(scope: ScopeInternals): Sample | undefined {
  const intervals = intervalsOf(windowNamed('cd22', scope), scope)
  return scope.samples('cd22Blasts').find(({ at, final, reading }) => final && reading !== undefined && intervals.some((interval) => within(interval, at)))
}

const isSettled = (value: number | Bound, least: number): boolean => typeof value === 'number' || (value.bound === 'above' ? value.limit >= least : value.limit <= least)

function noCd22(scope: ScopeInternals): Fact {
  const lost = unavailability('labs', scope)
  if (lost) return lost
  const isUnreadable = rowsOf(scope, 'cd22Tests').length > 0
  return present(false, isUnreadable ? 'the result on file is not readable' : scope.phrases.say`no result since ${textOfMoment('cd22Since', scope)}`)
}

const textOfMoment = (name: string, scope: ScopeInternals): string => {
  const fact = scope.fact(name)
  return fact.state === 'present' ? fact.text : ''
}

/** The newest result decides: a share of blasts, or "positive" without one. A bound around the limit settles nothing. */
function cd22Facts(scope: ScopeInternals): Record<string, Fact> {
  const share = newestShare(scope)
  const worded = newestResult(testResults(scope, 'cd22Tests', PRESENCE))
  const isWorded = worded?.at !== undefined && (share === undefined || isAfter(worded.at, share.at))
  if (isWorded && worded?.at) {
    const about = { origin: 'record' as const, sources: [worded.reference], at: worded.at }
    return { cd22Known: present(true, worded.answer, about), cd22Answer: present(worded.answer, worded.answer, about), cd22Percent: missing('not-applicable', 'reported without a share', about.sources) }
  }
  const none = missing('not-applicable', 'no readable result')
  if (share?.reading === undefined) return { cd22Known: noCd22(scope), cd22Answer: none, cd22Percent: none }
  const about = { origin: 'record' as const, sources: [share.reference], at: share.at }
  const { value, text } = share.reading
  return { cd22Known: present(isSettled(value, numberSetting(scope.settings, 'cd22_min_pct_gt')), text, about), cd22Answer: present('share', text, about), cd22Percent: present(value, text, about) }
}

interface Event {
  readonly title: string
  readonly reference: string
  readonly at: Moment | undefined
}

/** Is the dose due within the months that trials left free after an event? Undated events are reported apart. */
function intervalFacts(prefix: string, events: readonly Event[], none: Fact, scope: ScopeInternals): Record<string, Fact> {
  const { calendar, focus, settings } = scope
  const before = events.flatMap(({ at, ...event }) => (at && at.day <= focus.planned.day ? [{ ...event, at }] : [])).sort((a, b) => b.at.day - a.at.day)
  const undated = events.filter(({ at }) => at === undefined)
  const [last] = before
  if (last === undefined) {
    const known = undated[0] ? present(true, scope.phrases.say`${undated[0].title}, date unknown`, { sources: undated.map(({ reference }) => reference) }) : none
    return { [`${prefix}Recent`]: none.state === 'missing' ? none : present(false, 'no'), [`${prefix}Undated`]: known, [`${prefix}FreeFrom`]: missing('not-applicable', 'no date') }
  }
  const ends = calendar.addMonths(last.at, numberSetting(settings, 'hct_interval_months'))
  const free = calendar.addDays(ends, 1)
  const about = { sources: [last.reference], at: last.at }
  return {
    [`${prefix}Recent`]: present(focus.planned.day <= ends.day, scope.phrases.say`${last.title} on ${calendar.iso(last.at)}`, about),
    [`${prefix}Undated`]: present(false, 'no'), [`${prefix}FreeFrom`]: present(free, calendar.iso(free), { at: free }),
  }
}

/** A transplantation whose donor nobody named counts as allogeneic. */
const transplantEvents = (scope: ScopeInternals): readonly Event[] => pastTransplants(scope).filter(({ allogeneic }) => allogeneic !== false)

/** An order that still runs reaches up to the dose; one that ended counts by its end. */
function lastDayOf({ spans, state }: DrugOrder, planned: Moment): Moment | undefined {
  const days = spans.flatMap(({ start, end }) => (end ?? (state === 'active' ? planned : start)) ?? [])
  const past = days.filter(({ day }) => day <= planned.day)
  return past.sort((a, b) => b.day - a.day)[0]
}

function antiCd22Events(scope: ScopeInternals): readonly Event[] {
  const fact = scope.fact('antiCd22Drugs')
  const orders = fact.state === 'present' && Array.isArray(fact.value) ? fact.value as readonly DrugOrder[] : [] // sound: declared with give: orders
  const drugs = orders.filter(({ spans }) => spans.some(({ start }) => start === undefined || start.day <= scope.focus.planned.day))
    .map((order): Event => ({ title: order.name, reference: order.reference, at: lastDayOf(order, scope.focus.planned) }))
  return [...drugs, ...rowsOf(scope, 'antiCd22Procedures').map(({ title, reference, at }): Event => ({ title, reference, at }))]
}

const unreadOr = (scope: ScopeInternals, sources: readonly string[]): Fact =>
  sources.map((source) => unavailability(source, scope)).find((lost) => lost !== undefined) ?? present(false, 'no')

/** A score by number, else by a coded answer. */
function ecogFact(scope: ScopeInternals): Fact {
  const measured = scope.fact('ecogNumber')
  if (measured.state === 'present') return measured
  const coded = scope.fact('ecogCoded')
  const answer = textValue(scope, 'ecogCoded')
  return coded.state === 'present' && answer !== undefined ? { ...coded, value: Number(answer) } : measured
}

function birthDateFact(scope: ScopeInternals): Fact {
  const isKnown = momentOf(scope, 'birthDate') !== undefined
  return isKnown ? present(false, 'no') : unavailability('patient', scope) ?? present(true, 'no date of birth on record')
}

function excipientFact(scope: ScopeInternals): Fact {
  const [named, sucrose] = [scope.fact('allergyExcipientNamed'), scope.fact('allergySucrose')]
  return sucrose.state === 'present' && sucrose.value === true ? sucrose : named
}

/** Facts for eligibility that need more than one selection: CD22, intervals after transplantation and other treatment, performance. */
export const eligibility: Derivation = {
  facts: {
    cd22Known: { title: 'CD22 on blasts is known', type: 'boolean' },
    cd22Answer: { title: 'How CD22 on blasts was reported (positive, negative, share)', type: 'text' },
    cd22Percent: { title: 'CD22-positive share of blasts', type: 'number', unit: '%' },
    hctRecent: { title: 'Allogeneic transplantation within the interval before the dose', type: 'boolean' },
    hctUndated: { title: 'Transplantation without a date', type: 'boolean' },
    hctFreeFrom: { title: 'First day after the interval since the transplantation', type: 'moment' },
    antiCd22Recent: { title: 'Another treatment against CD22 within the interval before the dose', type: 'boolean' },
    antiCd22Undated: { title: 'Another treatment against CD22 without a date', type: 'boolean' },
    antiCd22FreeFrom: { title: 'First day after the interval since that treatment', type: 'moment' },
    ecogScore: { title: 'ECOG performance status', type: 'number' },
    birthDateMissing: { title: 'The date of birth is missing', type: 'boolean' },
    allergyExcipient: { title: 'Allergy to an excipient of inotuzumab', type: 'boolean' },
  },
  uses: ['cd22Tests', 'cd22Since', 'hctProcedures', 'hctRequests', 'transplantStatuses', 'antiCd22Drugs', 'antiCd22Procedures', 'ecogNumber', 'ecogCoded', 'birthDate', 'allergyExcipientNamed', 'allergySucrose', 'planned'],
  series: ['cd22Blasts'],
  compute(scope) {
    return {
      ...cd22Facts(scope),
      ...intervalFacts('hct', transplantEvents(scope), unreadOr(scope, ['procedures', 'conditions']), scope),
      ...intervalFacts('antiCd22', antiCd22Events(scope), unreadOr(scope, ['medications', 'administrations']), scope),
      ecogScore: ecogFact(scope), birthDateMissing: birthDateFact(scope), allergyExcipient: excipientFact(scope),
    }
  },
}
