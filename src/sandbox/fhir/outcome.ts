import type { OperationOutcome } from 'fhir/r4.js'

type IssueCode = OperationOutcome['issue'][number]['code']

/** An OperationOutcome together with its HTTP status. */
export interface Refusal {
  readonly status: number
  readonly outcome: OperationOutcome
}

/** A refusal with one issue; the sentence may name parameters, never their values. */
export const refusal = (status: number, code: IssueCode, text: string): Refusal => ({
  status,
  outcome: { resourceType: 'OperationOutcome', issue: [{ severity: 'error', code, details: { text }, diagnostics: text }] },
})

export const isRefusal = (value: object): value is Refusal => 'outcome' in value && 'status' in value
