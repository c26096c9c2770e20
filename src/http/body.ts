import type { FastifyInstance } from 'fastify'

/** Deeper than any FHIR resource, shallow enough that no code that walks the body runs out of stack. */
const DEPTH_LIMIT = 200

const QUOTE = 0x22
const BACKSLASH = 0x5c
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d]

/** Bodies are JSON in UTF-8 with or without a byte order mark, and nothing else. Members that would reach a prototype are dropped. */
export function acceptJson(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('remove', 'remove')
  const decoder = new TextDecoder()
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(['application/json', 'application/fhir+json'], { parseAs: 'buffer' }, (request, body, done) => {
    // Sound: parseAs says buffer.
    const bytes = body as Buffer
    if (nestsTooDeep(bytes)) return done(Object.assign(new SyntaxError('nested too deep'), { statusCode: 400 }), undefined)
    return parse(request, decoder.decode(bytes), done)
  })
}

/** Whether brackets outside of strings nest deeper than any real request. One pass over the bytes, no recursion. */
export function nestsTooDeep(json: Uint8Array): boolean {
  let depth = 0
  let quoted = false
  for (let at = 0; at < json.length && depth <= DEPTH_LIMIT; at += 1) {
    const byte = json[at]
    if (byte === QUOTE) quoted = !quoted
    else if (quoted) at += byte === BACKSLASH ? 1 : 0
    else if (byte === OPEN_LIST || byte === OPEN_OBJECT) depth += 1
    else if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) depth -= 1
  }
  return depth > DEPTH_LIMIT
}
