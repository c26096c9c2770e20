/** The languages of the pages. */
export const LANGUAGES = ['en', 'es'] as const
export type Language = (typeof LANGUAGES)[number]

/** Names of the languages in themselves. */
export const LANGUAGE_NAMES: Readonly<Record<Language, string>> = { en: 'English', es: 'Español' }

/** The shape of a catalogue without its words: what a translation must have. */
export type Words<T> = T extends string ? string
  : T extends (...given: never[]) => unknown ? T
  : { readonly [K in keyof T]: Words<T[K]> }

/** Also a cookie, because pages that the service renders cannot see what this browser keeps for scripts. */
const KEY = 'language'
const YEAR_S = 31_536_000

const isLanguage = (word: string | null | undefined): word is Language => LANGUAGES.some((language) => language === word)

/** As the address asks, as chosen here before, as the browser prefers; English where there is no browser. */
function preferred(): Language {
  if (typeof window === 'undefined') return 'en'
  const wishes = [new URLSearchParams(window.location.search).get('lang'), window.localStorage.getItem(KEY), ...window.navigator.languages.map((tag) => tag.slice(0, 2))]
  return wishes.find(isLanguage) ?? 'en'
}

/** The language of this page, until it is loaded again. */
export const language: Language = preferred()

/** The catalogue in the language of this page. */
export const spoken = <T>(english: T, spanish: Words<T>): Words<T> => (language === 'es' ? spanish : english as Words<T>) // sound: Words<T> only forgets which words T has

/** Remembers the choice and loads the page anew in it. */
export function speak(chosen: Language): void {
  window.localStorage.setItem(KEY, chosen)
  document.cookie = `${KEY}=${chosen}; path=/; max-age=${YEAR_S}; samesite=lax`
  const address = new URL(window.location.href)
  address.searchParams.delete('lang')
  window.location.assign(address)
}
