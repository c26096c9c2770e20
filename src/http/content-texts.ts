import { createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import type { FastifyInstance } from 'fastify'
import type { ContentTexts } from '../content/texts.ts'

interface Packed { readonly plain: Buffer; readonly gzip: Buffer; readonly etag: string }

function pack(texts: ContentTexts): Packed {
  const plain = Buffer.from(JSON.stringify(texts))
  return { plain, gzip: gzipSync(plain), etag: `"${createHash('sha256').update(plain).digest('base64url')}"` }
}

/** `GET /content.json`: the rules as texts, to be compiled in a browser. Open, because it holds nothing about patients. */
export function registerContentTexts(app: FastifyInstance, texts: () => ContentTexts): void {
  const packed = new WeakMap<ContentTexts, Packed>()
  const packedOf = (current: ContentTexts): Packed => {
    const have = packed.get(current) ?? pack(current)
    packed.set(current, have)
    return have
  }
  app.get('/content.json', (request, reply) => {
    const { plain, gzip, etag } = packedOf(texts())
    reply.headers({ etag, 'cache-control': 'no-cache', vary: 'accept-encoding', 'x-content-type-options': 'nosniff' })
    if (request.headers['if-none-match'] === etag) return reply.code(304).send()
    reply.type('application/json; charset=utf-8')
    const isPackable = /\bgzip\b/.test(request.headers['accept-encoding'] ?? '')
    return isPackable ? reply.header('content-encoding', 'gzip').send(gzip) : reply.send(plain)
  })
}
