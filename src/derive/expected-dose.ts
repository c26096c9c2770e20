import type { ScopeInternals } from '../facts/scope.ts'
import { flagSetting, listSetting, numberSetting } from '../facts/settings.ts'
import { multiply } from '../language/decimal.ts'
import { regimenOf } from './course.ts'
import { flagOf, numberOf } from './reading.ts'

/** Doses per m² of one cycle, one for each slot. */
export type CyclePlan = readonly number[]

const planNamed = (name: string, { settings }: ScopeInternals): CyclePlan => listSetting(settings, name).map(Number)

/** Names of the settings that hold the plans of a cycle: one where the response is known, else both. */
function planNames(prefix: '' | 'lower_', cycle: number | undefined, inRemission: boolean | undefined): readonly string[] {
  const first = `${prefix}dose_cycle1_mg_m2`
  if (cycle === 1) return [first]
  // The lower-dose regimen repeats its first cycle where there is no remission.
  const none = prefix === '' ? 'dose_no_remission_mg_m2' : first
  const remission = `${prefix}dose_remission_mg_m2`
  if (inRemission === undefined) return [remission, none]
  return [inRemission ? remission : none]
}

/** Every plan that the regimen accepts for a cycle. The lower-dose regimen counts only where the site runs it. */
export function acceptedPlans(cycle: number | undefined, inRemission: boolean | undefined, scope: ScopeInternals): readonly CyclePlan[] {
  const isLowerAllowed = flagSetting(scope.settings, 'lower_dose_protocol_enabled')
  const names = [...planNames('', cycle, inRemission), ...(isLowerAllowed ? planNames('lower_', cycle, inRemission) : [])]
  return names.map((name) => planNamed(name, scope))
}

export const slotIndex = (scope: ScopeInternals): number => regimenOf(scope.settings).slots.indexOf(numberOf(scope, 'slot') ?? -1)

/** What remains of a dose at the reduction level of this one. */
export const reductionFactor = (scope: ScopeInternals): number =>
  ((numberOf(scope, 'doseLevel') ?? 0) > 0 ? numberSetting(scope.settings, 'reduction_factor') : 1)

const atSlot = (plans: readonly CyclePlan[], scope: ScopeInternals): readonly number[] =>
  [...new Set(plans.map((plan) => plan[slotIndex(scope)]).filter((dose) => dose !== undefined))]

/** Unreduced doses per m² that the regimen accepts for this slot; two where the response decides and is not known. */
export const acceptedPerM2 = (scope: ScopeInternals): readonly number[] => atSlot(acceptedPlans(numberOf(scope, 'cycle'), flagOf(scope, 'inRemission'), scope), scope)

/** Doses for this slot that would be right for the other response. */
export function otherResponsePerM2(scope: ScopeInternals): readonly number[] {
  const inRemission = flagOf(scope, 'inRemission')
  if (inRemission === undefined || numberOf(scope, 'cycle') === 1) return []
  const accepted = acceptedPerM2(scope)
  return atSlot([planNamed(planNames('', undefined, !inRemission)[0] ?? '', scope)], scope).filter((dose) => !accepted.includes(dose))
}

/** The lower-dose regimen's dose for this slot of the first cycle. */
export const lowerStartPerM2 = (scope: ScopeInternals): number | undefined => planNamed('lower_dose_cycle1_mg_m2', scope)[slotIndex(scope)]

export const reduced = (dose: number, { settings }: ScopeInternals): number => multiply(dose, numberSetting(settings, 'reduction_factor'))
