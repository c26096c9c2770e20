import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { Decision } from '../engine/decide.ts'
import { sharedPage } from './worker-metrics.ts'
import { BUCKETS, COUNTERS, GAUGES, HISTOGRAMS, type MetricRow } from './metric-table.ts'

type Built<T extends Readonly<Record<string, MetricRow>>, Kind extends 'counter' | 'gauge' | 'histogram'> = {
  readonly [K in keyof T]: Kind extends 'counter' ? Counter<T[K]['labels'][number]> : Kind extends 'gauge' ? Gauge<T[K]['labels'][number]> : Histogram<T[K]['labels'][number]>
}

/** What the service counts, by the keys of the metric table. */
export interface Metrics extends Built<typeof COUNTERS, 'counter'>, Built<typeof HISTOGRAMS, 'histogram'>, Built<typeof GAUGES, 'gauge'> {
  /** The page of `GET /metrics`, the state of the process included. */
  text(): Promise<string>
}

export const METRICS_TYPE = Registry.PROMETHEUS_CONTENT_TYPE

let processState: Registry | undefined

/** Memory, CPU, garbage collection and event loop lag belong to the process: observed once, however many servers it holds. */
function ofProcess(): Registry {
  if (processState) return processState
  processState = new Registry()
  collectDefaultMetrics({ register: processState })
  return processState
}

const build = <T extends Readonly<Record<string, MetricRow>>, M>(table: T, make: (row: MetricRow) => M) =>
  Object.fromEntries(Object.entries(table).map(([key, row]) => [key, make(row)]))

const config = ({ name, help, labels }: MetricRow, registry: Registry) => ({ name, help, labelNames: [...labels], registers: [registry] })

/** Counters and durations of one server, at zero. */
export function createMetrics(): Metrics {
  const registry = new Registry()
  // From the start: what was observed since then is told at the first question.
  const state = ofProcess()
  const built = {
    ...build(COUNTERS, (row) => new Counter(config(row, registry))),
    ...build(HISTOGRAMS, (row) => new Histogram({ ...config(row, registry), buckets: BUCKETS })),
    // Of several processes, each has the same content and its own requests.
    ...build(GAUGES, (row) => new Gauge({ ...config(row, registry), aggregator: row === GAUGES.inFlight ? 'sum' : 'max' })),
    text: sharedPage([registry, state], async () => Registry.merge([registry, state]).metrics()),
  }
  // Sound: the keys and labels are those of the three tables, from which the type is made.
  return built as unknown as Metrics
}

/** Counts what a decision found, could not find, and could not evaluate. */
export function countDecision({ findings, missingFacts, notEvaluated }: Metrics, decision: Decision): void {
  for (const { rule, indicator, shown } of decision.findings) findings.inc({ rule, indicator, shown: String(shown) })
  for (const { fact } of decision.missing) missingFacts.inc({ fact })
  for (const { rule } of decision.notEvaluated) notEvaluated.inc({ rule })
}
