import { z } from 'zod'

export const HookName = z.enum(['order-select', 'order-sign', 'patient-view'])
export type HookName = z.infer<typeof HookName>

export const Indicator = z.enum(['info', 'warning', 'critical'])
export type Indicator = z.infer<typeof Indicator>

/** Urgency order, the least first. */
export const RANK: Readonly<Record<Indicator, number>> = { info: 1, warning: 2, critical: 3 }

export const ruleId = z.string().regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, 'must be kebab-case')
export const factName = z.string().regex(/^[a-z][A-Za-z0-9]*$/, 'must be camelCase')
export const text = z.string().min(1)
export const strings = z.array(text).min(1)

/** Where a statement stands: S0 to S4 are the seed documents, the rest the labels, guidelines and `ino-cds` for our own choices. */
export const Evidence = z.strictObject({
  source: z.enum(['S0', 'S1', 'S2', 'S3', 'S4', 'US', 'EU', 'JP', 'EBMT16', 'EBMT23', 'EBMTped', 'CTC3', 'CTC5', 'CB', 'HOPA', 'UDCA', 'ino-cds']),
  at: text,
  says: text,
  /** `recalled` marks a place in a label that was not seen verbatim and must be checked against the document. */
  confidence: z.enum(['seen', 'recalled', 'own-choice']).default('seen'),
})
export type Evidence = z.infer<typeof Evidence>
