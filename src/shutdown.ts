import { setTimeout as pause } from 'node:timers/promises'
import type { Logger } from 'pino'
import type { App } from './app.ts'
import type { Config } from './config.ts'
import { loggedError } from './logging.ts'

/** Beyond the time of a call: for its decision to be recorded and its answer to leave. What is still open then only sends slowly. */
const GRACE_MS = 3_000

/** Ends the process as a signal asks for. */
export type Ending = (signal: NodeJS.Signals) => Promise<void>

/** Ends this process whenever a signal asks for it. */
export function endOnSignals(end: Ending): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void end(signal))
}

/**
 * Ends the process in order. SIGTERM: readiness turns to 503 while everything is still answered, so that traffic goes elsewhere; then no
 * connection is taken any more, calls under way are finished, and the process ends with 0. SIGINT skips the wait. Asked twice, it ends at once.
 */
export function endingOf(app: App, { drainMs, deadlineMs }: Pick<Config, 'drainMs' | 'deadlineMs'>, log: Logger): Ending {
  let ending = false
  return async (signal: NodeJS.Signals): Promise<void> => {
    if (ending) return process.exit(1)
    ending = true
    log.info({ signal, drainMs }, 'ending')
    app.drain()
    if (signal === 'SIGTERM') await pause(drainMs)
    const slow = setTimeout(() => {
      log.warn('connections that were not done in time are cut')
      app.cut()
    }, deadlineMs + GRACE_MS)
    await app.close()
    clearTimeout(slow)
    log.info('ended')
    process.exit(0)
  }
}

/** A defect that nobody caught leaves the process in a state nobody knows: it says where, without the words of the error, and ends. */
export function endOnDefects(log: Logger): void {
  process.on('uncaughtException', (thrown) => {
    log.fatal({ failure: loggedError(thrown) }, 'defect')
    process.exit(1)
  })
}
