import type { DeckFile, EvidenceSourcesFile, OverrideReasonsFile, PrecedenceFile, ProfileFile, SeedFactsFile, SettingsFile, SuggestionFile, TriggersFile } from '../content/schema/deck.ts'
import type { RuleFile } from '../content/schema/rule.ts'
import type { TimelineFile } from '../content/schema/timeline.ts'
import type { Mapping } from '../facts/mapping.ts'
import type { Settings } from '../facts/settings.ts'
import type { Check } from '../language/check.ts'
import type { Phrases } from '../language/phrases.ts'
import type { Template } from '../language/template.ts'

/** One condition of a rule with the sentence that explains it. */
export interface CompiledLine {
  readonly because: Template
  readonly check: Check
}

type Said = RuleFile['then']

/** What a rule says: texts compiled, names of suggestions and reasons resolved when content loaded. */
export interface CompiledSaid extends Omit<Said, 'summary' | 'why' | 'release' | 'item'> {
  readonly summary: Template
  readonly item?: Template
  readonly why?: Template
  readonly release?: Template
}

export interface CompiledLevel {
  readonly check: Check
  readonly because?: Template
  readonly said: CompiledSaid
}

/** A rule, linked and compiled: `levels` always has at least one entry when the file declares levels, else none. */
export interface CompiledRule extends Omit<RuleFile, 'when' | 'unless' | 'then' | 'levels' | 'on' | 'examples' | 'doubt'> {
  readonly id: string
  readonly group: string
  readonly file: string
  readonly on: readonly string[]
  readonly when: readonly CompiledLine[]
  readonly unless: readonly CompiledLine[]
  readonly said: CompiledSaid
  /** What must be confirmed before clinical use. */
  readonly doubt?: Template
  readonly levels: readonly CompiledLevel[]
  readonly examples: RuleFile['examples']
}

type SuggestionBody = Omit<SuggestionFile, 'label' | 'needs' | 'unless'>

export interface CompiledSuggestion extends SuggestionBody {
  readonly id: string
  readonly label: Template
  readonly needs?: Check
  readonly unless?: Check
}

/** A prefetch source: what is asked of the EHR and how its resources are recognised. */
export interface CompiledSource {
  readonly key: string
  readonly title: string
  readonly types: readonly string[]
  /** The template of discovery. */
  readonly prefetch: string
  /** The same in queries of a length that every server takes. */
  readonly queries: readonly string[]
  readonly also: readonly string[]
  readonly complements: boolean
  readonly safety: boolean
  readonly categories: readonly string[]
  readonly sets: readonly string[]
}

/** Everything that cards/ and fhir-mappings/ say, for one site: frozen, linked, nothing left to discover on the request path. */
export interface Content {
  /** Hash of all content files and of the settings in force. */
  readonly hash: string
  /** The language of all texts, and the words for what is not content. */
  readonly phrases: Phrases
  /** The languages that the content root speaks, this one among them. */
  readonly languages: readonly string[]
  readonly profile: string
  readonly profileTitle: string
  readonly labelRevision: string
  /** Every profile a site may choose, with the settings it changes. */
  readonly profiles: Readonly<Record<string, ProfileFile>>
  readonly settings: Settings
  readonly rules: readonly CompiledRule[]
  readonly suggestions: ReadonlyMap<string, CompiledSuggestion>
  readonly triggers: TriggersFile
  readonly precedence: PrecedenceFile
  readonly deck: DeckFile
  /** What the timeline page shows and asks. */
  readonly timeline: TimelineFile
  readonly overrideReasons: OverrideReasonsFile
  readonly evidenceSources: EvidenceSourcesFile
  /** Which statements of the seed documents each rule carries. */
  readonly seedFacts: SeedFactsFile
  /** Settings as declared: titles, units, who says so. */
  readonly declaredSettings: SettingsFile
  readonly sources: readonly CompiledSource[]
  readonly mapping: Mapping
}
