/** One metric: its name in Prometheus, what it counts, its labels. All labels take their values from tables of this software or of the configuration. */
export interface MetricRow<L extends string = string> { readonly name: string; readonly help: string; readonly labels: readonly L[] }

const row = <const L extends readonly string[]>(name: string, help: string, labels: L): MetricRow<L[number]> => ({ name: `inocds_${name}`, help, labels })

export const COUNTERS = {
  hookCalls: row('hook_calls_total', 'Hook calls by service and HTTP status.', ['service', 'status']),
  findings: row('findings_total', 'Findings by rule, and whether a card showed them.', ['rule', 'indicator', 'shown']),
  missingFacts: row('missing_facts_total', 'Facts that a rule needed and an evaluation did not have.', ['fact']),
  notEvaluated: row('not_evaluated_total', 'Rules that could not be evaluated because a source was not readable.', ['rule']),
  problems: row('problems_total', 'Errors answered, by code (see the table of error codes).', ['code']),
  refusals: row('refusals_total', 'Callers not authenticated, by reason.', ['reason']),
  shed: row('calls_shed_total', 'Hook calls turned away with 503 because they could not have been answered in time.', []),
  feedback: row('feedback_entries_total', 'Feedback entries by fate: matched, unmatched (no card of this client), unusable.', ['fate']),
  unrecorded: row('decisions_unrecorded_total', 'Decisions that were answered but never stored: given up after many tries.', []),
  fhirQueries: row('fhir_queries_total', 'Queries of FHIR servers by outcome: ok, or why there was no answer.', ['server', 'outcome']),
  accessDenied: row('fhir_access_denied_total', 'Calls that named a FHIR server that was not read, by reason.', ['reason']),
  strangers: row('fhir_foreign_resources_total', 'Resources of another patient that a client or its FHIR server gave; they are discarded.', []),
  storeFailures: row('store_failures_total', 'Operations of the store that failed.', ['operation']),
  reloads: row('content_reloads_total', 'Reloads of content and site settings: replaced, unchanged, refused.', ['outcome']),
} as const

export const HISTOGRAMS = {
  hookDuration: row('hook_duration_seconds', 'Time from the arrival of a hook call to its answer, by hook and outcome.', ['hook', 'outcome']),
  fhirDuration: row('fhir_query_duration_seconds', 'Time of a query of a FHIR server, the wait for its turn included.', ['server']),
  storeDuration: row('store_duration_seconds', 'Time of an operation of the store.', ['operation']),
} as const

export const GAUGES = {
  inFlight: row('requests_in_flight', 'Requests that arrived and are not answered yet.', []),
  expectedWait: row('expected_wait_seconds', 'Work of all hook calls under way: how long one that comes now would wait.', []),
  fhirCircuit: row('fhir_circuit_state', 'Does the FHIR server answer? 0: yes; 2: no, and it is left alone; 1: one query is finding out.', ['server']),
  waiting: row('decisions_waiting', 'Decisions that were answered and wait in memory for a store that does not take them.', []),
  content: row('content_info', 'The content in force; its value is always 1.', ['hash', 'profile', 'label_revision']),
  contentLoaded: row('content_loaded_timestamp_seconds', 'When the content in force was loaded, Unix time.', []),
} as const

/**
 * How a hook call ended. `unconcerned`: no rule has anything to do with these orders; `cards` and `no-cards`: everything was evaluated;
 * `incomplete`: a source could not be read and the answer says so; `refused` and `failed`: an error of the caller, an error of ours.
 */
export type Outcome = 'unconcerned' | 'cards' | 'no-cards' | 'incomplete' | 'refused' | 'failed'

/** Upper bounds of the duration buckets, in seconds; 4 is the usual deadline. */
export const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 4, 5, 10]

/** The table of metrics in docs/operations.md. */
export function metricsTable(): string {
  const kinds = [[COUNTERS, 'counter'], [HISTOGRAMS, 'histogram'], [GAUGES, 'gauge']] as const
  const rows = kinds.flatMap(([table, kind]) => Object.values<MetricRow>(table).map(({ name, help, labels }) => `| \`${name}\` | ${kind} | ${labels.map((label) => `\`${label}\``).join(', ')} | ${help} |`))
  return ['| metric | kind | labels | meaning |', '|---|---|---|---|', ...rows].join('\n')
}
