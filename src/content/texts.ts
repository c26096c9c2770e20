import type { ContentFiles } from './files.ts'
import type { SiteChoice } from './compile-settings.ts'

/** The content of a site as texts, with what it chose: enough to compile it elsewhere into the same rules. Holds nothing about patients. */
export interface ContentTexts {
  readonly hash: string
  readonly site: SiteChoice
  /** IANA name. */
  readonly timezone: string
  readonly site_uln: Readonly<Record<string, unknown>>
  /** What the site chose; otherwise the reader's. */
  readonly language?: string | undefined
  readonly files: Readonly<Record<string, string>>
}

/** Everything a site's content consists of, as one JSON-safe object. */
export const contentTexts = (files: ContentFiles, rest: Omit<ContentTexts, 'files'>): ContentTexts => ({ ...rest, files: Object.fromEntries(files) })
