import type { DrugOrder } from '../facts/drug-order.ts'
import type { ScopeInternals } from '../facts/scope.ts'
import type { RecordRow } from '../facts/select.ts'
import { listSetting, numberSetting } from '../facts/settings.ts'
import { multiply } from '../language/decimal.ts'
import { amountsOf, milligramsGiven } from './ordered-dose.ts'
import { areaForCycle } from './sizes.ts'

const LISTS: readonly string[] = ['dose_cycle1_mg_m2', 'dose_remission_mg_m2', 'dose_no_remission_mg_m2']

/** The smallest dose the regimen knows, reduced: below half of even that nobody would call it a dose. */
function leastDose({ settings }: ScopeInternals): number {
  const all = LISTS.flatMap((name) => listSetting(settings, name).map(Number))
  return multiply(Math.min(...all), numberSetting(settings, 'reduction_factor'))
}

function milligramsPlanned({ at }: RecordRow, order: DrugOrder | undefined, scope: ScopeInternals): number | undefined {
  const amounts = order && at ? amountsOf(order.resource, at, scope) : undefined
  if (amounts?.mg) return amounts.mg.value
  const area = at && areaForCycle(at, scope)
  return area === undefined ? undefined : multiply(area, amounts?.perM2?.value ?? leastDose(scope))
}

/** Was enough of an infusion given before it was stopped to count as a dose? True where the amounts are not known. */
export function isMostlyGiven(row: RecordRow, order: DrugOrder | undefined, scope: ScopeInternals): boolean {
  const given = milligramsGiven(row.resource, scope)
  const planned = milligramsPlanned(row, order, scope)
  if (given === undefined || planned === undefined) return true
  return given >= multiply(planned, numberSetting(scope.settings, 'given_fraction_min'))
}
