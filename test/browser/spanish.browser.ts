import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CHROMIUM, launch, screenshot, seriousFindings } from './chromium.ts'
import { choosePatient, complaintsOf, openPage, settled, storiesOf, storyAbout } from './page.ts'
import { startSandbox, type RunningSandbox } from './sandbox.ts'

/** Words of the English interface that would show a gap in the Spanish one. Records, drug names and JSON stay as they are. */
const ENGLISH = /\b(?:the|patients|orders|sign|override|dismiss|evidence|loading|results by|unsigned|remove|close|search)\b/i

describe.skipIf(CHROMIUM === undefined)('the pages in Spanish', () => {
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

  const open = (options: object = {}): Promise<Page> => openPage(browser, sandbox.url, { locale: 'es-ES', ...options })
  const interfaceTexts = (page: Page): Promise<readonly string[]> => page.locator('button:visible, h2:visible, h3:visible, label:visible, nav a:visible, .patient-shows:visible').allInnerTexts()
  const orderStory = async (page: Page): Promise<void> => {
    const { name } = storyAbout(await storiesOf(sandbox.url), /neutrophils too low/i)
    await choosePatient(page, name)
    await page.getByRole('button', { name: 'Prescribir como en el caso' }).click()
    await page.locator('.draft').first().waitFor()
    await settled(page)
  }

  test('order entry and its cards speak the language of the browser', async () => {
    const page = await open()
    const complaints = complaintsOf(page)
    expect(await page.locator('html').getAttribute('lang')).toBe('es')
    await orderStory(page)
    expect(await page.locator('.card').first().innerText()).toMatch(/No administrar inotuzumab C2D1: neutrófilos 0\.8 ×10⁹\/L/)
    expect((await interfaceTexts(page)).filter((text) => ENGLISH.test(text))).toEqual([])
    expect(await seriousFindings(page)).toEqual([])
    await screenshot(page, 'spanish-order')
    expect(complaints).toEqual([])
    await page.context().close()
  })

  test('the choice of English is kept, by the pages of the service as well', async () => {
    const page = await open()
    await page.getByRole('button', { name: 'English' }).click()
    await page.getByRole('button', { name: 'Español' }).waitFor()
    await page.goto(`${sandbox.url}/rules/hold-anc-cycle-start`)
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('Neutrophils too low to start the next cycle')
    await page.getByRole('link', { name: 'Español' }).click()
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('Neutrófilos demasiado bajos para empezar el siguiente ciclo')
    await screenshot(page, 'spanish-rule')
    expect(await seriousFindings(page)).toEqual([])
    await page.context().close()
  })

  test('the timeline words every fact, code and reason in Spanish', async () => {
    const page = await (await browser.newContext({ locale: 'es-ES', viewport: { width: 1440, height: 1000 } })).newPage()
    for (const patient of ['liver-hold', 'vod-signs', 'interruption-14d']) {
      await page.goto(`${sandbox.url}/sandbox/launch?patient=${patient}`)
      await page.locator('#dose').waitFor()
      const said = await page.locator('#dose, #vod, #plan, #holds, #questions label, option').allInnerTexts()
      expect(said.join('\n').split('\n').filter((line) => /\b(?:the|and|not|none|yes|planned|without|after|since|ULN|hematologic|disease|drug)\b/.test(line))).toEqual([])
    }
    await page.context().close()
  })

  test('on a phone nothing is cut off', async () => {
    const page = await open({ viewport: { width: 360, height: 740 } })
    await orderStory(page)
    expect(await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')).toBe(0)
    await screenshot(page, 'spanish-phone')
    await page.context().close()
  })
})
