import { randomBytes } from 'node:crypto'

/** What the EHR knows when it launches an app; never part of an address, handed over with the token. */
export interface LaunchContext {
  readonly patient: string
  /** As the card's link carries it. */
  readonly appContext?: string
}

/** Something that may be used once, and soon. */
export interface OneTime<T> {
  put(value: T): string
  take(handle: string): T | undefined
}

const MOST = 1000

/** Keeps values under handles nobody can guess, for `ttlMs`; each can be taken once. */
export function oneTime<T>(ttlMs: number, now: () => Date): OneTime<T> {
  const kept = new Map<string, { readonly value: T; readonly until: number }>()
  const sweep = (): void => {
    for (const [handle, { until }] of kept) if (until <= now().getTime() || kept.size >= MOST) kept.delete(handle)
  }
  return {
    put: (value) => {
      sweep()
      const handle = randomBytes(24).toString('base64url')
      kept.set(handle, { value, until: now().getTime() + ttlMs })
      return handle
    },
    take: (handle) => {
      const found = kept.get(handle)
      kept.delete(handle)
      return found && found.until > now().getTime() ? found.value : undefined
    },
  }
}
