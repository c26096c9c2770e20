import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CHROMIUM, launch, screenshot, seriousFindings } from './chromium.ts'
import {
  choosePatient, complaintsOf, openPage, orderAsInStory, overrideAll, settled, sign, signThrough, storiesOf, storyAbout, tabTo, unanswered,
} from './page.ts'
import { startSandbox, type RunningSandbox } from './sandbox.ts'

const LOW_NEUTROPHILS = /neutrophil|\bANC\b/i
const NO_URSODIOL = /ursodiol/i
/** Nobody overrides a card of this patient: an override is remembered, and would leave nothing to look at. */
const LIVER_TESTS = /liver tests hold/i

if (CHROMIUM === undefined) console.warn('Browser tests are skipped: no chromium at /usr/bin/chromium; CHROMIUM_PATH may name another.')

describe.skipIf(CHROMIUM === undefined)('order entry in a browser', () => {
  let sandbox: RunningSandbox
  let browser: Browser
  let [lowNeutrophils, noUrsodiol, liverTests] = ['', '', '']

  beforeAll(async () => {
    sandbox = await startSandbox()
    browser = await launch(CHROMIUM ?? '')
    const stories = await storiesOf(sandbox.url)
    lowNeutrophils = storyAbout(stories, LOW_NEUTROPHILS).name
    noUrsodiol = storyAbout(stories, NO_URSODIOL).name
    liverTests = storyAbout(stories, LIVER_TESTS).name
  })
  afterAll(async () => {
    await browser?.close()
    await sandbox?.stop()
  })

  test('low neutrophils: a critical card holds the order, and signing anyway needs a reason, which is sent as feedback', async () => {
    const page = await openPage(browser, sandbox.url)
    const complaints = complaintsOf(page)
    await choosePatient(page, lowNeutrophils)
    await screenshot(page, '1-chart')
    await orderAsInStory(page)
    await sign(page)
    const card = unanswered(page).first()
    expect(await card.innerText()).toMatch(/critical[\s\S]*hold/i)
    await expect.poll(() => page.locator('.sign-blocked').innerText()).toMatch(/must be answered first/)
    await screenshot(page, '2-hold')

    await card.getByRole('button', { name: 'Override…' }).click()
    await card.getByRole('button', { name: 'Override', exact: true }).click()
    expect(await card.innerText()).toContain('Choose a reason.')
    await screenshot(page, '3-reason-missing')

    const posted = page.waitForResponse((response) => response.url().endsWith('/feedback'))
    await card.getByRole('radio').first().check()
    await card.getByLabel('Comment').fill('seen with the consultant')
    await card.getByRole('button', { name: 'Override', exact: true }).click()
    const feedback = await posted
    expect(feedback.status()).toBe(200)
    expect(feedback.request().postDataJSON()).toMatchObject({
      feedback: [{ outcome: 'overridden', overrideReason: { reason: { code: expect.any(String) }, userComment: 'seen with the consultant' } }],
    })

    await overrideAll(page)
    await signThrough(page)
    expect(await page.locator('.signed li').count()).toBe(1)
    await screenshot(page, '4-signed')
    expect(complaints).toEqual([])
    await page.context().close()
  })

  test('no ursodiol: the accepted suggestion becomes a draft and the warning goes', async () => {
    const page = await openPage(browser, sandbox.url)
    await choosePatient(page, noUrsodiol)
    await orderAsInStory(page)
    const warning = page.locator('.card', { hasText: NO_URSODIOL })
    expect(await warning.count()).toBeGreaterThan(0)
    await screenshot(page, '5-ursodiol-missing')

    const posted = page.waitForResponse((response) => response.url().endsWith('/feedback'))
    await warning.first().getByRole('button', { name: NO_URSODIOL }).first().click()
    expect((await posted).request().postDataJSON()).toMatchObject({ feedback: [{ outcome: 'accepted', acceptedSuggestions: [{ id: expect.any(String) }] }] })
    await settled(page)
    expect(await page.locator('.draft', { hasText: NO_URSODIOL }).count()).toBe(1)
    await expect.poll(() => page.locator('.card', { hasText: NO_URSODIOL }).count()).toBe(0)
    await screenshot(page, '6-ursodiol-ordered')
    await page.context().close()
  })

  test('works by keyboard alone: patient, drug, override, signature', async () => {
    const page = await openPage(browser, sandbox.url)
    await tabTo(page, new RegExp(`^${(await storiesOf(sandbox.url))[0]?.name ?? ''}`))
    const names = (await storiesOf(sandbox.url)).map((story) => story.name)
    for (let down = 0; down < names.indexOf(lowNeutrophils); down += 1) await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await page.locator('.sheet table').waitFor()

    await page.keyboard.press('/')
    await page.keyboard.type('inotuzumab')
    await page.keyboard.press('Enter')
    await page.locator('.draft').waitFor()
    await settled(page)
    await page.keyboard.press('Control+Enter')
    await page.locator('.sign-blocked').waitFor()

    while (await unanswered(page).count() > 0) {
      await page.locator('[data-unanswered] h4:focus').waitFor()
      await tabTo(page, /^Override…$/)
      await page.keyboard.press('Enter')
      await page.locator('input[type="radio"]:focus').waitFor()
      await page.keyboard.press('Space')
      await page.keyboard.press('Enter')
      await page.locator('form.override').waitFor({ state: 'detached' })
    }
    await page.keyboard.press('Control+Enter')
    await page.locator('.notice-done').waitFor()
    await page.context().close()
  })

  test('says so when decision support does not answer, and signs only after a second, explicit step', async () => {
    const page = await openPage(browser, sandbox.url)
    const outcome = { resourceType: 'OperationOutcome', issue: [{ severity: 'error', code: 'required', details: { text: 'No liver test could be obtained.' } }] }
    await page.route(/\/cds-services\/[^/]+$/, (route) => (route.request().method() === 'POST' ? route.fulfill({ status: 412, json: outcome }) : route.continue()))
    await choosePatient(page, lowNeutrophils)
    await orderAsInStory(page)
    const notice = page.locator('.cards .notice')
    expect(await notice.innerText()).toMatch(/did not answer: check by hand[\s\S]*No liver test could be obtained/)
    await sign(page)
    expect(await page.locator('.signed').count()).toBe(0)
    await screenshot(page, '7-no-answer')
    await page.getByRole('button', { name: 'Sign without decision support' }).click()
    await page.locator('.notice-done').waitFor()
    await page.context().close()
  })

  test.each(['light', 'dark'] as const)('is accessible in %s: axe finds nothing serious', async (colorScheme) => {
    const page = await openPage(browser, sandbox.url, { colorScheme })
    expect(await seriousFindings(page)).toEqual([])
    await choosePatient(page, liverTests)
    await orderAsInStory(page)
    expect(await seriousFindings(page)).toEqual([])
    await page.getByRole('button', { name: 'Override…' }).first().click()
    await page.getByRole('button', { name: 'Traffic', exact: true }).click()
    await page.getByRole('combobox', { name: 'Add a drug' }).fill('in')
    expect(await seriousFindings(page)).toEqual([])
    await screenshot(page, `8-${colorScheme}`)
    await page.context().close()
  })

  test.each([360, 768, 3840])('fits a screen of %d pixels without scrolling sideways', async (width) => {
    const page = await openPage(browser, sandbox.url, { viewport: { width, height: 900 } })
    await choosePatient(page, lowNeutrophils)
    await orderAsInStory(page)
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width)
    await screenshot(page, `9-${width}`)
    await page.context().close()
  })
})
