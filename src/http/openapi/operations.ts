import type { SchemaName } from './schemas.ts'

/** What one route answers under one status. */
export interface Answer { readonly means: string; readonly schema?: SchemaName; readonly type?: string }

/** One route as its callers see it. */
export interface Operation {
  readonly method: 'get' | 'post'
  /** With parameters in braces. */
  readonly path: string
  readonly tag: 'CDS Hooks' | 'Operations' | 'Rules' | 'Administration' | 'Governance' | 'Description'
  readonly summary: string
  /** Who may call: a client with its JWT, an administrator with a secret; everybody when it is left out. */
  readonly caller?: 'client' | 'admin'
  readonly parameters?: Readonly<Record<string, string>>
  /** Optional parameters of the query. */
  readonly query?: Readonly<Record<string, string>>
  readonly body?: SchemaName
  readonly answers: Readonly<Record<number, Answer>>
}

const problem = (means: string): Answer => ({ means, schema: 'OperationOutcome' })
const html = (means: string): Answer => ({ means, type: 'text/html' })
const text = (means: string): Answer => ({ means, type: 'text/plain' })

const SERVICE_ID = { id: 'id of a service, as discovery names it' }
const NO_SECRET: Answer = { means: 'No good secret. The body is empty.' }
/** Errors of every call of a service. */
const CALLER = {
  401: { means: 'No good token. The body is empty and gives no reason.' },
  404: problem('No service has this id.'),
  413: problem('The body is too large.'),
  415: problem('The body is not JSON.'),
  429: problem('Too many calls; Retry-After says how long to wait.'),
  500: problem('The service failed; the correlation id helps to find out why.'),
} as const

const exportOf = (kind: string, summary: string): Operation => ({
  method: 'get', path: `/admin/export/${kind}.ndjson`, tag: 'Administration', summary, caller: 'admin',
  query: { since: 'instant or date, included', until: 'instant or date, excluded' },
  answers: { 200: { means: 'One JSON object a line. A connection that ends without its last chunk is a part only.', type: 'application/x-ndjson' }, 400: problem('since or until cannot be read.'), 401: NO_SECRET },
})

const GOVERNANCE_QUERY = { from: 'first day, yyyy-mm-dd', until: 'last day', profile: 'only this profile', client: 'only this client', rule: 'only this rule' }
const governanceData = (type: string, ending: string): Operation => ({
  method: 'get', path: `/governance/data.${ending}`, tag: 'Governance', summary: `The dashboard as ${ending.toUpperCase()}, small numbers hidden`, caller: 'admin', query: GOVERNANCE_QUERY,
  answers: { 200: { means: 'Counts by rule, week, profile and client.', type }, 401: NO_SECRET },
})
const GOVERNANCE: readonly Operation[] = [
  {
    method: 'get', path: '/governance', tag: 'Governance', summary: 'Firings, answers and reasons, for the committee', query: { ...GOVERNANCE_QUERY, sort: 'overridden, fired or rule' },
    answers: { 200: html('A page.'), 303: { means: 'To the form: nobody is signed in.' }, 503: html('The store cannot be read.') },
  },
  governanceData('application/json', 'json'), governanceData('text/csv', 'csv'),
  { method: 'get', path: '/governance/login', tag: 'Governance', summary: 'The form for the secret of an administrator', answers: { 200: html('A page.') } },
  { method: 'post', path: '/governance/login', tag: 'Governance', summary: 'Opens a session of half an hour in a cookie', answers: { 303: { means: 'To the dashboard.' }, 401: html('Not the secret.'), 403: html('The form was sent by another site.'), 429: html('Too many attempts from one address.') } },
  { method: 'post', path: '/governance/logout', tag: 'Governance', summary: 'Ends the session', answers: { 303: { means: 'To the form.' }, 403: { means: 'The form was sent by another site.' } } },
]

/** Every route of the service. */
export const OPERATIONS: readonly Operation[] = [
  {
    method: 'get', path: '/cds-services', tag: 'CDS Hooks', summary: 'Discovery: the services, and the prefetch each asks for',
    answers: { 200: { means: 'The services.', schema: 'Discovery' }, 304: { means: 'As the ETag of If-None-Match names it.' }, 401: { means: 'A token was sent, and it is not good. Without a token discovery is open.' }, 429: problem('Too many calls from one address.') },
  },
  {
    method: 'post', path: '/cds-services/{id}', tag: 'CDS Hooks', summary: 'A hook call, answered with cards', caller: 'client', parameters: SERVICE_ID, body: 'HookRequest',
    answers: {
      200: { means: 'Cards, or none.', schema: 'HookResponse' }, 400: problem('The call cannot be understood, or mixes patients.'), 412: problem('Nothing about the order could be checked: its data were neither sent nor readable.'),
      503: problem('More work than can be done in time.'), ...CALLER,
    },
  },
  {
    method: 'post', path: '/cds-services/{id}/feedback', tag: 'CDS Hooks', summary: 'What clinicians did with the cards', caller: 'client', parameters: SERVICE_ID, body: 'Feedback',
    answers: { 200: { means: 'Every usable entry is stored. The body is empty.' }, 400: problem('No entry can be used.'), 503: problem('Nothing can be stored at the moment.'), ...CALLER },
  },
  { method: 'get', path: '/health/live', tag: 'Operations', summary: 'Is the process alive?', answers: { 200: { means: 'It is.', schema: 'Live' } } },
  {
    method: 'get', path: '/health/ready', tag: 'Operations', summary: 'May it get traffic?',
    answers: { 200: { means: 'It may.', schema: 'Ready' }, 503: { means: 'Not now; the body says why.', schema: 'Ready' } },
  },
  { method: 'get', path: '/metrics', tag: 'Operations', summary: 'Counters and durations for Prometheus', answers: { 200: text('Prometheus text format.') } },
  { method: 'get', path: '/rules', tag: 'Rules', summary: 'All rules, to be searched', answers: { 200: html('A page.') } },
  { method: 'get', path: '/rules/trace', tag: 'Rules', summary: 'From each statement of the sources to the rules that carry it', answers: { 200: html('A page.') } },
  {
    method: 'get', path: '/rules/{id}', tag: 'Rules', summary: 'One rule: conditions, limits in force, evidence, examples', parameters: { id: 'id of a rule' },
    answers: { 200: html('A page. Each card links to the pages of its rules.'), 404: problem('No rule has this id.') },
  },
  {
    method: 'post', path: '/admin/content/reload', tag: 'Administration', summary: 'Reads content and site settings again', caller: 'admin',
    answers: { 200: { means: 'They are in force.', schema: 'Reloaded' }, 401: NO_SECRET, 422: problem('They have problems, one an issue; what was in force stays in force.') },
  },
  { method: 'get', path: '/content.json', tag: 'Rules', summary: 'Rules and facts as texts, to be compiled in a browser', answers: { 200: { means: 'The texts, with an ETag.', type: 'application/json' }, 304: { means: 'As the ETag of If-None-Match names it.' } } },
  ...GOVERNANCE,
  exportOf('decisions', 'Decisions of the store'), exportOf('feedback', 'Feedback of the store'), exportOf('audit-events', 'Both as FHIR AuditEvents'),
  { method: 'get', path: '/docs', tag: 'Description', summary: 'This description as a page', answers: { 200: html('A page.') } },
  { method: 'get', path: '/docs/openapi.json', tag: 'Description', summary: 'This description', answers: { 200: { means: 'OpenAPI 3.1.', type: 'application/json' } } },
]
