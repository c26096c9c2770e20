import type { Store } from './store.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

export interface RetentionOptions {
  /** Decisions and feedback are kept this long; for ever without it. Used tokens go as soon as they have expired. */
  readonly days?: number | undefined
  readonly now?: () => number
  readonly onRemoved?: (rows: number) => void
  readonly onFailure?: (cause: unknown) => void
}

/** Removes everything that has expired, a small batch at a time, so that calls get their turn in between. Resolves with the number of rows. */
export async function removeExpired(store: Pick<Store, 'prune'>, { days, now = Date.now }: RetentionOptions): Promise<number> {
  const at = now()
  const expiry = { tokensBefore: at, ...(days === undefined ? {} : { decisionsBefore: at - days * DAY_MS }) }
  let removed = 0
  for (;;) {
    const rows = await store.prune(expiry)
    if (rows === 0) return removed
    removed += rows
    await new Promise((resolve) => { setImmediate(resolve) })
  }
}

/** Removes what has expired now and every hour, until the returned function is called; that resolves when nothing is under way. */
export function keepRemoving(store: Pick<Store, 'prune'>, options: RetentionOptions): () => Promise<void> {
  let running = Promise.resolve()
  const turn = async (before: Promise<void>): Promise<void> => {
    await before
    try {
      const rows = await removeExpired(store, options)
      if (rows > 0) options.onRemoved?.(rows)
    } catch (cause) {
      options.onFailure?.(cause)
    }
  }
  const begin = (): void => { running = turn(running) }
  begin()
  const timer = setInterval(begin, HOUR_MS)
  timer.unref()
  return () => {
    clearInterval(timer)
    return running
  }
}
