import type { Content } from '../engine/rule.ts'
import type { Fact } from '../facts/fact.ts'
import type { Scope } from '../facts/scope.ts'
import type { DecidedInput } from '../store/store.ts'

/** Longest value that is kept; lists of drugs can be long. */
const VALUE_LIMIT = 500

const DAY_MS = 86_400_000

const names = new WeakMap<Content, ReadonlySet<string>>()

/** The facts that some rule compares; what they were computed from is behind their references. */
function comparedFacts(content: Content): ReadonlySet<string> {
  const known = names.get(content) ?? new Set(content.rules.flatMap(({ when, unless, levels }) => [...when, ...unless, ...levels]).flatMap(({ check }) => check.names))
  names.set(content, known)
  return known
}

/** The facts that rules compared in these evaluations, each once: by reference, or by reference and value. */
export function inputsOf(scopes: readonly Scope[], content: Content, kept: 'references' | 'values'): readonly DecidedInput[] {
  const compared = comparedFacts(content)
  const inputs = scopes.flatMap((scope) => [...scope.read()]).filter(([name]) => compared.has(name)).map(([name, fact]) => inputOf(name, fact, kept))
  return [...new Map(inputs.map((input) => [JSON.stringify(input), input])).values()]
}

function inputOf(name: string, fact: Fact, kept: 'references' | 'values'): DecidedInput {
  const input = { fact: name, sources: fact.sources }
  if (kept === 'references' || fact.state === 'missing') return input
  return { ...input, value: fact.text.slice(0, VALUE_LIMIT), ...(fact.at ? { day: new Date(fact.at.day * DAY_MS).toISOString().slice(0, 10) } : {}) }
}
