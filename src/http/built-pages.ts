import { existsSync, readFileSync } from 'node:fs'
import { join, sep } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'
import { TimelineConfig } from '../hooks/timeline-config.ts'

/** Scripts and styles come from files of this server only; a page talks to this server and to those its configuration names. */
const policy = (servers: readonly string[]): string =>
  `default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src ${["'self'", ...servers].join(' ')}; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'`
const HEADERS = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=()',
}
/** The folder in which the bundler puts files whose names carry a hash of their content. */
const HASHED = `${sep}assets${sep}`

const TIMELINE = /^\/timeline(?:\/|$|\?)/
const CONFIG = 'timeline.config.json'

/** Reads which FHIR servers the timeline may be launched from. Throws where the file is not what docs/smart-app.md says. */
function readTimelineConfig(file: string): TimelineConfig {
  const parsed = TimelineConfig.safeParse(JSON.parse(readFileSync(file, 'utf8')))
  if (parsed.success) return parsed.data
  throw new TypeError(parsed.error.issues.map(({ path, message }) => `${file}: ${path.join('.') || 'file'}: ${message}`).join('\n'))
}

/** Origins that the page may talk to besides this server; an address relative to this server adds none. */
const originsOf = ({ servers }: TimelineConfig): readonly string[] =>
  [...new Set(servers.flatMap(({ iss, origins }) => [iss, ...origins]).flatMap((address) => URL.parse(address)?.origin ?? []))]

interface Served {
  readonly webRoot: string
  /** Files of the folder that are not served. */
  readonly without: string[]
  readonly timelinePolicy: string
}

/** Files are found at start; any other address stays unknown. Hashed assets keep for a year. */
function serveFiles(app: FastifyInstance, { webRoot, without, timelinePolicy }: Served): void {
  const own = policy([])
  void app.register(async (pages) => {
    pages.addHook('onRequest', async ({ url }, reply) => void reply.headers({ ...HEADERS, 'content-security-policy': TIMELINE.test(url) ? timelinePolicy : own }))
    await pages.register(fastifyStatic, {
      root: webRoot, wildcard: false, globIgnore: without, cacheControl: false, preCompressed: true,
      setHeaders: (reply, path) => void reply.header('cache-control', path.includes(HASHED) ? 'public, max-age=31536000, immutable' : 'no-cache'),
    })
  })
}

function demandBuilt(webRoot: string, page: string): void {
  if (!existsSync(join(webRoot, page))) throw new TypeError(`the web page is not built: there is no ${page} in ${webRoot}`)
}

/** Serves all built pages: order entry at `/`, the timeline at `/timeline/`. Throws if they are not built. */
export async function servePages(app: FastifyInstance, webRoot: string): Promise<void> {
  demandBuilt(webRoot, 'index.html')
  const config = join(webRoot, CONFIG)
  serveFiles(app, { webRoot, without: [], timelinePolicy: policy(existsSync(config) ? originsOf(readTimelineConfig(config)) : []) })
}

/** Serves the SMART app alone, at `/timeline/`, for the FHIR servers that the site names. Throws if it is not built. */
export function serveTimeline(app: FastifyInstance, webRoot: string, configFile: string): void {
  demandBuilt(webRoot, join('timeline', 'index.html'))
  const config = readTimelineConfig(configFile)
  serveFiles(app, { webRoot, without: ['index.html', 'manifest.json', CONFIG], timelinePolicy: policy(originsOf(config)) })
  app.get(`/${CONFIG}`, (_request, reply) => reply.header('cache-control', 'no-cache').send(config))
}
