import { z } from 'zod'
import { joinedCode } from '../../engine/reason-codes.ts'
import { factName, HookName, Indicator, ruleId, strings, text } from './common.ts'
import { CARD_TOPICS } from './rule.ts'

/** A site setting: its default, what it means and who says so; profiles override values. */
export const SettingsFile = z.record(z.string().regex(/^[a-z][a-z0-9_]*$/), z.strictObject({
  title: text,
  type: z.enum(['number', 'boolean', 'text', 'by-unit', 'list']),
  value: z.union([z.number(), z.boolean(), z.string(), z.record(z.string(), z.number()), z.array(z.union([z.string(), z.number()]))]),
  unit: text.optional(),
  oneOf: strings.optional(),
  source: text,
  said: z.boolean().default(false).describe('People read its value: it is translated'),
  ownChoice: z.boolean().default(false).describe('No source gives this number: it is ours and must be confirmed'),
}))
export type SettingsFile = z.infer<typeof SettingsFile>

export const ProfileFile = z.strictObject({
  title: text,
  labelRevision: text,
  source: text,
  settings: z.record(z.string(), z.unknown()),
})
export type ProfileFile = z.infer<typeof ProfileFile>

/** Which orders make rules run. `exposed`: only in a patient who has had, or is about to have, inotuzumab. */
export const TriggersFile = z.record(ruleId, z.strictObject({
  title: text,
  drugs: strings.optional().describe('Value sets of which one must match the ordered drug'),
  types: strings.default(['MedicationRequest', 'MedicationStatement', 'MedicationAdministration', 'MedicationDispense']).describe('FHIR resource types of the drafts it looks at'),
  per: z.enum(['dose', 'order', 'patient']),
  when: factName.optional().describe('Boolean fact: when it is surely false the order or patient is of no concern'),
  over: factName.optional().describe('Boolean fact: when it is surely true the dose is over, and not judged while another dose of its order is not'),
}))
export type TriggersFile = z.infer<typeof TriggersFile>

export const PrecedenceFile = z.array(z.strictObject({
  keep: ruleId,
  drop: z.array(ruleId).min(1),
  atLeast: Indicator.optional().describe('Only when the kept rule fired at this indicator or above'),
  because: text,
}))
export type PrecedenceFile = z.infer<typeof PrecedenceFile>

const perHook = z.record(HookName, z.number().int().positive())
/** The words of a card that belong to no rule; `{{count}}` and the like are filled. */
export const DECK_TEXTS = ['why', 'release', 'doubt', 'notChecked', 'byName', 'source', 'revision', 'more', 'andOthers', 'evidence', 'acknowledged', 'orderAll', 'order', 'timeline', 'reenter', 'byHand', 'step'] as const

export const DeckFile = z.strictObject({
  source: z.strictObject({ label: text, url: text }),
  budget: perHook,
  suggestionsPerCard: z.number().int().positive(),
  overrideReasonsPerCard: z.number().int().positive(),
  alwaysOffered: z.array(ruleId),
  cards: z.record(z.enum(CARD_TOPICS), z.strictObject({
    title: text,
    hooks: z.array(HookName).min(1),
    rank: z.number().int(),
    joins: z.array(z.enum(CARD_TOPICS)).describe('Where its findings go when the budget is spent; empty: the card is dropped'),
    summary: text.optional().describe('Headline when several findings share the card: {{items}}, {{count}}, {{order}}'),
  })),
  texts: z.record(z.enum(DECK_TEXTS), text),
  groups: z.record(ruleId, text).default({}).describe('What each folder of rules is called on the pages'),
  rank: z.array(ruleId).describe('Which finding leads a card; the first listed leads. Unlisted rules follow.'),
})
export type DeckFile = z.infer<typeof DeckFile>

/** Some clients are sent the codes without hyphens, and send them back so. */
const areDistinct = (reasons: Readonly<Record<string, unknown>>): boolean => new Set(Object.keys(reasons).map(joinedCode)).size === Object.keys(reasons).length

export const OverrideReasonsFile = z.strictObject({
  system: text,
  reasons: z.record(ruleId, z.strictObject({ display: text })).refine(areDistinct, 'two codes are the same without hyphens'),
})
export type OverrideReasonsFile = z.infer<typeof OverrideReasonsFile>

const Action = z.union([
  z.strictObject({ create: z.record(z.string(), z.unknown()), description: text }),
  z.strictObject({ delete: z.literal('this-order'), description: text }),
  z.strictObject({ redose: text.describe('Fact with the dose in mg'), description: text }),
  z.strictObject({ move: text.describe('Fact of type moment: the new date'), description: text }),
  z.strictObject({ assert: z.strictObject({ key: factName, value: z.union([z.string(), z.number(), z.boolean()]) }).describe('Answer to a question of fhir-mappings/assertions.yaml, put on this order'), description: text }),
])

/** One thing a clinician can accept with a click. */
export const SuggestionFile = z.strictObject({
  label: text,
  group: z.enum(['order-set', 'single']).default('single').describe('order-set: merged with others of the same card into one "order all"'),
  needs: text.optional().describe('Check: offered only when true'),
  unless: text.optional().describe('Check: not offered when true, because the thing is already active or drafted'),
  recommended: z.boolean().default(false),
  actions: z.array(Action).min(1),
  source: text,
})
export type SuggestionFile = z.infer<typeof SuggestionFile>

/** Texts of the content, and sentences of facts with numbered gaps, with their words in another language. */
export const LanguageFile = z.record(text, text)

/** The documents behind the rules. */
export const EvidenceSourcesFile = z.record(text, z.strictObject({ short: text, citation: text }))
export type EvidenceSourcesFile = z.infer<typeof EvidenceSourcesFile>

/** Statements of the seed documents and the rules that carry them. */
export const SeedFactsFile = z.record(z.string().regex(/^S[0-4]-\d+$/), z.strictObject({
  at: text,
  says: text,
  rules: z.array(ruleId),
  background: z.boolean().default(false).describe('No rule carries it, or not all of it'),
  contradiction: strings.optional().describe('Numbers of the contradictions between sources it takes part in'),
  demonstration: strings.optional().describe('Demo patients that show it'),
}).refine(({ rules, background }) => rules.length > 0 || background, 'is neither carried by a rule nor background'))
export type SeedFactsFile = z.infer<typeof SeedFactsFile>
