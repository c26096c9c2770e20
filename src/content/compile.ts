import { createHash } from 'node:crypto'
import type { Content } from '../engine/rule.ts'
import type { SiteChoice } from './compile-settings.ts'
import type { ContentFiles } from './files.ts'
import { linkContent } from './link.ts'
import type { Problem } from './problem.ts'

export { isContent } from './link.ts'

export const DEFAULT_SITE: SiteChoice = { profile: 'label-us', settings: {}, file: 'SITE_SETTINGS' }

/** Identifies what was in force: all files and the site's choice. */
export function hashOf(files: ContentFiles, site: SiteChoice): string {
  const hash = createHash('sha256')
  for (const [path, text] of files) hash.update(path).update('\0').update(text).update('\0')
  return hash.update(JSON.stringify([site.profile, site.settings, site.lists, ...(site.beside === undefined ? [] : [site.beside])])).digest('hex').slice(0, 16)
}

/** Compiles cards/ and fhir-mappings/ for one site: the content, or every problem. In another language than English every text must have its words. */
export const compileContent = (files: ContentFiles, site: SiteChoice = DEFAULT_SITE, language?: string): Content | readonly Problem[] => linkContent(files, site, hashOf(files, site), language)
