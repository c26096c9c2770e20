import { fileURLToPath } from 'node:url'
import { compileContent, DEFAULT_SITE, isContent } from '../../src/content/compile.ts'
import { readContentFiles } from '../../src/content/files.ts'
import { printProblem } from '../../src/content/problem.ts'
import type { Content } from '../../src/engine/rule.ts'

export const ROOT = fileURLToPath(new URL('../..', import.meta.url))

const known = new Map<string, Content>()

/** The shipped content for a site, compiled once per process; fails with every problem. */
export function loadContent(profile = DEFAULT_SITE.profile, settings: Readonly<Record<string, unknown>> = {}, language = 'en'): Content {
  const key = JSON.stringify([profile, settings, language])
  const have = known.get(key) ?? compileShipped(profile, settings, language)
  known.set(key, have)
  return have
}

function compileShipped(profile: string, settings: Readonly<Record<string, unknown>>, language: string): Content {
  const content = compileContent(readContentFiles(ROOT), { profile, settings, file: 'SITE_SETTINGS' }, language)
  if (isContent(content)) return content
  throw new Error(content.map(printProblem).join('\n'))
}
