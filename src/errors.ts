/** One kind of error the caller of the service can see. `issue` is a code of FHIR issue-type; `text` says what is wrong, `todo` what to do about it. */
export interface WireError {
  readonly code: string
  readonly status: number
  readonly issue: 'invalid' | 'structure' | 'required' | 'not-found' | 'not-supported' | 'too-long' | 'security' | 'login' | 'incomplete' | 'throttled' | 'transient' | 'exception' | 'business-rule'
  readonly text: string
  readonly todo: string
}

/** Every error of the service. The codes are stable: clients may branch on them. Sentences never carry a value of the request. */
export const ERRORS = {
  'malformed-json': {
    code: 'malformed-json', status: 400, issue: 'structure',
    text: 'The body is not readable JSON.', todo: 'Send one JSON object in UTF-8.',
  },
  'body-too-large': {
    code: 'body-too-large', status: 413, issue: 'too-long',
    text: 'The body is larger than this service accepts.', todo: 'Send less prefetch; the service fetches what is missing when it is given access. The limit is a setting of the service.',
  },
  'headers-too-large': {
    code: 'headers-too-large', status: 431, issue: 'too-long',
    text: 'The headers are larger than this service accepts.', todo: 'Send fewer or shorter headers.',
  },
  'request-too-slow': {
    code: 'request-too-slow', status: 408, issue: 'transient',
    text: 'The request did not arrive in time.', todo: 'Send it again.',
  },
  'unsupported-media-type': {
    code: 'unsupported-media-type', status: 415, issue: 'not-supported',
    text: 'The content type is not supported.', todo: 'Send application/json.',
  },
  'invalid-request': {
    code: 'invalid-request', status: 400, issue: 'invalid',
    text: 'The request is not a valid CDS Hooks request.', todo: 'See the elements named in expression.',
  },
  'context-missing': {
    code: 'context-missing', status: 400, issue: 'required',
    text: 'The request carries no context, so neither patient nor order is known.',
    todo: 'Check that the endpoint registered for this service in the EHR is the one being called, and the scopes granted to it: some EHRs call all the same, but remove what the service may not see.',
  },
  'wrong-hook': {
    code: 'wrong-hook', status: 400, issue: 'invalid',
    text: 'This service does not answer the hook that was sent.', todo: 'Discovery names the hook of every service; send each hook to its own service.',
  },
  'unknown-service': {
    code: 'unknown-service', status: 404, issue: 'not-found',
    text: 'There is no CDS service of this id.', todo: 'Discovery at /cds-services lists the services.',
  },
  'draft-orders-missing': {
    code: 'draft-orders-missing', status: 400, issue: 'required',
    text: 'The request carries no draftOrders, so no order could be checked.',
    todo: 'Grant this service the scopes for unsigned orders in the EHR, and check that the endpoint registered for it is the one being called: some EHRs remove draftOrders otherwise.',
  },
  'patient-mismatch': {
    code: 'patient-mismatch', status: 400, issue: 'business-rule',
    text: 'The request mixes two patients.', todo: 'The elements named in expression must belong to the patient in context.patientId.',
  },
  'fhir-version-unsupported': {
    code: 'fhir-version-unsupported', status: 400, issue: 'not-supported',
    text: 'The resources are not FHIR R4.', todo: 'Send FHIR R4 (4.0.1) resources.',
  },
  'data-not-obtainable': {
    code: 'data-not-obtainable', status: 412, issue: 'incomplete',
    text: 'Nothing about this order could be checked: the data it needs were neither sent nor readable.',
    todo: 'Send the prefetch that discovery names, or grant access to the FHIR server. Where both are set up, check the scopes and that the endpoint registered in the EHR is the one being called: some EHRs remove them otherwise. Check the order by hand.',
  },
  'unauthorized': {
    code: 'unauthorized', status: 401, issue: 'login',
    text: 'The caller is not authenticated.', todo: 'Send a JWT as CDS Hooks describes.',
  },
  'not-found': {
    code: 'not-found', status: 404, issue: 'not-found',
    text: 'There is nothing at this address.', todo: 'Discovery is at /cds-services.',
  },
  'method-not-allowed': {
    code: 'method-not-allowed', status: 405, issue: 'not-supported',
    text: 'The address does not accept this method.', todo: 'See the Allow header.',
  },
  'rate-limited': {
    code: 'rate-limited', status: 429, issue: 'throttled',
    text: 'Too many requests from this caller.', todo: 'Wait as long as Retry-After says.',
  },
  'too-busy': {
    code: 'too-busy', status: 503, issue: 'transient',
    text: 'The service has more work than it can do in time.', todo: 'Try again in a moment. Check the order by hand.',
  },
  'store-unavailable': {
    code: 'store-unavailable', status: 503, issue: 'transient',
    text: 'The feedback could not be stored and is not acknowledged.', todo: 'Send it again after the time that Retry-After says.',
  },
  'internal': {
    code: 'internal', status: 500, issue: 'exception',
    text: 'The service failed.', todo: 'Check the order by hand, and report the correlation id to those who operate the service.',
  },
  'feedback-invalid': {
    code: 'feedback-invalid', status: 400, issue: 'invalid',
    text: 'No entry of the feedback could be used.',
    todo: 'Send {"feedback": […]}; each entry needs card, outcome (accepted or overridden) and outcomeTimestamp (RFC 3339).',
  },
  'content-refused': {
    code: 'content-refused', status: 422, issue: 'invalid',
    text: 'The content or the site settings are wrong; what was in force stays in force.', todo: 'Every problem is an issue of this answer and a line of the log.',
  },
} as const satisfies Record<string, WireError>

export type ErrorCode = keyof typeof ERRORS

/** The table of error codes in docs/operations.md. */
export const errorTable = (): string =>
  ['| code | status | what is wrong | what to do |', '|---|---|---|---|', ...Object.values(ERRORS).map(({ code, status, text, todo }) => `| \`${code}\` | ${status} | ${text} | ${todo} |`)].join('\n')

/** Code system of the error codes, in `issue[0].details.coding[0].system`. */
export const ERROR_SYSTEM = 'urn:ino-cds:error'

export interface ProblemDetails {
  /** Paths of the elements that are wrong. Never their values. */
  readonly expression?: readonly string[]
  readonly correlationId?: string
}

/** The OperationOutcome for an error (CDS Hooks 3.0 ballot: errors SHOULD carry one). */
export function problemBody(code: ErrorCode, { expression = [], correlationId }: ProblemDetails = {}) {
  const { issue, text, todo, status } = ERRORS[code]
  return {
    resourceType: 'OperationOutcome',
    issue: [{
      severity: status >= 500 ? 'fatal' : 'error',
      code: issue,
      details: { coding: [{ system: ERROR_SYSTEM, code }], text: `${text} ${todo}` },
      ...(correlationId === undefined ? {} : { diagnostics: `Correlation id: ${correlationId}` }),
      ...(expression.length === 0 ? {} : { expression }),
    }],
  }
}
