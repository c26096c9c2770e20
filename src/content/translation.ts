import { ENGLISH, type Phrases, phrasesOf } from '../language/phrases.ts'
import type { ContentFiles } from './files.ts'
import type { Problem } from './problem.ts'
import { LanguageFile } from './schema/deck.ts'
import { isYamlFile, parseYaml, validate, type YamlFile } from './yaml-file.ts'

/** English is what the content is written in; every other language is a folder of translations. */
export const ENGLISH_LANGUAGE = ENGLISH.language
const PLACEHOLDERS = /\{\{[^}]*\}\}|\{\d\}/g
const LANGUAGE_FILE = /^cards\/languages\/(?<language>[a-z]{2})\/[a-z0-9-]+\.yaml$/

export const isLanguageFile = (path: string): boolean => LANGUAGE_FILE.test(path)

/** The languages a content root speaks, English first. */
export const languagesIn = (files: ContentFiles): readonly string[] =>
  [...new Set([ENGLISH_LANGUAGE, ...[...files.keys()].flatMap((path) => LANGUAGE_FILE.exec(path)?.groups?.['language'] ?? [])])]

/** Members that people read, wherever they stand. */
const SAID: ReadonlySet<PropertyKey> = new Set(['title', 'because', 'summary', 'item', 'why', 'release', 'doubt', 'label', 'description', 'display', 'short'])
/** Members all of whose texts people read. `of`: the labels of a list of facts. */
const SAID_WITHIN: ReadonlySet<PropertyKey> = new Set(['texts', 'groups', 'missing', 'of'])
/** A text of placeholders, numbers and signs alone is the same in every language. */
const hasWords = (text: string): boolean => /\p{L}/u.test(text.replace(PLACEHOLDERS, ''))

/** Examples are for machines, and what a suggestion creates goes into the record, where codes speak. */
const UNSAID: readonly PropertyKey[] = ['examples', 'create']
const NOT_SAID_IN = /^(?:fhir-mappings\/(?:codes\/|units|systems|windows|status)|cards\/seed-facts)/

function isSaid(file: string, path: readonly PropertyKey[]): boolean {
  const [key, parent] = [path.at(-1) ?? '', path.at(-2) ?? '']
  if (NOT_SAID_IN.test(file) || path.some((member) => UNSAID.includes(member)) || typeof key === 'number') return false
  if (file.startsWith('cards/settings/')) return key === 'title'
  return SAID.has(key) || SAID_WITHIN.has(parent) || (parent !== '' && path.includes('evidence') && key === 'at')
}

/** Applies one language to validated files, and notes every text it has no words for. */
export interface Translation {
  readonly phrases: Phrases
  readonly problems: readonly Problem[]
  apply<T>(yaml: YamlFile, value: T): T
}

/** The content as it is written. */
export const UNTRANSLATED: Translation = { phrases: ENGLISH, problems: [], apply: (_, value) => value }

const placeholdersIn = (text: string): string => [...new Set(text.match(PLACEHOLDERS))].sort().join(' ')

/** The table of a language: every sentence once, with the same placeholders on both sides. */
function tableOf(files: ContentFiles, language: string, problems: Problem[]): ReadonlyMap<string, string> {
  const table = new Map<string, string>()
  for (const [path, text] of files) {
    if (LANGUAGE_FILE.exec(path)?.groups?.['language'] !== language) continue
    const yaml = parseYaml(path, text)
    if (!isYamlFile(yaml)) {
      problems.push(...yaml)
      continue
    }
    for (const [english, words] of Object.entries(validate(yaml, LanguageFile, problems) ?? {})) {
      const refuse = (message: string): unknown => problems.push({ file: path, ...yaml.locate([english]), message })
      if (table.has(english) && table.get(english) !== words) refuse('the same text is translated in two ways')
      if (placeholdersIn(english) !== placeholdersIn(words)) refuse(`the translation has other placeholders than the text: ${placeholdersIn(english) || 'none'}`)
      table.set(english, words)
    }
  }
  return table
}

/** The translation of the content to a language; everything that is wrong with it is found on the way. */
export function translationTo(language: string, files: ContentFiles): Translation {
  if (language === ENGLISH_LANGUAGE) return UNTRANSLATED
  const problems: Problem[] = []
  const table = tableOf(files, language, problems)
  const words = (text: string, yaml: YamlFile, path: readonly PropertyKey[]): string => {
    const found = table.get(text)
    if (found === undefined && hasWords(text)) problems.push({ file: yaml.file, ...yaml.locate(path), message: `no words for this text in language ${language}`, hint: `add it to cards/languages/${language}/` })
    return found ?? text
  }
  const translated = (value: unknown, yaml: YamlFile, path: readonly PropertyKey[], said = false): unknown => {
    if (typeof value === 'string') return said || isSaid(yaml.file, path) ? words(value, yaml, path) : value
    if (Array.isArray(value)) return value.map((each: unknown, at) => translated(each, yaml, [...path, at], said))
    if (typeof value !== 'object' || value === null) return value
    // A setting says by itself whether people read its value.
    const isValueSaid = 'said' in value && value.said === true
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, translated(each, yaml, [...path, key], isValueSaid && key === 'value')]))
  }
  return {
    phrases: phrasesOf(language, table), problems,
    // Sound: texts become other texts, everything else stays as it was.
    apply: <T>(yaml: YamlFile, value: T) => translated(value, yaml, []) as T,
  }
}
