import type { DrugOrder } from '../facts/drug-order.ts'
import { type Fact, missing, present } from '../facts/fact.ts'
import type { ScopeInternals } from '../facts/scope.ts'
import { unavailability } from '../facts/select.ts'
import { numberSetting } from '../facts/settings.ts'
import { daysBetween, type Moment } from '../language/calendar.ts'
import type { Derivation } from './derivation.ts'
import { flagOf, momentOf, rowsOf } from './reading.ts'

/** The first and the last dose up to today, given or presumed; undefined before treatment. */
export function treatedBetween(scope: ScopeInternals): { readonly first: Moment | undefined; readonly last: Moment | undefined } {
  const upToNow = (moment: Moment | undefined): Moment | undefined => (moment && moment.day <= scope.now.day ? moment : undefined)
  return {
    first: momentOf(scope, 'firstGivenDate') ?? upToNow(momentOf(scope, 'firstDoseDate')),
    last: momentOf(scope, 'lastGivenDate') ?? upToNow(momentOf(scope, 'lastDoseDate')),
  }
}

/** The transplantation that matters for VOD now: one since treatment began, or one whose watch window is still open. */
export function vodTransplant(scope: ScopeInternals): Moment | undefined {
  const hct = momentOf(scope, 'lastHctDate')
  if (!hct || hct.day > scope.now.day) return undefined
  const { first } = treatedBetween(scope)
  const isSinceTreatment = first !== undefined && hct.day >= first.day
  return isSinceTreatment || daysBetween(hct, scope.now) <= numberSetting(scope.settings, 'vod_watch_days_after_hct') ? hct : undefined
}

const isWithin = (from: Moment | undefined, days: number, scope: ScopeInternals): boolean => from !== undefined && daysBetween(from, scope.now) <= days

/** Unknown, never "no", while the record of doses could not be read. */
function watchFact(scope: ScopeInternals): Fact {
  const { last } = treatedBetween(scope)
  const afterDose = isWithin(last, numberSetting(scope.settings, 'vod_watch_days_after_last_dose'), scope)
  const afterHct = flagOf(scope, 'exposed') === true && isWithin(momentOf(scope, 'lastHctDate'), numberSetting(scope.settings, 'vod_watch_days_after_hct'), scope)
  if (afterDose || afterHct) return present(true, afterHct ? 'after transplantation' : 'after the last dose')
  return (last === undefined ? unavailability('administrations', scope) : undefined) ?? present(false, 'outside the watch window')
}

export const drugOrdersIn = (scope: ScopeInternals, name: string): readonly DrugOrder[] => {
  const fact = scope.fact(name)
  return fact.state === 'present' && Array.isArray(fact.value) ? fact.value as readonly DrugOrder[] : [] // sound: asked only of facts declared with give: orders
}

const startsOf = (orders: readonly DrugOrder[], wanted: (order: DrugOrder) => boolean): Moment[] =>
  orders.filter(wanted).flatMap(({ spans }) => spans.flatMap(({ start }) => start ?? []))

const earliest = (moments: readonly Moment[]): Moment | undefined => moments.toSorted((a, b) => a.at - b.at)[0]

/** The first day on which a conditioning drug or irradiation was given in the days before a transplantation, else was meant to be. */
function conditioningStart(hct: Moment, scope: ScopeInternals): Moment | undefined {
  const window = numberSetting(scope.settings, 'vod_conditioning_window_d')
  const inWindow = (moments: readonly Moment[]): Moment | undefined => earliest(moments.filter(({ day }) => day < hct.day && hct.day - day <= window))
  const orders = [...drugOrdersIn(scope, 'alkylatorsAnyTime'), ...drugOrdersIn(scope, 'fludarabineAnyTime')]
  const irradiated = rowsOf(scope, 'totalBodyIrradiations').flatMap(({ at }) => at ?? [])
  const given = inWindow([...startsOf(orders, ({ state }) => state === 'given'), ...irradiated])
  return given ?? inWindow(startsOf(orders, ({ state }) => state !== 'given' && state !== 'draft')) ?? inWindow(plannedStarts(scope))
}

const plannedStarts = (scope: ScopeInternals): Moment[] => rowsOf(scope, 'hctRequests').filter(({ sets }) => sets.has('conditioning-plan')).flatMap(({ at }) => at ?? [])

const moment = (at: Moment | undefined, scope: ScopeInternals, detail: string): Fact => (at ? present(at, scope.calendar.iso(at), { at }) : missing('not-applicable', detail))

/** Where the patient stands in the time in which VOD occurs: since the last dose, and since the transplantation and its conditioning. */
export const vodCourse: Derivation = {
  facts: {
    vodWatch: { title: 'Signs of VOD are watched for', type: 'boolean' },
    vodHctDate: { title: 'Transplantation that VOD may follow', type: 'moment' },
    vodHctDay: { title: 'Day after that transplantation', type: 'number', unit: 'd' },
    vodConditioningDate: { title: 'Start of its conditioning', type: 'moment' },
  },
  uses: [
    'firstGivenDate', 'firstDoseDate', 'lastGivenDate', 'lastDoseDate', 'lastHctDate', 'exposed', 'alkylatorsAnyTime', 'fludarabineAnyTime', 'totalBodyIrradiations', 'hctRequests',
  ],
  compute(scope) {
    const hct = vodTransplant(scope)
    const day = hct && daysBetween(hct, scope.now)
    return {
      vodWatch: watchFact(scope),
      vodHctDate: moment(hct, scope, 'no transplantation'),
      vodHctDay: day === undefined ? missing('not-applicable', 'no transplantation') : present(day, scope.phrases.say`day ${String(day)}`, hct ? { at: hct } : {}),
      vodConditioningDate: moment(hct && conditioningStart(hct, scope), scope, 'no conditioning on record'),
    }
  },
}
