import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core'

/** Story as far as the browser tests need it. */
interface Story { readonly id: string; readonly name: string; readonly shows: string; readonly story: string; readonly expect: unknown }

export const storiesOf = async (url: string): Promise<readonly Story[]> => {
  const response = await fetch(`${url}/sandbox/patients`)
  return await response.json() as readonly Story[] // the sandbox's own list; its shape is tested with the sandbox
}

/** The demo patient whose few words, else whose story, speak of this. */
export const storyAbout = (stories: readonly Story[], about: RegExp): Story => {
  const story = stories.find(({ shows }) => about.test(shows)) ?? stories.find((one) => about.test(JSON.stringify(one)))
  if (!story) throw new Error(`no demo patient is about ${String(about)}`)
  return story
}

/** What the browser complained about while a page was open: errors of the page, and refusals by its content security policy. */
export const complaintsOf = (page: Page): readonly string[] => {
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    if (/content security policy/i.test(message.text())) complaints.push(message.text())
  })
  return complaints
}

export const openPage = async (browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<Page> => {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options })
  const page = await context.newPage()
  await page.goto(url)
  await page.locator('.patient').first().waitFor()
  return page
}

export const choosePatient = async (page: Page, name: string): Promise<void> => {
  await page.locator('.patient', { hasText: name }).click()
  await page.locator('.sheet table').waitFor()
}

/** Waits until decision support has been asked and has answered. */
export const settled = async (page: Page): Promise<void> => {
  await page.waitForTimeout(50)
  await page.locator('.cards[aria-busy="false"]').waitFor()
}

export const orderAsInStory = async (page: Page): Promise<void> => {
  await page.getByRole('button', { name: 'Order as in the story' }).click()
  await page.locator('.draft').first().waitFor()
  await settled(page)
}

export const unanswered = (page: Page): Locator => page.locator('[data-unanswered]')

/** Gives the first reason for every critical card that still waits. */
export const overrideAll = async (page: Page): Promise<void> => {
  while (await unanswered(page).count() > 0) {
    const card = unanswered(page).first()
    const isOpen = await card.locator('form.override').count() > 0
    if (!isOpen) await card.getByRole('button', { name: 'Override…' }).click()
    await card.getByRole('radio').first().check()
    await card.getByRole('button', { name: 'Override', exact: true }).click()
  }
}

const signButton = (page: Page): Locator => page.locator('.sign button.primary')

export const sign = async (page: Page): Promise<void> => {
  await signButton(page).click()
  await settled(page)
}

/** Signs, answering what must be answered, until the confirmation is there. */
export const signThrough = async (page: Page): Promise<void> => {
  await sign(page)
  await overrideAll(page)
  if (await signButton(page).count() > 0) await sign(page)
  await page.locator('.notice-done').waitFor()
}

/** Presses Tab until the focused control is called so. */
export const tabTo = async (page: Page, name: RegExp): Promise<void> => {
  for (let presses = 0; presses < 80; presses += 1) {
    const focused = await page.evaluate(() => document.activeElement?.textContent ?? '')
    if (name.test(focused) && focused.length < 200) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`Tab never reached ${String(name)}`)
}
