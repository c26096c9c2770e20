import { type Fact, present } from '../facts/fact.ts'
import type { ScopeInternals } from '../facts/scope.ts'
import { unavailability } from '../facts/select.ts'
import { listSetting, numberSetting, textSetting } from '../facts/settings.ts'
import type { Moment } from '../language/calendar.ts'
import { ALKYLATOR_FACTS, type AlkylatorUse, alkylatorUses, fallsIn, usesOfOrder } from './alkylators.ts'
import type { Derivation } from './derivation.ts'
import { momentOf, textValue } from './reading.ts'

const GVHD = 'gvhd-prophylaxis-purpose'
const LYMPHODEPLETION = 'lymphodepletion-purpose'

/** Day 0 that decides: the planned one, else the last one while its days are near the order. */
function dayZero(scope: ScopeInternals): Moment | undefined {
  const planned = momentOf(scope, 'hctDate')
  if (planned) return planned
  const last = momentOf(scope, 'lastHctDate')
  const near = numberSetting(scope.settings, 'conditioning_from_d')
  return last !== undefined && Math.abs(scope.focus.planned.day - last.day) <= near ? last : undefined
}

const isGvhdDrug = ({ agent }: AlkylatorUse, scope: ScopeInternals): boolean => agent === textSetting(scope.settings, 'gvhd_prophylaxis_alkylator')

/** Cyclophosphamide against graft-versus-host disease: by its days after Day 0, or as the order says. */
function isGvhdProphylaxis(use: AlkylatorUse, day0: Moment | undefined, scope: ScopeInternals): boolean {
  if (!isGvhdDrug(use, scope)) return false
  if (use.purposes.has(GVHD)) return true
  const [first = 0, last = 0] = listSetting(scope.settings, 'gvhd_prophylaxis_days').map(Number)
  const startsThen = ({ start }: { readonly start?: Moment }): boolean => start !== undefined && day0 !== undefined && start.day >= day0.day + first && start.day <= day0.day + last
  return use.isDated && use.spans.every(startsThen)
}

/** Without a stated day a drug that is given for conditioning only counts; of any other the day of writing counts. */
function isInWindow(use: AlkylatorUse, day0: Moment, { settings }: ScopeInternals): boolean {
  if (!use.isDated && use.isConditioningDrug) return true
  return fallsIn(use, day0.day - numberSetting(settings, 'conditioning_from_d'), day0.day - numberSetting(settings, 'conditioning_until_d'))
}

const startsOf = ({ spans }: AlkylatorUse): readonly number[] => spans.flatMap(({ start }) => (start ? [start.day] : []))

const agentsOf = (uses: readonly AlkylatorUse[]): string[] => [...new Set(uses.map(({ agent }) => agent))]

/**
 * Alkylators within some days of each other, the group with the most agents. One that leukaemia patients get before a transplantation
 * only makes it conditioning; otherwise a transplantation must be planned: cyclophosphamide with ifosfamide may be a course of chemotherapy.
 */
function largestCluster(uses: readonly AlkylatorUse[], must: (use: AlkylatorUse) => boolean, scope: ScopeInternals): readonly AlkylatorUse[] {
  const length = numberSetting(scope.settings, 'conditioning_cluster_d')
  const starts = [...new Set(uses.flatMap(startsOf))]
  const groups = (starts.length > 0 ? starts : [scope.now.day]).map((from) => uses.filter((use) => (!use.isDated && use.isConditioningDrug) || fallsIn(use, from, from + length)))
  const meant = groups.filter((group) => group.some(must) && (group.some(({ isConditioningDrug }) => isConditioningDrug) || textValue(scope, 'hctPlan') === 'planned'))
  return meant.sort((a, b) => agentsOf(b).length - agentsOf(a).length)[0] ?? []
}

const isToCome = ({ spans, isDated }: AlkylatorUse, now: Moment): boolean => !isDated || spans.some(({ end }) => end === undefined || end.day >= now.day)

/** The alkylators of the conditioning that is meant, given or still to come; empty when all of it lies in the past. */
function conditioningUses(scope: ScopeInternals, day0: Moment | undefined): readonly AlkylatorUse[] {
  const uses = alkylatorUses(scope).filter((use) => !use.purposes.has(LYMPHODEPLETION) && !isGvhdProphylaxis(use, day0, scope))
  const own = new Set(scope.focus.order && scope.focus.triggers.has('alkylator-order') ? [scope.focus.order.reference] : [])
  const isMeant = (use: AlkylatorUse): boolean => (own.size > 0 ? own.has(use.reference) : isToCome(use, scope.now))
  const found = day0 ? uses.filter((use) => isInWindow(use, day0, scope)) : largestCluster(uses, isMeant, scope)
  return found.some((use) => isToCome(use, scope.now)) ? found : []
}

/** By ingredient and first day: product names would not fit two to a headline. */
function labelOf({ agent, spans: [first] }: AlkylatorUse, { calendar }: ScopeInternals): string {
  return first?.start ? `${agent} ${calendar.iso(first.start)}` : agent
}

/** One entry per agent, the earliest use of each. */
function listFact(uses: readonly AlkylatorUse[], scope: ScopeInternals): Fact {
  const first = new Map<string, AlkylatorUse>()
  for (const use of [...uses].sort((a, b) => (startsOf(a)[0] ?? Infinity) - (startsOf(b)[0] ?? Infinity) || a.agent.localeCompare(b.agent))) if (!first.has(use.agent)) first.set(use.agent, use)
  if (first.size === 0) return unavailability('medications', scope) ?? present([], 'none')
  return present([...first.keys()], [...first.values()].map((use) => labelOf(use, scope)).join(', '), { sources: [...new Set(uses.map(({ reference }) => reference))] })
}

/** Which alkylators belong to the conditioning before a transplantation, and whether the order under evaluation is one of them. */
export const conditioning: Derivation = {
  facts: {
    conditioningAlkylators: { title: 'High-dose alkylators of the conditioning', type: 'list' },
    plannedConditioningAlkylators: { title: 'High-dose alkylators of the conditioning to come', type: 'list' },
    isConditioningOrder: { title: 'The order belongs to the conditioning', type: 'boolean' },
    gvhdCyclophosphamide: { title: 'The order is prophylaxis of graft-versus-host disease', type: 'boolean' },
  },
  uses: [...ALKYLATOR_FACTS, 'hctDate', 'lastHctDate', 'hctPlan', 'planned'],
  compute(scope) {
    const day0 = dayZero(scope)
    const uses = conditioningUses(scope, day0)
    const { order } = scope.focus
    const isOrder = order !== undefined && uses.some(({ reference }) => reference === order.reference)
    const isProphylaxis = order !== undefined && usesOfOrder(order, scope).some((use) => isGvhdProphylaxis(use, day0, scope))
    return {
      conditioningAlkylators: listFact(uses, scope), plannedConditioningAlkylators: listFact(uses.filter((use) => isToCome(use, scope.now)), scope),
      isConditioningOrder: present(isOrder, isOrder ? 'yes' : 'no', { origin: 'order' }), gvhdCyclophosphamide: present(isProphylaxis, isProphylaxis ? 'yes' : 'no', { origin: 'order' }),
    }
  },
}
