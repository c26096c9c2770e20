import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import type { z } from 'zod'
import { type Problem, printProblem } from '../content/problem.ts'
import { isYamlFile, parseYaml, validate } from '../content/yaml-file.ts'

/** Reads a YAML file of the sandbox. What is wrong with it is the programmer's mistake: it throws, with the address of every problem. */
export function readYaml<S extends z.ZodType>(path: string, schema: S): z.infer<S> {
  const yaml = parseYaml(basename(path), readFileSync(path, 'utf8'))
  const problems: Problem[] = isYamlFile(yaml) ? [] : [...yaml]
  const value = isYamlFile(yaml) ? validate(yaml, schema, problems) : undefined
  if (problems.length > 0 || value === undefined) throw new TypeError(problems.map(printProblem).join('\n'))
  return value
}
