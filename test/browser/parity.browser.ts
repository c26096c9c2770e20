import { readFileSync } from 'node:fs'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ask } from '../vectors/ask.ts'
import { CHROMIUM, launch } from './chromium.ts'
import { outsideCalls, type ParityCall, textsOf, vectorCalls } from './parity-calls.ts'
import { type RunningSandbox, startSandbox } from './sandbox.ts'

interface Decision { readonly findings: readonly unknown[]; readonly missing: readonly unknown[]; readonly notEvaluated: readonly unknown[]; readonly orders: readonly string[] }

/** The whole decision but its id, which is made up anew. */
const comparable = (decision: Decision | null | undefined): unknown => decision ? { findings: decision.findings, missing: decision.missing, notEvaluated: decision.notEvaluated, orders: decision.orders } : undefined

async function byService(call: ParityCall): Promise<unknown> {
  const { response } = await ask(call, call.site)
  return comparable(response.extension?.['org.ino-cds.decision'] as Decision | undefined) // sound: the shape of Decision
}

/** Hundreds of records, and the content compiled anew for each choice of settings. */
const PATIENCE_MS = 180_000

type Engine = typeof import('../../src/web/timeline/engine.ts')
interface Batch { readonly texts: Parameters<Engine['openEngine']>[0]; readonly calls: readonly { readonly body: ParityCall['body']; readonly now: number }[] }

/** Runs in the page: the engine of the built bundle, with the content as the service sends it. JSON both ways, which crosses faster than objects. */
async function inBrowser(json: string): Promise<string> {
  const { engine } = globalThis as unknown as { engine: Engine } // sound: put there below, from the file that the manifest names for it
  const { texts, calls } = JSON.parse(json) as Batch // sound: stringified below
  const opened = engine.openEngine(texts)
  const decisions = await Promise.all(calls.map(async ({ body, now }) => {
    const context = body.context as { patientId: string; draftOrders?: { entry?: readonly { resource: { resourceType: string } }[] }; selections?: readonly string[] } // sound: calls are well-formed
    const patientId = context.patientId.replace(/^Patient\//, '')
    const record = await engine.gather(opened, { patientId, prefetch: body.prefetch, server: undefined, signal: AbortSignal.timeout(60_000) })
    const drafts = (context.draftOrders?.entry ?? []).map(({ resource }) => resource)
    const hook = body.hook as 'order-sign' // sound: one of the three hooks
    return engine.judge(opened, { record, drafts, hook, selections: context.selections ?? [], now, patientId })?.decision
  }))
  return JSON.stringify(decisions.map((decision) => decision ?? null))
}

if (CHROMIUM === undefined) console.warn('Browser tests are skipped: no chromium at /usr/bin/chromium; CHROMIUM_PATH may name another.')

describe.skipIf(CHROMIUM === undefined)('the rule engine in a browser', () => {
  let sandbox: RunningSandbox
  let browser: Browser
  let page: Page

  beforeAll(async () => {
    sandbox = await startSandbox()
    browser = await launch(CHROMIUM ?? '')
    page = await browser.newPage()
    await page.goto(`${sandbox.url}/timeline/`)
    const manifest = JSON.parse(readFileSync('dist/web/manifest.json', 'utf8')) as Record<string, { file: string }> // sound: written by the bundler
    // As text: the test runner would rewrite an import in a function.
    await page.evaluate(`import('/${manifest['timeline/engine.ts']?.file ?? ''}').then((engine) => { globalThis.engine = engine })`)
  })
  afterAll(async () => {
    await browser?.close()
    await sandbox?.stop()
  })

  async function compare(calls: readonly ParityCall[]): Promise<void> {
    const groups = Map.groupBy(calls, ({ site, timeZone }) => JSON.stringify([site, timeZone]))
    for (const [, group] of groups) {
      const [first] = group
      if (!first) continue
      const batch: Batch = { texts: textsOf(first.site, first.timeZone), calls: group.map(({ body, now }) => ({ body, now })) }
      const got = JSON.parse(await page.evaluate(inBrowser, JSON.stringify(batch))) as (Decision | null)[] // sound: what the page stringified
      const wanted = await Promise.all(group.map(byService))
      for (const [i, { name }] of group.entries()) expect(comparable(got[i]), name).toEqual(wanted[i])
    }
  }

  test('finds for every vector what the service finds', async () => {
    const calls = vectorCalls()
    expect(calls.length).toBeGreaterThan(300)
    await compare(calls)
  }, PATIENCE_MS)

  test('finds for the acceptance cases what the service finds', async () => {
    await compare(await outsideCalls())
  }, PATIENCE_MS)
})
