import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CHROMIUM, launch, screenshot, seriousFindings } from './chromium.ts'
import { complaintsOf } from './page.ts'
import { startSandbox, type RunningSandbox } from './sandbox.ts'

describe.skipIf(CHROMIUM === undefined)('the rule pages in a browser', () => {
  let sandbox: RunningSandbox
  let browser: Browser
  beforeAll(async () => {
    sandbox = await startSandbox()
    browser = await launch(CHROMIUM ?? '')
  })
  afterAll(async () => {
    await browser?.close()
    await sandbox?.stop()
  })

  const open = async (path: string, options: object = {}): Promise<Page> => {
    const page = await (await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options })).newPage()
    await page.goto(`${sandbox.url}${path}`)
    return page
  }
  const rows = (page: Page) => page.locator('#results tbody tr')

  test('are searched while typing, and the address can be passed on', async () => {
    const page = await open('/rules')
    const complaints = complaintsOf(page)
    const all = await rows(page).count()
    await page.getByLabel('Search').fill('neutrophils')
    await expect.poll(() => rows(page).count()).toBeLessThan(all)
    await page.getByLabel('Urgency').selectOption('critical')
    await expect.poll(() => new URL(page.url()).searchParams.get('indicator')).toBe('critical')
    const found = await rows(page).count()
    expect(found).toBeGreaterThan(0)
    await page.reload()
    expect(await rows(page).count()).toBe(found)
    await screenshot(page, 'rules-search')
    expect(complaints).toEqual([])
    await page.context().close()
  })

  test('are searched without JavaScript', async () => {
    const page = await open('/rules', { javaScriptEnabled: false })
    await page.getByLabel('Search').fill('qtcf_start_limit_ms')
    await page.getByRole('button', { name: 'Find' }).click()
    expect(await page.locator('#results').innerText()).toContain('QTcF above 470 ms')
    await page.getByRole('link', { name: 'QTcF above 470 ms' }).click()
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('QTcF above 470 ms')
    await page.context().close()
  })

  test('the evidence link of a card lands on the evidence of its rule', async () => {
    const page = await open('/?patient=liver-hold&scenario=order')
    const opened = page.waitForEvent('popup')
    await page.locator('.card-critical').getByRole('link', { name: /Evidence and rule/ }).click()
    const rule = await opened
    await rule.locator('#evidence').waitFor()
    expect(new URL(rule.url()).hash).toBe('#evidence')
    expect(await rule.evaluate(() => document.querySelector('#evidence')?.matches(':target'))).toBe(true)
    await page.context().close()
  })

  test.each([['light', 1280], ['dark', 1280], ['light', 360]] as const)('are accessible in %s at %d pixels, and fit the screen', async (colorScheme, width) => {
    for (const [name, path] of [['list', '/rules?group=hepatic'], ['rule', '/rules/hold-hepatic-labs'], ['trace', '/rules/trace']] as const) {
      const page = await open(path, { colorScheme, viewport: { width, height: 900 } })
      // The trace is one long table, alike in every row: looked at once.
      if (name !== 'trace' || width === 360) expect(await seriousFindings(page)).toEqual([])
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width)
      await screenshot(page, `rules-${name}-${colorScheme}-${width}`)
      await page.context().close()
    }
  })

  test('print without what is only for the screen', async () => {
    const page = await open('/rules/hold-anc-cycle-start')
    await page.emulateMedia({ media: 'print' })
    expect(await page.getByRole('navigation', { name: 'Pages' }).isVisible()).toBe(false)
    expect(await page.getByRole('heading', { name: 'Evidence' }).isVisible()).toBe(true)
    await page.context().close()
  })
})
