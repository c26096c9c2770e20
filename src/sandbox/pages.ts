import { existsSync, readFileSync } from 'node:fs'
import { join, sep } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'

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

/** The part of timeline.config.json that the policy of its page follows from. */
const Servers = z.object({ servers: z.array(z.object({ iss: z.string(), origins: z.array(z.string()).default([]) })) })
const TIMELINE = /^\/timeline(?:\/|$|\?)/

/** Origins of the FHIR servers that the timeline may be launched from; an address relative to this server adds none. */
function timelineServers(webRoot: string): readonly string[] {
  const path = join(webRoot, 'timeline.config.json')
  if (!existsSync(path)) return []
  const { servers } = Servers.parse(JSON.parse(readFileSync(path, 'utf8')))
  return [...new Set(servers.flatMap(({ iss, origins }) => [iss, ...origins]).flatMap((address) => URL.parse(address)?.origin ?? []))]
}

/** Serves the built page: index.html at `/`, hashed assets for a year. Files are found at start; any other address stays unknown. Throws if the page is not built. */
export async function servePages(app: FastifyInstance, webRoot: string): Promise<void> {
  if (!existsSync(join(webRoot, 'index.html'))) throw new TypeError(`the web page is not built: there is no index.html in ${webRoot}`)
  const [own, timeline] = [policy([]), policy(timelineServers(webRoot))]
  await app.register(async (pages) => {
    pages.addHook('onRequest', async ({ url }, reply) => void reply.headers({ ...HEADERS, 'content-security-policy': TIMELINE.test(url) ? timeline : own }))
    await pages.register(fastifyStatic, {
      root: webRoot, wildcard: false, cacheControl: false, preCompressed: true,
      setHeaders: (reply, path) => void reply.header('cache-control', path.includes(HASHED) ? 'public, max-age=31536000, immutable' : 'no-cache'),
    })
  })
}
