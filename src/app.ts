import type { FastifyBaseLogger, FastifyInstance } from 'fastify'
import type { Config } from './config.ts'
import { compileContent, isContent } from './content/compile.ts'
import { readContentFiles } from './content/files.ts'
import { printProblem } from './content/problem.ts'
import type { Content } from './engine/rule.ts'
import { siteLimits } from './facts/site-limits.ts'
import { discovery, SERVICES } from './hooks/services.ts'
import { answerHook } from './http/answer-hook.ts'
import { registerRulePages } from './http/rule-pages.ts'
import { buildServer } from './http/server.ts'
import { calendarOf } from './language/calendar.ts'
import { openStore } from './store/open.ts'

export interface App {
  readonly server: FastifyInstance
  readonly content: Content
  close(): Promise<void>
}

/** Compiles the content of the configured site. Throws with every problem, one a line. */
export function loadSiteContent({ contentDir, site }: Pick<Config, 'contentDir' | 'site'>): Content {
  const content = compileContent(readContentFiles(contentDir), { profile: site.profile, settings: site.settings, lists: site.lists, file: 'SITE_SETTINGS' })
  if (isContent(content)) return content
  throw new Error(content.map(printProblem).join('\n'))
}

/** Puts the parts together. Not listening yet. */
export async function createApp(config: Config, log: FastifyBaseLogger): Promise<App> {
  const content = loadSiteContent(config)
  const store = await openStore(config)
  const prefetch = Object.fromEntries(content.sources.map(({ key, prefetch: template }) => [key, template]))
  const server = buildServer({
    config, store, log,
    discovery: discovery(Object.fromEntries(SERVICES.map(({ id }) => [id, prefetch]))),
    answerHook: answerHook({ content: () => content, calendar: calendarOf(config.site.timezone), publicUrl: config.publicUrl, siteLimit: siteLimits(config.site.site_uln), store }),
  })
  registerRulePages(server, () => content)
  const close = async (): Promise<void> => {
    await server.close()
    await store.close()
  }
  return { server, content, close }
}
