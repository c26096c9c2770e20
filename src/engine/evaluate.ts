import type { Indicator } from '../content/schema/common.ts'
import type { CheckValue, Lookup, Ternary } from '../language/check.ts'
import type { CompiledLevel, CompiledLine, CompiledRule, CompiledSaid } from './rule.ts'

/** What one rule concluded. `unknown` names the facts whose absence, or vagueness, kept it from a verdict. */
export type Outcome =
  | { readonly kind: 'fired'; readonly indicator: Indicator; readonly said: CompiledSaid; readonly level?: CompiledLevel }
  | { readonly kind: 'silent' }
  | { readonly kind: 'unknown'; readonly names: readonly string[] }

const SILENT: Outcome = { kind: 'silent' }

/** Missing, or known only as a bound ("<1"), which may not settle a comparison. */
const isOpen = (value: CheckValue | undefined): boolean => value === undefined || (typeof value === 'object' && 'bound' in value)

const isUndecided = ({ check }: Pick<CompiledLine, 'check'>, lookup: Lookup): boolean => check.test(lookup) === undefined

const openNames = (lines: readonly Pick<CompiledLine, 'check'>[], lookup: Lookup): string[] =>
  [...new Set(lines.filter((line) => isUndecided(line, lookup)).flatMap(({ check }) => check.names.filter((name) => isOpen(lookup(name)))))]

/** All lines must hold: one false settles it, otherwise one unknown leaves it open. */
function allHold(lines: readonly CompiledLine[], lookup: Lookup): Ternary {
  let result: Ternary = true
  for (const { check } of lines) {
    const holds = check.test(lookup)
    if (holds === false) return false
    if (holds === undefined) result = undefined
  }
  return result
}

/** The first level that certainly holds; when none does but one is open, the rule is open. */
function pickLevel(rule: CompiledRule, lookup: Lookup): Outcome {
  const level = rule.levels.find(({ check }) => check.test(lookup) === true)
  if (level) return { kind: 'fired', indicator: level.said.indicator, said: level.said, level }
  return rule.levels.some((open) => isUndecided(open, lookup)) ? { kind: 'unknown', names: openNames(rule.levels, lookup) } : SILENT
}

/**
 * Evaluates one rule over facts. `when` needs true on every line; `unless` suppresses only on true, so that an unknown never
 * hides an alarm; with levels the first that holds wins.
 */
export function evaluateRule(rule: CompiledRule, lookup: Lookup): Outcome {
  const holds = allHold(rule.when, lookup)
  if (holds === false) return SILENT
  if (rule.unless.some(({ check }) => check.test(lookup) === true)) return SILENT
  if (holds === undefined) return { kind: 'unknown', names: openNames(rule.when, lookup) }
  if (rule.levels.length > 0) return pickLevel(rule, lookup)
  return { kind: 'fired', indicator: rule.said.indicator, said: rule.said }
}

/** A lookup over plain values: facts by name, settings as `setting.x`. For examples, what-if and tests. */
export const lookupOf = (values: Readonly<Record<string, CheckValue>>): Lookup => (name) => values[name]
