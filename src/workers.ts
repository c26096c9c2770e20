import cluster, { type Worker } from 'node:cluster'
import type { Logger } from 'pino'
import type { Ending } from './shutdown.ts'

/** What the primary process tells its workers, and they tell it. */
type Message = { readonly end: NodeJS.Signals } | { readonly reload: true }

const isMessage = (value: unknown): value is Message => typeof value === 'object' && value !== null && ('end' in value || 'reload' in value)
const workers = (): Worker[] => Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined)
const tell = (worker: Worker, message: Message): void => {
  if (worker.isConnected()) worker.send(message)
}

/** A worker that dies sooner than this after its start is replaced only after a while: it might not stop dying. */
const YOUNG_MS = 5_000
const PAUSE_MS = 1_000

/**
 * Serves on one port with several processes. The first is waited for, because it brings the store up to date and finds what is wrong with
 * the settings. A worker that dies is replaced; signals are for all of them.
 */
export async function runWorkers(count: number, log: Logger): Promise<void> {
  const address = await listening(cluster.fork())
  const rest = Array.from({ length: count - 1 }, () => listening(cluster.fork()))
  const ending = endTogether(log)
  cluster.on('exit', (worker, code, signal) => {
    if (ending()) return endedAll()
    log.error({ worker: worker.id, code, signal }, 'a worker died and is replaced')
    setTimeout(() => { if (!ending()) cluster.fork() }, Date.now() - (startedAt.get(worker) ?? 0) < YOUNG_MS ? PAUSE_MS : 0)
  })
  cluster.on('disconnect', () => { if (ending()) endedAll() })
  cluster.on('message', (from, message: unknown) => {
    if (isMessage(message) && 'reload' in message) for (const worker of workers()) if (worker !== from) tell(worker, message)
  })
  process.on('SIGHUP', () => workers().forEach((worker) => tell(worker, { reload: true })))
  await Promise.all(rest)
  log.info({ address, workers: count }, 'listening')
}

const startedAt = new WeakMap<Worker, number>()

/** The address on which a worker listens. One that ends before it does has said why: so does the whole service then. */
function listening(worker: Worker): Promise<string> {
  startedAt.set(worker, Date.now())
  return new Promise((resolve) => {
    const ended = (code: number | null): never => process.exit(code ?? 1)
    worker.once('exit', ended)
    worker.once('listening', ({ address, port }) => {
      worker.off('exit', ended)
      resolve(`http://${address ?? '127.0.0.1'}:${String(port)}`)
    })
  })
}

/** Asks all workers to end when asked to; asked twice, ends at once. True once it was asked. */
function endTogether(log: Logger): () => boolean {
  let ending = false
  const end = (signal: NodeJS.Signals): void => {
    if (ending) process.exit(1)
    ending = true
    log.info({ signal }, 'ending')
    for (const worker of workers()) tell(worker, { end: signal })
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => end(signal))
  return () => ending
}

function endedAll(): void {
  if (workers().length === 0) process.exit(0)
}

/**
 * A worker ends and reloads as its primary says: a terminal sends its signals to both, and twice would be once too often. Content that was
 * reloaded by a call to one worker is reloaded by all.
 */
export function followPrimary(end: Ending, reload: () => void): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined)
  process.on('message', (message: unknown) => {
    if (!isMessage(message)) return
    if ('end' in message) void end(message.end)
    else reload()
  })
}

/** Lets the other workers do what one was asked to by a call. */
export const reloadOthers = (): void => void process.send?.({ reload: true } satisfies Message)
