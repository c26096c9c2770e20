/** Brings what was written so far to the disk. */
export type Sync = () => Promise<void>

/**
 * Lets everybody who waits at the same time share one sync, without delaying a lone one. A sync that is under way may have begun
 * before the newest write, so later callers wait for the one after it.
 */
export function sharedSync(sync: Sync): Sync {
  let running: Promise<void> | undefined
  let next: Promise<void> | undefined
  const start = (): Promise<void> => {
    running = sync().finally(() => { running = undefined })
    return running
  }
  return () => {
    if (!running) return start()
    next ??= running.catch(() => undefined).then(() => {
      next = undefined
      return start()
    })
    return next
  }
}
