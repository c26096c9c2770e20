import { tokensOf, vocabularyProblems, type Token } from './check-tokens.ts'
import type { Call, CheckProblem, Comparison, Expression, Logic, NumberLiteral, Parsed, Signature, TextLiteral } from './check-tree.ts'

/** Operators from loosest to tightest: https://hl7.org/fhirpath/N1/#operator-precedence . All associate to the left. */
const LEVELS: readonly (readonly string[])[] = [['implies'], ['or'], ['and'], ['in', 'contains'], ['=', '!='], ['<', '<=', '>', '>='], ['|']]

const COMPARISONS: readonly string[] = ['=', '!=', '<', '<=', '>', '>='] satisfies Comparison[]
const CALLS: readonly string[] = ['not', 'exists', 'empty', 'count'] satisfies Call[]
const LOGICS: readonly string[] = ['and', 'or', 'implies'] satisfies Logic[]
const isComparison = (text: string): text is Comparison => COMPARISONS.includes(text)
const isCall = (text: string): text is Call => CALLS.includes(text)
const isLogic = (text: string): text is Logic => LOGICS.includes(text)

type Literal = NumberLiteral | TextLiteral

/** Stands where parsing failed; never compiled, because a check with problems is not. */
const NOTHING: Expression = { kind: 'boolean', value: false }

/** Reading position, node positions and the first structural problem of one parse. */
interface Cursor {
  readonly tokens: readonly Token[]
  readonly offsets: Map<Expression, number>
  at: number
  problem?: CheckProblem
}

const peek = (cursor: Cursor, ahead = 0): Token => cursor.tokens[cursor.at + ahead] ?? { kind: 'end', text: '', offset: 0 }

/** Only operators, words and brackets are matched by their text: the text literal 'and' is none. */
const isNext = (cursor: Cursor, text: string, ahead = 0): boolean => {
  const token = peek(cursor, ahead)
  return (token.kind === 'word' || token.kind === 'symbol') && token.text === text
}

/** Records the first structural problem and jumps to the end, so that every caller unwinds without a second one. */
function fail(cursor: Cursor, message: string, hint?: string, offset = peek(cursor).offset): Expression {
  cursor.problem ??= { offset, message, ...(hint === undefined ? {} : { hint }) }
  cursor.at = cursor.tokens.length - 1
  return NOTHING
}

function place(cursor: Cursor, offset: number, expression: Expression): Expression {
  cursor.offsets.set(expression, offset)
  return expression
}

function itemsOf(cursor: Cursor, operand: Expression): readonly Literal[] {
  if (operand.kind === 'list') return operand.items
  if (operand.kind === 'number' || operand.kind === 'text') return [operand]
  fail(cursor, 'a union holds texts or numbers written out', undefined, cursor.offsets.get(operand))
  return []
}

/** One text or number standing where a list is asked for is a list of one: FHIRPath knows no difference. */
const asList = (operand: Expression): Expression =>
  operand.kind === 'text' || operand.kind === 'number' ? { kind: 'list', items: [operand] } : operand

function build(cursor: Cursor, operator: string, left: Expression, right: Expression): Expression {
  if (isComparison(operator)) return { kind: 'compare', operator, left, right }
  if (isLogic(operator)) return { kind: 'logic', operator, left, right }
  if (operator === 'in') return { kind: 'in', item: left, list: placeLike(cursor, right, asList(right)) }
  if (operator === 'contains') return { kind: 'contains', list: placeLike(cursor, left, asList(left)), item: right }
  return { kind: 'list', items: [...itemsOf(cursor, left), ...itemsOf(cursor, right)] }
}

const placeLike = (cursor: Cursor, model: Expression, expression: Expression): Expression => place(cursor, cursor.offsets.get(model) ?? 0, expression)

function parseLevel(cursor: Cursor, level: number): Expression {
  const operators = LEVELS[level]
  if (operators === undefined) return parseSign(cursor)
  let left = parseLevel(cursor, level + 1)
  for (let operator = operators.find((each) => isNext(cursor, each)); operator !== undefined; operator = operators.find((each) => isNext(cursor, each))) {
    cursor.at += 1
    const right = parseLevel(cursor, level + 1)
    left = placeLike(cursor, left, build(cursor, operator, left, right))
  }
  return left
}

