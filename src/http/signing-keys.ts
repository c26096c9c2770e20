import { createLocalJWKSet, createRemoteJWKSet, customFetch, type JWTVerifyGetKey } from 'jose'
import type { ClientEntry } from '../config-files.ts'

const TIMEOUT_MS = 2_000
/** Least time between two requests for the same key set because a key id was unknown, or because the last request failed. */
const COOLDOWN_MS = 30_000
/** Keys are asked for again after this time … */
const FRESH_MS = 10 * 60_000
/** … and used this long when their publisher cannot be reached. */
const STALE_MS = 24 * 3_600_000
const SIZE_LIMIT = 1024 * 1024

/** The keys of a client: those it publishes, or those written into the configuration. */
export function signingKeys({ jwks, jwksUrl }: ClientEntry): JWTVerifyGetKey {
  if (jwksUrl === undefined) return createLocalJWKSet(jwks ?? { keys: [] })
  const options = { timeoutDuration: TIMEOUT_MS, cooldownDuration: COOLDOWN_MS, cacheMaxAge: FRESH_MS, [customFetch]: lastingFetch() }
  return createRemoteJWKSet(new URL(jwksUrl), options)
}

type Fetch = (url: string, options: RequestInit) => Promise<Response>

/** A fetch that answers with the last key set while the publisher is down, and leaves a publisher that just failed alone. */
function lastingFetch(): Fetch {
  let last: { readonly at: number; readonly text: string } | undefined
  let failedAt = Number.NEGATIVE_INFINITY
  const stale = (): Response => {
    if (last && Date.now() < last.at + STALE_MS) return new Response(last.text)
    throw new KeysUnavailable('the key set cannot be read')
  }
  return async (url, options) => {
    if (Date.now() < failedAt + COOLDOWN_MS) return stale()
    try {
      last = { at: Date.now(), text: await download(url, options) }
      return new Response(last.text)
    } catch {
      failedAt = Date.now()
      return stale()
    }
  }
}

/** The publisher of a client's keys is down, and no key set of it is known. */
export class KeysUnavailable extends Error {
  override readonly name = 'KeysUnavailable'
}

async function download(url: string, options: RequestInit): Promise<string> {
  const response = await fetch(url, { ...options, redirect: 'error' })
  if (response.status !== 200 || !response.body) throw new KeysUnavailable(`status ${response.status}`)
  const text = await readLimited(response.body)
  JSON.parse(text)
  return text
}

async function readLimited(body: ReadableStream<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body) {
    size += chunk.byteLength
    if (size > SIZE_LIMIT) throw new KeysUnavailable('too large')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
