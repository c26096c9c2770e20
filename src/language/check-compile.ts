import type { Comparison, Expression, Logic, NumberLiteral, TextLiteral } from './check-tree.ts'
import { shiftNumber } from './check-shift.ts'

/** A number known only from one side: a result reported "<1" is `{ bound: 'below', limit: 1 }`, strictly below 1. */
export interface Bound {
  readonly bound: 'below' | 'above'
  readonly limit: number
}

/** What a name yields: a list is a collection of texts. */
export type CheckValue = number | boolean | string | readonly string[] | Bound

/** FHIRPath's three-valued Boolean; undefined is the empty collection. */
export type Ternary = boolean | undefined

/** Reads a name; undefined is the empty collection (a missing fact). Must agree with the Signature the check was compiled with. */
export type Lookup = (name: string) => CheckValue | undefined

/** A list of numbers is no value for a name to hold: it can only be written. */
type Operand = CheckValue | readonly number[]
type Item = Exclude<Operand, readonly unknown[]>
type Read = (lookup: Lookup) => Operand | undefined
type Test = (lookup: Lookup) => Ternary

const isBound = (value: Operand): value is Bound => typeof value === 'object' && 'bound' in value

const lowest = (value: number | Bound): number => (typeof value === 'number' ? value : value.bound === 'above' ? value.limit : -Infinity)
const highest = (value: number | Bound): number => (typeof value === 'number' ? value : value.bound === 'below' ? value.limit : Infinity)

/**
 * The sign of a − b, or undefined where a Bound leaves it open. A Bound excludes its own limit, so touching intervals are already
 * ordered: a result reported "<1" is less than 1.
 */
function order(a: number | Bound, b: number | Bound): number | undefined {
  if (typeof a === 'number' && typeof b === 'number') return Math.sign(a - b)
  if (highest(a) <= lowest(b)) return -1
  if (lowest(a) >= highest(b)) return 1
  return undefined
}

const isNumeric = (value: Operand): value is number | Bound => typeof value === 'number' || isBound(value)

/** Texts and truth values are only ever compared for equality, so any unequal pair may stand as "greater". */
function compare(a: Operand, b: Operand): number | undefined {
  if (isNumeric(a) && isNumeric(b)) return order(a, b)
  return a === b ? 0 : 1
}

const HOLDS: Readonly<Record<Comparison, (sign: number) => boolean>> = {
  '=': (sign) => sign === 0,
  '!=': (sign) => sign !== 0,
  '<': (sign) => sign < 0,
  '<=': (sign) => sign <= 0,
  '>': (sign) => sign > 0,
  '>=': (sign) => sign >= 0,
}

function comparison(operator: Comparison, left: Read, right: Read): Test {
  const holds = HOLDS[operator]
  return (lookup) => {
    const a = left(lookup)
    const b = right(lookup)
    if (a === undefined || b === undefined) return undefined
    const sign = compare(a, b)
    return sign === undefined ? undefined : holds(sign)
  }
}

const itemsOf = (value: Operand | undefined): readonly Item[] => {
  if (value === undefined) return []
  return typeof value === 'object' && !isBound(value) ? value : [value]
}

/** https://hl7.org/fhirpath/N1/#in-membership : an empty item makes the answer empty, an empty list makes it false. */
function membership(item: Read, list: Read): Test {
  return (lookup) => {
    const wanted = item(lookup)
    if (wanted === undefined) return undefined
    const signs = itemsOf(list(lookup)).map((each) => compare(wanted, each))
    if (signs.includes(0)) return true
    return signs.includes(undefined) ? undefined : false
  }
}

/** The truth tables of https://hl7.org/fhirpath/N1/#boolean-logic . The right side is read only where it can matter. */
const LOGIC: Readonly<Record<Logic, (left: Test, right: Test) => Test>> = {
  and: (left, right) => (lookup) => {
    const a = left(lookup)
    if (a === false) return false
    const b = right(lookup)
    return b === false ? false : a === true ? b : undefined
  },
  or: (left, right) => (lookup) => {
    const a = left(lookup)
    if (a === true) return true
    const b = right(lookup)
    return b === true ? true : a === false ? b : undefined
  },
  implies: (left, right) => (lookup) => {
    const a = left(lookup)
    if (a === false) return true
    const b = right(lookup)
    return b === true ? true : a === true ? b : undefined
  },
}

function negation(of: Test): Test {
  return (lookup) => {
    const value = of(lookup)
    return value === undefined ? undefined : !value
  }
}

function shifted(of: Read, by: 'up' | 'down'): Read {
  return (lookup) => {
    const value = of(lookup)
    return typeof value === 'number' ? shiftNumber(String(value), by) : value
  }
}

/** Union removes duplicates (https://hl7.org/fhirpath/N1/#union-collections), which only count() can notice. */
function literalList(items: readonly (NumberLiteral | TextLiteral)[]): Read {
  const texts = new Set(items.flatMap((item) => (item.kind === 'text' ? [item.value] : [])))
  const numbers = new Set(items.flatMap((item) => (item.kind === 'number' ? [item.value] : [])))
  const values = numbers.size > 0 ? [...numbers] : [...texts]
  return () => values
}

function readOf(tree: Expression): Read {
  switch (tree.kind) {
    case 'number':
    case 'text':
    case 'boolean':
      return () => tree.value
    case 'name':
      return (lookup) => lookup(tree.name)
    case 'list':
      return literalList(tree.items)
    case 'shifted':
      return shifted(readOf(tree.of), tree.by)
    case 'compare':
      return comparison(tree.operator, readOf(tree.left), readOf(tree.right))
    case 'logic':
      return LOGIC[tree.operator](compileTree(tree.left), compileTree(tree.right))
    case 'in':
    case 'contains':
      return membership(readOf(tree.item), readOf(tree.list))
    case 'call':
      return callOf(tree)
  }
}

function callOf(tree: Extract<Expression, { kind: 'call' }>): Read {
  if (tree.call === 'not') return negation(compileTree(tree.of))
  const of = readOf(tree.of)
  const count = (lookup: Lookup): number => itemsOf(of(lookup)).length
  if (tree.call === 'count') return count
  const wanted = tree.call === 'exists'
  return (lookup) => count(lookup) > 0 === wanted
}

/** Compiles a well-typed tree to nested closures. A tree that is no Boolean tests as empty. */
export function compileTree(tree: Expression): (lookup: Lookup) => Ternary {
  const read = readOf(tree)
  return (lookup) => {
    const value = read(lookup)
    return typeof value === 'boolean' ? value : undefined
  }
}

/** Evaluates a tree once: for mutants, of which each is asked only a few questions. */
export const evaluateTree = (tree: Expression, lookup: Lookup): Ternary => compileTree(tree)(lookup)
