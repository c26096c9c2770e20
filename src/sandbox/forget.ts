/** The store of the service, as far as it is needed to empty it. */
export interface EmptiedStore {
  decisions(range: { readonly since: number; readonly until: number }): AsyncIterable<{ readonly decision: { readonly client: string } }>
  prune(expiry: { readonly decisionsBefore: number; readonly tokensBefore: number }): Promise<number>
}

/**
 * Forgets what a demonstration has written, so that its story can be told again: overrides would make cards shorter. Leaves the store as it
 * is, and returns false, when it holds a decision for any other client: it may be a store in earnest.
 */
export async function forgetDemonstration(store: EmptiedStore, clients: ReadonlySet<string>, now: number): Promise<boolean> {
  const range = { since: 0, until: now + 1 }
  for await (const { decision } of store.decisions(range)) if (!clients.has(decision.client)) return false
  while (await store.prune({ decisionsBefore: range.until, tokensBefore: 0 }) > 0);
  return true
}
