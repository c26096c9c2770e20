import { describe, expect, it, vi } from 'vitest'
import { decisionRecorder } from '../../src/http/decision-recorder.ts'
import { createMetrics } from '../../src/http/metrics.ts'
import { createLogger } from '../../src/logging.ts'
import { decision } from '../store/records.ts'

/** A store that takes nothing while it is away, and never the decision "poison". */
function recorder() {
  const kept: string[] = []
  const state = { isAway: true, tries: 0 }
  const metrics = createMetrics()
  const store = {
    recordDecision: async ({ id }: { readonly id: string }) => {
      state.tries += 1
      if (state.isAway || id === 'poison') throw new Error('away')
      kept.push(id)
    },
  }
  return { ...decisionRecorder({ store, metrics, log: createLogger('silent'), againMs: 1 }), kept, state, metrics }
}

describe('decisions that the store does not take', () => {
  it('are recorded once it does', async () => {
    const { record, kept, state } = recorder()
    for (const id of ['a', 'b', 'c']) await record(decision({ id }), 100)
    await vi.waitUntil(() => state.tries > 6)
    expect(kept).toEqual([])
    state.isAway = false
    await vi.waitUntil(() => kept.length === 3)
    expect([...kept].sort()).toEqual(['a', 'b', 'c'])
  })

  it('do not stop others that it would take', async () => {
    const { record, kept, state } = recorder()
    for (const id of ['poison', 'a', 'b']) await record(decision({ id }), 100)
    state.isAway = false
    await vi.waitUntil(() => kept.length === 2)
    expect([...kept].sort()).toEqual(['a', 'b'])
  })

  it('are given up beyond a thousand, the oldest first, and counted', async () => {
    const { record, kept, state, metrics, close } = recorder()
    for (let index = 0; index <= 1_000; index += 1) await record(decision({ id: `d${index}`, cards: [], findings: [] }), 100)
    expect(await metrics.text()).toContain('inocds_decisions_unrecorded_total 1')
    state.isAway = false
    await close()
    expect(kept).toHaveLength(1_000)
    expect(kept).not.toContain('d0')
  })

  it('are tried once more at the end', async () => {
    const { record, kept, state, close, metrics } = recorder()
    await record(decision({ id: 'a' }), 100)
    await record(decision({ id: 'poison' }), 100)
    state.isAway = false
    await close()
    expect(kept).toEqual(['a'])
    expect(await metrics.text()).toContain('inocds_decisions_unrecorded_total 1')
  })
})
