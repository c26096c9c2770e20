import { type Fact, missing, present } from '../facts/fact.ts'
import type { ScopeInternals } from '../facts/scope.ts'
import { numberSetting } from '../facts/settings.ts'
import { divide, multiply, percentChange, round, subtract } from '../language/decimal.ts'
import type { Derivation } from './derivation.ts'
import { numberOf } from './reading.ts'

interface Plan { readonly dose: number; readonly vials: number; readonly waste: number }

function planFor(dose: number, vial: number): Plan {
  const vials = Math.ceil(divide(dose, vial))
  return { dose, vials, waste: round(subtract(multiply(vials, vial), dose), 2, 'half-up') }
}

/** A slightly lower dose that needs one vial less, within the tolerance of the ordered and of the calculated dose. Never a higher one. */
function savingDose({ dose, vials }: Plan, scope: ScopeInternals): number | undefined {
  const limit = numberSetting(scope.settings, 'vial_rounding_max_pct')
  const lower = multiply(vials - 1, numberSetting(scope.settings, 'vial_mg'))
  const expected = numberOf(scope, 'expectedMg') ?? dose
  const isSmallChange = [dose, expected].every((from) => Math.abs(percentChange(from, lower)) <= limit)
  return vials > 1 && lower < dose && isSmallChange ? lower : undefined
}

const NAMES = ['doseVolumeMl', 'vialCount', 'vialWasteMg', 'vialPlan', 'vialSavingMg', 'vialSavingPct'] as const

function compute(scope: ScopeInternals): Record<string, Fact> {
  const dose = numberOf(scope, 'orderedMg') ?? numberOf(scope, 'expectedMg')
  const none = missing('absent', 'the dose in mg is not known')
  if (dose === undefined) return Object.fromEntries(NAMES.map((name) => [name, none]))
  const plan = planFor(dose, numberSetting(scope.settings, 'vial_mg'))
  const volume = divide(dose, numberSetting(scope.settings, 'concentration_mg_per_ml'))
  const saving = savingDose(plan, scope)
  const noSaving = missing('not-applicable', 'no rounding saves a vial')
  const change = saving === undefined ? undefined : percentChange(dose, saving)
  return {
    doseVolumeMl: present(volume, `${volume.toFixed(1)} mL`, { unit: 'mL' }),
    vialCount: present(plan.vials, String(plan.vials)),
    vialWasteMg: present(plan.waste, `${plan.waste.toFixed(2)} mg`, { unit: 'mg' }),
    vialPlan: present('plan', scope.phrases.say`${volume.toFixed(1)} mL from ${String(plan.vials)} ${plan.vials === 1 ? 'vial' : 'vials'}, ${plan.waste.toFixed(2)} mg left over`),
    vialSavingMg: saving === undefined ? noSaving : present(saving, `${saving.toFixed(2)} mg`, { unit: 'mg' }),
    vialSavingPct: change === undefined ? noSaving : present(change, `${String(round(change, 1, 'half-up'))} %`, { unit: '%' }),
  }
}

/** Volume and vials of the ordered dose, and the rounding that saves a vial. */
export const vials: Derivation = {
  facts: {
    doseVolumeMl: { title: 'Volume after reconstitution', type: 'number', unit: 'mL' },
    vialCount: { title: 'Vials needed', type: 'number' }, vialWasteMg: { title: 'Left over', type: 'number', unit: 'mg' },
    vialPlan: { title: 'Volume, vials and what is left over', type: 'text' },
    vialSavingMg: { title: 'Dose that saves a vial', type: 'number', unit: 'mg' }, vialSavingPct: { title: 'Change of dose that saves a vial', type: 'number', unit: '%' },
  },
  uses: ['orderedMg', 'expectedMg'],
  compute,
}