/** A minus sign belongs to a number literal; before a call it would mean arithmetic (`-1.count()` is −(1.count())). */
function parseSign(cursor: Cursor): Expression {
  if (!isNext(cursor, '-')) return parseCalls(cursor)
  const { offset } = peek(cursor)
  const number = peek(cursor, 1)
  if (number.kind !== 'number' || isNext(cursor, '.', 2)) return fail(cursor, 'a minus sign stands only before a number', 'declare a derived fact and compare that')
  cursor.at += 2
  return place(cursor, offset, { kind: 'number', value: -Number(number.text), text: `-${number.text}` })
}

function parseCalls(cursor: Cursor): Expression {
  let of = parsePrimary(cursor)
  while (isNext(cursor, '.')) {
    const name = peek(cursor, 1)
    if (name.kind !== 'word' || !isCall(name.text)) return fail(cursor, 'a dot is followed by not(), exists(), empty() or count()')
    if (!isNext(cursor, '(', 2)) return fail(cursor, `.${name.text} is a function`, `write .${name.text}()`, name.offset)
    if (!isNext(cursor, ')', 3)) return fail(cursor, `.${name.text}() takes no argument`, 'a check never walks FHIR: declare a fact and read it as %name', name.offset)
    cursor.at += 4
    of = placeLike(cursor, of, { kind: 'call', call: name.text, of })
  }
  return of
}

function parsePrimary(cursor: Cursor): Expression {
  const token = peek(cursor)
  if (isNext(cursor, '(')) return parseGroup(cursor)
  const leaf = leafOf(token)
  if (leaf !== undefined) {
    cursor.at += 1
    return place(cursor, token.offset, leaf)
  }
  if (token.kind === 'word' && isCall(token.text)) return fail(cursor, `${token.text}() follows what it is asked about`, `write (…).${token.text}()`)
  return fail(cursor, token.kind === 'end' ? 'something is missing at the end' : `${token.text} cannot stand here`)
}

function leafOf({ kind, text }: Token): Expression | undefined {
  if (kind === 'number') return { kind, value: Number(text), text }
  if (kind === 'text') return { kind, value: text }
  if (kind === 'name') return { kind, name: text }
  const isTruth = kind === 'word' && (text === 'true' || text === 'false')
  return isTruth ? { kind: 'boolean', value: text === 'true' } : undefined
}

function parseGroup(cursor: Cursor): Expression {
  const { offset } = peek(cursor)
  cursor.at += 1
  const inner = parseLevel(cursor, 0)
  if (!isNext(cursor, ')')) return fail(cursor, 'this parenthesis is never closed', undefined, offset)
  cursor.at += 1
  return place(cursor, offset, inner)
}

function trailing(cursor: Cursor): void {
  const token = peek(cursor)
  if (token.kind === 'end') return
  const isQuantity = token.kind === 'text' && peek(cursor, -1).kind === 'number'
  if (isQuantity) fail(cursor, 'a number in a check has no unit', 'the unit is declared with the fact')
  else fail(cursor, `${token.text} cannot stand here`, 'join conditions with and, or, implies')
}

/** Parses a check. With problems, `tree` is not to be used. */
export function parseCheck(source: string, signature: Signature): Parsed {
  const tokens = tokensOf(source)
  const names = [...new Set(tokens.flatMap(({ kind, text }) => (kind === 'name' ? [text] : [])))]
  const vocabulary = vocabularyProblems(tokens, signature)
  const cursor: Cursor = { tokens, offsets: new Map(), at: 0 }
  const tree = vocabulary.length > 0 ? NOTHING : parseLevel(cursor, 0)
  if (vocabulary.length === 0) trailing(cursor)
  return { tree, offsets: cursor.offsets, names, problems: cursor.problem === undefined ? vocabulary : [cursor.problem] }
}
