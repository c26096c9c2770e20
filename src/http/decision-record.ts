import { randomUUID } from 'node:crypto'
import type { StoredSettings } from '../config.ts'
import type { Decided } from '../engine/decide.ts'
import type { Content } from '../engine/rule.ts'
import type { DecidedInput, DecisionRecord } from '../store/store.ts'
import { VERSION } from '../version.ts'
import { inputsOf } from './decision-inputs.ts'
import { evidenceHash } from './repeat-control.ts'
import type { HookCall } from './types.ts'

export interface RecordOptions {
  readonly content: Content
  readonly patientKey: string
  readonly inputs: StoredSettings['inputs']
}

/** What the store keeps of a decision. It names no patient; what it says of the record behind it is the choice of the site. */
export function recordOf({ cards, decision, findings, scopes }: Decided, call: HookCall, options: RecordOptions): DecisionRecord {
  const mayQuote = options.inputs === 'values'
  const inputs: readonly DecidedInput[] | undefined = options.inputs === 'none' ? undefined : inputsOf(scopes, options.content, options.inputs)
  return {
    ...callOf(call, options), id: decision.id,
    outcome: cards.length > 0 ? 'cards' : 'no-cards',
    findings: decision.findings.map(({ rule, indicator, order, shown }, i) => {
      const finding = findings[i]
      return { rule, indicator, shown, ...(order === undefined ? {} : { order }), ...(finding ? { evidenceHash: evidenceHash(finding) } : {}) }
    }),
    cards: cards.map(({ uuid, source, extension, suggestions = [] }) => ({
      uuid, ...(source.topic ? { topic: source.topic.code } : {}), rules: rulesOf(extension?.['org.ino-cds.findings']), suggestions: suggestions.map((suggestion) => suggestion.uuid),
    })),
    // The reasons quote what was found, a value in another unit for example.
    missing: decision.missing.map(({ fact, why }) => (mayQuote ? { fact, why } : { fact })),
    notEvaluated: decision.notEvaluated.map(({ rule, why }) => (mayQuote ? { rule, why } : { rule })),
    ...(inputs ? { inputs } : {}),
  }
}

/** A call about an order of concern that was answered with an error, because nothing could be checked. */
export const refusalOf = (call: HookCall, options: RecordOptions): DecisionRecord =>
  ({ ...callOf(call, options), id: randomUUID(), outcome: 'refused', findings: [], cards: [], missing: [], notEvaluated: [] })

function callOf({ service, request, client, receivedAt }: HookCall, { content, patientKey }: RecordOptions) {
  return {
    at: receivedAt, service: service.id, hook: request.hook, client: client.id, ...(client.tenant === undefined ? {} : { tenant: client.tenant }),
    hookInstance: request.hookInstance, patientKey, user: request.context.userId,
    profile: content.profile, labelRevision: content.labelRevision, contentHash: content.hash, settings: changedSettings(content), software: VERSION, latencyMs: Date.now() - receivedAt,
  }
}

const changed = new WeakMap<Content, Readonly<Record<string, unknown>>>()

/** The settings in force that are not the declared defaults: by profile or by site. */
function changedSettings(content: Content): Readonly<Record<string, unknown>> {
  const known = changed.get(content) ?? Object.fromEntries(Object.entries(content.settings)
    .filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(content.declaredSettings[name]?.value)))
  changed.set(content, known)
  return known
}

const rulesOf = (findings: unknown): string[] => (Array.isArray(findings) ? findings.map(({ rule }: { rule: string }) => rule) : [])
