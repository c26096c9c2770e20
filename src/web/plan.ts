import type { Drug, Plan } from './sandbox-api.ts'
import { dateOf, localInput } from './dates.ts'
import { draftOf, isMedicationDraft, type MedicationDraft, type OrderHeader } from './order.ts'
import type { Draft } from './suggestion.ts'
import { plannedAt, plannedIn } from './timing.ts'

const SYSTEM = 'urn:ino-cds:sandbox-plan'

/** Unsigned orders that were written as one plan, the earliest first. */
export interface PlanGroup { readonly planId: string; readonly drafts: readonly MedicationDraft[] }

/** When a cycle begins, and which it is. */
export interface CycleStart { readonly cycle: number; readonly day1: Date }

const daysLater = (from: Date, days: number): Date => {
  const date = new Date(from)
  date.setDate(date.getDate() + days)
  return date
}

const noteOf = ({ note }: Plan, cycle: number, day: number): string => note.replace('{cycle}', String(cycle)).replace('{day}', String(day))

/** One draft for each day of a plan, held together by their groupIdentifier (FHIR R4, MedicationRequest). */
export const planDrafts = (plan: Plan, drug: Drug, { cycle, day1 }: CycleStart, header: () => OrderHeader, planId: string): readonly MedicationDraft[] =>
  plan.doses.map(({ day, dose }) => ({
    ...draftOf(drug, header(), daysLater(day1, day - 1), dose, noteOf(plan, cycle, day)), groupIdentifier: { system: SYSTEM, value: planId },
  }))

const planOf = (draft: Draft): string | undefined =>
  (isMedicationDraft(draft) && draft.groupIdentifier?.system === SYSTEM ? draft.groupIdentifier.value : undefined)

/** When an order is planned, in epoch ms; 0 where it is not. */
const plannedMs = (draft: MedicationDraft): number => dateOf(plannedIn(draft.dosageInstruction?.[0]?.timing))?.getTime() ?? 0

/** Plans first, each as one; then the orders that stand alone. */
export const grouped = (drafts: readonly Draft[]): { readonly plans: readonly PlanGroup[]; readonly single: readonly Draft[] } => {
  const groups = Map.groupBy(drafts.filter(isMedicationDraft).filter((draft) => planOf(draft) !== undefined), (draft) => planOf(draft) ?? '')
  const plans = [...groups].map(([planId, some]) => ({ planId, drafts: [...some].sort((a, b) => plannedMs(a) - plannedMs(b)) }))
  return { plans, single: drafts.filter((draft) => planOf(draft) === undefined) }
}

const movedBy = (draft: MedicationDraft, days: number): MedicationDraft => {
  const [dosage = {}, ...others] = draft.dosageInstruction ?? []
  const at = dateOf(plannedIn(dosage.timing))
  return at ? { ...draft, dosageInstruction: [{ ...dosage, timing: plannedAt(dosage.timing ?? {}, localInput(daysLater(at, days))) }, ...others] } : draft
}

/** Whole days between the doses of a plan and the one before; undefined for the first, or without dates. */
export const gapBefore = (drafts: readonly MedicationDraft[], index: number): number | undefined => {
  const [before, draft] = [drafts[index - 1], drafts[index]]
  if (!before || !draft || plannedMs(before) === 0 || plannedMs(draft) === 0) return undefined
  const midnight = (ms: number): number => new Date(ms).setHours(12, 0, 0, 0)
  return Math.round((midnight(plannedMs(draft)) - midnight(plannedMs(before))) / 86_400_000)
}

/** The plan with its first dose on another day; the distances between doses stay. */
export const movedPlan = ({ drafts }: PlanGroup, days: number): readonly MedicationDraft[] => drafts.map((draft) => movedBy(draft, days))
