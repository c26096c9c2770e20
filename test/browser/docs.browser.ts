import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ServiceProcess, spawnService } from '../integration/processes.ts'
import { CHROMIUM, launch } from './chromium.ts'
import { complaintsOf } from './page.ts'

/** The description of the routes, in a browser that heeds its content security policy. */
describe.skipIf(CHROMIUM === undefined)('the description in a browser', () => {
  let browser: Browser
  let service: ServiceProcess
  beforeAll(async () => {
    [browser, service] = await Promise.all([launch(CHROMIUM ?? ''), spawnService({})])
  })
  afterAll(async () => {
    await Promise.all([browser?.close(), service?.stop()])
  })

  test('shows every route, and nothing is refused by its policy', async () => {
    const page = await browser.newPage()
    const complaints = complaintsOf(page)
    await page.goto(`${service.url}/docs`)
    await page.locator('.opblock').first().waitFor()
    const { paths } = await (await fetch(`${service.url}/docs/openapi.json`)).json() as { paths: Record<string, object> } // sound: our own, tested with its routes
    expect(await page.locator('.opblock').count()).toBe(Object.values(paths).flatMap((path) => Object.keys(path)).length)
    await page.locator('.opblock', { hasText: 'A hook call' }).click()
    await page.locator('.opblock.is-open .responses-table').waitFor()
    expect(complaints).toEqual([])
  })
})
