import type { DrugOrder } from '../facts/drug-order.ts'
import { isObject } from '../facts/resources.ts'
import type { ScopeInternals } from '../facts/scope.ts'
import type { RecordRow } from '../facts/select.ts'
import type { Moment } from '../language/calendar.ts'
import { readQuantity } from '../language/units.ts'
import { momentOf, numberOf, rowsOf } from './reading.ts'

/** A dose that was given, or one that will have been given before the dose under evaluation. */
export interface Dose {
  readonly at: Moment
  readonly milligrams?: number
  readonly reference: string
  /** Only ordered so far. */
  readonly isPlanned: boolean
}

/** A dose that was not given, with the reason the record states. */
export interface Withheld {
  readonly at: Moment
  readonly row: RecordRow
}

const GIVEN: ReadonlySet<string> = new Set(['completed', 'in-progress', 'stopped'])

/** Milligrams of a quantity; undefined where the unit is none of the mass units of a dose. */
export function milligramsOf(quantity: unknown, { mapping }: ScopeInternals): number | undefined {
  const reading = isObject(quantity) ? readQuantity(mapping.units, 'dose', quantity) : undefined
  return reading && 'family' in reading && reading.family === 'mg' && typeof reading.value === 'number' ? reading.value : undefined
}

function givenDose(row: RecordRow, scope: ScopeInternals): Dose[] {
  if (!GIVEN.has(String(row.fields['status'])) || row.at === undefined) return []
  const milligrams = milligramsOf(row.fields['dose'], scope)
  return [{ at: row.at, reference: row.reference, isPlanned: false, ...(milligrams === undefined ? {} : { milligrams }) }]
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

/** Doses given so far, one per day, oldest first. Doses of the planned day itself are left to the duplicate check. */
export function dosesGiven(scope: ScopeInternals): readonly Dose[] {
  return onePerDay(rowsOf(scope, 'inotuzumabAdministrations').flatMap((row) => givenDose(row, scope)))
}

export function dosesWithheld(scope: ScopeInternals): readonly Withheld[] {
  return rowsOf(scope, 'inotuzumabAdministrations').flatMap((row) => (row.fields['status'] === 'not-done' && row.at ? [{ at: row.at, row }] : []))
}

const ordersOf = (scope: ScopeInternals): readonly DrugOrder[] => {
  const fact = scope.fact('inotuzumabOrders')
  return fact.state === 'present' ? fact.value as readonly DrugOrder[] : [] // sound: declared as records of drug orders
}

/** Doses that other orders, or other dates of this order, plan for earlier days and that nobody has given yet. */
export function dosesPlanned(scope: ScopeInternals): readonly Dose[] {
  const { focus, now } = scope
  const others = [...ordersOf(scope), ...(focus.order ? [focus.order] : [])].flatMap((order) => order.events.map((at) => ({ at, order })))
  return others.filter(({ at }) => at.day < focus.planned.day && at.day >= now.day)
    .map(({ at, order }) => ({ at, reference: order.reference, isPlanned: true }))
}

/** Past dates of orders, used only where the record holds no administrations at all: they say that doses were meant, not that they were given. */
export function dosesPresumed(scope: ScopeInternals): readonly Dose[] {
  return ordersOf(scope).filter(({ state }) => state === 'active' || state === 'past')
    .flatMap((order) => order.events.map((at) => ({ at, reference: order.reference, isPlanned: false })))
    .filter(({ at }) => at.day < scope.now.day && at.day < scope.focus.planned.day)
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
  const given = dosesGiven(scope).filter(({ at }) => at.day < focus.planned.day)
  const presumed = given.length > 0 ? [] : dosesPresumed(scope)
  const cycles = numberOf(scope, 'assertedPriorCycles')
  const day1 = momentOf(scope, 'assertedPriorDay1')
  return {
    doses: onePerDay([...given, ...presumed, ...dosesPlanned(scope)]),
    isPresumed: presumed.length > 0,
    prior: cycles === undefined ? undefined : { cycles, ...(day1 ? { day1 } : {}) },
  }
}
