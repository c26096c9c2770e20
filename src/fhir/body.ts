import { pipeline, type Readable, type Transform } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'

/** How many bytes may still be read: of one answer, and of all the answers of a hook call together. */
export interface ReadLimit { readonly answer: number; readonly call: { left: number } }

/** An answer larger than the limit. What came of it is thrown away. */
export class TooLarge extends Error {
  override readonly name = 'TooLarge'
}

/** What `accept-encoding` asks for, and what else proxies apply unasked. */
const DECODERS: ReadonlyMap<string, () => Transform> = new Map([['gzip', createGunzip], ['x-gzip', createGunzip], ['deflate', createInflate], ['br', createBrotliDecompress]])

/** True when a body in this content coding can be read. */
export const isKnownCoding = (coding: string): boolean => coding === '' || coding === 'identity' || DECODERS.has(coding)

/**
 * Reads a body to its end, decoded. Counts what comes out of the decoder, chunk by chunk, so that neither a huge answer nor a small
 * one that unpacks to a huge one takes memory. Throws TooLarge, and what the stream throws.
 */
export async function readBody(body: Readable, coding: string, { answer, call }: ReadLimit): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of decoded(body, coding)) {
    const bytes = chunk as Buffer // sound: streams of bytes without an encoding give Buffers
    size += bytes.length
    call.left -= bytes.length
    // Leaving the loop destroys the stream, and the connection with it.
    if (size > answer || call.left < 0) throw new TooLarge()
    chunks.push(bytes)
  }
  return Buffer.concat(chunks, size)
}

function decoded(body: Readable, coding: string): Readable {
  const decoder = DECODERS.get(coding)?.()
  // Errors on either side destroy both, and come out of the loop that reads.
  return decoder ? pipeline(body, decoder, () => undefined) : body
}
