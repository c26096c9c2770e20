import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CHROMIUM, launch, screenshot, seriousFindings } from './chromium.ts'
import { choosePatient, complaintsOf, openPage, orderAsInStory, settled, storiesOf, storyAbout } from './page.ts'
import { startSandbox, type RunningSandbox } from './sandbox.ts'

const LOW_NEUTROPHILS = /neutrophil|\bANC\b/i

describe.skipIf(CHROMIUM === undefined)('around order entry', () => {
  let sandbox: RunningSandbox
  let browser: Browser
  let [id, name, ready] = ['', '', '']

  beforeAll(async () => {
    sandbox = await startSandbox()
    browser = await launch(CHROMIUM ?? '')
    const stories = await storiesOf(sandbox.url)
    const story = storyAbout(stories, LOW_NEUTROPHILS)
    ;[id, name, ready] = [story.id, story.name, storyAbout(stories, /^Nothing to say/).name]
  })
  afterAll(async () => {
    await browser?.close()
    await sandbox?.stop()
  })

  const cards = (page: Page): Promise<string> => page.locator('.cards').innerText()
  const open = async (search: string, scheme: 'light' | 'dark' = 'light'): Promise<Page> => {
    const page = await (await browser.newContext({ viewport: { width: 1440, height: 900 }, colorScheme: scheme })).newPage()
    await page.goto(`${sandbox.url}/${search}`)
    await page.locator('.sheet table').waitFor()
    return page
  }

  test('a link opens a patient with the orders of the story, and the address follows the patient', async () => {
    const page = await open(`?patient=${id}&scenario=order`)
    const complaints = complaintsOf(page)
    await page.locator('.card-critical').waitFor()
    expect(await page.locator('.draft').count()).toBe(1)
    await choosePatient(page, ready)
    expect(new URL(page.url()).searchParams.get('patient')).toBe('ready')
    expect(complaints).toEqual([])
    await page.context().close()
  })

  test('a link may sign at once, and a patient nobody knows leaves the list', async () => {
    const page = await open(`?patient=${id}&scenario=sign`)
    await page.locator('.sign-blocked').waitFor()
    await page.goto(`${sandbox.url}/?patient=nobody`)
    await page.locator('.page-empty').waitFor()
    await page.context().close()
  })

  test('a changed result changes the cards, a further one is added, and reset brings the record back', async () => {
    const page = await open(`?patient=${id}&scenario=order`)
    await page.locator('.card-critical').waitFor()
    await page.getByRole('button', { name: /^Change Neutrophils/ }).first().click()
    await page.getByLabel('Value').fill('1.4')
    await screenshot(page, 'tools-edit-result')
    expect(await seriousFindings(page)).toEqual([])
    await page.getByRole('button', { name: 'Save' }).click()
    await page.locator('.editor').waitFor({ state: 'detached' })
    await expect.poll(() => page.locator('.card-critical').count()).toBe(0)

    await page.getByRole('button', { name: /^Change Neutrophils/ }).first().click()
    await page.getByLabel('Value').fill('nothing')
    await page.getByRole('button', { name: 'Save' }).click()
    expect(await page.locator('.editor [role="alert"]').innerText()).toMatch(/needs a number/)
    await page.getByLabel('Value').fill('0.4')
    await page.getByLabel('Taken at').fill(new Date().toISOString().slice(0, 16))
    await page.getByRole('button', { name: 'Add as a new result' }).click()
    await page.locator('.editor').waitFor({ state: 'detached' })
    await page.locator('.card-critical', { hasText: '0.4' }).waitFor()

    await page.getByRole('button', { name: 'Reset', exact: true }).click()
    await page.getByRole('group', { name: 'Reset record, orders and statistics?' }).getByRole('button', { name: 'Reset' }).click()
    await page.getByRole('button', { name: 'Reset done' }).waitFor()
    await page.locator('.sheet td', { hasText: '0.8' }).first().waitFor()
    expect(await page.locator('.draft').count()).toBe(0)
    await page.context().close()
  })

  test('results can be reached and changed by keyboard', async () => {
    const page = await open(`?patient=${id}`)
    await page.locator('.sheet').focus()
    await page.keyboard.press('Tab')
    const label = (): Promise<string> => page.evaluate(() => document.activeElement?.textContent ?? '')
    const first = await label()
    expect(first).toMatch(/^Change /)
    await page.keyboard.press('ArrowDown')
    expect(await label()).not.toBe(first)
    await page.keyboard.press('Enter')
    await page.locator('.editor input:focus').waitFor()
    await page.keyboard.press('Escape')
    await page.locator('.editor').waitFor({ state: 'detached' })
    await page.context().close()
  })

  test('traffic shows request, headers and answer of every call, and copies it as curl', async () => {
    const page = await open(`?patient=${id}&scenario=sign`)
    await page.locator('.sign-blocked').waitFor()
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    await page.getByRole('button', { name: 'Traffic', exact: true }).click()
    expect(await page.locator('.calls li').count()).toBeGreaterThanOrEqual(2)
    const request = page.getByRole('region', { name: 'Request' })
    await request.getByText('Headers').click()
    expect(await request.locator('.headers').innerText()).toMatch(/authorization\s+Bearer ey/)
    await page.getByRole('region', { name: 'Response' }).locator('summary', { hasText: 'cards' }).waitFor()
    await screenshot(page, 'tools-traffic')
    expect(await seriousFindings(page)).toEqual([])
    await page.locator('.call-line').getByRole('button', { name: 'Copy as curl' }).click()
    expect(await page.evaluate(() => navigator.clipboard.readText())).toMatch(/^curl -sS -X POST 'http.*inotuzumab-order-sign'/)
    await page.context().close()
  })

  test('the record shows every resource as it is', async () => {
    const page = await open(`?patient=${id}`, 'dark')
    await page.getByRole('button', { name: 'Record', exact: true }).click()
    await page.getByRole('button', { name: /^MedicationAdministration/ }).click()
    expect(await page.locator('.json-tree').innerText()).toContain('"MedicationAdministration"')
    await screenshot(page, 'tools-record')
    expect(await seriousFindings(page)).toEqual([])
    await page.context().close()
  })

  test('the page signs as the chosen EHR, and the answer speaks its dialect', async () => {
    const page = await open(`?patient=${id}&scenario=order`)
    await page.locator('.card-critical').waitFor()
    const asked = page.waitForRequest((request) => request.method() === 'POST' && request.url().includes('/cds-services/'))
    await page.getByLabel('EHR').selectOption('epic')
    const token = (await (await asked).headerValue('authorization')) ?? ''
    const claims: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
    expect(claims).toMatchObject({ iss: 'https://epic.ehr.example' })
    await settled(page)
    await page.getByRole('button', { name: 'Traffic', exact: true }).click()
    expect(await page.locator('.call-line').innerText()).toMatch(/HTTP 200.*signed as https:\/\/epic\.ehr\.example/)
    expect(new URL(page.url()).searchParams.get('dialect')).toBe('epic')
    await page.context().close()
  })

  test('a whole cycle is written as one plan: three orders, moved together, removed together', async () => {
    const page = await open('?patient=ready')
    await page.getByRole('button', { name: 'Write a whole cycle…' }).click()
    await page.getByRole('button', { name: 'Write the plan' }).click()
    await settled(page)
    expect(await page.locator('.dose').count()).toBe(3)
    expect(await cards(page)).toMatch(/C1D8[\s\S]*C1D15/)
    const dates = (): Promise<string[]> => page.locator('.dose p:nth-of-type(3)').allInnerTexts()
    const before = await dates()
    await page.getByRole('button', { name: 'A day later' }).click()
    expect(await dates()).not.toEqual(before)
    expect((await page.locator('.dose-gap').allInnerTexts()).slice(1)).toEqual(['+ 7 days', '+ 7 days'])
    await page.getByRole('button', { name: 'Edit Cycle 1 Day 8' }).click()
    await screenshot(page, 'tools-plan')
    expect(await seriousFindings(page)).toEqual([])
    await page.getByRole('button', { name: 'Remove plan' }).click()
    await expect.poll(() => page.locator('.plan').count()).toBe(0)
    await page.context().close()
  })

  test('the tour leads through six steps by keyboard, and is not offered again once ended', async () => {
    const page = await openPage(browser, sandbox.url)
    await page.getByRole('button', { name: 'Begin the tour' }).click()
    const tour = page.getByRole('complementary', { name: 'Guided tour' })
    const heading = (): Promise<string> => tour.getByRole('heading').innerText()
    await screenshot(page, 'tools-tour')
    expect(await seriousFindings(page)).toEqual([])
    const seen = [await heading()]
    await tour.getByRole('button', { name: 'Do it for me' }).click()
    await page.locator('.sheet table').waitFor()
    for (let step = 2; step <= 6; step += 1) {
      await tour.getByRole('button', { name: 'Next' }).focus()
      await page.keyboard.press('Enter')
      await tour.getByText(`Step ${step} of 6`).waitFor()
      seen.push(await heading())
      const act = tour.getByRole('button', { name: 'Do it for me' })
      if (await act.count() > 0) await act.press('Enter')
      await settled(page)
    }
    expect(new Set(seen).size).toBe(6)
    await page.locator('.sign-blocked').waitFor()
    await tour.getByRole('heading').focus()
    await page.keyboard.press('Escape')
    await expect.poll(() => tour.count()).toBe(0)
    await page.reload()
    await page.locator('.patient').first().waitFor()
    expect(await page.getByRole('button', { name: 'Begin the tour' }).count()).toBe(0)
    await page.context().close()
  })

  test('the tour goes on where it was left', async () => {
    const page = await openPage(browser, sandbox.url)
    await page.getByRole('button', { name: 'Begin the tour' }).click()
    await page.getByRole('button', { name: 'Next' }).click()
    await page.reload()
    await page.getByText('Step 2 of 6').waitFor()
    await page.context().close()
  })

  test('two orders written together are judged together', async () => {
    const page = await openPage(browser, sandbox.url)
    await choosePatient(page, storyAbout(await storiesOf(sandbox.url), /Two alkylators/).name)
    await orderAsInStory(page)
    expect(await page.locator('.draft').count()).toBe(2)
    await page.locator('.card-critical').first().waitFor()
    await page.context().close()
  })

  test('sends at most 200 KB of compressed JavaScript, and tells when it first shows something', async () => {
    const page = await (await browser.newContext()).newPage()
    const sizes: Promise<number>[] = []
    page.on('response', (response) => {
      if (response.url().endsWith('.js')) sizes.push(response.request().sizes().then(({ responseBodySize }) => responseBodySize))
    })
    await page.goto(sandbox.url)
    await page.locator('.patient').first().waitFor()
    const kilobytes = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0) / 1024
    expect(kilobytes).toBeGreaterThan(20)
    expect(kilobytes).toBeLessThanOrEqual(200)
    const paint = await page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Number.NaN)
    console.info(`order entry: ${kilobytes.toFixed(0)} KB of JavaScript, first contentful paint after ${paint.toFixed(0)} ms (${name})`)
    await page.context().close()
  })
})
