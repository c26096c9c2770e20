import type { Expression } from './check-tree.ts'

/** How tightly each form binds; the same order as the parser's levels. */
const BINDING = { implies: 1, or: 2, and: 3, membership: 4, equality: 5, inequality: 6, sign: 8, call: 9, atom: 10 } as const

const ESCAPES: Readonly<Record<string, string>> = { '\n': String.raw`\n`, '\r': String.raw`\r`, '\t': String.raw`\t`, '\f': String.raw`\f` }

const quote = (text: string): string => `'${text.replaceAll(/[\\'\n\r\t\f]/g, (letter) => ESCAPES[letter] ?? `\\${letter}`)}'`

interface Printed {
  readonly text: string
  readonly binding: number
}

const wrapped = ({ text, binding }: Printed, atLeast: number): string => (binding < atLeast ? `(${text})` : text)

/** Operators associate to the left, so only the right side needs parentheses at equal binding. */
function binary(binding: number, left: Expression, operator: string, right: Expression): Printed {
  return { text: `${wrapped(print(left), binding)} ${operator} ${wrapped(print(right), binding + 1)}`, binding }
}

function print(tree: Expression): Printed {
  switch (tree.kind) {
    case 'number':
      return { text: tree.text, binding: tree.text.startsWith('-') ? BINDING.sign : BINDING.atom }
    case 'text':
      return { text: quote(tree.value), binding: BINDING.atom }
    case 'boolean':
      return { text: String(tree.value), binding: BINDING.atom }
    case 'name':
      return { text: `%${tree.name}`, binding: BINDING.atom }
    case 'list':
      return { text: `(${tree.items.map((item) => print(item).text).join(' | ')})`, binding: BINDING.atom }
    case 'compare':
      return binary(tree.operator === '=' || tree.operator === '!=' ? BINDING.equality : BINDING.inequality, tree.left, tree.operator, tree.right)
    case 'logic':
      return binary(BINDING[tree.operator], tree.left, tree.operator, tree.right)
    case 'in':
      return binary(BINDING.membership, tree.item, 'in', tree.list)
    case 'contains':
      return binary(BINDING.membership, tree.list, 'contains', tree.item)
    case 'call':
      return { text: `${wrapped(print(tree.of), BINDING.call)}.${tree.call}()`, binding: BINDING.call }
    case 'shifted':
      return { text: `%${tree.of.name}${tree.by === 'up' ? '↑' : '↓'}`, binding: BINDING.atom }
  }
}

/** A tree as source with the fewest parentheses. Parsing it gives the tree again, except for `shifted`, which is never written. */
export const printTree = (tree: Expression): string => print(tree).text
