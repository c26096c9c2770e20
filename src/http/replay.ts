import { LRUCache } from 'lru-cache'

/** Tokens remembered at the same time; older ones are forgotten first. */
const CAPACITY = 100_000

/** Remembers which tokens were used, in this process. */
export interface ReplayGuard {
  /** True the first time this (issuer, jti) is seen before `until` (epoch ms); false ever after. Check and set are one step. */
  admit(issuer: string, jti: string, until: number): boolean
}

/** A guard for one process; several instances behind one address each remember their own. */
export function replayGuard(): ReplayGuard {
  const seen = new LRUCache<string, true>({ max: CAPACITY })
  return {
    admit(issuer, jti, until) {
      const key = JSON.stringify([issuer, jti])
      if (seen.has(key)) return false
      seen.set(key, true, { ttl: Math.max(1, until - Date.now()) })
      return true
    },
  }
}
