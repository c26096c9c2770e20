import type { z } from 'zod'
import type { ContentFiles } from './files.ts'
import type { Problem } from './problem.ts'
import { type Translation, UNTRANSLATED } from './translation.ts'
import { isYamlFile, parseYaml, validate, type YamlFile } from './yaml-file.ts'

/** A validated file together with the positions of its members. */
export interface ReadFile<T> {
  readonly yaml: YamlFile
  readonly value: T
}

/** Reads content files of one load and collects every problem on the way. */
export interface ContentReader {
  readonly problems: Problem[]
  /** Files that somebody asked for. */
  readonly read: ReadonlySet<string>
  one<S extends z.ZodType>(path: string, schema: S): ReadFile<z.infer<S>> | undefined
  all<S extends z.ZodType>(matches: (path: string) => boolean, schema: S): readonly ReadFile<z.infer<S>>[]
  /** Reports a problem at a member of a file. */
  refuse(yaml: YamlFile, path: readonly PropertyKey[], message: string, hint?: string, offset?: number): void
}

export function contentReader(files: ContentFiles, translation: Translation = UNTRANSLATED): ContentReader {
  const problems: Problem[] = []
  const asked = new Set<string>()
  const failsafe = (path: string): boolean => path.startsWith('fhir-mappings/codes/') || path === 'fhir-mappings/systems.yaml'

  function read<S extends z.ZodType>(path: string, text: string, schema: S): ReadFile<z.infer<S>> | undefined {
    asked.add(path)
    const yaml = parseYaml(path, text, { failsafe: failsafe(path) })
    if (!isYamlFile(yaml)) {
      problems.push(...yaml)
      return undefined
    }
    const value = validate(yaml, schema, problems)
    return value === undefined ? undefined : { yaml, value: translation.apply(yaml, value) }
  }
  return {
    problems, read: asked,
    one(path, schema) {
      const text = files.get(path)
      if (text !== undefined) return read(path, text, schema)
      problems.push({ file: path, line: 1, column: 1, message: 'the file is missing', hint: 'every content root needs it' })
      return undefined
    },
    all: (matches, schema) => [...files].filter(([path]) => matches(path)).flatMap(([path, text]) => read(path, text, schema) ?? []),
    refuse(yaml, path, message, hint, offset) {
      problems.push({ file: yaml.file, ...yaml.locate(path, offset), message, ...(hint ? { hint } : {}) })
    },
  }
}
