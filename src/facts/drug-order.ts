import type { Calendar, Moment } from '../language/calendar.ts'
import type { Entry } from './record-index.ts'
import { isObject, listOf, type Loose, nameOf, textOf } from './resources.ts'

/** draft: unsigned. active: signed and running. past: ended, stopped or on hold. given: administered. */
export type DrugState = 'draft' | 'active' | 'past' | 'given'

/** When a drug acts: one span per planned event, or one open span for a running order. */
export interface Span {
  readonly start?: Moment
  readonly end?: Moment
}

/** An order, active medication or administration of a drug, recognised and dated. */
export interface DrugOrder {
  readonly reference: string
  readonly resource: Loose
  readonly sets: ReadonlySet<string>
  readonly byText: boolean
  readonly name: string
  readonly state: DrugState
  readonly spans: readonly Span[]
  /** The dates on which a dose is planned or was given, ascending. */
  readonly events: readonly Moment[]
}

const STATES: Readonly<Record<string, Readonly<Record<string, DrugState>>>> = {
  MedicationRequest: { draft: 'draft', active: 'active', 'on-hold': 'past', completed: 'past', stopped: 'past', unknown: 'active' },
  MedicationStatement: { active: 'active', intended: 'active', 'on-hold': 'past', completed: 'past', stopped: 'past', unknown: 'active' },
  MedicationAdministration: { completed: 'given', 'in-progress': 'given', stopped: 'given' },
  ServiceRequest: { draft: 'draft', active: 'active', 'on-hold': 'past', completed: 'past' },
}

/** What a status of the record means; undefined for those that say the drug is not, or no longer, meant. */
function stateOf(resourceType: string, status: string): DrugState | undefined {
  const states = Object.hasOwn(STATES, resourceType) ? STATES[resourceType] : undefined
  return states && Object.hasOwn(states, status) ? states[status] : undefined
}

const WITHDRAWN: ReadonlySet<string> = new Set(['cancelled', 'entered-in-error', 'stopped', 'completed', 'revoked', 'not-done'])

/** A draft that is not, or no longer, meant. R4 has no status for a planned Immunization: its drafts come as completed. */
export function isWithdrawn({ resourceType, status }: Loose): boolean {
  const text = textOf(status) ?? ''
  return WITHDRAWN.has(text) && !(resourceType === 'Immunization' && text === 'completed')
}

const timingsOf = (resource: Loose): readonly Readonly<Record<string, unknown>>[] =>
  listOf(resource['dosageInstruction'] ?? resource['dosage']).filter(isObject).flatMap(({ timing }) => (isObject(timing) ? [timing] : []))

const boundsOf = (timing: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> | undefined => {
  const repeat = timing['repeat']
  return isObject(repeat) && isObject(repeat['boundsPeriod']) ? repeat['boundsPeriod'] : undefined
}

const moment = (calendar: Calendar, value: unknown): Moment | undefined => {
  const text = textOf(value)
  return text === undefined ? undefined : calendar.parse(text)
}
const present = <T>(value: T | undefined): value is T => value !== undefined
const ascending = (a: Moment, b: Moment): number => a.at - b.at

/** Planned dates in the order of precedence: timing events, else the period's start, else occurrence, else authoredOn, else nothing. */
export function plannedDates(resource: Loose, calendar: Calendar): readonly Moment[] {
  const timings = timingsOf(resource)
  const events = timings.flatMap((timing) => listOf(timing['event'])).map((event) => moment(calendar, event)).filter(present)
  if (events.length > 0) return events.sort(ascending)
  const starts = timings.map((timing) => moment(calendar, boundsOf(timing)?.['start'])).filter(present)
  if (starts.length > 0) return starts.sort(ascending).slice(0, 1)
  const period = isObject(resource['occurrencePeriod']) ? resource['occurrencePeriod']['start'] : undefined
  return [resource['occurrenceDateTime'], period, resource['authoredOn']].map((date) => moment(calendar, date)).filter(present).slice(0, 1)
}

const optional = (start: Moment | undefined, end: Moment | undefined): Span =>
  ({ ...(start ? { start } : {}), ...(end ? { end } : {}) })

function administeredSpans(resource: Loose, calendar: Calendar): readonly Span[] {
  const period = resource['effectivePeriod'] ?? resource['occurencePeriod']
  const start = moment(calendar, resource['effectiveDateTime'] ?? (isObject(period) ? period['start'] : undefined))
  return start ? [{ start, end: moment(calendar, isObject(period) ? period['end'] : undefined) ?? start }] : []
}

function orderedSpans(resource: Loose, calendar: Calendar): readonly Span[] {
  const timings = timingsOf(resource)
  const events = timings.flatMap((timing) => listOf(timing['event'])).map((event) => moment(calendar, event)).filter(present)
  if (events.length > 0) return events.sort(ascending).map((event) => ({ start: event, end: event }))
  const bounds = timings.map(boundsOf).find(present)
  const validity = isObject(resource['dispenseRequest']) && isObject(resource['dispenseRequest']['validityPeriod']) ? resource['dispenseRequest']['validityPeriod'] : undefined
  const effective = isObject(resource['effectivePeriod']) ? resource['effectivePeriod'] : undefined
  const start = moment(calendar, bounds?.['start'] ?? effective?.['start'] ?? resource['occurrenceDateTime'] ?? resource['authoredOn'] ?? resource['effectiveDateTime'])
  const end = moment(calendar, bounds?.['end'] ?? effective?.['end'] ?? validity?.['end'])
  return [optional(start, end)]
}

/** Reads an entry as a drug order; undefined when it was withdrawn or is no drug. `asDraft`: it came in draftOrders. */
export function drugOrderOf(entry: Entry, calendar: Calendar, { asDraft = false } = {}): DrugOrder | undefined {
  const { resource, reference, sets, byText } = entry
  const status = textOf(resource['status']) ?? 'unknown'
  const state = asDraft ? (isWithdrawn(resource) ? undefined : 'draft') : stateOf(resource.resourceType, status)
  if (state === undefined || resource['doNotPerform'] === true) return undefined
  const spans = state === 'given' ? administeredSpans(resource, calendar) : orderedSpans(resource, calendar)
  const events = state === 'given' ? spans.flatMap(({ start }) => (start ? [start] : [])) : plannedDates(resource, calendar)
  const pointer = resource['medicationReference']
  const name = nameOf(resource['medicationCodeableConcept']) ?? (isObject(pointer) ? textOf(pointer['display']) : undefined) ?? nameOf(resource['vaccineCode']) ?? nameOf(resource['code']) ?? 'a drug'
  return { reference, resource, sets, byText, name, state, spans, events }
}

/** Does the drug act on any local calendar day in [from, to]? An open end counts as still running. */
export const overlaps = ({ spans }: DrugOrder, from: number, to: number): boolean =>
  spans.some(({ start, end }) => (start === undefined || start.day <= to) && (end === undefined || end.day >= from))
