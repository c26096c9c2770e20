/**
 * The check language: the closed, three-valued part of FHIRPath in which rules state conditions, such as
 * `%slot = 1 and %anc < %setting.anc_threshold`. It has names, literals, comparison, membership, `and or implies`, `not()
 * exists() empty() count()` and nothing else, so a check always ends, reaches nothing outside its names, and is type-checked when
 * content loads. Semantics: https://hl7.org/fhirpath/N1/ (operators, and Boolean logic with empty).
 */
import { compileTree, type Lookup, type Ternary } from './check-compile.ts'
import { parseCheck } from './check-parse.ts'
import { typeProblems } from './check-types.ts'
import type { CheckProblem, Expression, Signature } from './check-tree.ts'

export { compileTree, evaluateTree, type Bound, type CheckValue, type Lookup, type Ternary } from './check-compile.ts'
export { mutantsOf, type Mutant } from './check-mutants.ts'
export { printTree } from './check-print.ts'
export type { CheckProblem, Expression, Signature, ValueType } from './check-tree.ts'

/** A compiled check. `names` are those it reads, without `%`, each once, in order of appearance: 'anc', 'setting.anc_threshold'. */
export interface Check {
  readonly source: string
  readonly names: readonly string[]
  readonly tree: Expression
  test(lookup: Lookup): Ternary
}

/** Compiles a check, or says everything that is wrong with it. Offsets count UTF-16 units from the start of `source`. */
export function compileCheck(source: string, signature: Signature): Check | readonly CheckProblem[] {
  const parsed = parseCheck(source, signature)
  const problems = parsed.problems.length > 0 ? parsed.problems : typeProblems(parsed, signature)
  if (problems.length > 0) return problems
  return Object.freeze({ source, names: parsed.names, tree: parsed.tree, test: compileTree(parsed.tree) })
}

/** Tells a compiled check from its problems. */
export const isCheck = (result: Check | readonly CheckProblem[]): result is Check => !Array.isArray(result)
