import type { Link } from '../hooks/response.ts'
import type { Finding } from './findings.ts'
import type { Content } from './rule.ts'

export interface LinkTools {
  readonly publicUrl: string
  /** Of the decision that the card belongs to. */
  readonly decision: string
  /** Launch URL of the SMART app, where the site has one. */
  readonly smartAppUrl?: string
}

/**
 * To the evidence of the leading rule, and to the SMART app with what it needs to show this decision: references only, nothing about the
 * patient. The context is handed over in the token answer, never in the address (CDS Hooks, Link).
 */
export function linksFor({ rule, scope }: Finding, { deck }: Content, { publicUrl, smartAppUrl, decision }: LinkTools): readonly Link[] {
  const evidence: Link = { type: 'absolute', label: deck.texts['evidence'] ?? '', url: `${publicUrl}/rules/${rule.id}#evidence` }
  if (smartAppUrl === undefined) return [evidence]
  const appContext = JSON.stringify({ decision, rule: rule.id, ...(scope.focus.order ? { order: scope.focus.order.reference } : {}) })
  return [evidence, { type: 'smart', label: deck.texts['timeline'] ?? '', url: smartAppUrl, appContext }]
}
