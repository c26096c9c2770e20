import type { FastifyError, FastifyInstance, FastifyReply } from 'fastify'
import { type Refusal, refusal } from './outcome.ts'

export const FHIR_JSON = 'application/fhir+json; charset=utf-8'

export const refuse = (reply: FastifyReply, { status, outcome }: Refusal): FastifyReply => reply.code(status).type(FHIR_JSON).send(JSON.stringify(outcome))

/** JSON under both of its names, and the form of a POST search as URLSearchParams. */
export function parseBodies(api: FastifyInstance): void {
  api.removeAllContentTypeParsers()
  api.addContentTypeParser(['application/json', 'application/fhir+json'], { parseAs: 'string' }, api.getDefaultJsonParser('error', 'ignore'))
  api.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) => done(null, new URLSearchParams(String(body))))
}

/** Everything that goes wrong below this plugin is answered as an OperationOutcome that repeats nothing of the request. */
export function answerRefusals(api: FastifyInstance): void {
  api.setErrorHandler((error: FastifyError, request, reply) => {
    const status = error.statusCode ?? 500
    if (status < 500) return refuse(reply, refusal(status, 'invalid', 'The request cannot be read'))
    request.log.error({ err: error }, 'FHIR server failed')
    return refuse(reply, refusal(status, 'exception', 'The server failed'))
  })
  api.setNotFoundHandler((_request, reply) => refuse(reply, refusal(404, 'not-found', 'There is nothing at this address')))
}
