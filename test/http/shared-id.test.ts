import { expect, it } from 'vitest'
import { discovery } from '../../src/hooks/services.ts'
import { codeOf, request, run } from './service.ts'

const SHARED = '/cds-services/inotuzumab'
const calls = (hook: string): object => ({ ...request(), hook })

it.each(['order-select', 'order-sign', 'patient-view'])('%s is answered at the shared id as at its own', async (hook) => {
  const service = await run()
  for (const path of [SHARED, `${SHARED}-${hook}`]) expect((await service.post(path, calls(hook))).status).toBe(200)
  expect(service.calls.map(({ request: { hook: called }, service: { id } }) => [called, id])).toEqual([[hook, 'inotuzumab'], [hook, `inotuzumab-${hook}`]])
  expect(await (await fetch(`${service.base}/metrics`)).text()).toContain(`hook="${hook}"`)
})

it('a hook of nobody is refused there, and so is one at the id of another', async () => {
  const { post } = await run()
  expect(await codeOf(await post(SHARED, calls('order-dispatch')))).toBe('wrong-hook')
  expect(await codeOf(await post(`${SHARED}-order-select`, calls('order-sign')))).toBe('wrong-hook')
})

it('feedback is taken there too', async () => {
  const { post } = await run()
  expect((await post(`${SHARED}/feedback`, { feedback: [{ card: 'c', outcome: 'overridden', outcomeTimestamp: '2026-11-20T09:17:42Z' }] })).status).toBe(200)
})

it('no id and hook are announced twice', () => {
  for (const ids of ['distinct', 'shared'] as const) {
    const pairs = discovery({ ids }).services.map(({ id, hook }) => `${id} ${hook}`)
    expect(new Set(pairs).size).toBe(pairs.length)
  }
})

it('what is odd about a request is logged by its path alone', async () => {
  const service = await run()
  await service.post('/cds-services/inotuzumab-order-sign', request({ hookInstance: 'PATIENT-MARK' }))
  expect(service.log()).toContain('"odd":["hookInstance"]')
  expect(service.log()).not.toContain('PATIENT-MARK')
})
