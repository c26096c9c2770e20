import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { ERRORS, problemBody, type ErrorCode, type ProblemDetails } from '../errors.ts'

const JSON_TYPE = 'application/json; charset=utf-8'

/** Answers with an error of the table. The route learns the code for its log line. */
export function sendProblem(reply: FastifyReply, code: ErrorCode, { expression }: Pick<ProblemDetails, 'expression'> = {}): FastifyReply {
  const body = problemBody(code, { correlationId: reply.request.id, ...(expression ? { expression } : {}) })
  reply.problem = code
  return reply.code(ERRORS[code].status).header('cache-control', 'no-store').type(JSON_TYPE).send(JSON.stringify(body))
}

/** 401 says nothing at all about its reason (CDS Hooks best practices): every refusal gives the same bytes. */
export function sendUnauthorized(reply: FastifyReply): FastifyReply {
  reply.problem = 'unauthorized'
  return reply.code(401).header('cache-control', 'no-store').header('www-authenticate', 'Bearer').send()
}

/** What Fastify calls the mistakes of a caller. */
const FRAMEWORK: Readonly<Record<string, ErrorCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'body-too-large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported-media-type',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'malformed-json',
  FST_ERR_CTP_INVALID_JSON_BODY: 'malformed-json',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'malformed-json',
  FST_ERR_BAD_URL: 'not-found',
  FST_ERR_MAX_PARAM_LENGTH: 'not-found',
}

/** The code for something thrown on the way: a caller's mistake keeps its status, everything else is ours. */
export function codeOf(thrown: unknown): ErrorCode {
  if (!(thrown instanceof Error)) return 'internal'
  // Sound: both members are only compared.
  const { code, statusCode = 500 } = thrown as Partial<FastifyError>
  const known = FRAMEWORK[code ?? '']
  if (known) return known
  if (thrown instanceof SyntaxError && statusCode === 400) return 'malformed-json'
  return statusCode >= 400 && statusCode < 500 ? 'invalid-request' : 'internal'
}

/**
 * The error handler of the application. Nothing of the error reaches the caller, and no message of it the log. The connection stays
 * open: a client that is still sending a body too large would otherwise lose the answer that says so. Node reads the rest away.
 */
export function handleError(thrown: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  reply.removeHeader('connection')
  const code = codeOf(thrown)
  if (code === 'internal') request.log.error({ err: thrown, route: request.routeOptions.url }, 'failed')
  return sendProblem(reply, code)
}

/** What Node calls requests that it gives up before anything else sees them. */
const PARSER: Readonly<Record<string, ErrorCode>> = { HPE_HEADER_OVERFLOW: 'headers-too-large', ERR_HTTP_REQUEST_TIMEOUT: 'request-too-slow' }

/** Answers bytes that are not HTTP, too many or too slow, for which there is no request and no reply. */
export function handleBadBytes({ code = '' }: Error & { readonly code?: string }, socket: Socket): void {
  if (!socket.writable || code === 'ECONNRESET') return void socket.destroy()
  const problem = PARSER[code] ?? 'invalid-request'
  const { status } = ERRORS[problem]
  const body = JSON.stringify(problemBody(problem))
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\nContent-Type: ${JSON_TYPE}\r\nContent-Length: ${Buffer.byteLength(body)}\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n${body}`)
}
