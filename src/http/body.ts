import type { FastifyInstance, FastifyRequest } from 'fastify'
import { readEnvelope } from './envelope.ts'
import { refuseDeepNesting } from './json-scan.ts'
import { parseJson } from './parse-json.ts'

const BYTE_ORDER_MARK = Buffer.from('\uFEFF')

/** Bodies are JSON in UTF-8 with or without a byte order mark, and nothing else. Members that would reach a prototype are dropped. */
export const acceptJson = (app: FastifyInstance): void => accept(app, readWhole)

/** As acceptJson, but `prefetch` is parsed only when somebody asks for it. */
export const acceptHookCalls = (app: FastifyInstance): void => accept(app, (body) => readEnvelope(body) ?? readWhole(body))

function readWhole(body: Buffer): unknown {
  refuseDeepNesting(body)
  return parseJson(body.toString('utf8'))
}

/** A packed body is no JSON, and must not be called broken JSON. */
const isPacked = (encoding = 'identity'): boolean => encoding.toLowerCase() !== 'identity'

function accept(app: FastifyInstance, read: (body: Buffer) => unknown): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(['application/json', 'application/fhir+json'], { parseAs: 'buffer' }, async ({ headers }: FastifyRequest, body: Buffer) => {
    if (isPacked(headers['content-encoding'])) throw Object.assign(new Error('the body is packed'), { code: 'FST_ERR_CTP_INVALID_MEDIA_TYPE', statusCode: 415 })
    const isMarked = body.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK)
    return read(isMarked ? body.subarray(BYTE_ORDER_MARK.length) : body)
  })
}
