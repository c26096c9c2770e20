import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openEmbeddedStore } from '../../src/store/embedded.ts'
import { chartOf, prefetchOf, recordOf, requestOf } from '../requests/record.ts'
import { callAt } from '../requests/running.ts'
import { all } from '../store/records.ts'
import { spawnService } from './processes.ts'

const ALWAYS = { since: 0, until: Number.MAX_SAFE_INTEGER }
const hasLimits = spawnSync('prlimit', ['--version']).status === 0

/** No file of the process may grow beyond so many bytes: its writes fail as on a full disk, and succeed again when the limit is gone. */
const limit = (pid: number | undefined, bytes: string): void => void execFileSync('prlimit', ['--pid', String(pid), `--fsize=${bytes}:unlimited`])

test.skipIf(!hasLimits)('store-full-disk: costs no cards, acknowledges no feedback, and is made up for when there is space', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ino-full-'))
  const service = await spawnService({ DATA_DIR: folder })
  const call = () => {
    const chart = chartOf('p1')
    return callAt(service.url, requestOf(chart, { prefetch: prefetchOf(recordOf(chart)) }))
  }
  const feedbackOn = async (card = '') => (await fetch(`${service.url}/cds-services/inotuzumab-order-sign/feedback`, {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ feedback: [{ card, outcome: 'accepted', outcomeTimestamp: new Date().toISOString() }] }),
  })).status
  const ready = async (query = '') => (await fetch(`${service.url}/health/ready${query}`)).status
  const before = await call()
  expect(await feedbackOn(before.cards[0]?.uuid)).toBe(200)

  limit(service.child.pid, '1')
  const during = await call()
  expect([during.status, during.cards.length]).toEqual([200, before.cards.length])
  expect(await feedbackOn(during.cards[0]?.uuid)).toBe(503)
  expect([await ready(), await ready('?for=cards')]).toEqual([503, 200])

  limit(service.child.pid, 'unlimited')
  expect(await ready()).toBe(200)
  expect(await feedbackOn(before.cards[0]?.uuid)).toBe(200)
  // Ending tries once more what waits.
  await service.stop()
  const store = openEmbeddedStore(folder)
  const uuids = (await all(store.decisions(ALWAYS))).flatMap(({ decision: { cards } }) => cards.map(({ uuid }) => uuid))
  expect(uuids.toSorted()).toEqual([...before.cards, ...during.cards].map(({ uuid }) => uuid).toSorted())
  expect(await all(store.feedback(ALWAYS))).toHaveLength(2)
  await store.close()
})
