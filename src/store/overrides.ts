import { z } from 'zod'
import { present } from './present.ts'
import type { SqlRow } from './rows.ts'
import type { Override } from './store.ts'

const parsed = z.string().transform((value): unknown => JSON.parse(value))
const Finding = z.object({ rule: z.string(), indicator: z.string(), order: z.string().exactOptional(), shown: z.boolean(), evidenceHash: z.string().exactOptional() })
const OverrideRow = z.object({
  card: z.string(), outcome_at: z.number(), user: z.string().nullable(), reason_code: z.string().nullable(), reason_system: z.string().nullable(),
  rules: parsed.pipe(z.array(z.string())), findings: parsed.pipe(z.array(Finding)),
})

const ToldRow = z.object({ findings: parsed.pipe(z.array(Finding)) })

/** Evidence hashes of the findings of a decision that were shown and only inform. */
export const toldIn = (row: SqlRow): readonly string[] =>
  ToldRow.parse(row).findings.filter(({ indicator, shown }) => shown && indicator === 'info').flatMap(({ evidenceHash }) => evidenceHash ?? [])

/** What one overridden card says no to: the shown findings of its rules, in the order of the decision. */
export function overridesIn(row: SqlRow): readonly Override[] {
  const { rules, findings, card, outcome_at: at, user, reason_code: reasonCode, reason_system: reasonSystem } = OverrideRow.parse(row)
  return findings.filter(({ rule, shown }) => shown && rules.includes(rule)).map(({ rule, indicator, order, evidenceHash }) =>
    ({ rule, indicator, card, at, ...present({ order, evidenceHash, user, reasonCode, reasonSystem }) }))
}
