import type { DrugOrder } from '../facts/drug-order.ts'
import { isObject, listOf, type Loose, textOf } from '../facts/resources.ts'
import type { ScopeInternals } from '../facts/scope.ts'
import type { RecordRow } from '../facts/select.ts'
import { numberSetting } from '../facts/settings.ts'
import type { Moment } from '../language/calendar.ts'
import { milligramsGiven } from './ordered-dose.ts'
import { momentOf, numberOf, rowsOf } from './reading.ts'
import { assertedOnOrder, type Stated, statedInStructure } from './stated-cycle.ts'
import { isMostlyGiven } from './stopped-dose.ts'

/** A dose that was given, or one that will have been given before the dose under evaluation. */
export interface Dose {
  readonly at: Moment
  readonly milligrams?: number
  readonly reference: string
  /** Only ordered so far. */
  readonly isPlanned: boolean
  /** The order that plans it. */
  readonly order?: DrugOrder
  /** Cycle and day that the record carries as data, or that a clinician confirmed. */
  readonly stated?: Stated
}

/** A dose that was not given, with the reason the record states. */
export interface Withheld {
  readonly at: Moment
  readonly row: RecordRow
}

const GIVEN: ReadonlySet<string> = new Set(['completed', 'in-progress', 'stopped'])

/** Other inotuzumab orders of this call and of the record. */
export const otherOrders = (scope: ScopeInternals): readonly DrugOrder[] => {
  const fact = scope.fact('inotuzumabOrders')
  return fact.state === 'present' ? fact.value as readonly DrugOrder[] : [] // sound: declared as records of drug orders
}

const tailOf = (reference: string): string => reference.replace(/\/_history\/.*$/, '').split('/').slice(-2).join('/')
const pointsAt = (element: unknown, reference: string): boolean => listOf(element).filter(isObject).some((pointer) => tailOf(textOf(pointer['reference']) ?? '') === reference)

/** The order that an administration carried out, where the record holds it. */
export const orderBehind = (administration: Loose, scope: ScopeInternals): DrugOrder | undefined =>
  scope.drugOrders().find(({ reference }) => pointsAt(administration['request'], reference))

/** Cycle and day confirmed on an order by a clinician, else carried by it as data: they belong to its first dose. */
const statedOnOrder = ({ resource }: DrugOrder, { calendar, now, settings }: ScopeInternals): Stated | undefined =>
  assertedOnOrder(resource, calendar, now) ?? statedInStructure(resource, settings)

/** An order's confirmed cycle and day hold for its first dose; a dose charted within the window of that date is that dose. */
function statedForGiven({ resource, at }: RecordRow, scope: ScopeInternals): Stated | undefined {
  const own = statedInStructure(resource, scope.settings)
  const order = own ? undefined : orderBehind(resource, scope)
  const [first] = order?.events ?? []
  const isFirstDose = order !== undefined && at !== undefined && (first === undefined || Math.abs(at.day - first.day) <= numberSetting(scope.settings, 'dose_window_d'))
  return own ?? (isFirstDose ? statedOnOrder(order, scope) : undefined)
}

function givenDose(row: RecordRow, scope: ScopeInternals): Dose[] {
  const status = String(row.fields['status'])
  if (!GIVEN.has(status) || row.at === undefined || row.at.day > scope.now.day) return []
  if (status === 'stopped' && !isMostlyGiven(row, orderBehind(row.resource, scope), scope)) return []
  const milligrams = milligramsGiven(row.resource, scope)
  const stated = statedForGiven(row, scope)
  return [{ at: row.at, reference: row.reference, isPlanned: false, ...(milligrams === undefined ? {} : { milligrams }), ...(stated ? { stated } : {}) }]
}

/** Of several records of one day the one with the larger dose stands for the day: bags and corrections are not extra doses. */
function onePerDay(doses: readonly Dose[]): Dose[] {
  const days = new Map<number, Dose>()
  for (const dose of [...doses].sort((a, b) => a.at.at - b.at.at)) {
    const have = days.get(dose.at.day)
    if (!have || (dose.milligrams ?? 0) > (have.milligrams ?? 0)) days.set(dose.at.day, dose)
  }
  return [...days.values()].sort((a, b) => a.at.day - b.at.day)
}

