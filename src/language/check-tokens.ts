import type { CheckProblem, Signature } from './check-tree.ts'
import { nearest } from './nearest.ts'

export interface Token {
  readonly kind: 'name' | 'number' | 'text' | 'word' | 'symbol' | 'end'
  /** A name without `%`, a text without quotes and escapes, otherwise as written. */
  readonly text: string
  readonly offset: number
}

/** `%setting.key` is one name unless the part after the dot is a call, as in `%anc.exists()`; other names have no dot. */
const TOKEN = new RegExp(
  [
    String.raw`\s+`,
    String.raw`%(?<name>setting\.[A-Za-z_]\w*(?!\w|\s*\()|[A-Za-z_]\w*)`,
    String.raw`(?<number>\d+(?:\.\d+)?)`,
    String.raw`'(?<text>(?:[^'\\]|\\.)*)'`,
    String.raw`(?<word>[A-Za-z_]\w*)`,
    String.raw`(?<symbol>"[^"]*"|<=|>=|!=|!~|<>|==|&&|\|\||.)`,
  ].join('|'),
  'gsu',
)

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', f: '\f' }

/** https://hl7.org/fhirpath/N1/#string : unknown escapes stand for the escaped character. */
const unescape = (text: string): string =>
  text.replace(/\\(?:u([0-9A-Fa-f]{4})|(.))/gsu, (_, hex: string | undefined, letter: string | undefined) =>
    hex === undefined ? (ESCAPES[letter ?? ''] ?? letter ?? '') : String.fromCharCode(Number.parseInt(hex, 16)))

const KINDS = ['name', 'number', 'text', 'word', 'symbol'] as const

/** Splits a check into tokens, ending with an `end` token. Never fails: what is no token is a symbol, and symbols are judged later. */
export function tokensOf(source: string): readonly Token[] {
  const found = [...source.matchAll(TOKEN)].flatMap((match): Token[] => {
    const kind = KINDS.find((each) => match.groups?.[each] !== undefined)
    if (kind === undefined) return []
    const text = match.groups?.[kind] ?? ''
    return [{ kind, text: kind === 'text' ? unescape(text) : text, offset: match.index }]
  })
  return [...found, { kind: 'end', text: '', offset: source.length }]
}

const WORDS = new Set(['and', 'or', 'implies', 'in', 'contains', 'true', 'false', 'not', 'exists', 'empty', 'count'])
const SYMBOLS = new Set(['=', '!=', '<', '<=', '>', '>=', '(', ')', '|', '.', '-'])

const COMPUTES = { message: 'a check does not compute', hint: 'declare a derived fact and compare that' }
const LIST = { message: 'a list is written as a union', hint: "write in ('a' | 'b')" }

/** What people write from habit, and what it is here. */
const REFUSED: Readonly<Record<string, { readonly message: string; readonly hint?: string }>> = {
  '+': COMPUTES, '*': COMPUTES, '/': COMPUTES, '&': COMPUTES, div: COMPUTES, mod: COMPUTES,
  ',': LIST, '[': LIST, ']': LIST,
  '==': { message: '== is not an operator', hint: 'write =' },
  '<>': { message: '<> is not an operator', hint: 'write !=' },
  '&&': { message: '&& is not an operator', hint: 'write and' },
  '||': { message: '|| is not an operator', hint: 'write or' },
  '!': { message: '! is not an operator', hint: 'write (…).not()' },
  '~': { message: 'equivalence is not part of the check language', hint: 'write =' },
  '!~': { message: 'equivalence is not part of the check language', hint: 'write !=' },
  '{': { message: 'the empty collection is not written', hint: 'write %name.empty()' },
  '}': { message: 'the empty collection is not written', hint: 'write %name.empty()' },
  null: { message: 'there is no null', hint: 'write %name.empty()' },
  '@': { message: 'dates are not part of the check language', hint: 'compare a fact that counts days' },
  "'": { message: 'this text never ends', hint: "close it with '" },
  '%': { message: 'a name must follow %' },
  xor: { message: 'xor is not part of the check language', hint: 'write (%a and %b.not()) or (%a.not() and %b)' },
  is: { message: 'is is not part of the check language: types are known when content loads' },
  as: { message: 'as is not part of the check language: types are known when content loads' },
}

function wordProblem(token: Token, before: Token | undefined, signature: Signature): CheckProblem {
  const { text, offset } = token
  const refused = REFUSED[text]
  if (before?.text === '.') {
    return { offset, message: `.${text} is not part of the check language`, hint: 'a check never walks FHIR: declare a fact and read it as %name' }
  }
  if (refused !== undefined) return { offset, ...refused }
  const known = signature.typeOf(text) === undefined ? nearest(text, signature.names()) : text
  const problem = { offset, message: `${text} is a path, and a check reads only %names` }
  return known === undefined ? problem : { ...problem, hint: `write %${known}` }
}

function symbolProblem({ text, offset }: Token): CheckProblem {
  if (text.startsWith('"')) return { offset, message: 'a text stands in single quotes', hint: `write '${text.replaceAll('"', '')}'` }
  return { offset, ...(REFUSED[text] ?? { message: `${text} is not part of the check language` }) }
}

function nameProblem({ text, offset }: Token, signature: Signature): CheckProblem {
  const meant = nearest(text, signature.names())
  return { offset, message: `unknown name %${text}`, ...(meant === undefined ? {} : { hint: `did you mean %${meant}?` }) }
}

/** Everything outside the vocabulary: unknown names, refused words and symbols. All of them, since one does not hide another. */
export function vocabularyProblems(tokens: readonly Token[], signature: Signature): readonly CheckProblem[] {
  return tokens.flatMap((token, index): CheckProblem[] => {
    if (token.kind === 'name' && signature.typeOf(token.text) === undefined) return [nameProblem(token, signature)]
    if (token.kind === 'word' && !WORDS.has(token.text)) return [wordProblem(token, tokens[index - 1], signature)]
    if (token.kind === 'symbol' && !SYMBOLS.has(token.text)) return [symbolProblem(token)]
    return []
  })
}
