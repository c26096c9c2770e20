import type { DrugOrder } from '../../facts/drug-order.ts'
import { entriesOf } from '../../facts/record-index.ts'
import type { Loose } from '../../facts/resources.ts'
import { type Chart, openScope, type Scope } from '../../facts/scope.ts'
import { readSeries, type Sample } from '../../facts/series.ts'
import type { PatientRecord } from '../../fhir/types.ts'
import type { Moment } from '../../language/calendar.ts'
import type { Engine } from './engine.ts'

/** An answer to one of our questions, typed as its assertion is declared. */
export type Answer = string | number | boolean
export type Answers = Readonly<Record<string, Answer>>

/** What is supposed instead of what is on record. Empty: nothing. */
export interface Hypothesis {
  /** Local date of the dose. */
  readonly date?: string
  /** mg */
  readonly dose?: number
  /** Measurement → value in the unit of its newest result. */
  readonly results: Readonly<Record<string, number>>
  readonly answers: Answers
}

export const NOTHING: Hypothesis = { results: {}, answers: {} }

export const isEmpty = ({ date, dose, results, answers }: Hypothesis): boolean =>
  date === undefined && dose === undefined && Object.keys(results).length + Object.keys(answers).length === 0

const VALUE_NAMES: Readonly<Record<string, string>> = { integer: 'valueInteger', decimal: 'valueDecimal', boolean: 'valueBoolean', date: 'valueDate', code: 'valueString', string: 'valueString' }

/** Answers as the record keeps them: a completed questionnaire whose items are named after our questions. */
export const responseOf = ({ content }: Engine, answers: Answers, patientId: string, now: number): Loose => ({
  resourceType: 'QuestionnaireResponse', status: 'completed', subject: { reference: `Patient/${patientId}` }, authored: new Date(now).toISOString(),
  item: Object.entries(answers).map(([key, value]) => {
    const declared = content.mapping.assertions[key]
    return { linkId: key, text: declared?.title ?? key, answer: [{ [VALUE_NAMES[declared?.type ?? ''] ?? 'valueString']: value }] }
  }),
})

/** The newest readable result of a measurement. */
export function newestOf(engine: Engine, chart: Chart, measurement: string): Sample | undefined {
  const definition = engine.content.mapping.measurements.get(measurement)
  if (!definition) return undefined
  const series = readSeries(definition, { index: chart.index, calendar: chart.calendar, units: engine.content.mapping.units, now: chart.now, siteLimit: chart.siteLimit })
  return series.find(({ reading, final }) => reading !== undefined && final)
}

/** A result taken now that says something else: the newest one with another value, in the same unit and with the same limits. */
function supposedResult(engine: Engine, chart: Chart, measurement: string, value: number): Loose[] {
  const newest = newestOf(engine, chart, measurement)
  const codes = engine.content.mapping.measurements.get(measurement)?.codes ?? []
  const entry = entriesOf(chart.index, codes, ['Observation']).find(({ reference }) => reference === newest?.reference)
  const unit = newest?.reading?.family
  if (!entry || unit === undefined) return []
  const { component: _component, valueString: _text, ...rest } = entry.resource
  const at = new Date(chart.now.at).toISOString()
  return [{ ...rest, id: `supposed-${measurement}`, status: 'final', effectiveDateTime: at, valueQuantity: { value, unit, code: unit, system: 'http://unitsofmeasure.org' } }]
}

type Kept = Pick<PatientRecord, 'resources' | 'sources'>

// Sound: both are FHIR resources of the same patient; the two names come from two layers.
const withMore = (record: Kept, more: readonly Loose[]): Kept => (more.length === 0 ? record : { sources: record.sources, resources: [...record.resources, ...more as readonly object[] as typeof record.resources] })

/** The record with answers given here beside what it holds. */
export const answeredRecord = (engine: Engine, record: Kept, answers: Answers, patientId: string, now: number): Kept =>
  withMore(record, Object.keys(answers).length === 0 ? [] : [{ ...responseOf(engine, answers, patientId, now), id: 'answers-here' }])

/** The record with supposed results beside those it holds. */
export const supposedRecord = (engine: Engine, chart: Chart, record: Kept, { results }: Hypothesis): Kept =>
  withMore(record, Object.entries(results).flatMap(([measurement, value]) => supposedResult(engine, chart, measurement, value)))

/** The order on record that is judged: the one that the card spoke of, else the one whose dose comes next. */
export function orderOnRecord({ content }: Engine, scope: Scope, next: Moment | undefined, named: string | undefined): DrugOrder | undefined {
  const fact = scope.fact(content.timeline.order.orders)
  const orders = fact.state === 'present' ? fact.value as readonly DrugOrder[] : [] // sound: declared as records of drug orders
  const open = orders.filter(({ state }) => state === 'active' || state === 'draft')
  return open.find(({ reference }) => reference === named) ?? open.find(({ events }) => events.some(({ day }) => day === next?.day))
}

export interface DraftParts { readonly at: Moment; readonly milligrams: number | undefined; readonly patientId: string }

/** The order that is judged where the record holds none: the drug as the content declares it, one dose on one date. */
export function assumedOrder(engine: Engine, parts: DraftParts): Loose {
  const { create } = engine.content.timeline.order
  return {
    resourceType: 'MedicationRequest', id: 'assumed-dose', status: 'draft', intent: 'proposal', subject: { reference: `Patient/${parts.patientId}` }, medicationCodeableConcept: create,
    dosageInstruction: [instructionOf(engine, parts)],
  }
}

/** An order on record as it would be with another date or amount. */
export const changedOrder = (engine: Engine, order: Loose, parts: DraftParts): Loose => ({ ...order, dosageInstruction: [instructionOf(engine, parts)] })

function instructionOf({ content }: Engine, { at, milligrams }: DraftParts): object {
  const dose = milligrams === undefined ? {} : { doseAndRate: [{ doseQuantity: { value: milligrams, ...content.timeline.order.unit } }] }
  return { timing: { event: [new Date(at.at).toISOString()] }, ...dose }
}

/** Opens the facts of a chart without any order. */
export const patientScope = (chart: Chart): Scope => openScope(chart, { hook: 'patient-view', triggers: new Set(['patient']), planned: chart.now, plannedStated: false })
