import type { DrugOrder } from '../facts/drug-order.ts'
import { conceptOf, isObject, listOf, type Loose, textOf } from '../facts/resources.ts'
import type { ScopeInternals } from '../facts/scope.ts'
import type { RecordRow } from '../facts/select.ts'
import type { Moment } from '../language/calendar.ts'
import { activitiesOf, scheduleOf } from './plan-activities.ts'
import { rowsOf } from './reading.ts'

export type Plan = 'planned' | 'not-planned' | 'undecided'

/** One thing in the record that speaks for or against a transplantation. `since`: when it was said; `at`: the day it is meant for. */
export interface PlanEvidence {
  readonly plan: Plan
  readonly text: string
  readonly since: Moment | undefined
  readonly at: Moment | undefined
  readonly reference: string
}

/** A transplantation that took place. Codes of the state after one often carry no date, and do not always name the donor. */
export interface PastTransplant {
  readonly at: Moment | undefined
  readonly title: string
  readonly reference: string
  readonly allogeneic: boolean | undefined
}

const OPEN: ReadonlySet<string> = new Set(['draft', 'active', 'on-hold'])
const ACCEPTED: ReadonlySet<string> = new Set(['active', 'completed'])
const BOOKED: ReadonlySet<string> = new Set(['booked', 'arrived', 'checked-in'])
const REQUESTED: ReadonlySet<string> = new Set(['proposed', 'pending', 'waitlist'])
const VISIT = 'visit-or-referral'
const STATUS_REASON = 'http://hl7.org/fhir/StructureDefinition/request-statusReason'

const momentIn = (scope: ScopeInternals, value: unknown): Moment | undefined => {
  const text = textOf(value)
  return text === undefined ? undefined : scope.calendar.parse(text)
}

const startOf = (value: unknown): unknown => (isObject(value) ? value['start'] : undefined)

/** The day an order, appointment or procedure is for. The period of a whole plan says nothing about the day of the infusion. */
function dayOf(resource: Loose, scope: ScopeInternals): Moment | undefined {
  const scheduled = scheduleOf(resource, resource.resourceType === 'Procedure' ? 'performed' : 'occurrence', scope).start
  return scheduled ?? (resource.resourceType === 'Appointment' ? momentIn(scope, resource['start']) ?? momentIn(scope, startOf(listOf(resource['requestedPeriod'])[0])) : undefined)
}

const saidOn = (resource: Loose, scope: ScopeInternals): Moment | undefined =>
  momentIn(scope, resource['authoredOn']) ?? momentIn(scope, resource['created']) ?? momentIn(scope, startOf(resource['period']))

const setsOf = (scope: ScopeInternals, ...values: readonly unknown[]): ReadonlySet<string> => scope.mapping.matcher.recognise(conceptOf(...values), []).sets

/** Why a request was given up, where the record says so. */
function isIneligible(resource: Loose, scope: ScopeInternals): boolean {
  const extensions = listOf(resource['extension']).filter(isObject).filter(({ url }) => url === STATUS_REASON).map((one) => one['valueCodeableConcept'])
  const notes = listOf(resource['note']).filter(isObject).map(({ text }) => text)
  return setsOf(scope, resource['statusReason'], resource['cancelationReason'], resource['reasonCode'], ...extensions, ...notes).has('hct-ineligible-answer')
}

/** A request to talk about a transplantation, by its code, its category or its intent. */
const isQuestion = (row: RecordRow, scope: ScopeInternals): boolean =>
  row.sets.has('hct-evaluation-referral') || row.sets.has(VISIT) || row.fields['intent'] === 'proposal'
  || setsOf(scope, row.resource['category'], row.resource['serviceCategory']).has(VISIT)

function planOfAppointment(status: string): Plan | undefined {
  if (BOOKED.has(status)) return 'planned'
  return REQUESTED.has(status) ? 'undecided' : undefined
}

function planOfProcedure(status: string, day: Moment | undefined, scope: ScopeInternals): Plan | undefined {
  if (status === 'preparation') return 'planned'
  return status !== 'not-done' && day !== undefined && day.day > scope.now.day ? 'planned' : undefined
}

function planOf(row: RecordRow, day: Moment | undefined, scope: ScopeInternals): Plan | undefined {
  const status = String(row.fields['status'])
  if (isIneligible(row.resource, scope) || row.resource['doNotPerform'] === true) return 'not-planned'
  if (row.type === 'Procedure') return planOfProcedure(status, day, scope)
  if (status === 'revoked') return 'undecided'
  if (isQuestion(row, scope)) return OPEN.has(status) || ACCEPTED.has(status) || BOOKED.has(status) || REQUESTED.has(status) ? 'undecided' : undefined
  if (row.type === 'Appointment') return planOfAppointment(status)
  if (row.sets.has('donor-search')) return ACCEPTED.has(status) ? 'planned' : OPEN.has(status) ? 'undecided' : undefined
  return OPEN.has(status) ? 'planned' : undefined
}

