import { performance } from 'node:perf_hooks'

/** Lets calls begin their work one after the other. */
export interface Turns {
  /** Resolves when it is the call's turn. */
  mine(client: string): Promise<void>
  /** A connection or a request came in: there may be more where it came from. */
  arrived(): void
}

/** Turns of the event loop without any arrival after which there is nothing more to be seen: a connection needs one before its request. */
const QUIET_TURNS = 2
/** Longest look at the connections between two calls. */
const LOOK_MS = 5

/**
 * Evaluating keeps the process busy from beginning to end. If each call began as soon as it was read, those behind it would wait unread in
 * the network, where nobody can count them or turn them away. So between two calls the process looks at its connections, which it accepts
 * one in a turn of the event loop, until nothing more comes. Clients take turns: the queue of one does not stand before the call of another.
 */
export function turns(): Turns {
  /** Waiting calls by client; the client whose turn is next comes first. */
  const waiting = new Map<string, (() => void)[]>()
  let isTaken = false
  let quiet = 0
  let lookingSince = 0

  const begin = (client: string, [first, ...others]: readonly (() => void)[]): void => {
    waiting.delete(client)
    if (others.length > 0) waiting.set(client, others)
    first?.()
  }
  const look = (): void => {
    quiet += 1
    if (quiet <= QUIET_TURNS && performance.now() - lookingSince < LOOK_MS) return void setImmediate(look)
    const [next] = waiting
    isTaken = next !== undefined
    if (!next) return
    begin(...next)
    afterwards()
  }
  const afterwards = (): void => {
    quiet = 0
    setImmediate(() => {
      lookingSince = performance.now()
      look()
    })
  }
  return {
    mine(client) {
      if (isTaken) return new Promise((resolve) => waiting.set(client, [...(waiting.get(client) ?? []), resolve]))
      isTaken = true
      afterwards()
      return Promise.resolve()
    },
    arrived: () => { quiet = 0 },
  }
}
