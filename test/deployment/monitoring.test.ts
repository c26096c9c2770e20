import { describe, expect, test } from 'vitest'
import { withTables } from '../../src/commands/content.ts'
import { ERRORS, errorTable } from '../../src/errors.ts'
import { createMetrics } from '../../src/http/metrics.ts'
import { COUNTERS, GAUGES, HISTOGRAMS, metricsTable, type MetricRow } from '../../src/http/metric-table.ts'
import { at, base, list, text, yaml } from './manifests.ts'

const ROWS: readonly MetricRow[] = [...Object.values(COUNTERS), ...Object.values(HISTOGRAMS), ...Object.values(GAUGES)]
const runbook = text('docs/operations.md')
const rules = list(yaml('docker/monitoring/alerts.yaml'), 'groups').flatMap((group) => list(group, 'rules'))
const dashboard: unknown = JSON.parse(text('docker/monitoring/grafana-dashboard.json'))
const panels = list(dashboard, 'panels')
const queries = [
  ...rules.map((rule) => String(at(rule, 'expr'))),
  ...panels.flatMap((panel) => list(panel, 'targets')).map((target) => String(at(target, 'expr'))),
  ...list(dashboard, 'annotations.list').map((annotation) => String(at(annotation, 'expr'))),
]

/** Metric names in a query, as they are registered: without the endings of a histogram. */
const namesIn = (query: string): string[] => [...query.matchAll(/\b(?:inocds|nodejs|process)_\w+/g)].map(([name]) => name.replace(/_(bucket|sum|count)$/, ''))
/** `metric{label="value"}` in a query. */
const matchersIn = (query: string) => [...query.matchAll(/(inocds_\w+)\{([^}]*)\}/g)].flatMap(([, metric = '', inner = '']) =>
  [...inner.matchAll(/(\w+)(=~|!~|!=|=)"([^"]*)"/g)].map(([, label = '', , value = '']) => ({ metric: metric.replace(/_(bucket|sum|count)$/, ''), label, value })))

describe('alerts and dashboard', () => {
  test('ask for metrics that the service has', async () => {
    const registered = new Set([...(await createMetrics().text()).matchAll(/^# TYPE (\w+)/gm)].map(([, name]) => name))
    expect(queries.length).toBeGreaterThan(30)
    expect(queries.flatMap(namesIn).filter((name) => !registered.has(name))).toEqual([])
  })

  test('choose by labels that these metrics have, and by codes that exist', () => {
    const matchers = queries.flatMap(matchersIn)
    expect(matchers.length).toBeGreaterThan(10)
    const strange = matchers.filter(({ metric, label }) => label !== 'job' && !ROWS.some(({ name, labels }) => name === metric && labels.includes(label)))
    expect(strange).toEqual([])
    const codes = matchers.filter(({ label }) => label === 'code').map(({ value }) => value)
    expect(codes.filter((code) => !Object.keys(ERRORS).includes(code))).toEqual([])
  })

  test('group by labels that these metrics have', () => {
    const known = new Set(['le', 'instance', ...ROWS.flatMap(({ labels }) => labels)])
    const grouped = queries.flatMap((query) => [...query.matchAll(/\bby \(([^)]+)\)/g)].flatMap(([, names = '']) => names.split(',').map((name) => name.trim())))
    expect(grouped.filter((name) => !known.has(name))).toEqual([])
  })

  test('every alert says how bad it is and what it means, and the runbook what to do', () => {
    for (const rule of rules) {
      expect(['critical', 'warning']).toContain(at(rule, 'labels.severity'))
      expect(String(at(rule, 'annotations.summary'))).toMatch(/\.$/)
      expect(runbook).toContain(`\n### ${String(at(rule, 'alert'))}\n`)
    }
    const sections = [...runbook.matchAll(/^### (InoCds\w+)$/gm)].map(([, name]) => name)
    expect(sections).toEqual(rules.map((rule) => at(rule, 'alert')))
  })

  test('expect the job by its name in the scrape configuration, which finds the pods', () => {
    const scrape = at(yaml('docker/monitoring/prometheus.yaml'), 'scrape_configs.0')
    const jobs = new Set(queries.flatMap((query) => [...query.matchAll(/job="([^"]*)"/g)].map(([, job]) => job)))
    expect([...jobs]).toEqual([at(scrape, 'job_name')])
    expect(at(scrape, 'relabel_configs.0.regex')).toBe(at(base('deployment'), 'spec.template.metadata.labels.app\\.kubernetes\\.io/name'))
    expect(at(scrape, 'relabel_configs.1.regex')).toBe(at(base('deployment'), 'spec.template.spec.containers.0.ports.0.name'))
  })

  test('panels lie beside each other and have ids of their own', () => {
    const places = panels.map((panel) => JSON.stringify([at(panel, 'gridPos.x'), at(panel, 'gridPos.y')]))
    expect(new Set(places).size).toBe(panels.length)
    expect(new Set(panels.map((panel) => at(panel, 'id'))).size).toBe(panels.length)
  })
})

describe('the runbook', () => {
  test('names every metric and every error code as the code has them', () => {
    expect(withTables(runbook)).toBe(runbook)
    expect(runbook).toContain(metricsTable())
    expect(runbook).toContain(errorTable())
    expect(withTables('<!-- metrics -->\nold\n<!-- end of metrics -->')).toContain(metricsTable())
  })

  test('links only to files that exist', () => {
    for (const [, path = ''] of runbook.matchAll(/\]\((?!http|#)([^)#]+)/g)) expect(() => text(`docs/${path}`)).not.toThrow()
  })
})
