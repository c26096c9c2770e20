/** A node of fhirpath.js's parse tree, as far as we read it. */
export interface PathNode {
  readonly type?: string
  readonly text?: string
  readonly children?: readonly PathNode[]
}

const NO_CLOCK = 'a path has no clock: compare dates in a derived fact'
const NO_NETWORK = 'a path reads one resource and reaches nothing else'

/** Functions that work in fhirpath.js but would break a promise of ours. `trace` would print the record to the log. */
const REFUSED: Readonly<Record<string, string>> = {
  now: NO_CLOCK, today: NO_CLOCK, timeOfDay: NO_CLOCK,
  resolve: NO_NETWORK, memberOf: NO_NETWORK,
  trace: 'a path writes no log',
}

/**
 * The functions of FHIRPath N1 and of FHIR that read a resource. A closed list, because fhirpath.js says "not implemented" only when an
 * unknown function runs, and a dry run on an empty resource does not run everything.
 */
const KNOWN = new Set([
  'empty', 'exists', 'all', 'allTrue', 'anyTrue', 'allFalse', 'anyFalse', 'subsetOf', 'supersetOf', 'count', 'distinct', 'isDistinct',
  'where', 'select', 'repeat', 'ofType', 'single', 'first', 'last', 'tail', 'skip', 'take', 'intersect', 'exclude', 'union', 'combine',
  'iif', 'toBoolean', 'toInteger', 'toDate', 'toDateTime', 'toTime', 'toDecimal', 'toQuantity', 'toString',
  'convertsToBoolean', 'convertsToInteger', 'convertsToDate', 'convertsToDateTime', 'convertsToTime', 'convertsToDecimal', 'convertsToQuantity', 'convertsToString',
  'indexOf', 'substring', 'startsWith', 'endsWith', 'contains', 'upper', 'lower', 'replace', 'matches', 'replaceMatches', 'length', 'toChars', 'split', 'join', 'trim',
  'abs', 'ceiling', 'exp', 'floor', 'ln', 'log', 'power', 'round', 'sqrt', 'truncate', 'children', 'descendants', 'is', 'as', 'not',
  'aggregate', 'sum', 'min', 'max', 'avg', 'extension', 'hasValue', 'getValue',
])

const PATTERN_FUNCTIONS = new Set(['matches', 'replaceMatches'])

function* nodesOf(node: PathNode): Generator<PathNode> {
  yield node
  for (const child of node.children ?? []) yield* nodesOf(child)
}

const functionName = (node: PathNode): string => node.children?.find(({ type }) => type === 'Identifier')?.text?.replaceAll('`', '') ?? ''

/**
 * A group repeated without end whose inside can itself repeat or branch, such as `(a+)+` or `(a|a)*`, makes JavaScript's
 * matcher try exponentially many ways: `^(a+)+$` blocks the process for minutes.
 */
export function hasNestedQuantifier(pattern: string): boolean {
  const bare = pattern.replaceAll(/\\./gsu, 'x').replaceAll(/\[[^\]]*\]/gu, 'x')
  const open: boolean[] = []
  for (const { 0: part } of bare.matchAll(/\(\?(?:[:=!]|<[=!]|<\w+>)|\(|\)(?:[*+]|\{\d+,\d*\})?|[*+?|]|\{\d+(?:,\d*)?\}/gu)) {
    const isRisky = part.startsWith(')') ? open.pop() === true : !part.startsWith('(')
    if (part.startsWith('(')) open.push(false)
    if (part.startsWith(')') && part.length > 1 && isRisky) return true
    if (isRisky && open.length > 0) open[open.length - 1] = true
  }
  return false
}

function patternProblem(node: PathNode): string | undefined {
  const parameters = node.children?.find(({ type }) => type === 'ParamList')?.children ?? []
  const literal = [...nodesOf(parameters[0] ?? {})].find(({ type }) => type === 'StringLiteral')?.text
  if (literal === undefined || literal !== parameters[0]?.text) return 'the pattern of a match must be written out'
  return hasNestedQuantifier(literal.slice(1, -1).replaceAll('\\\\', '\\')) ? 'the pattern repeats inside a repetition, which can block the process' : undefined
}

function callProblem(node: PathNode): string | undefined {
  const name = functionName(node)
  if (REFUSED[name] !== undefined) return `${name}(): ${REFUSED[name]}`
  if (!KNOWN.has(name)) return `${name}() is not a function a path may use`
  return PATTERN_FUNCTIONS.has(name) ? patternProblem(node) : undefined
}

/** The first reason not to run a parsed path. Looks at the whole tree, since a dry run does not reach the branches of `iif` or `where`. */
export function lintPath(tree: PathNode): string | undefined {
  for (const node of nodesOf(tree)) {
    if (node.type === 'ExternalConstantTerm') return 'a path has no %variables: it reads its own resource'
    const problem = node.type === 'Functn' ? callProblem(node) : undefined
    if (problem !== undefined) return problem
  }
  return undefined
}
