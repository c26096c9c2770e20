import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { FastifyInstance } from 'fastify'

/** A file every page links, under a name that changes with its content. */
export interface Asset { readonly address: string; readonly type: string; readonly text: string }

const read = (file: string): string => readFileSync(`${import.meta.dirname}/${file}`, 'utf8')
const assetOf = (name: string, type: string, text: string): Asset => {
  const [stem = '', ending = ''] = name.split('.')
  return { address: `/pages/${stem}-${createHash('sha256').update(text).digest('hex').slice(0, 10)}.${ending}`, type, text }
}
const once = (make: () => Asset): (() => Asset) => {
  let made: Asset | undefined
  return () => (made ??= make())
}

/** The style of the pages: the colours, which the order-entry page shares, then their own. */
export const pageStyle = once(() => assetOf('pages.css', 'text/css; charset=utf-8', read('tokens.css') + read('pages.css')))
/** Theme, search while typing, printing: the pages work without it. */
export const pageScript = once(() => assetOf('pages.js', 'text/javascript; charset=utf-8', read('pages.js')))

/** Serves what the pages link; names carry a hash, so browsers may keep them. */
export function registerPageAssets(app: FastifyInstance): void {
  for (const { address, type, text } of [pageStyle(), pageScript()]) {
    app.get(address, (_, reply) => reply.headers({ 'cache-control': 'public, max-age=31536000, immutable', 'x-content-type-options': 'nosniff' }).type(type).send(text))
  }
}
