import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance } from 'fastify'
import { openApiDocument, type DocumentOptions } from './document.ts'

/** Scripts and styles of this page come from here; its styles are also set by its scripts. */
const POLICY = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
const HEADERS = { 'content-security-policy': POLICY, 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' }

/**
 * `/docs`, the description as a page, and `/docs/openapi.json`. A scope of its own: its content security policy holds here alone, and
 * nothing of it touches the routes it describes, which have neither validators nor serialisers.
 */
export function describeRoutes(app: FastifyInstance, options: DocumentOptions): void {
  const document = openApiDocument(options)
  const body = JSON.stringify(document)
  void app.register(async (docs) => {
    docs.addHook('onRequest', async (_request, reply) => void reply.headers(HEADERS))
    // Sound: the library's types name every keyword of JSON Schema one by one; the document is checked by a test.
    await docs.register(swagger, { mode: 'static', specification: { document: document as object as never } })
    await docs.register(swaggerUi, { routePrefix: '/docs', uiConfig: { layout: 'BaseLayout', docExpansion: 'list', supportedSubmitMethods: [] }, theme: { title: document.info.title }, logLevel: 'warn' })
    docs.get('/docs/openapi.json', (_request, reply) => reply.type('application/json; charset=utf-8').send(body))
  })
}
