import type { DrugOrder } from '../facts/drug-order.ts'
import type { ScopeInternals } from '../facts/scope.ts'
import type { RecordRow } from '../facts/select.ts'
import { listSetting, numberSetting } from '../facts/settings.ts'
import { multiply } from '../language/decimal.ts'
import { amountsOf, milligramsGiven } from './ordered-dose.ts'
import { rowsOf } from './reading.ts'
import { areaForCycle } from './sizes.ts'

const LISTS: readonly string[] = ['dose_cycle1_mg_m2', 'dose_remission_mg_m2', 'dose_no_remission_mg_m2']

/** What such a dose holds at least: the very first one is that of Day 1, a later one the smallest that the regimen knows, reduced. */
function leastDose(row: RecordRow, scope: ScopeInternals): number {
  const isLater = rowsOf(scope, 'inotuzumabAdministrations').some(({ at, fields }) => at !== undefined && row.at !== undefined && at.day < row.at.day && fields['status'] !== 'not-done')
  const all = LISTS.map((name) => listSetting(scope.settings, name).map(Number))
  return isLater ? multiply(Math.min(...all.flat()), numberSetting(scope.settings, 'reduction_factor')) : (all[0]?.[0] ?? 0)
}

function milligramsPlanned(row: RecordRow, order: DrugOrder | undefined, scope: ScopeInternals): number | undefined {
  const { at } = row
  const amounts = order && at ? amountsOf(order.resource, at, scope) : undefined
  if (amounts?.mg) return amounts.mg.value
  const area = at && areaForCycle(at, scope)
  return area === undefined ? undefined : multiply(area, amounts?.perM2?.value ?? leastDose(row, scope))
}

/** Was enough of an infusion given before it was stopped to count as a dose? True where the amounts are not known. */
export function isMostlyGiven(row: RecordRow, order: DrugOrder | undefined, scope: ScopeInternals): boolean {
  const given = milligramsGiven(row.resource, scope)
  const planned = milligramsPlanned(row, order, scope)
  if (given === undefined || planned === undefined) return true
  return given >= multiply(planned, numberSetting(scope.settings, 'given_fraction_min'))
}
