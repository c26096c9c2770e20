import { LANGUAGES, LANGUAGE_NAMES, language, speak } from '../language.ts'

/** The other languages, each by its own name. */
export const LanguageSwitch = () => (
  <>
    {LANGUAGES.filter((one) => one !== language).map((one) => (
      <button key={one} type="button" class="quiet" lang={one} onClick={() => speak(one)}>{LANGUAGE_NAMES[one]}</button>
    ))}
  </>
)
