import { describe, expect, it } from 'vitest'
import { turns } from '../../src/http/turns.ts'

/** The order in which calls of these clients begin, and the turn of the event loop in which each does. */
async function begun(clients: readonly string[]): Promise<{ client: string; turn: number }[]> {
  const queue = turns()
  const order: { client: string; turn: number }[] = []
  let turn = 0
  let done = false
  const count = (): void => {
    turn += 1
    if (!done) setImmediate(count)
  }
  setImmediate(count)
  await Promise.all(clients.map(async (client) => {
    await queue.mine(client)
    order.push({ client, turn })
  }))
  done = true
  return order
}

describe('turns', () => {
  it('are given in the order of arrival', async () => {
    const queue = turns()
    const order: number[] = []
    await Promise.all([1, 2, 3, 4].map(async (call) => {
      await queue.mine('a')
      order.push(call)
    }))
    expect(order).toEqual([1, 2, 3, 4])
  })

  it('go round among clients, whatever the length of their queues', async () => {
    const order = await begun(['a', 'a', 'a', 'a', 'b', 'c'])
    expect(order.map(({ client }) => client).join('')).toBe('aabcaa')
  })

  it('let the process look at its connections between two calls', async () => {
    const order = await begun(['a', 'a', 'a', 'b'])
    expect(new Set(order.map(({ turn }) => turn)).size).toBe(4)
  })

  it('are given at once when nobody waits', async () => {
    const queue = turns()
    for (let i = 0; i < 3; i += 1) {
      let began = false
      void queue.mine('a').then(() => (began = true))
      await Promise.resolve()
      expect(began).toBe(true)
      for (let turn = 0; turn < 6; turn += 1) await new Promise(setImmediate)
    }
  })
})
