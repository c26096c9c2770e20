import { z } from 'zod'
import { type Dose, drugOf } from './vocabulary.ts'
import { readYaml } from './yaml.ts'

const Plans = z.array(z.strictObject({
  id: z.string(), title: z.string(), drug: z.string(),
  note: z.string().describe('what each order says of itself; {cycle} and {day} are filled'),
  doses: z.array(z.strictObject({ day: z.int().positive(), dose: z.strictObject({ value: z.number().positive(), unit: z.string() }) })).min(1),
}))

/** A cycle as the order form offers it: one order for each day, counted from Day 1. */
export interface OfferedPlan { readonly id: string; readonly title: string; readonly note: string; readonly drug: string; readonly doses: readonly { readonly day: number; readonly dose: Dose }[] }

/** The plans of plans.yaml; a drug that is not offered is a mistake in it and throws. */
export const offeredPlans = (): readonly OfferedPlan[] =>
  readYaml(`${import.meta.dirname}/plans.yaml`, Plans).map((plan) => ({ ...plan, drug: drugOf(plan.drug).id }))
