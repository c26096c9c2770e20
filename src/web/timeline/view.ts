import { RANK } from '../../content/schema/common.ts'
import { explainScope, type Explanation } from '../../engine/explain.ts'
import { focuses } from '../../engine/focus.ts'
import { chartOf } from '../../engine/judge.ts'
import type { Loose } from '../../facts/resources.ts'
import { type Chart, openScope, type Scope } from '../../facts/scope.ts'
import type { PatientRecord } from '../../fhir/types.ts'
import type { Moment } from '../../language/calendar.ts'
import { type Engine, patientOf } from './engine.ts'
import { type Answers, answeredRecord, assumedOrder, changedOrder, type Hypothesis, NOTHING, orderOnRecord, patientScope, supposedRecord } from './hypothesis.ts'

/** A patient's record in this browser, with what the clinician has answered here. */
export interface Subject {
  readonly engine: Engine
  readonly record: PatientRecord
  readonly patientId: string
  /** Epoch ms. */
  readonly now: number
  readonly answers: Answers
  /** The order that the card spoke of, if it launched the app: `MedicationRequest/o1`. It may be a draft that no record holds. */
  readonly order?: string | undefined
}

/** Everything the page shows about one state of affairs: the facts of the dose that comes next, and what every rule says of it. */
export interface View {
  readonly chart: Chart
  readonly scope: Scope
  readonly planned: Moment
  readonly isOrdered: boolean
  /** Rules about the dose. */
  readonly dose: readonly Explanation[]
  /** Rules about the patient as such. */
  readonly patient: readonly Explanation[]
}

function open({ engine, record, patientId, now }: Subject, resources: Pick<PatientRecord, 'resources' | 'sources'>, drafts: readonly Loose[]): Chart {
  return chartOf(engine.content, patientOf(engine, { record: { ...record, ...resources }, drafts, hook: 'order-sign', now, patientId }))
}

/** The next dose on its day; one that is overdue, or that nobody expects, is judged as if it were given today. */
function dayOf(next: Moment | undefined, chart: Chart, { date }: Hypothesis): Moment {
  const supposed = date === undefined ? undefined : chart.calendar.parse(date)
  const at = supposed ?? (next === undefined || next.day < chart.now.day ? chart.now : next)
  // A date without a time is the start of its day: results of that morning count for the dose.
  return at.day === chart.now.day ? chart.now : at
}

interface Judged { readonly drafts: readonly Loose[]; readonly isOrdered: boolean; readonly planned: Moment }

function judgedOrder({ engine, patientId, order }: Subject, bare: Chart, hypothesis: Hypothesis, opened: (draft: Loose) => Chart): Judged {
  const scope = patientScope(bare)
  const fact = scope.fact(engine.content.timeline.order.date)
  const next = fact.state === 'present' ? fact.value as Moment : undefined // sound: timeline.yaml names a fact of type moment
  const recorded = orderOnRecord(engine, scope, next, order)
  const at = dayOf(recorded?.reference === order ? recorded?.events[0] ?? next : next, bare, hypothesis)
  if (recorded && hypothesis.date === undefined && hypothesis.dose === undefined) return { drafts: [recorded.resource], isOrdered: true, planned: at }
  const make = (milligrams: number | undefined): Loose => {
    const parts = { at, milligrams, patientId }
    return recorded ? changedOrder(engine, recorded.resource, parts) : assumedOrder(engine, parts)
  }
  const milligrams = hypothesis.dose ?? expectedDose(engine, opened(make(undefined)))
  return { drafts: [make(milligrams)], isOrdered: recorded !== undefined, planned: at }
}

const scopeOf = (engine: Engine, chart: Chart): Scope => {
  const [first] = focuses(engine.content, chart, 'order-sign')
  return first ? openScope(chart, first) : patientScope(chart)
}

function expectedDose(engine: Engine, chart: Chart): number | undefined {
  const fact = scopeOf(engine, chart).fact(engine.content.timeline.order.dose)
  return fact.state === 'present' && typeof fact.value === 'number' ? fact.value : undefined
}

function explained(engine: Engine, scope: Scope, { calendar, phrases }: Chart, patientId: string): readonly Explanation[] {
  const context = { patient: `Patient/${patientId}`, user: 'Practitioner/self', nowIso: '' }
  return explainScope(engine.content, { scope, settings: engine.content.settings, calendar, phrases, context })
}

/** What the rules say of a record, or of what is supposed instead. Pure but for the engine's own memory. */
export function viewOf(subject: Subject, hypothesis: Hypothesis = NOTHING): View {
  const { engine, patientId, now } = subject
  const answered = answeredRecord(engine, subject.record, { ...subject.answers, ...hypothesis.answers }, patientId, now)
  const record = supposedRecord(engine, open(subject, answered, []), answered, hypothesis)
  const bare = open(subject, record, [])
  const { drafts, isOrdered, planned } = judgedOrder(subject, bare, hypothesis, (draft) => open(subject, record, [draft]))
  const chart = open(subject, record, drafts)
  const own = focuses(engine.content, chart, 'order-sign')
  const focus = own.find((one) => one.planned.day === planned.day) ?? own[0]
  const scope = focus ? openScope(chart, focus) : patientScope(chart)
  // The patient as such is judged without a dose that nobody has ordered.
  const [patientFocus] = focuses(engine.content, bare, 'patient-view')
  return {
    chart, scope, planned, isOrdered, dose: focus ? explained(engine, scope, chart, patientId) : [],
    patient: patientFocus ? explained(engine, openScope(bare, patientFocus), bare, patientId) : [],
  }
}

/** Is there anything on record, or ordered, of the drug? */
export function hasCourse(subject: Subject): boolean {
  const { days, orders } = subject.engine.content.timeline.order
  const scope = patientScope(open(subject, subject.record, []))
  return [days, orders].some((name) => {
    const fact = scope.fact(name)
    return fact.state === 'present' && Array.isArray(fact.value) && fact.value.length > 0
  })
}

/** How the verdict of a rule differs between two views. */
export interface Change { readonly rule: string; readonly before: Explanation | undefined; readonly after: Explanation | undefined }

const said = (one: Explanation | undefined): string => (one === undefined ? '' : `${one.outcome} ${one.indicator ?? ''} ${one.summary ?? ''}`)

/** What now fires stands first, the most urgent before; what only says something else stands last. */
function weightOf({ before, after }: Change): number {
  const [had, has] = [before?.outcome === 'fired', after?.outcome === 'fired']
  if (has && !had) return 10 + RANK[after?.indicator ?? 'info']
  return had && !has ? 5 : Number(has) * 0.5
}

/** Rules about the dose whose verdict changed. */
export function changesBetween(before: View, after: View): readonly Change[] {
  const byRule = new Map(before.dose.map((one) => [one.rule.id, one]))
  const later = new Map(after.dose.map((one) => [one.rule.id, one]))
  const rules = [...new Set([...byRule.keys(), ...later.keys()])]
  const changed = rules.map((rule): Change => ({ rule, before: byRule.get(rule), after: later.get(rule) })).filter((change) => said(change.before) !== said(change.after))
  return changed.toSorted((a, b) => weightOf(b) - weightOf(a))
}
