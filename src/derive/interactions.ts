import type { DrugOrder, Span } from '../facts/drug-order.ts'
import { type Fact, missing, present } from '../facts/fact.ts'
import { conceptOf, isObject, listOf } from '../facts/resources.ts'
import type { ScopeInternals } from '../facts/scope.ts'
import { unavailability } from '../facts/select.ts'
import { numberSetting } from '../facts/settings.ts'
import type { Moment } from '../language/calendar.ts'
import { plainText } from '../language/text.ts'
import { ALKYLATOR_FACTS, alkylatorUses, fallsIn, usesOfOrder } from './alkylators.ts'
import type { Derivation } from './derivation.ts'
import { DATE_FACTS, inotuzumabDates } from './ino-doses.ts'

const ordersIn = (scope: ScopeInternals, name: string): readonly DrugOrder[] => {
  const fact = scope.fact(name)
  return fact.state === 'present' && Array.isArray(fact.value) ? fact.value as readonly DrugOrder[] : [] // sound: asked only of facts declared with give: orders
}

const daysFact = (days: number | undefined, at: Moment | undefined, none: string): Fact =>
  days === undefined ? missing('not-applicable', none) : present(days, `${String(days)} d`, at ? { at } : {})

/** Where the drug of the order under evaluation stands in time to the doses of inotuzumab. */
export const doseDistance: Derivation = {
  facts: {
    inoDaysBefore: { title: 'Days from the last inotuzumab dose to this order', type: 'number', unit: 'd' },
    inoDaysAhead: { title: 'Days from this order to the next planned inotuzumab dose', type: 'number', unit: 'd' },
    inoPlanned: { title: 'An inotuzumab dose is ordered for today or later', type: 'boolean' },
  },
  uses: DATE_FACTS,
  series: ['bodyWeight', 'bodyHeight'],
  compute(scope) {
    const { given, planned } = inotuzumabDates(scope)
    const { day } = scope.focus.planned
    const last = given.findLast((dose) => dose.day <= day)
    const next = planned.find((dose) => dose.day >= day) ?? planned[0]
    return {
      inoDaysBefore: daysFact(last && day - last.day, last, 'no dose was given before'), inoDaysAhead: daysFact(next && Math.abs(next.day - day), next, 'no dose is planned'),
      inoPlanned: present(planned.length > 0, next ? scope.calendar.iso(next) : 'no', next ? { at: next } : {}),
    }
  },
}

const HOUR_MS = 3_600_000
/** Product names run long; a headline holds this many characters of one. */
const HEADLINE_NAME = 40

/** One dose only: a single event, a count of one, no repetition, or once a day for one day. */
function isSingleDose({ resource, spans }: DrugOrder): boolean {
  const timings = listOf(resource['dosageInstruction']).filter(isObject).flatMap(({ timing }) => (isObject(timing) ? [timing] : []))
  const events = timings.flatMap(({ event }) => listOf(event))
  if (events.length > 0) return events.length === 1
  const repeats = timings.flatMap(({ repeat }) => (isObject(repeat) ? [repeat] : []))
  if (repeats.some(({ count }) => count === 1)) return true
  const isRepeated = repeats.some(({ frequency, period, periodUnit }) => frequency !== undefined || period !== undefined || periodUnit !== undefined)
  const isOneDay = spans.every(({ start, end }) => start !== undefined && end !== undefined && start.day === end.day)
  return !isRepeated || (isOneDay && repeats.every(({ frequency, period, periodUnit }) => frequency === 1 && period === 1 && periodUnit === 'd'))
}

const sameDrug = (a: DrugOrder, b: DrugOrder): boolean => a.sets.size === b.sets.size && [...a.sets].every((set) => b.sets.has(set))

/** The same drug, signed within some hours before: the check was made then. */
function isRepeated(order: DrugOrder, scope: ScopeInternals): boolean {
  const limit = numberSetting(scope.settings, 'qt_repeat_h') * HOUR_MS
  return scope.drugOrders().some((other) => {
    if (other.reference === order.reference || other.state === 'draft' || other.state === 'given' || !sameDrug(order, other)) return false
    const written = typeof other.resource['authoredOn'] === 'string' ? scope.calendar.parse(other.resource['authoredOn']) : undefined
    return written !== undefined && written.precise && written.at <= scope.now.at && scope.now.at - written.at <= limit
  })
}

/** An order for the skin, eye or ear: its ingredient acts where it is put. */
function isLocal({ resource }: DrugOrder, { mapping }: ScopeInternals): boolean {
  const instructions = listOf(resource['dosageInstruction']).filter(isObject)
  const routes = instructions.map(({ route }) => route).filter((route) => route !== undefined)
  if (routes.length > 0) return routes.every((route) => mapping.matcher.recognise(conceptOf(route), []).sets.has('route-local'))
  return mapping.matcher.recognise({ codings: [], texts: conceptOf(resource['medicationCodeableConcept']).texts }, []).sets.has('route-local')
}

const flag = (value: boolean): Fact => present(value, value ? 'yes' : 'no', { origin: 'order' })

