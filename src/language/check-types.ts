import { printTree } from './check-print.ts'
import type { CheckProblem, Expression, Parsed, Signature, ValueType } from './check-tree.ts'

/** A list of numbers can be written but not held by a name. */
type Type = ValueType | 'numbers'

const TITLES: Readonly<Record<Type, string>> = { number: 'a number', boolean: 'true or false', text: 'a text', list: 'a list', numbers: 'a list of numbers' }

/** The types of one tree, with what is wrong in it. A node in error has no type, so that it is reported once. */
interface Typing {
  readonly signature: Signature
  report(at: Expression, message: string, hint?: string): undefined
}

type Node<K extends Expression['kind']> = Extract<Expression, { kind: K }>

function compareType(typing: Typing, tree: Node<'compare'>): Type | undefined {
  const [left, right] = [typeOf(typing, tree.left), typeOf(typing, tree.right)]
  if (left === undefined || right === undefined) return 'boolean'
  const list = [left, right].find((type) => type === 'list' || type === 'numbers')
  if (list !== undefined) return typing.report(tree, `${tree.operator} does not compare lists`, 'use contains, in or count()')
  if (left !== right) return typing.report(tree, `${printTree(tree)} compares ${TITLES[left]} with ${TITLES[right]}`)
  const isOrdering = tree.operator !== '=' && tree.operator !== '!='
  if (isOrdering && left !== 'number') return typing.report(tree, `${tree.operator} orders numbers, but ${printTree(tree.left)} is ${TITLES[left]}`, 'use = or !=')
  return 'boolean'
}

function conditionType(typing: Typing, operator: string, operand: Expression): void {
  const type = typeOf(typing, operand)
  if (type === undefined || type === 'boolean') return
  typing.report(operand, `${operator} needs a condition, but ${printTree(operand)} is ${TITLES[type]}`, `compare it, or write ${printTree({ kind: 'call', call: 'exists', of: operand })}`)
}

function logicType(typing: Typing, tree: Node<'logic'>): Type {
  conditionType(typing, tree.operator, tree.left)
  conditionType(typing, tree.operator, tree.right)
  return 'boolean'
}

const HELD_BY: Readonly<Partial<Record<Type, Type>>> = { text: 'list', number: 'numbers' }

function membershipType(typing: Typing, tree: Node<'in' | 'contains'>): Type | undefined {
  const [item, list] = [typeOf(typing, tree.item), typeOf(typing, tree.list)]
  if (item === undefined || list === undefined) return 'boolean'
  if (list !== 'list' && list !== 'numbers') {
    return typing.report(tree.list, `${tree.kind} needs a list, but ${printTree(tree.list)} is ${TITLES[list]}`, "write in ('a' | 'b'), or compare with =")
  }
  if (HELD_BY[item] === list) return 'boolean'
  return typing.report(tree.item, `${printTree(tree.item)} is ${TITLES[item]}, which is in no ${list === 'list' ? 'list of texts' : 'list of numbers'}`)
}

function listType(typing: Typing, tree: Node<'list'>): Type | undefined {
  const kinds = new Set(tree.items.map(({ kind }) => kind))
  if (kinds.size > 1) return typing.report(tree, 'a list holds texts or numbers, not both')
  return kinds.has('number') ? 'numbers' : 'list'
}

function callType(typing: Typing, tree: Node<'call'>): Type | undefined {
  if (tree.call === 'not') conditionType(typing, 'not()', tree.of)
  else typeOf(typing, tree.of)
  return tree.call === 'count' ? 'number' : 'boolean'
}

function typeOf(typing: Typing, tree: Expression): Type | undefined {
  switch (tree.kind) {
    case 'number':
    case 'text':
    case 'boolean':
      return tree.kind
    case 'shifted':
      return 'number'
    case 'name':
      return typing.signature.typeOf(tree.name)
    case 'list':
      return listType(typing, tree)
    case 'compare':
      return compareType(typing, tree)
    case 'logic':
      return logicType(typing, tree)
    case 'in':
    case 'contains':
      return membershipType(typing, tree)
    case 'call':
      return callType(typing, tree)
  }
}

/** Every type error of a parsed check; a check as a whole is a condition. */
export function typeProblems({ tree, offsets }: Parsed, signature: Signature): readonly CheckProblem[] {
  const problems: CheckProblem[] = []
  const report = (at: Expression, message: string, hint?: string): undefined => {
    problems.push({ offset: offsets.get(at) ?? 0, message, ...(hint === undefined ? {} : { hint }) })
  }
  conditionType({ signature, report }, 'a check', tree)
  return problems.sort((a, b) => a.offset - b.offset)
}
