import { Agent, request } from 'node:http'
import { SIGN } from '../http/service.ts'

/** What became of one request. `refused`: nobody listened any more, so nothing was sent; `lost`: it was sent and never answered. */
export interface Outcome { readonly kind: 'answered' | 'refused' | 'lost'; readonly status?: number; readonly text?: string; readonly code?: string; readonly ms: number }

export interface Load {
  /** Everything so far. */
  readonly outcomes: readonly Outcome[]
  /** Lets each client finish its request. */
  stop(): Promise<readonly Outcome[]>
}

/** So many clients, each with a connection that it keeps, who send one request after another to where they are told, until they are refused or told to stop. */
export function startLoad(target: () => string, body: string, clients: number): Load {
  const outcomes: Outcome[] = []
  const over = new AbortController()
  async function client(): Promise<void> {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    while (!over.signal.aborted) {
      const outcome = await send(target(), body, agent)
      outcomes.push(outcome)
      if (outcome.kind === 'refused') break
    }
    agent.destroy()
  }
  const all = Promise.all(Array.from({ length: clients }, client))
  return {
    outcomes,
    stop: async () => {
      over.abort()
      await all
      return outcomes
    },
  }
}

/** One request to order-sign. */
export function send(url: string, body: string, agent?: Agent): Promise<Outcome> {
  const began = performance.now()
  const since = () => performance.now() - began
  return new Promise((resolve) => {
    const sent = request(url + SIGN, { method: 'POST', headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }, ...(agent ? { agent } : {}) }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => void chunks.push(chunk))
      response.on('end', () => resolve({ kind: 'answered', status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString(), ms: since() }))
      response.on('error', () => resolve({ kind: 'lost', code: 'half an answer', ms: since() }))
    })
    sent.on('error', (error: NodeJS.ErrnoException) => resolve({ kind: error.code === 'ECONNREFUSED' ? 'refused' : 'lost', code: error.code ?? error.name, ms: since() }))
    sent.end(body)
  })
}

export const lost = (outcomes: readonly Outcome[]): readonly Outcome[] => outcomes.filter(({ kind }) => kind === 'lost')
export const statuses = (outcomes: readonly Outcome[]): readonly number[] => [...new Set(outcomes.flatMap(({ status }) => status ?? []))].toSorted()
