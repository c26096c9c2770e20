/** What a name may hold. A list is a collection of texts. */
export type ValueType = 'number' | 'boolean' | 'text' | 'list'

/** The names a check may read and what they hold; without `%`: 'anc', 'setting.anc_threshold'. */
export interface Signature {
  typeOf(name: string): ValueType | undefined
  names(): Iterable<string>
}

/** One thing wrong with a check, at an offset into its source, with what to write instead where we can tell. */
export interface CheckProblem {
  readonly offset: number
  readonly message: string
  readonly hint?: string
}

export type Comparison = '=' | '!=' | '<' | '<=' | '>' | '>='
export type Logic = 'and' | 'or' | 'implies'
export type Call = 'not' | 'exists' | 'empty' | 'count'

export interface NumberLiteral {
  readonly kind: 'number'
  readonly value: number
  /** As written: '1.0' and '1' differ in their last place, which is what a mutant shifts. */
  readonly text: string
}
export interface TextLiteral { readonly kind: 'text'; readonly value: string }
export interface BooleanLiteral { readonly kind: 'boolean'; readonly value: boolean }
export interface NameRead { readonly kind: 'name'; readonly name: string }

/** The tree of a check. Positions are kept beside it (see Parsed), so that trees compare by structure. */
export type Expression =
  | NumberLiteral
  | TextLiteral
  | BooleanLiteral
  | NameRead
  | { readonly kind: 'list'; readonly items: readonly (NumberLiteral | TextLiteral)[] }
  | { readonly kind: 'compare'; readonly operator: Comparison; readonly left: Expression; readonly right: Expression }
  | { readonly kind: 'logic'; readonly operator: Logic; readonly left: Expression; readonly right: Expression }
  | { readonly kind: 'in'; readonly item: Expression; readonly list: Expression }
  | { readonly kind: 'contains'; readonly list: Expression; readonly item: Expression }
  | { readonly kind: 'call'; readonly call: Call; readonly of: Expression }
  /** Never written, only made by mutation: the number a setting holds, one unit of its last place up or down. */
  | { readonly kind: 'shifted'; readonly of: NameRead; readonly by: 'up' | 'down' }

/** A parsed check: the tree, where each node starts, the names read, and what was wrong. */
export interface Parsed {
  readonly tree: Expression
  readonly offsets: ReadonlyMap<Expression, number>
  readonly names: readonly string[]
  readonly problems: readonly CheckProblem[]
}
