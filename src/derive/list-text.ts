import { type Fact, present } from '../facts/fact.ts'
import type { Phrases } from '../language/phrases.ts'

/** Short enough that a headline has room for it beside its own words (CDS Hooks: fewer than 140 characters). */
const LIST_LENGTH = 92
const ITEM_LENGTH = 66

/** Words of the record, cut where they are too long for a headline. */
export const shortened = (text: string, length = ITEM_LENGTH): string => (text.length > length ? `${text.slice(0, length - 1).trimEnd()}…` : text)

/** As many items as fit, then how many more. */
function joined(items: readonly string[], { say }: Phrases, length: number): string {
  const [first = '', ...rest] = items.map((item) => shortened(item, Math.min(ITEM_LENGTH, length)))
  const fitting = rest.reduce<string[]>((shown, item, i) => (shown.length === i + 1 && [...shown, item].join(', ').length <= length ? [...shown, item] : shown), [first])
  const more = items.length - fitting.length
  return more > 0 ? say`${fitting.join(', ')} (+${more} more)` : fitting.join(', ')
}

/** A list with a text that stays short: two long items read "first (+1 more)". */
export const listFact = (items: readonly string[], sources: readonly string[], phrases: Phrases, length = LIST_LENGTH): Fact =>
  present(items, items.length > 0 ? joined(items.map(phrases.of), phrases, length) : 'none', { sources })
