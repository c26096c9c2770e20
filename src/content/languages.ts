import type { Content } from '../engine/rule.ts'
import { compileContent, isContent } from './compile.ts'
import type { SiteChoice } from './compile-settings.ts'
import type { ContentFiles } from './files.ts'
import type { Problem } from './problem.ts'
import { ENGLISH_LANGUAGE, languagesIn } from './translation.ts'

/** The content of a site in the languages it speaks. */
export interface Contents {
  /** In the site's own language. */
  readonly own: Content
  /**
   * In the language that a client is configured for or a reader chose, else in the one the site chose, else in the first spoken one of `accepted`, an
   * Accept-Language header (RFC 9110, 12.5.4), else in English.
   */
  in(accepted?: string, chosen?: string): Content
}

export interface Spoken {
  /** What the site chose. */
  readonly language?: string | undefined
  /** Languages that clients are configured for: what is wrong with them refuses the start. */
  readonly needed?: readonly string[]
}

const weightOf = (part: string): number => Number(/;\s*q=([\d.]+)/i.exec(part)?.[1] ?? 1)

/** `es-ES,es;q=0.9,en;q=0.8` → es, es, en: primary languages, most wanted first. */
const wishedIn = (accepted: string): readonly string[] =>
  accepted.split(',').toSorted((a, b) => weightOf(b) - weightOf(a)).filter((part) => weightOf(part) > 0).map((part) => part.trim().slice(0, 2).toLowerCase())

/**
 * Compiles the content for a site: its own language and those its clients are configured for at once, others when first wished for;
 * one whose translation is not whole is not offered. Every problem of the former is returned.
 */
export function compileContents(files: ContentFiles, site: SiteChoice, { language, needed = [] }: Spoken = {}): Contents | readonly Problem[] {
  const first = language ?? ENGLISH_LANGUAGE
  const spoken = languagesIn(files)
  const compiled = new Map([...new Set([first, ...needed])].map((one) => [one, compileContent(files, site, one)]))
  const wrong = [...compiled.values()].flatMap((result) => (isContent(result) ? [] : result))
  const own = compiled.get(first)
  if (wrong.length > 0 || own === undefined || !isContent(own)) return wrong
  const inLanguage = (one: string): Content | undefined => {
    const result = compiled.get(one) ?? compileContent(files, site, one)
    compiled.set(one, result)
    return isContent(result) ? result : undefined
  }
  const firstOf = (accepted: string): Content | undefined => {
    const wished = wishedIn(accepted).find((one) => spoken.includes(one))
    return wished === undefined ? undefined : inLanguage(wished)
  }
  return {
    own,
    in: (accepted, chosen) => {
      // Only what the content speaks is compiled: the wish may come from anybody.
      if (chosen !== undefined && spoken.includes(chosen)) return inLanguage(chosen) ?? own
      return accepted === undefined || language !== undefined ? own : firstOf(accepted) ?? own
    },
  }
}

export const isContents = (result: Contents | readonly Problem[]): result is Contents => 'own' in result
