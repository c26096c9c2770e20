import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import type { z } from 'zod'
import { Bases, Vector, Vocabulary } from './format.ts'

/** Reads a YAML file of this folder; a mistake in it throws with the path of every problem. */
function read<S extends z.ZodType>(path: string, schema: S): z.infer<S> {
  const parsed = schema.safeParse(parse(readFileSync(join(import.meta.dirname, path), 'utf8'), { merge: true }))
  if (parsed.success) return parsed.data
  throw new TypeError(parsed.error.issues.map((issue) => `${path}: ${issue.path.join('.')}: ${issue.message}`).join('\n'))
}

export const vocabulary = read('words.yaml', Vocabulary)
export const { panels, bases } = read('bases.yaml', Bases)

const files = readdirSync(join(import.meta.dirname, 'cases')).filter((name) => name.endsWith('.yaml')).sort()

/** The vectors by area; an area is a file in cases/. */
export const areas: readonly { readonly area: string; readonly vectors: readonly Vector[] }[] =
  files.map((name) => ({ area: name.replace('.yaml', ''), vectors: read(`cases/${name}`, Vector.array()) }))

export const vectors: readonly Vector[] = areas.flatMap((one) => one.vectors)
