import { useLayoutEffect, useState } from 'preact/hooks'
import { INITIAL_SESSION, reduceSession, type Session, type SessionEvent } from './session.ts'

/** Holds the session; effects read it after awaiting, components through useSession. */
export interface Store {
  readonly current: () => Session
  readonly dispatch: (event: SessionEvent) => void
  readonly subscribe: (listener: () => void) => () => void
}

export const createStore = (): Store => {
  const listeners = new Set<() => void>()
  let session = INITIAL_SESSION
  return {
    current: () => session,
    dispatch: (event) => {
      session = reduceSession(session, event)
      listeners.forEach((listener) => listener())
    },
    subscribe: (listener) => {
      listeners.add(listener)
      return () => { listeners.delete(listener) }
    },
  }
}

/** The session, and a new rendering whenever it changes. */
export const useSession = (store: Store): Session => {
  const [session, setSession] = useState(store.current)
  useLayoutEffect(() => {
    const follow = (): void => setSession(store.current())
    // What happened between the first rendering and now.
    follow()
    return store.subscribe(follow)
  }, [store])
  return session
}
