import { createHash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { Store } from '../store/store.ts'
import { within } from './within.ts'

/** Tokens this process remembers at the same time; older ones are forgotten first and then only the store knows them. */
const CAPACITY = 100_000

/** Longest wait for the store: after it, this process decides alone. */
const ASKING_MS = 400

/** Remembers which tokens were used. */
export interface ReplayGuard {
  /** True the first time this (issuer, jti) is seen before `until` (epoch ms); false ever after. Check and set are one step. */
  admit(issuer: string, jti: string, until: number): Promise<boolean>
}

export interface ReplayOptions {
  /** Shared by all instances and kept across restarts; without it this process remembers its own. */
  readonly store?: Pick<Store, 'useToken'>
  /** Told when the store could not be asked. */
  readonly onFailure?: (cause: unknown) => void
}

/**
 * A token is used once, at whichever instance and across restarts: the store decides. This process remembers as well, so that it refuses
 * its own replays at once, and goes on doing so alone while the store cannot be asked: a signed token that has not expired must not cost
 * the clinician the cards because a database is down.
 */
export function replayGuard({ store, onFailure }: ReplayOptions = {}): ReplayGuard {
  const seen = new LRUCache<string, true>({ max: CAPACITY })
  return {
    async admit(issuer, jti, until) {
      const key = createHash('sha256').update(JSON.stringify([issuer, jti])).digest('base64url')
      if (seen.has(key)) return false
      seen.set(key, true, { ttl: Math.max(1, until - Date.now()) })
      if (!store) return true
      try {
        return await within(ASKING_MS, store.useToken(key, until))
      } catch (cause) {
        onFailure?.(cause)
        return true
      }
    },
  }
}
