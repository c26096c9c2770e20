import type { HookName } from '../content/schema/common.ts'
import type { TriggersFile } from '../content/schema/deck.ts'
import type { ConceptMatcher } from '../facts/concepts.ts'
import { drugConcept, medicationsByReference, unresolvedMedication } from '../facts/drug-concept.ts'
import { type DrugOrder, isWithdrawn } from '../facts/drug-order.ts'
import type { Fact } from '../facts/fact.ts'
import type { Loose } from '../facts/resources.ts'
import { type Chart, type Focus, openScope } from '../facts/scope.ts'
import type { Content } from './rule.ts'

/** Drug orders of DSTU2 and its predecessors. */
const FORMER_ORDERS: ReadonlySet<string> = new Set(['MedicationOrder', 'MedicationPrescription'])

/** A draft and the triggers its drug matches. */
export interface TriagedDraft {
  readonly resource: Loose
  readonly triggers: ReadonlySet<string>
  /** An order of concern in the shape of FHIR before R4: recognised, so that it is refused and not passed over. */
  readonly isFormer: boolean
  /** It names its drug by a Medication that it does not contain. */
  readonly pointsElsewhere: boolean
  /** A Medication that must be read before anything can be said about this order. */
  readonly unresolved?: string
}

function triggersOf(sets: ReadonlySet<string>, { resourceType }: Loose, triggers: TriggersFile): Set<string> {
  const matches = ({ drugs = [], types }: TriggersFile[string]): boolean => types.includes(resourceType) && drugs.some((set) => sets.has(set))
  return new Set(Object.entries(triggers).filter(([, trigger]) => matches(trigger)).map(([id]) => id))
}

const NONE_KNOWN: ReadonlyMap<string, Loose> = new Map()

/** Which drafts concern any rule. Looks at the drug alone: an unrelated order costs nothing more than this. */
export function triage(drafts: readonly Loose[], medications: readonly Loose[], content: Content): readonly TriagedDraft[] {
  const matcher: ConceptMatcher = content.mapping.matcher
  const known = medicationsByReference([...drafts, ...medications])
  return drafts.filter((draft) => !isWithdrawn(draft)).map((resource) => {
    const { sets } = matcher.recognise(drugConcept(resource, known), [])
    const triggers = triggersOf(sets, resource, content.triggers)
    // A display such as "study drug IV" says something, but not what the drug is.
    const unresolved = triggers.size === 0 ? unresolvedMedication(resource, known) : undefined
    const isFormer = FORMER_ORDERS.has(resource.resourceType) && triggersOf(sets, { resourceType: 'MedicationRequest' }, content.triggers).size > 0
    const pointsElsewhere = unresolvedMedication(resource, NONE_KNOWN) !== undefined
    return { resource, triggers, isFormer, pointsElsewhere, ...(unresolved === undefined ? {} : { unresolved }) }
  })
}

/** Whether an order, by its reference, is one that the call is about. */
export type IsMeant = (reference: string) => boolean
const everyOrder: IsMeant = () => true

/** The orders a hook is about. A requested service is an order of concern only where it is one of a drug or vaccine. */
const ordersInFocus = (content: Content, chart: Chart, isMeant: IsMeant): readonly DrugOrder[] =>
  chart.drafts.filter(({ reference, sets, resource }) => isMeant(reference) && (resource.resourceType !== 'ServiceRequest' || triggersOf(sets, resource, content.triggers).size > 0))

/** One evaluation per planned dose of an order. An order without any date is planned for now. */
function focusesOf(order: DrugOrder, triggers: ReadonlySet<string>, perDose: boolean, hook: HookName, chart: Chart): Focus[] {
  const stated = order.events.length > 0
  const dates = stated ? (perDose ? order.events : order.events.slice(0, 1)) : [chart.now]
  return dates.map((planned) => ({ hook, triggers, order, planned, plannedStated: stated }))
}

/**
 * A course that is signed again while it runs is judged by the doses that are not over. Where all are, it is judged whole: an order of
 * last week that was copied without a new date would otherwise pass unseen.
 */
function unfinished(doses: readonly Focus[], content: Content, chart: Chart): readonly Focus[] {
  if (doses.length < 2) return doses
  const open = doses.filter((focus) => {
    const facts = [...focus.triggers].flatMap((trigger) => content.triggers[trigger]?.over ?? [])
    return !facts.some((name) => isTrue(openScope(chart, focus).fact(name)))
  })
  return open.length > 0 ? open : doses
}

const isTrue = (fact: Fact): boolean => fact.state === 'present' && fact.value === true

/**
 * Triggers whose condition is surely false are taken away, and an evaluation without any is dropped. A chart that is merely opened
 * must surely concern us: otherwise every patient whose doses nobody sent would be told about.
 */
function concerning(focus: Focus, content: Content, chart: Chart): Focus[] {
  const scope = openScope(chart, focus)
  const isOff = (trigger: string): boolean => {
    const when = content.triggers[trigger]?.when
    const fact = when === undefined ? undefined : scope.fact(when)
    if (fact?.state === 'missing') return content.triggers[trigger]?.per === 'patient'
    return fact?.value === false
  }
  const triggers = new Set([...focus.triggers].filter((trigger) => !isOff(trigger)))
  return triggers.size > 0 ? [{ ...focus, triggers }] : []
}

/** The evaluations of one call, in the order of the drafts and their dates. */
export function focuses(content: Content, chart: Chart, hook: HookName, isMeant: IsMeant = everyOrder): readonly Focus[] {
  return allFocuses(content, chart, hook, isMeant).flatMap((focus) => concerning(focus, content, chart))
}

function allFocuses(content: Content, chart: Chart, hook: HookName, isMeant: IsMeant): readonly Focus[] {
  const patientTriggers = Object.entries(content.triggers).filter(([, { per }]) => per === 'patient').map(([id]) => id)
  if (hook === 'patient-view') return [{ hook, triggers: new Set(patientTriggers), planned: chart.now, plannedStated: false }]
  return ordersInFocus(content, chart, isMeant).flatMap((order) => {
    const triggers = triggersOf(order.sets, order.resource, content.triggers)
    const perDose = [...triggers].some((id) => content.triggers[id]?.per === 'dose')
    return triggers.size > 0 ? unfinished(focusesOf(order, triggers, perDose, hook, chart), content, chart) : []
  })
}
