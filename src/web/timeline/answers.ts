import type { AssertionsFile } from '../../content/schema/facts.ts'
import { TEXTS } from './texts.ts'

const MAY_CREATE = /^(?:patient|user)\/(?:\*|QuestionnaireResponse)\.(?:c[ruds]*|write|\*)$/

/** Does the session's scope let the app create answers (SMART App Launch 2 and 1)? */
export const mayAnswer = (scope: string): boolean => scope.split(' ').some((one) => MAY_CREATE.test(one))

/** For how long an answer counts. */
export function termOf({ validDays, validHours }: AssertionsFile[string]): string {
  if (validDays !== undefined) return TEXTS.questions.days(validDays)
  return validHours === undefined ? TEXTS.questions.nextDose : TEXTS.questions.hours(validHours)
}

/** The fact that an answer on record becomes. */
export const factOf = (key: string): string => `asserted${key.charAt(0).toUpperCase()}${key.slice(1)}`

/** A code in the words of the language; in those it is made of, where the language has none. */
export const wordsOf = (code: string, say: (text: string) => string): string => (say(code) === code ? code.replaceAll('-', ' ') : say(code))
