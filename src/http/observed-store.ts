import type { Store } from '../store/store.ts'
import type { Metrics } from './metrics.ts'

type Operation = (...args: readonly unknown[]) => unknown

/** A store whose asynchronous operations are counted and timed under their own names; it behaves like the given one. */
export function observedStore(store: Store, metrics: Pick<Metrics, 'storeDuration' | 'storeFailures'>): Store {
  const observed = Object.entries(store).map(([name, member]: [string, unknown]) => [name, typeof member === 'function' ? timed(name, member as Operation, metrics) : member]) // sound: it is called with what the caller of the store gives
  // Sound: every member is there under its name, and answers what the original answers.
  return Object.fromEntries(observed) as Store
}

function timed(operation: string, run: Operation, { storeDuration, storeFailures }: Pick<Metrics, 'storeDuration' | 'storeFailures'>): Operation {
  const durations = storeDuration.labels({ operation })
  return (...args) => {
    const began = performance.now()
    const result = run(...args)
    if (!(result instanceof Promise)) return result
    const settled = () => durations.observe((performance.now() - began) / 1000)
    void result.then(settled, () => {
      settled()
      storeFailures.inc({ operation })
    })
    return result
  }
}
