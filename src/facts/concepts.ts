import type { Coding } from 'fhir/r4.js'

/** One row of a value set: a code, or a prefix that stands for a code and everything below it. */
export interface CodeRow {
  readonly system: string
  readonly code?: string | undefined
  readonly prefix?: string | undefined
}

export interface ValueSet {
  readonly id: string
  readonly title: string
  readonly rows: readonly CodeRow[]
  /** Last-resort phrases, lower case. */
  readonly phrases: readonly string[]
}

/** Which value sets a concept belongs to, and whether only its text said so. */
export interface Recognised {
  readonly sets: ReadonlySet<string>
  readonly byText: boolean
}

/** What is read from a resource to recognise it: every coding, never just the first (EHRs put proprietary codes first). */
export interface Concept {
  readonly codings: readonly Coding[]
  readonly texts: readonly string[]
}

export interface ConceptMatcher {
  /** `decisive`: code systems whose presence forbids the text fallback, because the code already says it is something else. */
  recognise(concept: Concept, decisive: readonly string[]): Recognised
}

const NOTHING: Recognised = { sets: new Set(), byText: false }
const SHORTEST_PREFIX = 3

const key = (system: string, code: string): string => `${system}|${code}`
const escapeRegExp = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

type SetsByKey = Map<string, Set<string>>

function addTo(map: SetsByKey, at: string, id: string): void {
  const sets = map.get(at)
  if (sets) sets.add(id)
  else map.set(at, new Set([id]))
}

function indexRows(sets: readonly ValueSet[]): { exact: SetsByKey; prefixes: SetsByKey } {
  const exact: SetsByKey = new Map()
  const prefixes: SetsByKey = new Map()
  for (const { id, rows } of sets) {
    for (const { system, code, prefix } of rows) {
      if (code !== undefined) addTo(exact, key(system, code), id)
      if (prefix !== undefined) addTo(prefixes, key(system, prefix), id)
    }
  }
  return { exact, prefixes }
}

function indexPhrases(sets: readonly ValueSet[]): { pattern: RegExp | undefined; byPhrase: SetsByKey } {
  const byPhrase: SetsByKey = new Map()
  for (const { id, phrases } of sets) for (const phrase of phrases) addTo(byPhrase, phrase.toLowerCase(), id)
  const longestFirst = [...byPhrase.keys()].sort((a, b) => b.length - a.length)
  const pattern = longestFirst.length > 0
    ? new RegExp(`(?<![\\p{L}\\p{N}])(?:${longestFirst.map(escapeRegExp).join('|')})(?![\\p{L}\\p{N}])`, 'giu')
    : undefined
  return { pattern, byPhrase }
}

/** The code itself and each shorter stem of it: C91.02 → C91.02, C91.0, C91., C91. */
function* stems(code: string): Generator<string> {
  for (let length = code.length; length >= SHORTEST_PREFIX; length -= 1) yield code.slice(0, length)
}

/** Codes and names come again with every patient. More of them than this are forgotten; longer ones are nobody's name and not kept. */
const MOST_REMEMBERED = 20_000
const LONGEST_REMEMBERED = 200

/** The same function, which looks up what it was asked before. */
function remembered<T>(compute: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>()
  return (text) => {
    const have = known.get(text)
    if (have !== undefined) return have
    const value = compute(text)
    if (known.size >= MOST_REMEMBERED) known.clear()
    if (text.length <= LONGEST_REMEMBERED) known.set(text, value)
    return value
  }
}

/** Compiles value sets once; `systems` maps every accepted spelling of a system's URI to its alias. */
export function conceptMatcher(sets: readonly ValueSet[], systems: ReadonlyMap<string, string>): ConceptMatcher {
  const { exact, prefixes } = indexRows(sets)
  const { pattern, byPhrase } = indexPhrases(sets)
  const aliasOf = (uri: string | undefined): string | undefined => (uri === undefined ? undefined : systems.get(uri.trim()))

  const byCode = remembered((aliasAndCode): Recognised => {
    const alias = aliasAndCode.slice(0, aliasAndCode.indexOf('|'))
    const code = aliasAndCode.slice(alias.length + 1)
    return { sets: new Set([...(exact.get(aliasAndCode) ?? []), ...[...stems(code)].flatMap((stem) => [...(prefixes.get(key(alias, stem)) ?? [])])]), byText: false }
  })
  const setsOfText = remembered((text): readonly string[] =>
    (pattern ? [...text.matchAll(pattern)].flatMap(([phrase]) => [...(byPhrase.get(phrase.toLowerCase()) ?? [])]) : []))

  function recogniseCode({ system, code }: Coding): Recognised {
    const alias = aliasOf(system)
    return alias === undefined || typeof code !== 'string' ? NOTHING : byCode(key(alias, code.trim()))
  }

  function recogniseCodes(codings: readonly Coding[]): Recognised {
    const known = codings.map(recogniseCode).filter(({ sets }) => sets.size > 0)
    const [only = NOTHING] = known
    return known.length < 2 ? only : { sets: new Set(known.flatMap(({ sets }) => [...sets])), byText: false }
  }

  function recognise({ codings, texts }: Concept, decisive: readonly string[]): Recognised {
    const coded = recogniseCodes(codings)
    if (coded.sets.size > 0) return coded
    const settled = codings.some(({ system }) => decisive.includes(aliasOf(system) ?? ''))
    if (settled || texts.length === 0) return NOTHING
    const found = new Set(texts.flatMap(setsOfText))
    return found.size > 0 ? { sets: found, byText: true } : NOTHING
  }
  return { recognise }
}