function fromRow(row: RecordRow, scope: ScopeInternals): PlanEvidence[] {
  const isTransplant = row.sets.has('hct-any')
  const day = dayOf(row.resource, scope)
  const plan = planOf(row, day, scope)
  return plan === undefined ? [] : [{ plan, text: row.title, since: saidOn(row.resource, scope), at: isTransplant && plan === 'planned' ? day : undefined, reference: row.reference }]
}

function fromPlan(row: RecordRow, scope: ScopeInternals): PlanEvidence[] {
  if (!OPEN.has(String(row.fields['status']))) return []
  return activitiesOf(row, scope).filter(({ sets }) => sets.has('hct-any') && !sets.has(VISIT)).map(({ name, start }): PlanEvidence => ({
    plan: 'planned', text: name, since: saidOn(row.resource, scope), at: start, reference: row.reference,
  }))
}

const fromRefusal = (row: RecordRow): PlanEvidence => ({ plan: 'not-planned', text: row.title, since: row.at, at: undefined, reference: row.reference })

function fromEligibility(scope: ScopeInternals): PlanEvidence[] {
  const fact = scope.fact('hctEligibility')
  const isRefused = fact.state === 'present' && (fact.value === 'ineligible' || fact.value === 'negative')
  return isRefused ? [{ plan: 'not-planned', text: 'assessed as not eligible', since: fact.at, at: undefined, reference: fact.sources[0] ?? '' }] : []
}

/** Ordering a drug that is given only before a transplantation says that one is planned, but not for which day. */
function fromOrders(scope: ScopeInternals): PlanEvidence[] {
  const fact = scope.fact('conditioningAlkylatorOrders')
  const orders = fact.state === 'present' && Array.isArray(fact.value) ? fact.value as readonly DrugOrder[] : [] // sound: declared with give: orders
  const { order } = scope.focus
  const all = order?.sets.has('conditioning-alkylator') ? [order, ...orders] : orders
  return all.map(({ name, spans, reference, resource }) => ({ plan: 'planned', text: scope.phrases.say`${name} is ordered`, since: momentIn(scope, resource['authoredOn']) ?? spans[0]?.start, at: undefined, reference }))
}

/** Everything that speaks for or against a transplantation to come. */
export const planEvidence = (scope: ScopeInternals): readonly PlanEvidence[] => [
  ...rowsOf(scope, 'hctRequests').flatMap((row) => fromRow(row, scope)), ...rowsOf(scope, 'treatmentPlans').flatMap((row) => fromPlan(row, scope)),
  ...rowsOf(scope, 'hctRefusals').map(fromRefusal), ...fromEligibility(scope), ...fromOrders(scope),
]

function donorOf(sets: ReadonlySet<string>): boolean | undefined {
  const allogeneic = sets.has('allogeneic-hct') || sets.has('transplant-status-allogeneic')
  const autologous = sets.has('autologous-hct') || sets.has('transplant-status-autologous')
  return allogeneic === autologous ? undefined : allogeneic
}

const past = (row: RecordRow, at: Moment | undefined): PastTransplant => ({ at, title: row.title, reference: row.reference, allogeneic: donorOf(row.sets) })

/** A completed order of a transplantation stands for the transplantation where no procedure was recorded. */
function fromCompletedOrder(row: RecordRow, scope: ScopeInternals): PastTransplant[] {
  const day = dayOf(row.resource, scope)
  const isDone = row.type === 'ServiceRequest' && row.fields['status'] === 'completed' && row.sets.has('hct-any') && !isQuestion(row, scope)
  return isDone && day !== undefined && day.day <= scope.now.day ? [past(row, day)] : []
}

/** The onset of a state after transplantation is its day; that of a complication is not, and a recording date never is. */
function fromStatus(row: RecordRow, scope: ScopeInternals): PastTransplant {
  return past(row, row.sets.has('transplant-complication') ? undefined : momentIn(scope, row.fields['onset']) ?? momentIn(scope, startOf(row.fields['onset'])))
}

/** Transplantations that took place, the newest first, those without a date last. */
export function pastTransplants(scope: ScopeInternals): readonly PastTransplant[] {
  const procedures = rowsOf(scope, 'hctProcedures').filter(({ at }) => at === undefined || at.day <= scope.now.day).map((row) => past(row, row.at))
  const orders = rowsOf(scope, 'hctRequests').flatMap((row) => fromCompletedOrder(row, scope))
  const states = rowsOf(scope, 'transplantStatuses').map((row) => fromStatus(row, scope))
  return [...procedures, ...orders, ...states].sort((a, b) => (b.at?.day ?? -Infinity) - (a.at?.day ?? -Infinity))
}
