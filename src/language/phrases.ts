/** The words of one language for what is written in English: texts of the content, names and reasons of facts. */
export interface Phrases {
  /** BCP 47, two letters. */
  readonly language: string
  /** A whole text, or each item of a list of texts, in this language; itself where there is no translation, as for words of the record. */
  of(text: string): string
  /**
   * Template tag for a sentence with values in it. It is looked up with its gaps numbered, "bilirubin {0}", so that a language
   * may put them in another order. Values that are phrases themselves are put into the language too.
   */
  say(parts: TemplateStringsArray, ...values: readonly (string | number)[]): string
}

const GAP = /\{(?<at>\d)\}/g
const BETWEEN_ITEMS = /(, |; )/

const keyOf = (parts: readonly string[]): string => parts.map((part, at) => (at === 0 ? part : `{${at - 1}}${part}`)).join('')
const filled = (parts: readonly string[], values: readonly (string | number)[]): string => parts.map((part, at) => (at === 0 ? part : `${values[at - 1] ?? ''}${part}`)).join('')

/** English: every sentence is its own translation. */
export const ENGLISH: Phrases = { language: 'en', of: (text) => text, say: (parts, ...values) => filled(parts, values) }

/** Another language, from its table English → translation. */
export function phrasesOf(language: string, table: ReadonlyMap<string, string>): Phrases {
  const of = (text: string): string => table.get(text) ?? text.split(BETWEEN_ITEMS).map((item) => table.get(item) ?? item).join('')
  return {
    language, of,
    say: (parts, ...values) => {
      const sentence = table.get(keyOf(parts))
      const words = values.map((value) => (typeof value === 'string' ? of(value) : value))
      return sentence === undefined ? filled(parts, words) : sentence.replaceAll(GAP, (_, at: string) => String(words[Number(at)] ?? ''))
    },
  }
}