/** Doses given so far, one per day, oldest first. Infusions stopped early count when at least the share of the setting was given, or when nobody knows. */
export function dosesGiven(scope: ScopeInternals): readonly Dose[] {
  return onePerDay(rowsOf(scope, 'inotuzumabAdministrations').flatMap((row) => givenDose(row, scope)))
}

/** Doses that were not given, with the reason where the record states one. */
export function dosesWithheld(scope: ScopeInternals): readonly Withheld[] {
  return rowsOf(scope, 'inotuzumabAdministrations').flatMap((row) => (row.fields['status'] === 'not-done' && row.at ? [{ at: row.at, row }] : []))
}

/** The draft that this one takes the place of: its dose will not be given as well. */
const isReplaced = ({ reference }: DrugOrder, { focus }: ScopeInternals): boolean => pointsAt(focus.order?.resource['priorPrescription'], reference)

/** Orders that are still to be carried out, besides the one under evaluation and those it replaces. */
export const openOrders = (scope: ScopeInternals): readonly DrugOrder[] =>
  otherOrders(scope).filter((order) => (order.state === 'draft' || order.state === 'active') && !isReplaced(order, scope))

function plannedBy(order: DrugOrder, scope: ScopeInternals): Dose[] {
  const stated = statedOnOrder(order, scope)
  return order.events.map((at, i): Dose => ({ at, reference: order.reference, isPlanned: true, order, ...(i === 0 && stated ? { stated } : {}) }))
}

/** Doses that other orders, or other dates of this order, plan for earlier days and that nobody has given or withheld yet. */
export function dosesPlanned(scope: ScopeInternals): readonly Dose[] {
  const { focus, now } = scope
  const withheld = new Set(dosesWithheld(scope).map(({ at }) => at.day))
  const orders = [...openOrders(scope), ...(focus.order ? [focus.order] : [])]
  return orders.flatMap((order) => plannedBy(order, scope)).filter(({ at }) => at.day < focus.planned.day && at.day >= now.day && !withheld.has(at.day))
}

/** Past dates of orders, used only where no inotuzumab administration is on record: they say that doses were meant, not that they were given. */
function dosesPresumed(scope: ScopeInternals): readonly Dose[] {
  const withheld = new Set(dosesWithheld(scope).map(({ at }) => at.day))
  return otherOrders(scope).filter((order) => (order.state === 'active' || order.state === 'past') && !isReplaced(order, scope))
    .flatMap((order) => plannedBy(order, scope)).map((dose) => ({ ...dose, isPlanned: false }))
    .filter(({ at }) => at.day < scope.now.day && at.day < scope.focus.planned.day && !withheld.has(at.day))
}

export interface History {
  readonly doses: readonly Dose[]
  /** Presumed from orders because nothing was recorded as given. */
  readonly isPresumed: boolean
  /** Cycles given elsewhere, as the clinician stated, and the first day of the last of them. */
  readonly prior: { readonly cycles: number; readonly day1?: Moment } | undefined
}

/** Everything that precedes the dose under evaluation. */
export function historyOf(scope: ScopeInternals): History {
  const { focus } = scope
  const recorded = dosesGiven(scope)
  const given = recorded.filter(({ at }) => at.day < focus.planned.day)
  const presumed = recorded.length > 0 ? [] : dosesPresumed(scope)
  const cycles = numberOf(scope, 'assertedPriorCycles')
  const day1 = momentOf(scope, 'assertedPriorDay1')
  const here = onePerDay([...given, ...presumed, ...dosesPlanned(scope)])
  return {
    // Doses up to the stated Day 1 belong to the cycles that the clinician counted.
    doses: cycles && day1 ? here.filter(({ at }) => at.day > day1.day) : here,
    isPresumed: presumed.length > 0,
    prior: cycles ? { cycles, ...(day1 ? { day1 } : {}) } : undefined,
  }
}
