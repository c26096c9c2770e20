import type { Decided } from '../engine/decide.ts'
import type { DecisionRecord } from '../store/store.ts'
import type { HookCall } from './types.ts'
import { evidenceHash } from './repeat-control.ts'

/** What the store keeps of a decision. It names no patient and holds no values. */
export function recordOf({ cards, decision, findings }: Decided, { service, request, client, receivedAt }: HookCall, patientKey: string): DecisionRecord {
  return {
    id: decision.id, at: receivedAt, service: service.id, client: client.id, hookInstance: request.hookInstance, patientKey, user: request.context.userId,
    findings: decision.findings.map(({ rule, indicator, order, shown }, i) => {
      const finding = findings[i]
      return { rule, indicator, shown, ...(order === undefined ? {} : { order }), ...(finding ? { evidenceHash: evidenceHash(finding) } : {}) }
    }),
    cards: cards.map(({ uuid, source, extension, suggestions = [] }) => ({
      uuid, ...(source.topic ? { topic: source.topic.code } : {}), rules: rulesOf(extension?.['org.ino-cds.findings']), suggestions: suggestions.map((suggestion) => suggestion.uuid),
    })),
    profile: decision.profile, contentHash: decision.content, latencyMs: Date.now() - receivedAt,
  }
}

const rulesOf = (findings: unknown): string[] => (Array.isArray(findings) ? findings.map(({ rule }: { rule: string }) => rule) : [])
