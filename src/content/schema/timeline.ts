import { z } from 'zod'
import { factName, text } from './common.ts'

const setting = z.string().regex(/^[a-z][a-z0-9_]*$/)
const facts = z.array(factName).min(1)

const Limit = z.strictObject({
  setting,
  of: z.enum(['uln', 'percent']).optional().describe('uln: a multiple of the upper limit of normal of the result; percent: a gain over `over`'),
  over: factName.optional(),
})

/** What the timeline page shows and asks: names of results, settings, facts and assertions. */
export const TimelineFile = z.strictObject({
  order: z.strictObject({
    create: z.strictObject({ coding: z.array(z.strictObject({ system: text, code: text, display: text })).min(1), text }).describe('The drug, as a CodeableConcept'),
    orders: factName, date: factName, dose: factName, days: factName, windows: factName, guards: factName,
    unit: z.strictObject({ unit: text, system: text, code: text }),
  }).describe('The dose that is judged where the record holds no order for it'),
  charts: z.array(z.strictObject({ measurement: text, short: text, uln: z.boolean().default(false), limits: z.array(Limit) })).min(1),
  clock: z.array(z.strictObject({ setting, counts: z.enum(['from', 'after']) })).min(1),
  holds: z.strictObject({ periods: factName, checklist: factName }),
  panels: z.strictObject({ course: facts, due: facts, transplant: facts, after: facts }),
  vod: z.strictObject({ signs: factName, grades: factName, columns: factName, grade: factName, reason: factName, isPresent: facts, risks: factName, facts, caution: setting }),
  whatIf: z.strictObject({ results: z.array(text).min(1), answers: z.array(factName).min(1) }),
  questions: z.array(factName).min(1),
})
export type TimelineFile = z.infer<typeof TimelineFile>