/** What the order under evaluation is: its value sets, its name, and how it is meant to be given. */
export const orderedDrug: Derivation = {
  facts: {
    orderedSets: { title: 'Value sets of the ordered drug', type: 'list' },
    orderName: { title: 'The ordered drug', type: 'text' },
    orderIsSingleDose: { title: 'The order is for a single dose', type: 'boolean' },
    orderIsRepeat: { title: 'The same drug was ordered shortly before', type: 'boolean' },
    orderIsLocal: { title: 'The ordered drug acts locally', type: 'boolean' },
  },
  uses: ['planned'],
  compute(scope) {
    const { order } = scope.focus
    if (!order) {
      const none = missing('not-applicable', 'no order')
      return { orderedSets: none, orderName: none, orderIsSingleDose: none, orderIsRepeat: none, orderIsLocal: none }
    }
    const name = order.byText ? scope.phrases.say`${order.name} (recognised by name only)` : order.name
    return {
      orderedSets: present([...order.sets], name, { origin: 'order', sources: [order.reference] }), orderName: present(order.name, plainText(order.name, HEADLINE_NAME), { origin: 'order' }),
      orderIsSingleDose: flag(isSingleDose(order)), orderIsRepeat: flag(isRepeated(order, scope)), orderIsLocal: flag(isLocal(order, scope)),
    }
  },
}

/** A course that has ended without a stated end is known by its first day only. */
const endOf = ({ state, resource }: DrugOrder, { start, end }: Span): number => {
  if (end) return end.day
  return state === 'past' && resource['status'] !== 'on-hold' ? start?.day ?? -Infinity : Infinity
}

const spansOf = (order: DrugOrder): { from: number; to: number }[] => order.spans.map((span) => ({ from: span.start?.day ?? -Infinity, to: endOf(order, span) }))

const namesFact = (names: readonly string[], source: string, scope: ScopeInternals, sources: readonly string[]): Fact => {
  const unique = [...new Set(names)]
  return unique.length === 0 ? unavailability(source, scope) ?? present([], 'none') : present(unique, unique.join(', '), { sources })
}

const shortName = ({ name }: DrugOrder): string => plainText(name, HEADLINE_NAME)

const LYMPHODEPLETION = 'lymphodepletion-purpose'

/** Alkylators given or planned while the ordered azole acts, or some days before it starts or after it ends. */
function alkylatorsNear(order: DrugOrder, scope: ScopeInternals): Fact {
  const pad = numberSetting(scope.settings, 'azole_pad_days')
  const near = alkylatorUses(scope).filter((use) => !use.purposes.has(LYMPHODEPLETION) && use.reference !== order.reference)
    .filter((use) => (!use.isDated && use.isConditioningDrug) || spansOf(order).some(({ from, to }) => fallsIn(use, from - pad, to + pad)))
  return namesFact(near.map(({ agent }) => agent), 'medications', scope, near.map(({ reference }) => reference))
}

/** Azoles that act around the days of the ordered alkylator. */
function azolesNear(order: DrugOrder, scope: ScopeInternals): Fact {
  const pad = numberSetting(scope.settings, 'azole_pad_days')
  const days = usesOfOrder(order, scope).filter(({ purposes }) => !purposes.has(LYMPHODEPLETION))
  const near = ordersIn(scope, 'azoleOrders').filter((azole) => !isLocal(azole, scope) && spansOf(azole).some(({ from, to }) => days.some((use) => fallsIn(use, from - pad, to + pad))))
  return namesFact(near.map(shortName), 'medications', scope, near.map(({ reference }) => reference))
}

/** Systemic azoles that run on the day of the dose under evaluation. */
function azolesOnDay(scope: ScopeInternals): Fact {
  const { day } = scope.focus.planned
  const running = ordersIn(scope, 'azoleOrders').filter(({ state }) => state === 'draft' || state === 'active')
    .filter((azole) => !isLocal(azole, scope) && spansOf(azole).some(({ from, to }) => from <= day && to >= day))
  return namesFact(running.map(shortName), 'medications', scope, running.map(({ reference }) => reference))
}

export const azoles: Derivation = {
  facts: {
    azoleConflict: { title: 'High-dose alkylators around the ordered azole, or azoles around the ordered alkylator', type: 'list' },
    azolesOnDay: { title: 'Systemic azoles on the day of the dose', type: 'list' },
  },
  uses: [...ALKYLATOR_FACTS, 'azoleOrders', 'planned'],
  compute(scope) {
    const { order, triggers } = scope.focus
    const none = missing('not-applicable', 'no such order')
    const conflict = (): Fact => {
      if (order && triggers.has('alkylator-order')) return azolesNear(order, scope)
      return order && triggers.has('azole-order') && !isLocal(order, scope) ? alkylatorsNear(order, scope) : none
    }
    return { azoleConflict: conflict(), azolesOnDay: azolesOnDay(scope) }
  },
}

/** Days between a day and a span; none inside it. */
const gap = (day: number, { from, to }: { readonly from: number; readonly to: number }): number => Math.max(0, from - day, day - to)

/** Days between the two conjugates of calicheamicin, whichever of them is being ordered. */
export const calicheamicin: Derivation = {
  facts: { calicheamicinGapDays: { title: 'Days between gemtuzumab and inotuzumab', type: 'number', unit: 'd' } },
  uses: [...DATE_FACTS, 'gemtuzumabOrders'],
  series: ['bodyWeight', 'bodyHeight'],
  compute(scope) {
    const { order, triggers, planned } = scope.focus
    const spans = order && triggers.has('gemtuzumab-order') ? spansOf(order) : ordersIn(scope, 'gemtuzumabOrders').flatMap(spansOf)
    const { given, planned: ahead } = inotuzumabDates(scope)
    const days = triggers.has('inotuzumab-order') ? [planned] : [...given, ...ahead]
    const gaps = days.flatMap((at) => spans.map((span) => ({ at, days: gap(at.day, span) }))).sort((a, b) => a.days - b.days)
    const [nearest] = gaps
    return { calicheamicinGapDays: daysFact(nearest?.days, nearest?.at, 'only one of the two is on record') }
  },
}
