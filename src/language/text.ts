/** Text from the record made harmless for a card: everything a record says may have been typed, or planted, by anyone. */

const LENGTH = 120

/** Joins nothing visible, but stands between what would otherwise be recognised as a link. */
const WORD_JOINER = '\u2060'

/** Visible ASCII with single blanks between: what oneLine leaves as it is, and nearly all that cards say. */
const VISIBLE_LINE = /^[!-~]+(?: [!-~]+)*$/

/**
 * One line of visible text. Control and line-separating characters become blanks; format characters (bidi overrides that reverse
 * what is read, zero-width and tag characters that hide text) and lone surrogates go.
 */
function oneLine(text: string): string {
  if (VISIBLE_LINE.test(text)) return text
  return text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]/gu, ' ').replaceAll(/[\p{Cf}\p{Cs}\p{Co}]/gu, '').replaceAll(/\s+/gu, ' ').trim()
}

/** At most `length` UTF-16 units including the ellipsis, never half a code point. */
function shorten(text: string, length: number): string {
  if (text.length <= length) return text
  const cut = text.slice(0, length - 1)
  // The u flag sees a pair as one character, so this only matches the high half of a pair whose low half was cut off.
  return `${cut.replace(/\p{Cs}$/u, '').trimEnd()}…`
}

/** `<` that could open a tag, `&` that could begin an entity. "<1" and "< 5 mg" stay as a clinician wrote them. */
const TAG_OPENER = /<(?![\d\s.=])/gu
const ENTITY_OPENER = /&(?=#|[A-Za-z])/gu

/**
 * Scheme, mail, www and bare domain: what renderers turn into links on their own. GFM looks at ASCII only, so the word joiner stops it,
 * but also links text behind a backslash; linkify-it takes the joiner for a letter, but leaves escaped characters alone. So both.
 */
const AUTOLINKS: readonly (readonly [RegExp, string])[] = [
  [/\/(?=\/)/gu, `\\/${WORD_JOINER}`],
  [/@/gu, `\\@${WORD_JOINER}`],
  [/(?<=www)\./giu, `\\.${WORD_JOINER}`],
  [/(?<=[\p{L}\p{N}-]\.)(?=\p{L})/gu, WORD_JOINER],
]

/** Marks that mean something only at the start of a line: heading, quote, list, rule, numbered list. "-5" and "+2" are numbers. */
const LINE_STARTERS = /^(?:[#=>]|[+-](?!\d)|\d{1,9}(?=[.)](?:\s|$)))/u

const unlinked = (text: string): string => AUTOLINKS.reduce((safe, [pattern, by]) => safe.replaceAll(pattern, by), text)

/** A leading mark is escaped, of a leading number its dot: "1. x" becomes "1\. x". */
const startEscaped = (text: string): string => text.replace(LINE_STARTERS, (mark) => (/\d/u.test(mark) ? `${mark}\\` : `\\${mark}`))

/** Words, numbers and dates that come out of every step below as they are. A property test holds the two together. */
const PLAIN_WORDS = /^[A-Za-z0-9](?:[A-Za-z0-9,%:;×⁹µ≥≤-]|(?<=\d)\.(?=\d)|\/(?=[A-Za-z])| (?=[A-Za-z0-9×]))*$/u

/**
 * Text of the record as inert GitHub-flavoured Markdown (https://github.github.com/gfm/): no HTML, link, image, table, emphasis, code or
 * block can come out of it, and what a reader sees is the text. At most 120 characters of it.
 */
export function escapeMarkdown(text: string): string {
  if (text.length <= LENGTH && PLAIN_WORDS.test(text)) return text
  const inert = shorten(oneLine(text), LENGTH).replaceAll(/[\\`*_[\]|~]/gu, String.raw`\$&`)
  return unlinked(startEscaped(inert)).replaceAll(ENTITY_OPENER, '&amp;').replaceAll(TAG_OPENER, '&lt;')
}

/**
 * Text of the record for places that are not Markdown (summaries, labels): one line, angle brackets that could form a tag replaced by
 * ‹ and ›, at most `length` UTF-16 units.
 */
export function plainText(text: string, length = LENGTH): string {
  return shorten(oneLine(text), length).replaceAll(TAG_OPENER, '‹').replaceAll(/>(?![\d\s.=])/gu, '›')
}
