import { randomUUID } from 'node:crypto'
import { TOKEN } from '../integration/fhir-server.ts'
import { type Chart, chartOf, type HookBody, orderOf, type PatientRecord, prefetchOf, recordOf, requestOf, type RequestParts, resourcesOf } from '../requests/record.ts'
import { TOKENS } from './ehr/tokens.ts'
import { stage } from './stage.ts'

/** Part of every name, id, order text and comment of this suite: none of it may appear in any output. */
export const MARK = 'Quintessa-5d1c'

let patients = 0
/** A patient nobody has seen before. */
export const newChart = (): Chart => chartOf(`${MARK}-${String(patients += 1)}`)

/** The record of one patient, with a name. */
export function recordFor(chart: Chart, change: Partial<PatientRecord> = {}): PatientRecord {
  const record = recordOf(chart)
  return { ...record, patient: record.patient.map((patient) => ({ ...patient, name: [{ family: MARK, given: ['Ada'] }] })), ...change }
}

/** One inotuzumab order with what the EHR knows of it. */
export const order = (chart: Chart, more: object = {}): object => orderOf(chart, { note: [{ text: `seen by ${MARK}` }], ...more })

export interface CallParts extends RequestParts { readonly chart?: Chart; readonly record?: PatientRecord }

/** A call with everything sent along. */
export function sentAlong({ chart = newChart(), record = recordFor(chart), ...parts }: CallParts = {}): HookBody {
  return requestOf(chart, { drafts: [order(chart)], prefetch: prefetchOf(record), ...parts })
}

/** Members that give access to the FHIR server, with a token of their own. */
export function access(change: object = {}): { readonly fhirServer: string; readonly fhirAuthorization: object } {
  const token = `${TOKEN}-${randomUUID()}`
  TOKENS.add(token)
  return {
    fhirServer: stage().ehr.fhir,
    fhirAuthorization: { access_token: token, token_type: 'Bearer', expires_in: 300, scope: 'patient/*.read', subject: 'ino-cds', ...change },
  }
}

/** Puts the record on the FHIR server; a call that is to read it. */
export async function toBeRead({ chart = newChart(), record = recordFor(chart), ...parts }: CallParts = {}): Promise<HookBody> {
  await stage().ehr.set({ resources: resourcesOf(record) })
  return requestOf(chart, { drafts: [order(chart)], ...access(), ...parts })
}
