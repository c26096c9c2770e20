import { createLocalJWKSet, createRemoteJWKSet, customFetch, type JWTVerifyGetKey } from 'jose'
import type { ClientEntry } from '../config-files.ts'

const TIMEOUT_MS = 2_000
/** Least time between two requests for a key set because a key id was unknown, and after one that failed. */
const COOLDOWN_MS = 30_000
/** Keys are asked for again after this time … */
const FRESH_MS = 10 * 60_000
/** … and used this long when their publisher cannot be reached. */
const STALE_MS = 24 * 3_600_000
const SIZE_LIMIT = 1024 * 1024

/** The keys of a client: those it publishes, or those written into the configuration. */
export function signingKeys({ jwks, jwksUrl }: ClientEntry): JWTVerifyGetKey {
  if (jwksUrl === undefined) return createLocalJWKSet(jwks ?? { keys: [] })
  const options = { timeoutDuration: TIMEOUT_MS, cooldownDuration: 0, cacheMaxAge: FRESH_MS, [customFetch]: lastingFetch() }
  return createRemoteJWKSet(new URL(jwksUrl), options)
}

type Fetch = (url: string, options: RequestInit) => Promise<Response>

/**
 * A fetch that answers with the last key set while the publisher is down, and leaves a publisher alone that just failed or was just
 * asked for an unknown key. The first unknown key id after a fetch is asked for at once: it may be the key that replaced another.
 */
function lastingFetch(): Fetch {
  let last: { readonly at: number; readonly text: string } | undefined
  let failedAt = Number.NEGATIVE_INFINITY
  let extraAt = Number.NEGATIVE_INFINITY
  const stale = (): Response => {
    if (last && Date.now() < last.at + STALE_MS) return new Response(last.text)
    throw new KeysUnavailable('the key set cannot be read')
  }
  return async (url, options) => {
    const now = Date.now()
    if (now < failedAt + COOLDOWN_MS) return stale()
    if (last && now < last.at + FRESH_MS) {
      if (now < extraAt + COOLDOWN_MS) return stale()
      extraAt = now
    }
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
  // Anything else must not take the place of the keys that are known: an error told with status 200, a page to sign in.
  if (!isKeySet(JSON.parse(text))) throw new KeysUnavailable('no key set')
  return text
}

const isKeySet = (value: unknown): boolean => typeof value === 'object' && value !== null && 'keys' in value && Array.isArray(value.keys)

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
