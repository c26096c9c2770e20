import { missing, present } from '../facts/fact.ts'
import { numberSetting } from '../facts/settings.ts'
import { multiply, round } from '../language/decimal.ts'
import type { Derivation } from './derivation.ts'
import { flagOf, numberOf } from './reading.ts'

/** Defibrotide for the weight before fluid retention, and what must be settled before it. Weight gained as fluid never raises the dose. */
export const defibrotideDose: Derivation = {
  facts: {
    defibrotideDoseMg: { title: 'Defibrotide per dose', type: 'number', unit: 'mg' },
    defibrotideDoseText: { title: 'Defibrotide per dose in words', type: 'text' },
    defibrotideObstacles: { title: 'What stands against defibrotide until it is settled', type: 'list' },
  },
  uses: ['vodWeightBaseline', 'anticoagulantsNow', 'bleedingNow'],
  compute(scope) {
    const weight = numberOf(scope, 'vodWeightBaseline')
    const perKg = numberSetting(scope.settings, 'defibrotide_mg_per_kg')
    const dose = weight === undefined ? undefined : round(multiply(weight, perKg), 0, 'half-up')
    const inWords = dose === undefined ? scope.phrases.say`${String(perKg)} mg/kg (baseline weight not on file)` : `${String(dose)} mg (${String(perKg)} mg/kg)`
    const drugs = scope.fact('anticoagulantsNow')
    const obstacles = [
      ...(flagOf(scope, 'bleedingNow') === true ? ['bleeding on record'] : []),
      ...(drugs.state === 'present' && Array.isArray(drugs.value) && drugs.value.length > 0 ? [scope.phrases.say`${drugs.text} is active`] : []),
    ]
    return {
      defibrotideDoseMg: dose === undefined ? missing('absent', 'no baseline weight') : present(dose, `${String(dose)} mg`),
      defibrotideDoseText: present(inWords, inWords),
      defibrotideObstacles: present(obstacles, obstacles.join(', ') || 'no bleeding and no anticoagulant on record'),
    }
  },
}
