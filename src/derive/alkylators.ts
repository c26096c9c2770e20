import { type DrugOrder, plannedDates, type Span } from '../facts/drug-order.ts'
import { conceptOf, isObject, listOf, type Loose } from '../facts/resources.ts'
import type { ScopeInternals } from '../facts/scope.ts'
import type { RecordRow } from '../facts/select.ts'
import { listSetting } from '../facts/settings.ts'
import { activitiesOf, type PlannedActivity } from './plan-activities.ts'
import { rowsOf } from './reading.ts'

/** One alkylator, ordered, planned or given, with the days on which it acts. */
export interface AlkylatorUse {
  /** Value set of the ingredient: two brands are one agent, a combination is several. */
  readonly agent: string
  readonly spans: readonly Span[]
  /** False where only the day of writing is known. */
  readonly isDated: boolean
  /** A drug that leukaemia patients get before a transplantation only. */
  readonly isConditioningDrug: boolean
  /** Stated purpose: graft-versus-host prophylaxis or lymphodepletion. */
  readonly purposes: ReadonlySet<string>
  readonly reference: string
}

const CONDITIONING_DRUG = 'conditioning-alkylator'
const PLANNED_OR_DONE: ReadonlySet<string> = new Set(['draft', 'active', 'on-hold', 'completed'])

/** Purposes are told by words: codes of a reason name the disease. */
function purposesOf(scope: ScopeInternals, ...values: readonly unknown[]): ReadonlySet<string> {
  const { texts } = conceptOf(...values)
  return scope.mapping.matcher.recognise({ codings: [], texts }, []).sets
}

const wordsOf = (order: Loose): readonly unknown[] => [
  order['reasonCode'], order['medicationCodeableConcept'], ...listOf(order['note']).filter(isObject).map(({ text }) => text),
  ...listOf(order['dosageInstruction']).filter(isObject).flatMap(({ text, additionalInstruction }) => [text, additionalInstruction]),
]

const agentsIn = (sets: ReadonlySet<string>, scope: ScopeInternals): string[] => listSetting(scope.settings, 'high_dose_alkylators').map(String).filter((agent) => sets.has(agent))

/** Stopped orders were not given, or their doses are on record as administrations. */
const counts = ({ state, resource }: DrugOrder): boolean => state !== 'past' || resource['status'] === 'completed' || resource['status'] === 'on-hold'

/** Without an end an order of chemotherapy stands for the day it is planned for. */
const closed = ({ start, end }: Span): Span => ({ ...(start ? { start } : {}), ...(end ?? start ? { end: end ?? start } : {}) })

/** The uses that one order stands for: one per ingredient. */
export function usesOfOrder(order: DrugOrder, scope: ScopeInternals): AlkylatorUse[] {
  const { authoredOn: _, ...unwritten } = order.resource
  const isDated = order.state === 'given' || plannedDates({ ...unwritten, resourceType: order.resource.resourceType }, scope.calendar).length > 0
  const purposes = purposesOf(scope, ...wordsOf(order.resource))
  return agentsIn(order.sets, scope).map((agent) => ({
    agent, spans: order.spans.map(closed), isDated, purposes, reference: order.reference, isConditioningDrug: order.sets.has(CONDITIONING_DRUG),
  }))
}

function usesOfActivity({ plan, sets, start, end }: PlannedActivity, scope: ScopeInternals): AlkylatorUse[] {
  const purposes = purposesOf(scope, plan.resource['title'], plan.resource['category'], plan.resource['description'])
  const span: Span = { ...(start ? { start } : {}), ...(end ? { end } : {}) }
  const isConditioningDrug = sets.has(CONDITIONING_DRUG) || plan.sets.has('conditioning-plan')
  return agentsIn(sets, scope).map((agent) => ({ agent, spans: [span], isDated: start !== undefined, purposes, isConditioningDrug, reference: plan.reference }))
}

const usesOfPlan = (plan: RecordRow, scope: ScopeInternals): AlkylatorUse[] =>
  PLANNED_OR_DONE.has(String(plan.fields['status'])) ? activitiesOf(plan, scope).flatMap((activity) => usesOfActivity(activity, scope)) : []

/** What the clinician said is planned; no day goes with it. */
function usesStated(scope: ScopeInternals): AlkylatorUse[] {
  const fact = scope.fact('assertedConditioningAgents')
  if (fact.state === 'missing') return []
  const { sets } = scope.mapping.matcher.recognise({ codings: [], texts: [String(fact.value)] }, [])
  return agentsIn(sets, scope).map((agent) => ({ agent, spans: [{}], isDated: false, isConditioningDrug: true, purposes: new Set(), reference: fact.sources[0] ?? '' }))
}

/** Every alkylator of the record, of the drafts and of the order under evaluation. */
export function alkylatorUses(scope: ScopeInternals): readonly AlkylatorUse[] {
  const fact = scope.fact('alkylatorOrders')
  const orders = fact.state === 'present' && Array.isArray(fact.value) ? fact.value as readonly DrugOrder[] : [] // sound: declared with give: orders
  const own = scope.focus.order ? usesOfOrder(scope.focus.order, scope) : []
  return [...own, ...orders.filter(counts).flatMap((order) => usesOfOrder(order, scope)), ...rowsOf(scope, 'treatmentPlans').flatMap((plan) => usesOfPlan(plan, scope)), ...usesStated(scope)]
}

/** Facts that alkylatorUses reads, for the declarations of derivations. */
export const ALKYLATOR_FACTS: readonly string[] = ['alkylatorOrders', 'treatmentPlans', 'assertedConditioningAgents']

/** Does the use fall on any day in [from, to]? Where no day is known at all it may. */
export const fallsIn = ({ spans }: AlkylatorUse, from: number, to: number): boolean =>
  spans.some(({ start, end }) => (start === undefined || start.day <= to) && (end === undefined || end.day >= from))
