/** The words of one language for what is written in English: texts of the content, names and reasons of facts. */
export interface Phrases {
  /** BCP 47, two letters. */
  readonly language: string
  /** A whole text in this language; itself where there is no translation, as for words of the record. */
  of(text: string): string
  /**
   * Template tag for a sentence with values in it. It is looked up with its gaps numbered, "bilirubin {0}", so that a language
   * may put them in another order. The values are words of the record, or already of this language.
   */
  say(parts: TemplateStringsArray, ...values: readonly (string | number)[]): string
}

const GAP = /\{(?<at>\d)\}/g

const keyOf = (parts: readonly string[]): string => parts.map((part, at) => (at === 0 ? part : `{${at - 1}}${part}`)).join('')

/** English: every sentence is its own translation. */
export const ENGLISH: Phrases = {
  language: 'en',
  of: (text) => text,
  say: (parts, ...values) => parts.map((part, at) => (at === 0 ? part : `${values[at - 1] ?? ''}${part}`)).join(''),
}

/** Another language, from its table English → translation. */
export function phrasesOf(language: string, table: ReadonlyMap<string, string>): Phrases {
  return {
    language,
    of: (text) => table.get(text) ?? text,
    say: (parts, ...values) => {
      const sentence = table.get(keyOf(parts))
      return sentence === undefined ? ENGLISH.say(parts, ...values) : sentence.replaceAll(GAP, (_, at: string) => String(values[Number(at)] ?? ''))
    },
  }
}
