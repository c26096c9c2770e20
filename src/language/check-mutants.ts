import { printTree } from './check-print.ts'
import { shiftText, shiftWhole } from './check-shift.ts'
import type { Comparison, Expression, Logic, NumberLiteral } from './check-tree.ts'

/** A tree with one small mistake in it; `what` shows the smallest condition around it: "%anc < 1.0 → %anc <= 1.0". */
export interface Mutant {
  readonly what: string
  readonly tree: Expression
}

type Node<K extends Expression['kind']> = Extract<Expression, { kind: K }>

const COMPARISON_SLIPS: Readonly<Record<Comparison, Comparison>> = { '<': '<=', '<=': '<', '>': '>=', '>=': '>', '=': '!=', '!=': '=' }
const LOGIC_SLIPS: Readonly<Record<Logic, Logic>> = { and: 'or', or: 'and', implies: 'and' }
const CALL_SLIPS = { exists: 'empty', empty: 'exists' } as const

const STEPS = (['up', 'down'] as const).flatMap((by) => [(text: string) => shiftText(text, by), (text: string) => shiftWhole(text, by)])

/** One unit of its last place and a whole one, each way; for a whole number these are the same. */
function shiftedLiterals(literal: NumberLiteral): readonly NumberLiteral[] {
  const shifted = STEPS.map((step): NumberLiteral => ({ kind: 'number', ...step(literal.text) }))
  return shifted.filter((each, index) => shifted.findIndex(({ value }) => value === each.value) === index)
}

/** A setting's own value cannot be seen here, so its shift is a node; a text setting would not change and is left alone. */
function shiftedSettings(tree: Node<'compare'>): readonly Expression[] {
  const isNumeric = (other: Expression): boolean => (tree.operator !== '=' && tree.operator !== '!=') || other.kind === 'number'
  const shifts = (of: Expression, other: Expression): readonly Expression[] =>
    of.kind === 'name' && of.name.startsWith('setting.') && isNumeric(other) ? [{ kind: 'shifted', of, by: 'up' }, { kind: 'shifted', of, by: 'down' }] : []
  return [
    ...shifts(tree.left, tree.right).map((left) => ({ ...tree, left })),
    ...shifts(tree.right, tree.left).map((right) => ({ ...tree, right })),
  ]
}

function listSlips(tree: Node<'list'>): readonly Expression[] {
  const replaced = tree.items.flatMap((item, at) => (item.kind === 'number' ? shiftedLiterals(item).map((number) => ({ ...tree, items: tree.items.with(at, number) })) : []))
  const shortened = tree.items.length > 1 ? tree.items.map((_, at) => ({ ...tree, items: tree.items.toSpliced(at, 1) })) : []
  return [...replaced, ...shortened]
}

function callSlips(tree: Node<'call'>): readonly Expression[] {
  if (tree.call === 'not') return [tree.of]
  return tree.call === 'count' ? [] : [{ ...tree, call: CALL_SLIPS[tree.call] }]
}

/** The mistakes one can make in a node itself, its children left as they are. */
function slips(tree: Expression): readonly Expression[] {
  if (tree.kind === 'compare') return [{ ...tree, operator: COMPARISON_SLIPS[tree.operator] }, ...shiftedSettings(tree)]
  if (tree.kind === 'logic') return [{ ...tree, operator: LOGIC_SLIPS[tree.operator] }]
  if (tree.kind === 'number') return shiftedLiterals(tree)
  if (tree.kind === 'list') return listSlips(tree)
  return tree.kind === 'call' ? callSlips(tree) : []
}

/** The tree with one of its children mutated, for every mutant of every child. */
function deeper(tree: Expression): readonly { readonly inner: Mutant; readonly tree: Expression }[] {
  if (tree.kind === 'compare' || tree.kind === 'logic') {
    return [
      ...mutantsOf(tree.left).map((inner) => ({ inner, tree: { ...tree, left: inner.tree } })),
      ...mutantsOf(tree.right).map((inner) => ({ inner, tree: { ...tree, right: inner.tree } })),
    ]
  }
  if (tree.kind === 'in' || tree.kind === 'contains') {
    return [
      ...mutantsOf(tree.item).map((inner) => ({ inner, tree: { ...tree, item: inner.tree } })),
      ...mutantsOf(tree.list).map((inner) => ({ inner, tree: { ...tree, list: inner.tree } })),
    ]
  }
  return tree.kind === 'call' ? mutantsOf(tree.of).map((inner) => ({ inner, tree: { ...tree, of: inner.tree } })) : []
}

/**
 * Every tree that differs by one slip: a comparison or `and`/`or` taken for its neighbour, a number or a numeric setting off by
 * one, a `.not()` lost, an item of a list lost. The content's examples must tell each from the original.
 */
export function mutantsOf(tree: Expression): readonly Mutant[] {
  const change = (to: Expression): string => `${printTree(tree)} → ${printTree(to)}`
  const own = slips(tree).map((mutant) => ({ what: change(mutant), tree: mutant }))
  const within = deeper(tree).map(({ inner, tree: mutant }) => ({ what: tree.kind === 'logic' ? inner.what : change(mutant), tree: mutant }))
  return [...own, ...within]
}
