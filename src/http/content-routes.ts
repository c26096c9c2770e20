import type { FastifyInstance } from 'fastify'
import { ERRORS, problemBody } from '../errors.ts'

type Reloaded = { readonly outcome: 'replaced' | 'unchanged'; readonly content: string; readonly previous: string }
type Refused = { readonly outcome: 'refused'; readonly content: string; readonly problems: readonly string[] }

/** `POST /admin/content/reload`: content and site settings are read again and taken as a whole, or refused with every problem. */
export function contentRoutes(admin: FastifyInstance, reload: () => Reloaded | Refused): void {
  admin.post('/admin/content/reload', async (request, reply) => {
    const ended = reload()
    if (ended.outcome !== 'refused') return ended
    reply.problem = 'content-refused'
    return reply.code(ERRORS['content-refused'].status).send(refusal(ended, request.id))
  })
}

/** Problems of content are addresses in files of the site and say nothing about patients. */
function refusal({ problems }: Refused, correlationId: string) {
  const body = problemBody('content-refused', { correlationId })
  return { ...body, issue: [...body.issue, ...problems.map((diagnostics) => ({ severity: 'error', code: 'invalid', diagnostics }))] }
}
