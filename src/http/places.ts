/** The calls under way. Pure: what the process is doing is told to it. */
export interface Places {
  /** How long the next call of a client would wait, in ms, when clients take turns; without one, of a client that has none under way. */
  expectedWaitMs(client?: string): number
  /** False: the call could not be answered in time. */
  hasPlace(client: string): boolean
  /** Takes a place; the answer gives it back, once. */
  take(client: string): () => void
  /** What the process did of late: time in which it was busy, calls it finished. */
  measured(busyMs: number, finished: number): void
}

/** Assumed until something was measured: more than a call takes, so that the first flood does not find the door open. */
const FIRST_GUESS_MS = 10
/** Least work of a call: a service that answers only what is quickly answered must not believe it has room for tens of thousands. */
const LEAST_MS = 0.5
/** Weight of the newest measurement. */
const NEWEST = 0.3

/**
 * A place for each call that can be worked off in `limitMs`. Clients take turns, so what a call waits for are its own client's calls before
 * it and as many of every other: the flood of one does not close the door to another. A limit of 0 is none.
 */
export function places(limitMs: number): Places {
  const held = new Map<string, number>()
  let all = 0
  let callMs = FIRST_GUESS_MS

  const expectedWaitMs = (client = ''): number => {
    const rounds = (held.get(client) ?? 0) + 1
    let before = rounds - 1
    for (const [other, count] of held) if (other !== client) before += Math.min(count, rounds)
    return before * callMs
  }
  const give = (client: string): void => {
    const rest = (held.get(client) ?? 1) - 1
    all -= 1
    if (rest === 0) held.delete(client)
    else held.set(client, rest)
  }
  const take = (client: string): (() => void) => {
    held.set(client, (held.get(client) ?? 0) + 1)
    all += 1
    let taken = true
    return () => {
      if (taken) give(client)
      taken = false
    }
  }
  return {
    expectedWaitMs, take,
    hasPlace: (client) => limitMs === 0 || all === 0 || expectedWaitMs(client) < limitMs,
    measured: (busyMs, finished) => {
      const towards = (measuredMs: number): number => Math.max(LEAST_MS, callMs + NEWEST * (measuredMs - callMs))
      // Nothing finished although the process was busy: a call takes at least its part of that. Bad times are forgotten when nothing is to do.
      const unfinished = all > 0 ? Math.max(callMs, busyMs / all) : towards(FIRST_GUESS_MS)
      // A pause of the process, once, is no slowness of its calls.
      callMs = Math.min(2 * callMs, finished > 0 ? towards(busyMs / finished) : unfinished)
    },
  }
}
