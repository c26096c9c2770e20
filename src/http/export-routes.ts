import { Readable } from 'node:stream'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { loggedError } from '../logging.ts'
import { EXPORTS, exportLines, instantOf, isExportKind } from '../store/export.ts'
import type { Store, TimeRange } from '../store/store.ts'
import { sendProblem } from './problems.ts'

type ExportRequest = FastifyRequest<{ Params: { file: string }; Querystring: { since?: unknown; until?: unknown } }>

const SUFFIX = '.ndjson'

/** `GET /admin/export/{decisions, feedback, audit-events}.ndjson?since=…&until=…`: what the store holds, streamed as it is read. */
export function exportRoutes(admin: FastifyInstance, store: Pick<Store, 'decisions' | 'feedback'>): void {
  for (const kind of Object.keys(EXPORTS)) {
    if (isExportKind(kind)) admin.get(`/admin/export/${kind}${SUFFIX}`, async (request: ExportRequest, reply) => {
      const range = rangeOf(request)
      if (!('since' in range)) return sendProblem(reply, 'invalid-request', range)
      return sendLines(exportLines(kind, store, range), request, reply)
    })
  }
}

function rangeOf({ query: { since = '1970-01-01', until }, receivedAt }: ExportRequest): TimeRange | { readonly expression: readonly string[] } {
  const from = typeof since === 'string' ? instantOf(since) : undefined
  const to = until === undefined ? receivedAt + 1 : typeof until === 'string' ? instantOf(until) : undefined
  if (from !== undefined && to !== undefined) return { since: from, until: to }
  return { expression: [...(from === undefined ? ['since'] : []), ...(to === undefined ? ['until'] : [])] }
}

/** A store that fails on the way ends the connection without the last chunk, so that nobody takes a part for the whole. */
function sendLines(lines: AsyncIterable<string>, { log }: FastifyRequest, reply: FastifyReply): FastifyReply {
  const body = Readable.from(withEnds(lines), { objectMode: false })
  body.once('error', (cause) => log.error({ failure: loggedError(cause) }, 'export broken off'))
  return reply.type('application/x-ndjson').send(body)
}

/** About this many characters leave together: a chunk for each line would cost more than the line. */
const CHUNK = 64 * 1024

async function* withEnds(lines: AsyncIterable<string>): AsyncIterable<string> {
  let chunk = ''
  for await (const line of lines) {
    chunk += `${line}\n`
    if (chunk.length < CHUNK) continue
    yield chunk
    chunk = ''
  }
  yield chunk
}
