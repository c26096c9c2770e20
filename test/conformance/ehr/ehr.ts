import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Asked, EhrState } from '../../integration/fhir-server.ts'
import type { KeyPage, Order } from './process.ts'

/** What the EHR has seen. */
export interface Seen {
  /** Requests for FHIR since its state was set. */
  readonly asked: readonly Asked[]
  /** Requests for each key set. */
  readonly fetches: Readonly<Record<string, number>>
  /** Connections to the address that must never be contacted. */
  readonly contacts: number
}

/** The EHR as the suite drives it. */
export interface MockEhr {
  readonly fhir: string
  readonly forbidden: string
  keysAt(name: string): string
  set(state: EhrState): Promise<void>
  publish(name: string, page: KeyPage): Promise<void>
  seen(): Promise<Seen>
  stop(): Promise<void>
}

interface Started { readonly fhir: string; readonly keys: string; readonly forbidden: string }

/** Starts the EHR as a process of its own. */
export async function startMockEhr(): Promise<MockEhr> {
  const child = fork(fileURLToPath(new URL('process.ts', import.meta.url)), [], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  const [{ fhir, keys, forbidden }] = await once(child, 'message') as [Started] // sound: the first message of process.ts
  const ask = asker(child)
  return {
    fhir, forbidden, keysAt: (name) => `${keys}/${name}`,
    set: async (state) => void await ask({ set: state }),
    publish: async (name, page) => void await ask({ publish: { name, page } }),
    seen: () => ask({}),
    stop: async () => {
      child.kill()
      await once(child, 'exit')
    },
  }
}

function asker(child: ChildProcess): (order: Omit<Order, 'id'>) => Promise<Seen> {
  const waiting = new Map<number, (seen: Seen) => void>()
  let last = 0
  child.on('message', ({ id, ...seen }: Seen & { id: number }) => {
    waiting.get(id)?.(seen)
    waiting.delete(id)
  })
  return (order) => new Promise((resolve) => {
    waiting.set(last += 1, resolve)
    child.send({ ...order, id: last })
  })
}
