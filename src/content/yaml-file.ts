import { CORE_SCHEMA, FAILSAFE_SCHEMA, load } from 'js-yaml'
import { isNode, isScalar, LineCounter, parseDocument } from 'yaml'
import type { z } from 'zod'
import type { Problem } from './problem.ts'

/** A parsed content file that can still say where each member stands. */
export interface YamlFile {
  readonly file: string
  readonly value: unknown
  /** line:column of the member at a path, or of its nearest existing ancestor; with `offset`, of a place within its text. */
  locate(path: readonly PropertyKey[], offset?: number): { line: number; column: number }
}

/** Where the members of a file stand. Asked for only when something is wrong: finding positions takes ten times as long as reading. */
function positionsOf(text: string): YamlFile['locate'] {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  return (path, offset) => {
    for (let length = path.length; length >= 0; length -= 1) {
      const node: unknown = document.getIn(path.slice(0, length), true)
      if (isNode(node) && node.range) return addressOf(lines, node.range[0] + (length === path.length ? within(node, offset) : 0))
    }
    return { line: 1, column: 1 }
  }
}

function addressOf(lines: LineCounter, offset: number): { line: number; column: number } {
  const { line, col } = lines.linePos(offset)
  return { line, column: col }
}

/** One syntax error breaks everything after it: only the first says something. Undefined for an empty file, which is valid YAML. */
function syntaxProblem(file: string, text: string, thrown: unknown): Problem | undefined {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const hint = 'the file is not valid YAML'
  const [error] = document.errors
  if (error) return { file, ...addressOf(lines, error.pos[0]), message: error.message, hint }
  return document.contents === null ? undefined : { file, line: 1, column: 1, message: thrown instanceof Error ? thrown.message : 'cannot be read', hint }
}

/**
 * Reads YAML 1.2. Code files use the failsafe schema: the core schema turns CVX `03` into 3 and `1E3` into 1000.
 */
export function parseYaml(file: string, text: string, { failsafe = false } = {}): YamlFile | readonly Problem[] {
  let positions: YamlFile['locate'] | undefined
  const locate: YamlFile['locate'] = (path, offset) => (positions ??= positionsOf(text))(path, offset)
  try {
    return { file, value: load(text, { schema: failsafe ? FAILSAFE_SCHEMA : CORE_SCHEMA }), locate }
  } catch (thrown) {
    const problem = syntaxProblem(file, text, thrown)
    return problem ? [problem] : { file, value: null, locate }
  }
}

/** A quoted text begins after its quote. */
const within = (node: unknown, offset: number | undefined): number =>
  offset === undefined ? 0 : offset + (isScalar(node) && node.type?.startsWith('QUOTE') === true ? 1 : 0)

export const isYamlFile = (result: YamlFile | readonly Problem[]): result is YamlFile => 'locate' in result

/** Validates a file, or the member at `path`, against a schema; every zod issue becomes a problem with its address. */
export function validate<S extends z.ZodType>(yaml: YamlFile, schema: S, problems: Problem[], value = yaml.value, path: readonly PropertyKey[] = []): z.infer<S> | undefined {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  for (const issue of result.error.issues) {
    const where = [...path, ...issue.path]
    problems.push({ file: yaml.file, ...yaml.locate(where), message: `${where.join('.') || 'file'}: ${issue.message}` })
  }
  return undefined
}
