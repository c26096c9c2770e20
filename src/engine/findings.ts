import { type Indicator, RANK } from '../content/schema/common.ts'
import type { PrecedenceFile } from '../content/schema/deck.ts'
import type { Scope } from '../facts/scope.ts'
import type { Settings } from '../facts/settings.ts'
import type { CheckValue, Lookup } from '../language/check.ts'
import type { Phrases } from '../language/phrases.ts'
import { evaluateRule } from './evaluate.ts'
import type { Acknowledgement } from './evidence.ts'
import type { CompiledLevel, CompiledRule, CompiledSaid, Content } from './rule.ts'

/** A rule that fired in one evaluation. */
export interface Finding {
  readonly rule: CompiledRule
  readonly indicator: Indicator
  readonly said: CompiledSaid
  readonly level?: CompiledLevel
  readonly scope: Scope
  /** Lab, ECG and weight rules on a dose that is too far ahead: shown as a preview. */
  readonly isPreview: boolean
  /** Answered before with the same evidence: a line at most, never a card of its own. */
  readonly acknowledged?: Acknowledgement
  /** Only informs, and was shown in the same words while the order was being written: not shown again at its signature. */
  readonly told?: true
}

/** A rule that could reach no verdict because an input could not be read. */
export interface Unevaluated {
  readonly rule: string
  readonly why: string
}

export interface Evaluation {
  readonly findings: readonly Finding[]
  /** Facts that some rule asked for and did not get, by name. */
  readonly missing: ReadonlyMap<string, { readonly why: string; readonly detail: string }>
  readonly notEvaluated: readonly Unevaluated[]
}

const PREVIEWED: ReadonlySet<string> = new Set(['labs', 'ecg', 'weight'])
const SETTING = 'setting.'

/** Facts and settings of one evaluation by name, as checks see them. */
export function lookupIn(scope: Scope, settings: Settings): Lookup {
  return (name) => {
    // Sound: content load admits in checks only facts and settings whose types are check values.
    if (name.startsWith(SETTING)) return settings[name.slice(SETTING.length)] as CheckValue | undefined
    const fact = scope.fact(name)
    return fact.state === 'present' ? fact.value as CheckValue : undefined
  }
}

/** Does a rule run in this evaluation at all? */
export const concerns = (rule: CompiledRule, { focus }: Scope, profile: string): boolean =>
  rule.hooks.some((hook) => hook === focus.hook) && rule.on.some((trigger) => focus.triggers.has(trigger)) && (rule.profiles?.includes(profile) ?? true)

const rulesByFocus = new WeakMap<Content, Map<string, readonly CompiledRule[]>>()

/** The rules that concern an evaluation: found once for each hook and set of triggers, of which there are few. */
function rulesFor(content: Content, scope: Scope): readonly CompiledRule[] {
  const known = rulesByFocus.get(content) ?? new Map<string, readonly CompiledRule[]>()
  rulesByFocus.set(content, known)
  const key = JSON.stringify([scope.focus.hook, ...scope.focus.triggers])
  const rules = known.get(key) ?? content.rules.filter((rule) => concerns(rule, scope, content.profile))
  known.set(key, rules)
  return rules
}

function whyMissing(names: readonly string[], scope: Scope, phrases: Phrases): { unavailable?: string; each: [string, { why: string; detail: string }][] } {
  const each = names.flatMap((name): [string, { why: string; detail: string }][] => {
    const fact = scope.fact(name)
    if (fact.state === 'present') return [[name, { why: 'ambiguous', detail: phrases.say`only known as ${fact.text}` }]]
    return fact.why === 'not-applicable' ? [] : [[name, { why: fact.why, detail: phrases.of(fact.detail) }]]
  })
  const lost = each.find(([, { why }]) => why === 'unavailable')
  return { each, ...(lost ? { unavailable: lost[1].detail } : {}) }
}

/**
 * A rule that stayed silent only because something could not be read is not an all-clear: an empty list counts as no drugs in
 * FHIRPath. Names of unread facts when every line that said no depends on one, or where all lines hold and a level depends on one.
 */
function unreadNames(rule: CompiledRule, lookup: Lookup, scope: Scope): readonly string[] {
  const isUnread = (name: string): boolean => {
    const fact = name.startsWith(SETTING) ? undefined : scope.fact(name)
    return fact?.state === 'missing' && fact.why === 'unavailable'
  }
  if (rule.unless.some(({ check }) => check.test(lookup) === true)) return []
  const refusals = rule.when.filter(({ check }) => check.test(lookup) === false).map(({ check }) => check.names.filter(isUnread))
  if (refusals.length === 0) return rule.levels.flatMap(({ check }) => check.names.filter(isUnread))
  return refusals.every((names) => names.length > 0) ? refusals.flat() : []
}

/** Runs every rule that concerns this evaluation, then lets stronger rules replace weaker ones. */
export function evaluateScope(content: Content, scope: Scope): Evaluation {
  const lookup = lookupIn(scope, content.settings)
  const isActionable = lookup('actionable') !== false
  const findings: Finding[] = []
  const missing = new Map<string, { why: string; detail: string }>()
  const notEvaluated: Unevaluated[] = []
  for (const rule of rulesFor(content, scope)) {
    const outcome = evaluateRule(rule, lookup)
    if (outcome.kind === 'fired') {
      const isPreview = !isActionable && PREVIEWED.has(rule.basis)
      const { said, level } = outcome
      findings.push({ rule, said, scope, isPreview, indicator: isPreview ? 'info' : outcome.indicator, ...(level ? { level } : {}) })
    }
    if (outcome.kind === 'fired') continue
    const { each, unavailable } = whyMissing(outcome.kind === 'unknown' ? outcome.names : scope.isWhole ? [] : unreadNames(rule, lookup, scope), scope, content.phrases)
    for (const [name, why] of each) missing.set(name, why)
    if (unavailable !== undefined) notEvaluated.push({ rule: rule.id, why: unavailable })
  }
  return { findings: applyPrecedence(findings, content.precedence), missing, notEvaluated }
}

/** Drops findings that a stronger one replaces. A rule dropped by another still drops nothing itself. */
export function applyPrecedence(findings: readonly Finding[], precedence: PrecedenceFile): readonly Finding[] {
  const dropped = new Set<string>()
  for (const { keep, drop, atLeast } of precedence) {
    const kept = findings.find(({ rule }) => rule.id === keep)
    if (!kept || dropped.has(keep) || (atLeast && RANK[kept.indicator] < RANK[atLeast])) continue
    for (const id of drop) dropped.add(id)
  }
  return findings.filter(({ rule }) => !dropped.has(rule.id))
}

/** One finding per rule and order: of several planned doses the most urgent counts, the earliest among equals. */
export function mergeDoses(findings: readonly Finding[]): readonly Finding[] {
  const merged = new Map<string, Finding>()
  for (const finding of findings) {
    const key = `${finding.rule.id}|${finding.scope.focus.order?.reference ?? ''}`
    const have = merged.get(key)
    if (!have || RANK[finding.indicator] > RANK[have.indicator]) merged.set(key, finding)
  }
  return [...merged.values()]
}
