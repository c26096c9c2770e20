import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CHROMIUM, launch, screenshot, seriousFindings } from './chromium.ts'
import { complaintsOf } from './page.ts'
import { type RunningSandbox, startSandbox } from './sandbox.ts'

if (CHROMIUM === undefined) console.warn('Browser tests are skipped: no chromium at /usr/bin/chromium; CHROMIUM_PATH may name another.')

describe.skipIf(CHROMIUM === undefined)('the timeline, launched by SMART', () => {
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

  async function openPage(options: BrowserContextOptions = {}): Promise<Page> {
    const context = await browser.newContext({ viewport: { width: 1440, height: 1000 }, ...options })
    return context.newPage()
  }

  /** As the EHR launches it for a patient, through the whole sequence of authorization. */
  async function launchFor(patient: string, options: BrowserContextOptions = {}): Promise<Page> {
    const page = await openPage(options)
    await page.goto(`${sandbox.url}/sandbox/launch?patient=${patient}`)
    await page.locator('#dose').waitFor()
    return page
  }

  test('an EHR launch ends in the record of its patient, judged in the browser', async () => {
    const page = await openPage()
    const complaints = complaintsOf(page)
    const asked: string[] = []
    page.on('request', (request) => asked.push(`${request.method()} ${new URL(request.url()).pathname}`))
    await page.goto(`${sandbox.url}/sandbox/launch?patient=liver-hold`)
    await page.locator('#dose').waitFor()
    expect(await page.locator('.who').innerText()).toMatch(/Stefan Aldrich/)
    expect(await page.locator('#dose h2').innerText()).toContain('C1D8')
    expect(await page.locator('.fired-critical').innerText()).toMatch(/Critical:\s+Hold inotuzumab C1D8: bilirubin 1\.58 × ULN/)
    expect(asked).toEqual(expect.arrayContaining(['GET /smart/authorize', 'POST /smart/token', 'GET /fhir/Observation', 'GET /content.json']))
    // Nothing of the patient goes to the service: it is asked for its rules only.
    expect(asked.filter((one) => one.includes('/cds-services') || one.startsWith('POST') && one !== 'POST /smart/token')).toEqual([])
    expect(new URL(page.url()).search).toBe('')
    expect(complaints).toEqual([])
    await page.context().close()
  })

  test('each rule shows its conditions with values and where they come from', async () => {
    const page = await launchFor('liver-hold')
    await page.locator('#rule-hold-hepatic-labs summary').click()
    const rule = page.locator('#rule-hold-hepatic-labs')
    expect(await rule.locator('.holds-yes').first().innerText()).toMatch(/holds/)
    expect(await rule.locator('.values').innerText()).toMatch(/1\.58 × ULN[\s\S]*Observation\//)
    await page.getByRole('radio', { name: /^All/ }).check()
    await page.getByRole('searchbox').fill('qt-hold-gt500')
    expect(await page.locator('.rule').count()).toBe(1)
    await page.context().close()
  })

  test('launched on its own, the app lets the reader choose the server, and the server the patient', async () => {
    const page = await openPage()
    await page.goto(`${sandbox.url}/timeline/`)
    expect(await page.getByRole('alert').innerText()).toMatch(/Not launched from a record/)
    await page.getByRole('link', { name: /Sandbox/ }).click()
    await page.getByRole('link', { name: /Stefan Aldrich/ }).click()
    await page.locator('#dose').waitFor()
    expect(await page.locator('.who').innerText()).toMatch(/Stefan Aldrich/)
    await page.context().close()
  })

  test('a server that is not configured is never asked', async () => {
    const page = await openPage()
    const strangers: string[] = []
    page.on('request', (request) => { if (!request.url().startsWith(sandbox.url)) strangers.push(request.url()) })
    await page.goto(`${sandbox.url}/timeline/?iss=https://evil.example/fhir&launch=1`)
    expect(await page.getByRole('alert').innerText()).toMatch(/This server is not known/)
    expect(strangers).toEqual([])
    await page.context().close()
  })

  test('a FHIR server that does not answer, or a token that is over, is said and nothing is checked', async () => {
    for (const [status, words] of [[503, /could not be read/], [401, /Access has ended/]] as const) {
      const page = await openPage()
      await page.route(/\/fhir\/Patient\//, (route) => route.fulfill({ status, json: { resourceType: 'OperationOutcome', issue: [] } }))
      await page.goto(`${sandbox.url}/sandbox/launch?patient=liver-hold`)
      expect(await page.getByRole('alert').innerText()).toMatch(words)
      expect(await page.locator('#dose').count()).toBe(0)
      await page.context().close()
    }
  })

  test('a source that could not be read is named, never passed over', async () => {
    const page = await openPage()
    await page.route(/\/fhir\/Condition\?/, (route) => route.fulfill({ status: 500, body: '' }))
    await page.goto(`${sandbox.url}/sandbox/launch?patient=liver-hold`)
    await page.locator('#dose').waitFor()
    expect(await page.locator('#dose .notice').first().innerText()).toMatch(/Not read: diagnoses \(error in the EHR\)/)
    await page.context().close()
  })

  test('a patient without inotuzumab is no empty timeline: the rules may be asked about a first dose', async () => {
    const page = await openPage()
    await page.goto(`${sandbox.url}/sandbox/launch?patient=helen`)
    await page.getByRole('button', { name: 'Check a first dose today' }).click()
    expect(await page.locator('#dose h2').innerText()).toContain('C1D1')
    await page.context().close()
  })

  test.each(['light', 'dark'] as const)('is accessible in %s: axe finds nothing serious', async (colorScheme) => {
    const page = await launchFor('liver-hold', { colorScheme })
    expect(await seriousFindings(page)).toEqual([])
    await page.locator('#rule-hold-hepatic-labs summary').click()
    expect(await seriousFindings(page)).toEqual([])
    await screenshot(page, `timeline-${colorScheme}`)
    await page.context().close()
  })

  test.each([360, 768, 3840])('fits a screen of %d pixels without scrolling sideways', async (width) => {
    const page = await launchFor('liver-hold', { viewport: { width, height: 900 } })
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width)
    await screenshot(page, `timeline-${width}`)
    await page.context().close()
  })
})
