import type { Derivation } from '../../src/derive/derivation.ts'
import type { CardTools } from '../../src/engine/card.ts'
import type { Finding } from '../../src/engine/findings.ts'
import type { Content } from '../../src/engine/rule.ts'
import { type Fact, present } from '../../src/facts/fact.ts'
import type { Scope } from '../../src/facts/scope.ts'
import { calendar, type ChartOptions, chartOf, compileSmall, order, ruleWith, scopeOn } from '../facts/small-content.ts'

export interface RuleMembers {
  readonly card?: string
  readonly indicator?: string
  readonly action?: string
  readonly summary?: string
  readonly said?: object
  readonly rule?: object
}

/** The small content with these rules in place of its own; each holds whenever it is asked. */
export function contentWith(rules: Readonly<Record<string, RuleMembers>>, changes: Readonly<Record<string, unknown>> = {}): Content {
  const files = Object.entries(rules).map(([id, { card = 'giveOrHold', indicator = 'warning', action = 'hold', summary = `Says ${id}`, said = {}, rule = {} }]) => [
    `cards/rules/${id}.yaml`,
    ruleWith({ card, basis: 'order', when: [{ because: 'it is so', check: '1 = 1' }], then: { indicator, action, summary, ...said }, examples: [{ name: 'a', given: {}, then: 'critical' }, { name: 'b', given: {}, then: 'critical' }], ...rule }),
  ])
  return compileSmall({ 'cards/holds/hold-low.yaml': undefined, ...Object.fromEntries(files), ...changes })
}

/** Computed facts in plain values, for texts: what derivations would find. */
const derived = (facts: Readonly<Record<string, Fact>>): ReadonlyMap<string, Derivation> =>
  new Map(Object.entries(facts).map(([name, fact]) => [name, { facts: {}, uses: [], compute: () => ({ [name]: fact }) }]))

export interface DoseOptions extends ChartOptions {
  readonly planned?: string
  readonly derive?: Readonly<Record<string, Fact>>
}

/** One dose over a record; its label is C1D1 unless told otherwise. */
export const doseOf = ({ planned = '2025-03-03T12:00:00Z', derive = {}, drafts = [order()], ...options }: DoseOptions = {}): Scope =>
  scopeOn({ ...chartOf({ ...options, drafts }), derivations: derived({ doseLabel: present('C1D1', 'C1D1'), actionable: present(true, 'yes'), ...derive }) }, { planned })

/** A finding of each rule, as if all had fired in one evaluation. */
export const findingsOf = (content: Content, scope: Scope = doseOf({ content })): readonly Finding[] =>
  content.rules.map((rule) => ({ rule, indicator: rule.said.indicator, said: rule.said, scope, isPreview: false }))

/** Tools whose identifiers can be foretold: version 4 UUIDs that count. */
export function toolsOf(more: Partial<CardTools> = {}): CardTools {
  let count = 0
  return {
    calendar, publicUrl: 'https://cds.example', decision: '00000000-0000-4000-8000-000000000000', severalOrders: false, notChecked: [], context: { patient: 'Patient/p1', user: 'Practitioner/d1', nowIso: '2025-03-03T12:00:00Z' },
    uuid: () => `00000000-0000-4000-8000-${String(++count).padStart(12, '0')}`, ...more,
  }
}

export const acknowledged = (finding: Finding, by = 'Dr Who'): Finding => ({ ...finding, acknowledged: { by, at: Date.parse('2025-03-02T10:00:00Z') } })
