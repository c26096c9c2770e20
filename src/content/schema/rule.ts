import { z } from 'zod'
import { Evidence, factName, HookName, Indicator, ruleId, strings, text } from './common.ts'

export const CARD_TOPICS = ['giveOrHold', 'dose', 'missing', 'question', 'guidance', 'interaction'] as const
export const ACTIONS = ['discontinue', 'hold', 'fix-dose', 'order', 'ask', 'watch'] as const

const Line = z.strictObject({
  because: text.describe('One clause for people; placeholders {{fact}}, {{fact.date}}, {{setting.x}}'),
  check: text.describe('Condition in the closed part of FHIRPath: %fact, %setting.x, literals, comparison, and or not() implies, exists() empty() count(), in, contains'),
})
export type RuleLine = z.infer<typeof Line>

const Said = z.strictObject({
  indicator: Indicator,
  action: z.enum(ACTIONS),
  summary: text.describe('Card headline, under 140 characters on worst-case values'),
  item: text.optional().describe('Two or three words for a merged list: "12-lead ECG"'),
  why: text.optional().describe('One sentence: why it matters, with a number and its source'),
  release: text.optional().describe('What lifts the hold'),
  suggestions: z.array(ruleId).optional(),
  overrideReasons: z.array(ruleId).optional(),
})

const Level = Said.partial().extend({
  because: text.optional(),
  check: text,
  indicator: Indicator,
})

const FactGiven = z.union([z.number(), z.boolean(), z.string(), z.array(z.string())])
export const RuleExample = z.strictObject({
  name: text,
  given: z.record(text, FactGiven).describe('Facts by name, settings as setting.x; a fact that is left out is missing'),
  then: z.enum(['critical', 'warning', 'info', 'silent', 'unknown']),
})
export type RuleExample = z.infer<typeof RuleExample>

/** One rule: when a clinician must hear something and what we say. The id is the file's name. */
export const RuleFile = z.strictObject({
  title: text,
  hooks: z.array(HookName).min(1),
  on: strings.or(text).describe('Trigger ids of cards/triggers.yaml'),
  basis: z.enum(['labs', 'ecg', 'weight', 'order', 'history']).default('order')
    .describe('labs, ecg and weight rules become an info preview when the dose is not yet actionable'),
  card: z.enum(CARD_TOPICS),
  profiles: strings.optional().describe('The rule exists only in these profiles'),
  repeat: z.enum(['per-dose', 'per-cycle', 'never-silence']).default('per-dose'),
  evidence: z.array(Evidence).min(1),
  doubt: text.optional().describe('What a pharmacist or haematologist must confirm, with the setting that changes it'),
  when: z.array(Line).min(1),
  unless: z.array(Line).optional(),
  grade: factName.optional().describe('Fact whose text is attached to the finding as its grade'),
  missing: z.record(factName, text).optional().describe('Fact that may be missing → what then happens, for the reader'),
  then: Said,
  levels: z.array(Level).min(1).optional().describe('First level whose check holds wins; members override those of `then`'),
  examples: z.array(RuleExample).min(2),
})
export type RuleFile = z.infer<typeof RuleFile>
