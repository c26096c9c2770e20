import fc from 'fast-check'
import { lintResponse } from '../../src/hooks/response-lint.ts'
import { bundle, chartOf, INOTUZUMAB, orderOf, prefetchOf, recordOf, requestOf } from '../requests/record.ts'
import { mutated, type Mutation, mutations } from './mutations.ts'

const chart = chartOf('p1')
const order = orderOf(chart)
const prefetch = prefetchOf(recordOf(chart))
const given = { ...chart.medication('given', INOTUZUMAB), resourceType: 'MedicationAdministration', status: 'completed', effectiveDateTime: new Date(Date.now() - 7 * 86_400_000).toISOString() }
const answers = {
  resourceType: 'QuestionnaireResponse', id: 'q1', status: 'completed', authored: new Date().toISOString(), subject: { reference: 'Patient/p1' },
  item: [{ linkId: 'cycle', answer: [{ valueInteger: 2 }] }, { linkId: 'day', answer: [{ valueInteger: 1 }] }],
}
const treated = { ...prefetch, administrations: bundle([given]), assessments: bundle([answers]) }

/** Valid requests that mutations start from. */
const SEEDS: readonly object[] = [
  requestOf(chart, { prefetch }), requestOf(chart, { hook: 'order-select', context: { selections: ['MedicationRequest/o1'] }, prefetch: treated }), requestOf(chart, { prefetch: treated }), requestOf(chart),
  { hook: 'patient-view', hookInstance: 'fuzz', context: { userId: 'Practitioner/p', patientId: 'p1' }, prefetch: treated },
  requestOf(chart, { drafts: [{ ...order, medicationCodeableConcept: { text: 'Amoxicillin' } }], prefetch }),
  requestOf(chart, { drafts: [{ ...order, medicationCodeableConcept: undefined, medicationReference: { reference: '#m' }, contained: [{ resourceType: 'Medication', id: 'm', code: INOTUZUMAB }] }], prefetch }),
]

/** How the text of the request is spoiled at the end, if at all. */
const text = fc.oneof({ weight: 12, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: fc.record({ at: fc.nat(100_000), by: fc.constantFrom('', '}', '"', ',', '\u0000', '\\', '[[[[', '{"a":') }) })

/** A case: a seed, its mutations, and what happens to its text. */
export const fuzzCase = fc.record({ seed: fc.nat(SEEDS.length - 1), changes: mutations, text })
export type FuzzCase = Readonly<{ seed: number; changes: readonly Mutation[]; text: Readonly<{ at: number; by: string }> | undefined }>

type Loose = Readonly<Record<string, unknown>>
const isObject = (value: unknown): value is Loose => typeof value === 'object' && value !== null && !Array.isArray(value)
const member = (value: unknown, ...path: readonly string[]): unknown => path.reduce<unknown>((inner, name) => (isObject(inner) ? inner[name] : undefined), value)

/** Whether the order of inotuzumab came through as it was: then the service must see it. */
function ordersInotuzumab(document: unknown): boolean {
  const hook = member(document, 'hook')
  const entries = member(document, 'context', 'draftOrders', 'entry')
  const resources = Array.isArray(entries) ? entries.map((entry: unknown) => member(entry, 'resource')) : []
  return (hook === 'order-sign' || hook === 'order-select') && resources.some((resource) => JSON.stringify(resource) === JSON.stringify(order))
}

const SOURCES = Object.keys(prefetch)

/** Whether each source still looks as if it had been searched. */
const isRecordWhole = (document: unknown): boolean => SOURCES.every((key) => typeof member(document, 'prefetch', key, 'resourceType') === 'string')

/** The drafts of a request, at whatever depth: `MedicationRequest/o1`. */
function referencesIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(referencesIn)
  if (!isObject(value)) return []
  return [...(typeof value['resourceType'] === 'string' ? [`${value['resourceType']}/${String(value['id'])}`] : []), ...Object.values(value).flatMap(referencesIn)]
}

const ALLOWED = new Set([200, 400, 412, 413])

/** Sends a case; what is wrong with the answer, or undefined. */
export async function failureOf(url: string, { seed, changes, text: spoiled }: FuzzCase, patienceMs: number): Promise<string | undefined> {
  const document = mutated(SEEDS[seed] ?? {}, changes)
  const whole = JSON.stringify(document) ?? ''
  const body = spoiled ? whole.slice(0, spoiled.at % (whole.length + 1)) + spoiled.by + whole.slice(spoiled.at % (whole.length + 1)) : whole
  const hook = ['order-select', 'patient-view'].find((name) => name === member(document, 'hook')) ?? 'order-sign'
  try {
    const response = await fetch(`${url}/cds-services/inotuzumab-${hook}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body, signal: AbortSignal.timeout(patienceMs) })
    return judge(response.status, await response.text(), spoiled ? undefined : document)
  } catch (cause) {
    return `no answer: ${String(cause)} ${cause instanceof Error ? String(cause.cause) : ''}`
  }
}

function judge(status: number, said: string, document: unknown): string | undefined {
  if (!ALLOWED.has(status)) return `status ${String(status)}: ${said.slice(0, 300)}`
  if (status !== 200) return said.includes('"OperationOutcome"') ? undefined : `an error without an OperationOutcome: ${said.slice(0, 200)}`
  const answer: unknown = JSON.parse(said)
  const breaches = document === undefined ? [] : lintResponse(answer, referencesIn(member(document, 'context')))
  if (breaches.length > 0) return `not a valid answer: ${breaches.slice(0, 3).join('; ')}`
  return document !== undefined && ordersInotuzumab(document) ? silence(answer, document) : undefined
}

/** An order of inotuzumab is never passed over: there is a decision, and where the record is not whole, it says what was not evaluated. */
function silence(answer: unknown, document: unknown): string | undefined {
  const decision = member(answer, 'extension', 'org.ino-cds.decision')
  const cards = member(answer, 'cards')
  if (!isObject(decision)) return 'an order of inotuzumab without a decision'
  const untold = Array.isArray(cards) && cards.length === 0 && Array.isArray(decision['notEvaluated']) && decision['notEvaluated'].length === 0
  return untold && !isRecordWhole(document) ? 'no card, and not a word that something was not evaluated' : undefined
}
