import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CHROMIUM, launch, screenshot, seriousFindings } from './chromium.ts'
import { complaintsOf, overrideAll, settled, sign, signThrough, unanswered } from './page.ts'
import { startSandbox, type RunningSandbox } from './sandbox.ts'

/** A site that shows every count, so that a single answer can be seen. */
const siteWithAllCounts = async (): Promise<string> => {
  const file = join(await mkdtemp(join(tmpdir(), 'ino-cds-site-')), 'site.yaml')
  await writeFile(file, 'settings: { small_number_limit: 1 }\n')
  return file
}

const context = async (browser: Browser, options: object = {}): Promise<Page> => (await browser.newContext({ viewport: { width: 1300, height: 900 }, ...options })).newPage()

describe.skipIf(CHROMIUM === undefined)('the whole demonstration', () => {
  let sandbox: RunningSandbox
  let browser: Browser
  beforeAll(async () => {
    sandbox = await startSandbox({ SITE_SETTINGS: await siteWithAllCounts() })
    browser = await launch(CHROMIUM ?? '')
  })
  afterAll(async () => {
    await browser?.close()
    await sandbox?.stop()
  })

  const countsOf = async (page: Page, rule: string): Promise<string> => page.locator('#rules tr', { has: page.locator(`a[href="/rules/${rule}"]`) }).innerText()

  test('order, read, accept, sign, see what if on the timeline, override another with a reason, and find both in the dashboard', async () => {
    const page = await context(browser)
    const complaints = complaintsOf(page)
    await page.goto(`${sandbox.url}/governance`)
    await page.getByText('No decision was recorded').waitFor()
    await screenshot(page, 'governance-empty')

    await page.getByRole('link', { name: 'Order entry' }).click()
    await page.locator('.patient', { hasText: 'Samuel Weiss' }).click()
    await page.locator('.sheet table').waitFor()
    await page.getByRole('button', { name: 'Order as in the story' }).click()
    const warning = page.locator('.card-warning', { hasText: /ursodiol/i })
    await warning.waitFor()
    const accepted = page.waitForResponse((response) => response.url().endsWith('/feedback'))
    await warning.getByRole('button', { name: /ursodiol/i }).first().click()
    await accepted
    await settled(page)
    await signThrough(page)

    await page.locator('.patient', { hasText: 'Tomas Berger' }).click()
    await page.locator('.sheet table').waitFor()
    await page.getByRole('button', { name: 'Order as in the story' }).click()
    const hold = page.locator('.card-critical')
    await hold.waitFor()
    const opened = page.waitForEvent('popup')
    await hold.getByRole('link', { name: /Timeline of this patient/ }).click()
    const timeline = await opened
    await timeline.locator('#suppose-ancCount').fill('1.4')
    await timeline.locator('.change-removed', { hasText: 'Hold inotuzumab C2D1' }).waitFor()
    await timeline.close()

    await sign(page)
    await page.locator('.sign-blocked').waitFor()
    const overridden = page.waitForResponse((response) => response.url().endsWith('/feedback'))
    await overrideAll(page)
    await overridden
    expect(await unanswered(page).count()).toBe(0)

    await page.getByRole('link', { name: 'Governance' }).click()
    await page.locator('.tiles').waitFor()
    expect(await countsOf(page, 'ursodiol-missing')).toMatch(/Warning/)
    expect(await countsOf(page, 'hold-anc-cycle-start')).toMatch(/\t1\t[\s\S]*100 %[\s\S]*\(1\)/)
    expect(complaints).toEqual([])
    await page.context().close()
  })

  test('a month of made-up decisions can be loaded, filtered, sorted and exported, and is marked', async () => {
    const page = await context(browser)
    await page.goto(`${sandbox.url}/governance`)
    await page.getByRole('button', { name: 'Load a demonstration month' }).click()
    await page.getByText('made-up decisions of the demonstration.').waitFor()
    await page.getByLabel('Client').selectOption({ label: 'Demonstration (made up)' })
    await page.getByRole('button', { name: 'Show' }).click()
    await page.locator('#review li').first().waitFor()
    await page.getByRole('link', { name: 'firings' }).click()
    expect(new URL(page.url()).searchParams.get('sort')).toBe('fired')
    const download = page.waitForEvent('download')
    await page.getByRole('link', { name: 'CSV' }).click()
    expect((await download).suggestedFilename()).toMatch(/^governance-.*\.csv$/)
    await page.context().close()
  })

  test.each([['light', 1300], ['dark', 1300], ['light', 360]] as const)('the dashboard is accessible in %s at %d pixels, and fits the screen', async (colorScheme, width) => {
    const page = await context(browser, { colorScheme, viewport: { width, height: 900 } })
    await page.goto(`${sandbox.url}/governance`)
    await page.locator('.tiles').waitFor()
    await page.locator('summary').click()
    expect(await seriousFindings(page)).toEqual([])
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width)
    await screenshot(page, `governance-${colorScheme}-${width}`)
    await page.context().close()
  })
})

describe.skipIf(CHROMIUM === undefined)('signing in to the dashboard', () => {
  const TOKEN = 'a-token-of-more-than-thirty-two-characters'
  let sandbox: RunningSandbox
  let browser: Browser
  beforeAll(async () => {
    sandbox = await startSandbox({ ADMIN_TOKEN: TOKEN })
    browser = await launch(CHROMIUM ?? '')
  })
  afterAll(async () => {
    await browser?.close()
    await sandbox?.stop()
  })

  test('needs the token, lasts in this browser, ends when asked, and leaves no token in any address', async () => {
    const page = await context(browser)
    const addresses: string[] = []
    page.on('request', (request) => addresses.push(request.url()))
    await page.goto(`${sandbox.url}/governance`)
    await page.getByLabel('Administrator token').fill('not the token')
    await page.getByRole('button', { name: 'Sign in' }).click()
    expect(await page.getByRole('alert').innerText()).toMatch(/not the token/)
    expect(await seriousFindings(page)).toEqual([])
    await screenshot(page, 'governance-login')
    await page.getByLabel('Administrator token').fill(TOKEN)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('heading', { name: 'Governance' }).waitFor()
    expect(await page.evaluate(() => document.cookie)).toBe('')
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByLabel('Administrator token').waitFor()
    await page.goto(`${sandbox.url}/governance`)
    await page.getByLabel('Administrator token').waitFor()
    expect(addresses.filter((address) => address.includes(TOKEN))).toEqual([])
    await page.context().close()
  })
})
