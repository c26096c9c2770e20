import { existsSync } from 'node:fs'
import { join, sep } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'

/** Scripts and styles come from files of this server only; the page talks to this server only. */
const POLICY = "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
const HEADERS = {
  'content-security-policy': POLICY,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=()',
}
/** The folder in which the bundler puts files whose names carry a hash of their content. */
const HASHED = `${sep}assets${sep}`

/** Serves the built page: index.html at `/`, hashed assets for a year. Files are found at start; any other address stays unknown. Throws if the page is not built. */
export async function servePages(app: FastifyInstance, webRoot: string): Promise<void> {
  if (!existsSync(join(webRoot, 'index.html'))) throw new TypeError(`the web page is not built: there is no index.html in ${webRoot}`)
  await app.register(async (pages) => {
    pages.addHook('onRequest', async (_request, reply) => void reply.headers(HEADERS))
    await pages.register(fastifyStatic, {
      root: webRoot, wildcard: false, cacheControl: false,
      setHeaders: (reply, path) => void reply.header('cache-control', path.includes(HASHED) ? 'public, max-age=31536000, immutable' : 'no-cache'),
    })
  })
}
