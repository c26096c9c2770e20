import type { Indicator } from '../content/schema/common.ts'
import type { Ternary } from '../language/check.ts'
import { plainText } from '../language/template.ts'
import { evaluateRule, type Outcome } from './evaluate.ts'
import { concerns, evaluateScope, type Finding, lookupIn } from './findings.ts'
import type { CompiledRule, Content } from './rule.ts'
import { type TextSource, wordsFor } from './texts.ts'

/** A value that a condition looked at, with where it comes from; without `text` it is missing, and `why` says so. */
export interface Looked {
  readonly name: string
  readonly title: string
  readonly text?: string
  readonly why?: string
  /** Local date of the value. */
  readonly date?: string
  readonly sources: readonly string[]
}

/** One condition of a rule as it stands for this patient. */
export interface ExplainedLine {
  readonly because: string
  /** undefined: cannot be told. */
  readonly holds: Ternary
  readonly looked: readonly Looked[]
  /** The urgency that a level decides on. */
  readonly indicator?: Indicator
}

/** What one rule concluded for one evaluation, and on what. The words are those of the card and of the rule's page. */
export interface Explanation {
  readonly rule: CompiledRule
  /** replaced: it fired, and a stronger rule speaks for it. */
  readonly outcome: Outcome['kind'] | 'replaced'
  readonly indicator?: Indicator
  readonly summary?: string
  readonly why?: string
  readonly release?: string
  /** A result rule on a dose still far ahead: a preview. */
  readonly isPreview: boolean
  readonly when: readonly ExplainedLine[]
  readonly unless: readonly ExplainedLine[]
  readonly levels: readonly ExplainedLine[]
  readonly grade?: string
}

type Condition = { readonly because?: { readonly source: string; readonly render: CompiledRule['said']['summary']['render'] }; readonly check: CompiledRule['when'][number]['check'] }

/** Sentences name what is not known by this mark. */
const UNKNOWN = '–'

function lookedAt(name: string, { scope, calendar, phrases }: TextSource, content: Content): Looked {
  const fact = scope.fact(name)
  const title = content.mapping.declarations.get(name)?.title ?? name
  if (fact.state === 'missing') return { name, title, why: phrases.of(fact.detail), sources: fact.sources }
  return { name, title, text: phrases.of(fact.text), sources: fact.sources, ...(fact.at ? { date: calendar.iso(fact.at) } : {}) }
}

function explainLine({ because, check }: Condition, source: TextSource, content: Content): ExplainedLine {
  const words = (name: string): string => wordsFor(name, source) ?? UNKNOWN
  const names = [...new Set(check.names)].filter((name) => !name.startsWith('setting.'))
  return {
    because: because ? because.render(words, plainText) : '', holds: check.test(lookupIn(source.scope, source.settings)),
    looked: names.map((name) => lookedAt(name, source, content)),
  }
}

function wordsOfFinding({ said, indicator, isPreview, rule, scope }: Finding, source: TextSource): Pick<Explanation, 'indicator' | 'summary' | 'why' | 'release' | 'isPreview' | 'grade'> {
  const render = (template: { render: CompiledRule['said']['summary']['render'] }): string => template.render((name) => wordsFor(name, source), plainText)
  const grade = rule.grade === undefined ? undefined : scope.fact(rule.grade)
  return {
    indicator, isPreview, summary: render(said.summary), ...(said.why ? { why: render(said.why) } : {}), ...(said.release ? { release: render(said.release) } : {}),
    ...(grade?.state === 'present' ? { grade: grade.text } : {}),
  }
}

function explain(rule: CompiledRule, found: Finding | undefined, source: TextSource, content: Content): Explanation {
  const line = (condition: Condition): ExplainedLine => explainLine(condition, source, content)
  const outcome = evaluateRule(rule, lookupIn(source.scope, content.settings)).kind
  return {
    rule, outcome: outcome === 'fired' && !found ? 'replaced' : outcome, isPreview: false, when: rule.when.map(line), unless: rule.unless.map(line), levels: rule.levels.map((level) => ({ ...line(level), indicator: level.said.indicator })),
    ...(found ? wordsOfFinding(found, source) : {}),
  }
}

/** Every rule that was asked in an evaluation: what it concluded and why, in the order of the content. */
export function explainScope(content: Content, source: TextSource): readonly Explanation[] {
  const { findings } = evaluateScope(content, source.scope)
  const byRule = new Map(findings.map((finding) => [finding.rule.id, finding]))
  return content.rules.filter((rule) => concerns(rule, source.scope, content.profile)).map((rule) => explain(rule, byRule.get(rule.id), source, content))
}
