import { randomUUID } from 'node:crypto'
import { daysFrom } from './days.ts'
import { administrationsOf, draftsOf, immunizationsOf, requestsOf } from './drugs.ts'
import type { Layer } from './format.ts'
import { historyOf, questionnaire } from './history.ts'
import type { Chart, FhirJson, Filed, Hospital, Json } from './hospital.ts'
import { type Patient, patientOf } from './patient.ts'
import { observationsOf } from './results.ts'

/** Prefetch keys of discovery, patient aside. */
const KEYS = ['labs', 'vitals', 'ecg', 'conditions', 'medications', 'administrations', 'procedures', 'allergies', 'immunizations', 'assessments'] as const

/** A hook call of a patient at a hospital, and the moment at which it is made. */
export interface Call {
  readonly body: { readonly hook: string; readonly hookInstance: string; readonly context: Json; readonly prefetch: Json }
  readonly now: number
  readonly timeZone: string
}

const searchset = (resources: readonly FhirJson[]): FhirJson => ({ resourceType: 'Bundle', type: 'searchset', entry: resources.map((resource) => ({ resource })) })
const LOST: FhirJson = { resourceType: 'OperationOutcome', issue: [{ severity: 'error', code: 'timeout' }] }

/** One key for each source in the north, one for everything in the south. What could not be read is left out, or says so. */
function prefetchOf(person: FhirJson, filed: readonly Filed[], unread: readonly string[], { hospital }: Chart): Json {
  if (hospital.name === 'south' && unread.length === 0) return { person, record: searchset(filed.map(({ resource }) => resource)) }
  const sent = KEYS.filter((key) => !unread.includes(key)).map((key) => [key, searchset(filed.filter((one) => one.key === key).map(({ resource }) => resource))] as const)
  const lost = hospital.name === 'south' ? unread.map((key) => [key, LOST] as const) : []
  return { patient: person, ...Object.fromEntries([...sent, ...lost]) }
}

const ASSERTION = 'urn:ino-cds:assertion'
const PROMISED: Readonly<Record<string, string>> = { string: 'valueCode', number: 'valueInteger', boolean: 'valueBoolean' }

type Answers = Readonly<Record<string, string | number | boolean>>
const given = (answers: Patient['answers']): Answers => Object.fromEntries(Object.entries(answers).flatMap(([key, value]) => (value === null ? [] : [[key, value]])))

const answered = (answers: Answers): Json[] => Object.entries(answers).map(([key, value]) =>
  ({ url: ASSERTION, extension: [{ url: 'key', valueCode: key }, { url: 'value', [PROMISED[typeof value] ?? 'valueString']: value }] }))

/** Answers stand on the order in the north, in a questionnaire in the south and where there is no order. */
function withAnswers(answers: Answers, drafts: readonly FhirJson[], chart: Chart): { drafts: readonly FhirJson[]; filed: Filed[] } {
  if (Object.keys(answers).length === 0) return { drafts, filed: [] }
  const [first, ...rest] = drafts
  if (chart.hospital.name === 'south' || !first) return { drafts, filed: [questionnaire(answers, 'answers', chart)] }
  return { drafts: [{ ...first, extension: answered(answers) }, ...rest], filed: [] }
}

const entriesOf = (resources: readonly FhirJson[]): Json => ({ resourceType: 'Bundle', type: 'collection', entry: resources.map((resource) => ({ resource })) })

/** The call that a hospital makes for a patient. */
export function callOf(layer: Layer, hook: string, hospital: Hospital): Call {
  const patient = patientOf(layer)
  const days = daysFrom(patient.today, hospital.timeZone)
  const patientId = 'vector-patient'
  const chart: Chart = { hospital, days, patientId, subject: { reference: hospital.name === 'north' ? `Patient/${patientId}` : `https://south.example/fhir/Patient/${patientId}` } }
  const person = { resourceType: 'Patient', id: patientId, gender: patient.person.sex ?? 'male', birthDate: days.birth(patient.person) }
  const { drafts, filed } = withAnswers(given(patient.answers), draftsOf(patient, chart), chart)
  const record = [...observationsOf(patient, chart), ...requestsOf(patient, chart), ...administrationsOf(patient, chart), ...immunizationsOf(patient, chart), ...historyOf(patient, chart), ...filed]
  const context = { userId: 'Practitioner/p1', patientId, ...(hook === 'patient-view' ? {} : { draftOrders: entriesOf(drafts) }), ...(hook === 'order-select' ? { selections: drafts.slice(0, 1).map(({ id }) => `MedicationRequest/${String(id)}`) } : {}) }
  return { body: { hook, hookInstance: randomUUID(), context, prefetch: prefetchOf(person, record, patient.unread ?? [], chart) }, now: days.now, timeZone: hospital.timeZone }
}
