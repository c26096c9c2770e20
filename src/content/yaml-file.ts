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

/**
 * Parses YAML and keeps positions. Code files use the failsafe schema: the core schema turns CVX `03` into 3 and `1E3` into 1000.
 */
export function parseYaml(file: string, text: string, { failsafe = false } = {}): YamlFile | readonly Problem[] {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, ...(failsafe ? { schema: 'failsafe' as const } : {}) })
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset)
    return { line, column: col }
  }
  // One syntax error breaks everything after it: only the first says something.
  const [error] = document.errors
  if (error) return [{ file, ...at(error.pos[0]), message: error.message, hint: 'the file is not valid YAML' }]
  const locate = (path: readonly PropertyKey[], offset?: number) => {
    for (let length = path.length; length >= 0; length -= 1) {
      const node: unknown = document.getIn(path.slice(0, length), true)
      if (isNode(node) && node.range) return at(node.range[0] + (length === path.length ? within(node, offset) : 0))
    }
    return { line: 1, column: 1 }
  }
  return { file, value: document.toJS(), locate }
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
