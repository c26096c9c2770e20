import { realpathSync } from 'node:fs'
import type { FastifyBaseLogger } from 'fastify'
import { type Config, type ConfigProblem, isProblems, printConfigProblem } from './config.ts'
import { readSite, type SiteSettings } from './config-files.ts'
import { readContentFiles } from './content/files.ts'
import { compileContents, isContents } from './content/languages.ts'
import { printProblem } from './content/problem.ts'
import { contentTexts } from './content/texts.ts'
import { siteLimits } from './facts/site-limits.ts'
import { discovery } from './hooks/services.ts'
import type { Metrics } from './http/metrics.ts'
import type { InForce } from './http/types.ts'
import { calendarOf } from './language/calendar.ts'

/** How an attempt to replace the content ended. `content` is the hash in force afterwards; refused content leaves everything as it was. */
export type Reload =
  | { readonly outcome: 'replaced' | 'unchanged'; readonly content: string; readonly previous: string }
  | { readonly outcome: 'refused'; readonly content: string; readonly problems: readonly string[] }

export interface ContentInForce {
  current(): InForce
  /** Reads the content and the site settings again. All of it is taken, or nothing. */
  reload(): Reload
}

type Sources = Pick<Config, 'contentDir' | 'site' | 'siteFile' | 'clients' | 'serviceIds'>

/** Compiles the content of a site in the languages it needs: what holds from now on, or every problem, one a line. Throws when the folder cannot be read. */
export function loadInForce({ contentDir, site, clients, serviceIds }: Omit<Sources, 'siteFile'>): InForce | readonly string[] {
  const { profile, settings, lists, timezone, site_uln: limits } = site
  const choice = { profile, settings, lists, limits, beside: [timezone, limits], file: 'SITE_SETTINGS' }
  const files = readContentFiles(realRoot(contentDir))
  const contents = compileContents(files, choice, { language: site.language, needed: clients.flatMap(({ language }) => language ?? []) })
  if (!isContents(contents)) return contents.map(printProblem)
  const content = contents.own
  const prefetch = Object.fromEntries(content.sources.map(({ key, prefetch: template }) => [key, template]))
  return {
    content, contentIn: contents.in, texts: contentTexts(files, { hash: content.hash, site: choice, timezone, site_uln: limits, language: site.language }), calendar: calendarOf(timezone), timeZone: timezone, siteLimit: siteLimits(limits),
    discovery: discovery({ prefetch, ids: serviceIds, types: [...new Set(content.sources.flatMap(({ prefetch: main, also }) => [main, ...also]).map((template) => template.split(/[?/]/)[0] ?? ''))] }),
  }
}

/** Those who publish content by moving a symbolic link get all files from one side of the move. */
const realRoot = (folder: string): string => realpathSync(folder)

/** True when the content can be used. */
export const isInForce = (loaded: InForce | readonly string[]): loaded is InForce => 'content' in loaded

function siteAgain({ site, siteFile }: Sources): SiteSettings | readonly string[] {
  const read = siteFile === undefined ? site : readSite(siteFile)
  return isProblems(read) ? read.map(printConfigProblem) : read
}

const isSite = (read: SiteSettings | readonly string[]): read is SiteSettings => 'profile' in read

function loadAgain(sources: Sources): InForce | readonly string[] {
  const site = siteAgain(sources)
  return isSite(site) ? loadOrSay({ ...sources, site }) : site
}

function loadOrSay(sources: Sources): InForce | readonly string[] {
  try {
    return loadInForce(sources)
  } catch (cause) {
    return [`CONTENT_DIR: ${cause instanceof Error ? cause.message : 'cannot be read'}`]
  }
}

/** What is wrong with the content of a site, one a line. Nothing where its settings cannot be read: that is told where they are read. */
export function contentProblems(config: Config | ConfigProblem[]): readonly string[] {
  const loaded = isProblems(config) ? [] : loadOrSay(config)
  return isInForce(loaded) ? [] : loaded
}

/** Loads the content of the configured site. Throws with every problem, one a line: a service without content must not start. */
export function contentInForce(sources: Sources, log: FastifyBaseLogger, metrics: Pick<Metrics, 'content' | 'contentLoaded' | 'reloads'>): ContentInForce {
  const first = loadInForce(sources)
  if (!isInForce(first)) throw new Error(first.join('\n'))
  let inForce = first
  announce(inForce, metrics)

  function replaceBy(loaded: InForce): Reload {
    const previous = inForce.content.hash
    const { hash } = loaded.content
    if (hash === previous) return { outcome: 'unchanged', content: hash, previous }
    inForce = loaded
    announce(inForce, metrics)
    return { outcome: 'replaced', content: hash, previous }
  }

  function reload(): Reload {
    const loaded = loadAgain(sources)
    const ended: Reload = isInForce(loaded) ? replaceBy(loaded) : { outcome: 'refused', content: inForce.content.hash, problems: loaded }
    metrics.reloads.inc({ outcome: ended.outcome })
    log[ended.outcome === 'refused' ? 'error' : 'info'](ended, 'content reloaded')
    return ended
  }

  return { current: () => inForce, reload }
}

function announce({ content: { hash, profile, labelRevision } }: InForce, { content, contentLoaded }: Pick<Metrics, 'content' | 'contentLoaded'>): void {
  content.reset()
  content.set({ hash, profile, label_revision: labelRevision }, 1)
  contentLoaded.set(Date.now() / 1000)
}
