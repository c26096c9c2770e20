import { incomparable } from './dose.ts'
import { type Fact, present } from '../facts/fact.ts'
import type { ScopeInternals } from '../facts/scope.ts'
import { listSetting } from '../facts/settings.ts'
import { add, multiply, percentChange, round } from '../language/decimal.ts'
import { courseOf } from './course.ts'
import type { Derivation } from './derivation.ts'
import type { Dose } from './dose-history.ts'
import { acceptedPlans, reductionFactor } from './expected-dose.ts'
import { amountsOf } from './ordered-dose.ts'
import { flagOf, numberOf } from './reading.ts'

const sum = (values: readonly number[]): number => values.reduce(add, 0)

/** The response as it was before this cycle: what was found later does not change the plan of the cycle. */
function remissionBefore(scope: ScopeInternals): boolean | undefined {
  const { position, regimen } = courseOf(scope)
  const fact = scope.fact('inRemission')
  const isLater = fact.state === 'present' && position.slot !== regimen.slots[0] && (fact.at?.day ?? Infinity) > position.day1.day
  return isLater ? undefined : flagOf(scope, 'inRemission')
}

/** The largest total that the regimen plans for this cycle, mg. */
function plannedTotal(area: number, scope: ScopeInternals): number {
  const slots = listSetting(scope.settings, 'regimen_slots').slice(0, numberOf(scope, 'dosesPerCycle'))
  const perM2 = acceptedPlans(numberOf(scope, 'cycle'), remissionBefore(scope), scope).map((plan) => sum(plan.slice(0, slots.length)))
  return multiply(multiply(Math.max(...perM2), reductionFactor(scope)), area)
}

/** Milligrams of a dose that was given, or is planned before this one. */
function milligramsOf(dose: Dose, area: number, scope: ScopeInternals): number | undefined {
  if (!dose.isPlanned || !dose.order) return dose.milligrams
  const { mg, perM2 } = amountsOf(dose.order.resource, dose.at, scope)
  return mg?.value ?? (perM2 && multiply(perM2.value, area))
}

function totals(scope: ScopeInternals): { readonly total: number; readonly planned: number } | undefined {
  const { cycles, position } = courseOf(scope)
  const area = numberOf(scope, 'bsa')
  const ordered = numberOf(scope, 'orderedMg')
  const cycle = cycles.find(({ number }) => number === position.cycle)
  if (area === undefined || ordered === undefined || cycle?.isElsewhere === true) return undefined
  const before = (cycle?.doses ?? []).map((dose) => milligramsOf(dose, area, scope))
  if (before.includes(undefined)) return undefined
  return { total: sum([...before.filter((mg) => mg !== undefined), ordered]), planned: plannedTotal(area, scope) }
}

const milligrams = (value: number): Fact => present(value, `${value.toFixed(2)} mg`, { unit: 'mg' })

/** The doses of this cycle together, against what the cycle should hold. */
export const cycleTotal: Derivation = {
  facts: {
    cycleTotalMg: { title: 'Doses of this cycle with this one', type: 'number', unit: 'mg' },
    cyclePlannedMg: { title: 'Planned total of this cycle', type: 'number', unit: 'mg' },
    cycleTotalPct: { title: 'Doses of this cycle against the planned total', type: 'number', unit: '%' },
  },
  uses: ['bsa', 'orderedMg', 'cycle', 'slot', 'inRemission', 'doseLevel', 'dosesPerCycle', 'inotuzumabAdministrations', 'inotuzumabOrders', 'assertedCycle', 'assertedDay', 'assertedPriorCycles', 'assertedPriorDay1'],
  series: ['bodyWeight', 'bodyHeight'],
  compute(scope) {
    // Doses that could not be read leave the cycle unknown, and its sum with it.
    const both = scope.fact('cycle').state === 'present' ? totals(scope) : undefined
    if (!both) {
      const none = incomparable(scope)
      return { cycleTotalMg: none, cyclePlannedMg: none, cycleTotalPct: none }
    }
    const percent = percentChange(both.planned, both.total)
    return {
      cycleTotalMg: milligrams(both.total), cyclePlannedMg: milligrams(both.planned),
      cycleTotalPct: present(percent, `${percent > 0 ? '+' : ''}${String(round(percent, 1, 'half-up'))} %`, { unit: '%' }),
    }
  },
}
