import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { replayGuard } from '../../src/http/replay.ts'
import { openEmbeddedStore } from '../../src/store/embedded.ts'

const later = () => Date.now() + 60_000

describe('a token', () => {
  it('is used once, also by 20 at the same time, at two instances', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'ino-replay-'))
    const stores = [openEmbeddedStore(folder), openEmbeddedStore(folder)]
    const guards = stores.map((store) => replayGuard({ store }))
    const uses = await Promise.all(Array.from({ length: 20 }, (_, index) => guards[index % 2]?.admit('iss', 'j1', later())))
    expect(uses.filter(Boolean)).toHaveLength(1)
    await Promise.all(stores.map((store) => store.close()))
  })

  it('stays used after a restart', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'ino-replay-'))
    const before = openEmbeddedStore(folder)
    expect(await replayGuard({ store: before }).admit('iss', 'j1', later())).toBe(true)
    await before.close()
    const after = openEmbeddedStore(folder)
    const guard = replayGuard({ store: after })
    expect(await guard.admit('iss', 'j1', later())).toBe(false)
    expect(await guard.admit('other', 'j1', later())).toBe(true)
    await after.close()
  })

  it.each([
    ['fails', () => Promise.reject(new Error('away'))],
    ['does not answer', () => new Promise<boolean>(() => undefined)],
  ])('is used once at this instance while the store %s, and the operator is told', async (_, useToken) => {
    const told: unknown[] = []
    const guard = replayGuard({ store: { useToken }, onFailure: (cause) => void told.push(cause) })
    const uses = await Promise.all(Array.from({ length: 20 }, () => guard.admit('iss', 'j1', later())))
    expect(uses.filter(Boolean)).toHaveLength(1)
    expect(told).toHaveLength(1)
  })

  it('has no name that another pair of issuer and id could have', async () => {
    const names: string[] = []
    const guard = replayGuard({ store: { useToken: async (key) => { names.push(key); return true } } })
    for (const [issuer, jti] of [['a', 'b","c'], ['a","b', 'c'], ['ab', 'c'], ['a', 'bc']] as const) await guard.admit(issuer, jti, later())
    expect(new Set(names).size).toBe(4)
    expect(names.every((name) => /^[\w-]{43}$/.test(name))).toBe(true)
  })
})
