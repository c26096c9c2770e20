/** Too much waits already: the store is slower than what comes in. */
export class Overfull extends Error {
  override readonly name = 'Overfull'
}

export interface CoalesceOptions {
  /** Writes under way at the same time. */
  readonly lanes: number
  /** Items written together at most. */
  readonly batch: number
  /** Items that may wait; more are refused at once. */
  readonly waiting: number
}

interface Waiting<T, R> { readonly item: T; readonly done: (result: R) => void; readonly failed: (cause: unknown) => void }

/**
 * Writes a lone item at once, and together whatever arrived while all lanes were busy. One result per item, in order. When a batch fails
 * its items are tried one by one, so that an item the database refuses costs no other.
 */
export function coalesce<T, R>(write: (items: readonly T[]) => Promise<readonly R[]>, { lanes, batch, waiting: most }: CoalesceOptions): (item: T) => Promise<R> {
  const waiting: Waiting<T, R>[] = []
  let busy = 0

  async function settle(group: readonly Waiting<T, R>[]): Promise<void> {
    try {
      const results = await write(group.map(({ item }) => item))
      // Sound: one result per item.
      group.forEach(({ done }, index) => done(results[index] as R))
    } catch (cause) {
      if (group.length > 1 && isRefusal(cause)) for (const one of group) await settle([one])
      else for (const { failed } of group) failed(cause)
    }
  }

  function work(): void {
    if (busy >= lanes || waiting.length === 0) return
    busy += 1
    void settle(waiting.splice(0, batch)).finally(() => {
      busy -= 1
      work()
    })
  }

  return (item) => new Promise((done, failed) => {
    if (waiting.length >= most) return failed(new Overfull('the store is too slow'))
    waiting.push({ item, done, failed })
    work()
  })
}

/** Classes 22 and 23 of SQLSTATE: the database does not like the values. Everything else would fail again for each of them. */
const isRefusal = (cause: unknown): boolean => cause instanceof Error && 'code' in cause && typeof cause.code === 'string' && /^2[23]/.test(cause.code)
