import { nearest } from '../language/nearest.ts'

/** One thing wrong with the content, with its address. A load reports all of them, never only the first. */
export interface Problem {
  readonly file: string
  readonly line: number
  readonly column: number
  readonly message: string
  readonly hint?: string
}

/** `cards/qt/qt-hold-gt500.yaml:12:5 unknown fact %qtfc – did you mean %qtcf?` */
export function printProblem({ file, line, column, message, hint }: Problem): string {
  return `${file}:${line}:${column} ${message}${hint ? ` – ${hint}` : ''}`
}

const byAddress = (a: Problem, b: Problem): number =>
  a.file.localeCompare(b.file) || a.line - b.line || a.column - b.column

/** Sorted by address, each once, ready to print. */
export const sortProblems = (problems: readonly Problem[]): Problem[] => [...new Map(problems.map((problem) => [printProblem(problem), problem])).values()].sort(byAddress)

/** The hint for a name nobody declared: the declared one that was most likely meant. */
export function didYouMean(name: string, declared: Iterable<string>): string | undefined {
  const near = nearest(name, declared)
  return near === undefined ? undefined : `did you mean ${near}?`
}
