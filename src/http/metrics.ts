/** Counters and durations of one process in the Prometheus text format (version 0.0.4). */

type Labels = Readonly<Record<string, string>>

export const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8'

/** Upper bounds of the duration buckets, in seconds. */
const BUCKETS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

export interface Counter { add(labels: Labels, amount?: number): void; lines(): readonly string[] }
export interface Histogram { observe(labels: Labels, seconds: number): void; lines(): readonly string[] }

/** What the service counts. */
export interface Metrics {
  readonly hookCalls: Counter
  readonly hookDuration: Histogram
  readonly problems: Counter
  readonly refusals: Counter
  readonly feedback: Counter
  readonly unrecorded: Counter
  /** The whole page of `GET /metrics`. */
  text(): string
}

export function createMetrics(): Metrics {
  const hookCalls = counter('inocds_hook_calls_total', 'Hook calls by service and HTTP status.')
  const hookDuration = histogram('inocds_hook_duration_seconds', 'Time from the arrival of a hook call to its answer.')
  const problems = counter('inocds_problems_total', 'Errors answered, by code.')
  const refusals = counter('inocds_refusals_total', 'Callers not authenticated, by reason.')
  const feedback = counter('inocds_feedback_entries_total', 'Feedback entries by fate.')
  const unrecorded = counter('inocds_decisions_unrecorded_total', 'Decisions that were answered but could not be stored.')
  const all = [hookCalls, hookDuration, problems, refusals, feedback, unrecorded]
  return { hookCalls, hookDuration, problems, refusals, feedback, unrecorded, text: () => `${[...all.flatMap((one) => one.lines()), ...processLines()].join('\n')}\n` }
}

const escape = (value: string): string => value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
const labelled = (name: string, labels: Labels): string => {
  const pairs = Object.entries(labels).map(([key, value]) => `${key}="${escape(value)}"`)
  return pairs.length === 0 ? name : `${name}{${pairs.join(',')}}`
}
const heading = (name: string, type: string, help: string): string[] => [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`]

function counter(name: string, help: string): Counter {
  const values = new Map<string, number>()
  return {
    add(labels, amount = 1) {
      const key = labelled(name, labels)
      values.set(key, (values.get(key) ?? 0) + amount)
    },
    lines: () => [...heading(name, 'counter', help), ...[...values].map(([key, value]) => `${key} ${value}`)],
  }
}

interface Series { readonly labels: Labels; readonly counts: number[]; sum: number; count: number }

function histogram(name: string, help: string): Histogram {
  const series = new Map<string, Series>()
  return {
    observe(labels, seconds) {
      const key = labelled(name, labels)
      const one = series.get(key) ?? { labels, counts: BUCKETS.map(() => 0), sum: 0, count: 0 }
      series.set(key, one)
      BUCKETS.forEach((bound, index) => { one.counts[index] = (one.counts[index] ?? 0) + (seconds <= bound ? 1 : 0) })
      one.sum += seconds
      one.count += 1
    },
    lines: () => [...heading(name, 'histogram', help), ...[...series.values()].flatMap((one) => seriesLines(name, one))],
  }
}

function seriesLines(name: string, { labels, counts, sum, count }: Series): string[] {
  const buckets = BUCKETS.map((bound, index) => `${labelled(`${name}_bucket`, { ...labels, le: String(bound) })} ${counts[index] ?? 0}`)
  return [...buckets, `${labelled(`${name}_bucket`, { ...labels, le: '+Inf' })} ${count}`, `${labelled(`${name}_sum`, labels)} ${sum}`, `${labelled(`${name}_count`, labels)} ${count}`]
}

function processLines(): string[] {
  const { user, system } = process.cpuUsage()
  const { rss, heapUsed } = process.memoryUsage()
  const gauge = (name: string, help: string, value: number, type = 'gauge') => [...heading(name, type, help), `${name} ${value}`]
  return [
    ...gauge('process_cpu_seconds_total', 'User and system CPU time.', (user + system) / 1e6, 'counter'),
    ...gauge('process_resident_memory_bytes', 'Resident memory.', rss),
    ...gauge('nodejs_heap_size_used_bytes', 'Used heap.', heapUsed),
    ...gauge('process_start_time_seconds', 'Start of the process, Unix time.', Math.round(Date.now() / 1000 - process.uptime())),
  ]
}
