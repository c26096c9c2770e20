import { describe, expect, it } from 'vitest'
import { coalesce, Overfull } from '../../src/store/coalesce.ts'
import { sharedSync } from '../../src/store/durable.ts'
import { isConnectionFailure } from '../../src/store/postgres-failures.ts'

/** Work whose end the test decides. */
function steps() {
  const begun: (() => void)[] = []
  return { begun, begin: () => new Promise<void>((resolve) => { begun.push(resolve) }) }
}
const turn = () => new Promise<void>((resolve) => { setImmediate(resolve) })

describe('a shared sync', () => {
  it('starts at once for a lone caller', async () => {
    const { begun, begin } = steps()
    const done = sharedSync(begin)()
    expect(begun).toHaveLength(1)
    begun[0]?.()
    await done
  })

  it('is not one that was under way before, and is one for all who waited meanwhile', async () => {
    const { begun, begin } = steps()
    const sync = sharedSync(begin)
    const finished: string[] = []
    const first = sync().then(() => finished.push('first'))
    const later = ['second', 'third', 'fourth'].map(async (name) => {
      await sync()
      finished.push(name)
    })
    await turn()
    expect(begun).toHaveLength(1)
    begun[0]?.()
    await first
    await turn()
    expect([begun.length, finished]).toEqual([2, ['first']])
    begun[1]?.()
    await Promise.all(later)
    expect(finished).toEqual(['first', 'second', 'third', 'fourth'])
    const again = sync()
    expect(begun).toHaveLength(3)
    begun[2]?.()
    await again
  })

  it('that fails fails for those who waited for it, and not for those after', async () => {
    let fails = true
    const sync = sharedSync(async () => {
      await turn()
      if (fails) throw new Error('no disk')
    })
    const [first, second] = [sync(), sync()]
    await expect(first).rejects.toThrow('no disk')
    fails = false
    await second
  })
})

describe('coalesced writes', () => {
  it('take a lone item at once and the rest together, and give each its own result', async () => {
    const { begun, begin } = steps()
    const batches: number[][] = []
    const write = coalesce<number, number>(async (items) => {
      batches.push([...items])
      await begin()
      return items.map((item) => item * 10)
    }, { lanes: 1, batch: 3, waiting: 10 })
    const results = [1, 2, 3, 4, 5].map(write)
    expect(batches).toEqual([[1]])
    for (let index = 0; index < 3; index += 1) {
      begun[index]?.()
      await turn()
    }
    expect(batches).toEqual([[1], [2, 3, 4], [5]])
    expect(await Promise.all(results)).toEqual([10, 20, 30, 40, 50])
  })

  it('refuse at once what is too much', async () => {
    const { begun, begin } = steps()
    const write = coalesce<number, undefined>(async (items) => {
      await begin()
      return items.map(() => undefined)
    }, { lanes: 1, batch: 10, waiting: 2 })
    const taken = [1, 2, 3].map(write)
    await expect(write(4)).rejects.toThrow(Overfull)
    begun[0]?.()
    await turn()
    begun[1]?.()
    await Promise.all(taken)
  })

  it.each([['a value the database refuses', '23505', [1, 2, 3]], ['a database that is away', 'ECONNREFUSED', [1, 2]]])('try the items of a failed batch alone only after %s', async (_, code, calls) => {
    const sizes: number[] = []
    const write = coalesce<number, undefined>(async (items) => {
      sizes.push(items.length)
      await turn()
      if (items.includes(2)) throw Object.assign(new Error('no'), { code })
      return items.map(() => undefined)
    }, { lanes: 1, batch: 10, waiting: 10 })
    const settled = await Promise.allSettled([1, 2, 3].map(write))
    expect(settled.map(({ status }) => status)).toEqual(calls.length === 3 ? ['fulfilled', 'rejected', 'fulfilled'] : ['fulfilled', 'rejected', 'rejected'])
    expect(sizes).toEqual(calls.length === 3 ? [1, 2, 1, 1] : [1, 2])
  })
})

describe('a database that is away', () => {
  const failure = (code: string) => Object.assign(new Error('x'), { code })

  it.each([
    [failure('ECONNREFUSED')], [failure('57P01')], [failure('57P03')], [failure('08006')], [new Error('Connection terminated unexpectedly')], [new Error('timeout exceeded when trying to connect')],
    [new AggregateError([failure('ECONNREFUSED')])],
  ])('is recognised: %s', (cause) => expect(isConnectionFailure(cause)).toBe(true))

  it.each([[failure('23505')], [failure('42P01')], [failure('28P01')], [failure('57014')], [new Error('Connection string is wrong')], ['ECONNREFUSED'], [undefined]])('is not confused with %s', (cause) =>
    expect(isConnectionFailure(cause)).toBe(false))
})
