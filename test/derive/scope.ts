import { loadContent } from '../content/loaded.ts'
import { expandResource, type ShortResource } from '../../src/content/example-resources.ts'
import type { Content } from '../../src/engine/rule.ts'
import { openChart } from '../../src/facts/chart.ts'
import type { Fact } from '../../src/facts/fact.ts'
import type { SourceState } from '../../src/facts/record-index.ts'
import { isResource, type Loose } from '../../src/facts/resources.ts'
import { openScope, type Scope } from '../../src/facts/scope.ts'
import { calendarOf } from '../../src/language/calendar.ts'

/** Noon, so that hours before and after stay on the day. */
export const NOW = Date.parse('2025-03-03T12:00:00Z')

export interface ScopeOptions {
  /** The record, in the short forms of the fact examples ({ loinc, value, unit, at: '-1d' } …) or full FHIR. */
  readonly resources?: readonly ShortResource[]
  /** The inotuzumab order under evaluation; members override a plain draft of 1.6 mg. false: none (patient-view). */
  readonly order?: Readonly<Record<string, unknown>> | false
  /** Drafts besides the order, in full FHIR or short form. */
  readonly drafts?: readonly ShortResource[]
  /** Planned date relative to now: '0d', '+3d'. */
  readonly planned?: string
  readonly hook?: string
  readonly triggers?: readonly string[]
  readonly profile?: string
  readonly settings?: Readonly<Record<string, unknown>>
  /** Sources that could not be read. */
  readonly unread?: readonly string[]
  readonly content?: Content
}

const ORDER = { resourceType: 'MedicationRequest', id: 'o1', status: 'draft', intent: 'order', medicationCodeableConcept: { text: 'inotuzumab ozogamicin' } }

/** Opens the facts of one dose over a small record, with the shipped content. */
export function scopeOf(options: ScopeOptions = {}): Scope {
  const content = options.content ?? loadContent(options.profile, options.settings)
  const calendar = calendarOf('UTC')
  const now = calendar.of(NOW)
  const plannedText = options.planned ?? '0d'
  const days = Number(plannedText.replace('d', ''))
  const planned = calendar.of(NOW + days * 86_400_000)
  const expand = (short: ShortResource, i: number): Loose => {
    const resource = expandResource(short, NOW, `r${String(i)}`)
    if (!isResource(resource)) throw new TypeError('not a resource')
    return resource
  }
  const order = options.order === false ? [] : [{ ...ORDER, dosageInstruction: [{ timing: { event: [new Date(planned.at).toISOString()] }, doseAndRate: [{ doseQuantity: { value: 1.6, unit: 'mg' } }] }], ...options.order }]
  const sources = new Map<string, SourceState>((options.unread ?? []).map((key) => [key, { state: 'unavailable', why: 'no answer in time' }]))
  const chart = openChart({
    record: { resources: (options.resources ?? []).map(expand), sources }, drafts: [...order, ...(options.drafts ?? []).map((draft, i) => expand(draft, 1000 + i))],
    mapping: content.mapping, settings: content.settings, profile: content.profile, calendar, now,
    sources: new Map(content.sources.map(({ key, title, safety }) => [key, { title, safety }])), siteLimit: () => undefined,
  })
  const focused = chart.drafts.find(({ reference }) => reference === 'MedicationRequest/o1')
  const triggers = new Set(options.triggers ?? (focused ? ['inotuzumab-order'] : ['patient']))
  return openScope(chart, { hook: options.hook ?? (focused ? 'order-sign' : 'patient-view'), triggers, planned, plannedStated: true, ...(focused ? { order: focused } : {}) })
}

/** A fact's value, or `missing: why`. */
export const valueIn = (scope: Scope, name: string): unknown => {
  const fact: Fact = scope.fact(name)
  return fact.state === 'present' ? fact.value : `missing: ${fact.why}`
}
