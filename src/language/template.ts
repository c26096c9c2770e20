/**
 * Card texts with `{{fact}}`, `{{fact.date}}`, `{{setting.key}}` in them, and nothing else: no logic, so that a text can be read as
 * what it says, and whatever a record holds can only ever fill a gap.
 */
import { escapeMarkdown } from './text.ts'

export { escapeMarkdown, plainText } from './text.ts'

/** A compiled text. `names` are its placeholders, each once, in order. */
export interface Template {
  readonly source: string
  readonly names: readonly string[]
  /** Fills every placeholder; a missing one (undefined) reads "unknown". `escape` is applied to every filled value, never to the text itself. */
  render(fill: (name: string) => string | undefined, escape?: (text: string) => string): string
}

export interface TemplateProblem {
  /** Into the source, in UTF-16 units. */
  readonly offset: number
  readonly message: string
}

const UNKNOWN = 'unknown'

const PLACEHOLDER = /\{\{\s*(?<name>[A-Za-z]\w*(?:\.[A-Za-z]\w*)*)\s*\}\}/gu
const EXACTLY_ONE = /^\{\{\s*(?<name>[A-Za-z]\w*(?:\.[A-Za-z]\w*)*)\s*\}\}$/u
const BRACES = /\{\{[^{}]*\}\}|\{\{|\}\}/gu

/** A part of a text: words as they are, or the name of a placeholder. */
type Part = { readonly words: string } | { readonly name: string }

function partsOf(source: string): readonly Part[] {
  const found = [...source.matchAll(PLACEHOLDER)]
  const ends = [0, ...found.map((match) => match.index + match[0].length)]
  const parts = found.flatMap((match, at): Part[] => [{ words: source.slice(ends[at], match.index) }, { name: match.groups?.['name'] ?? '' }])
  return [...parts, { words: source.slice(ends.at(-1)) }]
}

function bracesProblem(braces: string): string | undefined {
  if (EXACTLY_ONE.test(braces)) return undefined
  if (braces === '{{') return 'this placeholder is never closed: }} is missing'
  if (braces === '}}') return 'this }} closes nothing'
  return `${braces} is no placeholder: a text has only {{fact}}, {{fact.date}} and {{setting.key}}`
}

function problemsOf(source: string): readonly TemplateProblem[] {
  return [...source.matchAll(BRACES)].flatMap((match): TemplateProblem[] => {
    const message = bracesProblem(match[0])
    return message === undefined ? [] : [{ offset: match.index, message }]
  })
}

const namesOf = (parts: readonly Part[]): readonly string[] => [...new Set(parts.flatMap((part) => ('name' in part ? [part.name] : [])))]

/** Compiles a text, or says every way in which its braces are wrong. */
export function compileTemplate(source: string): Template | readonly TemplateProblem[] {
  const problems = problemsOf(source)
  if (problems.length > 0) return problems
  const parts = partsOf(source)
  const render: Template['render'] = (fill, escape = escapeMarkdown) =>
    parts.map((part) => ('words' in part ? part.words : escape(fill(part.name) ?? UNKNOWN))).join('')
  return Object.freeze({ source, names: namesOf(parts), render })
}

/** Tells a compiled template from its problems. */
export const isTemplate = (result: Template | readonly TemplateProblem[]): result is Template => !Array.isArray(result)

/** The texts of resources written as data are few and the same in every call. More of them than this are forgotten. */
const MOST_REMEMBERED = 5_000
const rememberedParts = new Map<string, readonly Part[]>()

function partsOnce(text: string): readonly Part[] {
  const known = rememberedParts.get(text)
  if (known !== undefined) return known
  const parts = partsOf(text)
  if (rememberedParts.size >= MOST_REMEMBERED) rememberedParts.clear()
  rememberedParts.set(text, parts)
  return parts
}

/** Fills a text member; one unfilled gap drops it, because half a reference or half a dose is worse than none. */
function fillText(text: string, fill: (name: string) => unknown): unknown {
  const parts = partsOnce(text)
  if (parts.length === 1) return text
  const name = EXACTLY_ONE.exec(text)?.groups?.['name']
  if (name !== undefined) return fill(name)
  const filled = parts.map((part) => ('words' in part ? part.words : fill(part.name)))
  const isWhole = filled.every((value) => typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
  return isWhole ? filled.join('') : undefined
}

/** FHIR has no null, no empty text, object or array (https://hl7.org/fhir/R4/json.html), and JSON has no NaN. */
function isWorthKeeping(value: unknown): boolean {
  if (value === undefined || value === null || value === '') return false
  if (typeof value === 'number') return Number.isFinite(value)
  return typeof value !== 'object' || Object.keys(value).length > 0
}

const kept = (value: unknown): unknown => (isWorthKeeping(value) ? value : undefined)

/**
 * Fills a FHIR resource written as data: a text that is exactly one placeholder becomes the value itself (a number stays a number), in
 * any other text the values are inserted as they are. Members without a value are dropped, upwards to whatever they leave empty;
 * undefined if nothing remains. Keys are not filled, and the input is not changed, nor may it be later: parts without placeholders are
 * filled once and remembered.
 */
export function fillDeep(value: unknown, fill: (name: string) => unknown): unknown {
  if (typeof value === 'string') return kept(fillText(value, fill))
  if (typeof value !== 'object' || value === null) return kept(value)
  const known = filledOnce.get(value) ?? remember(value, fill)
  return known === VARIES ? fillMembers(value, fill) : known.filled
}

/** An object or array with placeholders in it, or what it always becomes: most of an order is the same for everybody. */
type Known = typeof VARIES | { readonly filled: unknown }
const VARIES = 'varies'
const filledOnce = new WeakMap<object, Known>()

/** What is shared between answers is frozen, so that no answer can change another. */
function remember(value: object, fill: (name: string) => unknown): Known {
  const known = namesDeep(value).length > 0 ? VARIES : { filled: Object.freeze(fillMembers(value, fill)) }
  filledOnce.set(value, known)
  return known
}

function fillMembers(value: object, fill: (name: string) => unknown): unknown {
  if (Array.isArray(value)) return kept(value.map((each: unknown) => fillDeep(each, fill)).filter((each) => each !== undefined))
  return kept(Object.fromEntries(Object.entries(value).map(([key, each]) => [key, fillDeep(each, fill)] as const).filter(([, each]) => each !== undefined)))
}

/** The placeholders anywhere in a resource written as data, each once. */
export const namesDeep = (value: unknown): readonly string[] => [...new Set(textsDeep(value).flatMap((text) => namesOf(partsOf(text))))]

/** The texts anywhere in a resource written as data: compileTemplate finds what is wrong in each. */
export function textsDeep(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsDeep) : []
}
