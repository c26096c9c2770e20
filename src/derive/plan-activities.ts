import { drugConcept } from '../facts/drug-concept.ts'
import { conceptOf, isObject, listOf, type Loose, nameOf, textOf } from '../facts/resources.ts'
import type { ScopeInternals } from '../facts/scope.ts'
import type { RecordRow } from '../facts/select.ts'
import type { Moment } from '../language/calendar.ts'

/** One step of a CarePlan or RequestGroup, recognised like an order of its own. Dates are those on which it is scheduled. */
export interface PlannedActivity {
  readonly plan: RecordRow
  readonly sets: ReadonlySet<string>
  readonly byText: boolean
  readonly name: string
  readonly start: Moment | undefined
  readonly end: Moment | undefined
}

type Part = Readonly<Record<string, unknown>>

const GIVEN_UP: ReadonlySet<string> = new Set(['cancelled', 'stopped', 'entered-in-error'])

const partOf = (value: unknown): Part => (isObject(value) ? value : {})

function dateIn(scope: ScopeInternals, ...candidates: readonly unknown[]): Moment | undefined {
  for (const candidate of candidates) {
    const text = textOf(candidate)
    const moment = text === undefined ? undefined : scope.calendar.parse(text)
    if (moment) return moment
  }
  return undefined
}

/** First and last day of the schedule that an element `<name>DateTime`, `<name>Period` or `<name>Timing` states. */
export function scheduleOf(part: Part, name: string, scope: ScopeInternals): { readonly start: Moment | undefined; readonly end: Moment | undefined } {
  const period = partOf(part[`${name}Period`])
  const timing = partOf(part[`${name}Timing`])
  const bounds = partOf(partOf(timing['repeat'])['boundsPeriod'])
  const events = listOf(timing['event']).flatMap((event) => dateIn(scope, event) ?? []).sort((a, b) => a.at - b.at)
  const start = dateIn(scope, part[`${name}DateTime`], period['start']) ?? events[0] ?? dateIn(scope, bounds['start'])
  return { start, end: dateIn(scope, period['end']) ?? events.at(-1) ?? dateIn(scope, bounds['end']) ?? start }
}

function carePlanActivity(activity: Part, plan: RecordRow, scope: ScopeInternals): PlannedActivity[] {
  const detail = partOf(activity['detail'])
  if (GIVEN_UP.has(String(detail['status'])) || detail['doNotPerform'] === true) return []
  const product: Loose = {
    resourceType: 'MedicationRequest', medicationCodeableConcept: detail['productCodeableConcept'], medicationReference: detail['productReference'], contained: plan.resource['contained'],
  }
  const drug = drugConcept(product, scope.index.medications)
  const about = conceptOf(detail['code'], partOf(activity['reference'])['display'])
  const concept = { codings: [...drug.codings, ...about.codings], texts: [...drug.texts, ...about.texts] }
  const name = nameOf(detail['productCodeableConcept']) ?? drug.texts[0] ?? nameOf(detail['code']) ?? 'an activity'
  return [{ plan, name, ...scope.mapping.matcher.recognise(concept, []), ...scheduleOf(detail, 'scheduled', scope) }]
}

function* groupActions(actions: unknown, plan: RecordRow, scope: ScopeInternals): Generator<PlannedActivity> {
  for (const action of listOf(actions).filter(isObject)) {
    const concept = conceptOf(action['code'], action['title'], action['description'], partOf(action['resource'])['display'])
    yield { plan, name: textOf(action['title']) ?? concept.texts[0] ?? 'an activity', ...scope.mapping.matcher.recognise(concept, []), ...scheduleOf(action, 'timing', scope) }
    yield* groupActions(action['action'], plan, scope)
  }
}

/** The steps of a plan, whatever they are; what was cancelled is left out. Orders that a step merely points at are read as orders. */
export function activitiesOf(plan: RecordRow, scope: ScopeInternals): readonly PlannedActivity[] {
  const steps = listOf(plan.resource['activity']).filter(isObject).flatMap((activity) => carePlanActivity(activity, plan, scope))
  return [...steps, ...groupActions(plan.resource['action'], plan, scope)].filter(({ sets }) => sets.size > 0)
}
