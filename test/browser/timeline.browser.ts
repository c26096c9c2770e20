import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CHROMIUM, launch, screenshot, seriousFindings } from './chromium.ts'
import { startOpenServer } from './open-server.ts'
import { choosePatient, complaintsOf, openPage as openEntry, orderAsInStory } from './page.ts'
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

  test('a card launches it: the EHR hands over patient and context, and the app opens at the rule of the card', async () => {
    const page = await openEntry(browser, sandbox.url)
    await choosePatient(page, 'Stefan Aldrich')
    await orderAsInStory(page)
    const opened = page.waitForEvent('popup')
    await page.locator('.card-critical').getByRole('link', { name: /Timeline of this patient/ }).click()
    const app = await opened
    await app.locator('#dose').waitFor()
    expect(app.url()).not.toMatch(/liver-hold|decision|launch/)
    expect(await app.locator('.who').innerText()).toMatch(/Stefan Aldrich/)
    // The card was about a draft, which no record holds: the app must not seem to have judged it.
    expect(await app.locator('#dose .notice-warning').innerText()).toMatch(/The card spoke of a draft order/)
    expect(await app.locator('.rule-asked').getAttribute('id')).toBe('rule-hold-hepatic-labs')
    expect(await app.locator('.rule-asked .holds-yes').count()).toBeGreaterThan(0)
    await page.context().close()
  })

  test('each rule shows its conditions with values and where they come from', async () => {
    const page = await launchFor('liver-hold')
    await page.locator('#rule-hold-hepatic-labs summary').click()
    const rule = page.locator('#rule-hold-hepatic-labs')
    expect(await rule.locator('.holds-yes').first().innerText()).toMatch(/holds/)
    expect(await rule.locator('.conditions').last().innerText()).toMatch(/Critical[\s\S]*Warning/)
    expect(await rule.locator('.values').innerText()).toMatch(/1\.58 × ULN[\s\S]*Observation\//)
    await page.getByRole('radio', { name: /^All/ }).check()
    await page.getByRole('searchbox').fill('qt-hold-gt500')
    expect(await page.locator('.rule').count()).toBe(1)
    // A rule that the filter hides is found all the same.
    await page.getByRole('link', { name: 'Why? Liver tests above the limits for a dose' }).click()
    await page.locator('#rule-hold-hepatic-labs .conditions').first().waitFor()
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

  test('against another server only the configuration changes: one without sign-in, of another origin', async () => {
    const other = await startOpenServer()
    // The page's policy follows from the same file, which only the service reads: here it is set aside.
    const page = await openPage({ bypassCSP: true })
    await page.route(/timeline\.config\.json$/, (route) => route.fulfill({ json: { servers: [{ name: 'other', iss: other.base, open: true }], scope: 'patient/*.rs', redirectUri: '/timeline/' } }))
    await page.goto(`${sandbox.url}/timeline/?${new URLSearchParams({ iss: other.base, patient: 'interruption-14d' }).toString()}`)
    await page.locator('#dose').waitFor()
    expect(await page.locator('.who').innerText()).toMatch(/David Sorensen/)
    expect(await page.locator('#questions').innerText()).toMatch(/This session may not write/)
    await page.context().close()
    await other.stop()
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

  test('where orders and administrations could not be read, the page does not say that no inotuzumab was given', async () => {
    const page = await openPage()
    await page.route(/\/fhir\/Medication(?:Request|Administration|Statement|Dispense)\?/, (route) => route.fulfill({ status: 500, body: '' }))
    await page.goto(`${sandbox.url}/sandbox/launch?patient=liver-hold`)
    await page.getByRole('heading', { name: 'Whether inotuzumab was given cannot be told' }).waitFor()
    expect(await page.locator('main').innerText()).toMatch(/Not read: [\s\S]*error in the EHR/)
    await page.context().close()
  })

  test('a patient without inotuzumab is no empty timeline: the rules may be asked about a first dose', async () => {
    const page = await openPage()
    await page.goto(`${sandbox.url}/sandbox/launch?patient=helen`)
    await page.getByRole('button', { name: 'Check a first dose today' }).click()
    expect(await page.locator('#dose h2').innerText()).toContain('C1D1')
    await page.context().close()
  })

  describe('the panels show what the record holds', () => {
    test('a hold after toxicity: the omitted dose, the clock of the interruption with its marks, and what released it', async () => {
      const page = await launchFor('interruption-14d')
      await page.locator('#course summary').click()
      const table = await page.locator('#course table').innerText()
      expect(table).toMatch(/C1D1 given\s+1\.6 mg/)
      expect(table).toMatch(/omitted\s+Elevated bilirubin/)
      expect(table).toMatch(/C2D1 dose judged here\s+1\.2 mg/)
      expect(table).toMatch(/dose due, waits 15 days/)
      expect(await page.locator('.clock li b').allInnerTexts()).toEqual(['6 d', '7 d', '13 d', '14 d', '28 d', '29 d'])
      expect(await page.locator('.clock .passed').count()).toBe(4)
      expect(await page.locator('#holds').innerText()).toMatch(/non-hematologic · interruption 14 days, counts towards reduction[\s\S]*Total bilirubin ≤ 1\.5 × ULN: 0\.9 mg\/dL \(ULN 1\.2\)[\s\S]*met/)
      expect(await page.locator('.course .clock-first text').allTextContents()).toEqual(['7', '14', '29'])
      await page.context().close()
    })

    test('signs of VOD: criteria, the severity table with the cells of today, and risk factors with their intervals', async () => {
      const page = await launchFor('vod-signs')
      const vod = page.locator('#vod')
      expect(await vod.innerText()).toMatch(/Severity \(EBMT\): moderate/)
      expect(await vod.locator('.here').allInnerTexts()).toEqual(expect.arrayContaining([expect.stringMatching(/≥ 3 mg\/dL\s+bilirubin 3\.4 mg\/dL/), expect.stringMatching(/weight \+10 %/)]))
      expect(await vod.locator('.sign-present').count()).toBe(3)
      expect(await vod.locator('.sign-not-recorded').innerText()).toMatch(/Painful hepatomegaly[\s\S]*not recorded/)
      expect(await vod.innerText()).toMatch(/bilirubin ≥ ULN before HCT\s+present\s+partly\s+OR 15\.31 \(1\.95–120\.21\)/)
      expect(await vod.innerText()).toMatch(/odds ratios do not multiply and no score is made/)
      expect(await page.locator('#holds .releases').innerText()).toMatch(/Give when: Bilirubin is ≤ 1\.5 × ULN/)
      expect(await page.locator('#plan').innerText()).toMatch(/Days from today until the planned transplantation\s+39 d/)
      await page.context().close()
    })

    test('charts carry their limits and have a table beside them; a stretch of time is chosen for all', async () => {
      const page = await launchFor('vod-signs')
      const charts = page.locator('#results [role="img"]')
      expect(await charts.count()).toBe(7)
      expect(await charts.nth(2).getAttribute('aria-label')).toMatch(/^Bilirubin: 3 results, newest 3\.4 mg\/dL · .* · ULN 1\.2, limit 1\.5 × ULN$/)
      await page.locator('#results summary').click()
      expect(await page.locator('#results tbody tr').first().innerText()).toMatch(/3\.4 mg\/dL[\s\S]*160 U\/L[\s\S]*88 kg/)
      const reading = (chart: number): Promise<string> => page.locator('#results .reading').nth(chart).innerText()
      const drawing = page.locator('#results .u-over').nth(2)
      await drawing.hover({ position: { x: 8, y: 20 } })
      // One cursor for all: the oldest result of each, not only of the chart below the pointer.
      await expect.poll(() => Promise.all([reading(2), reading(6)])).toEqual([expect.stringMatching(/^0\.6 mg\/dL/), expect.stringMatching(/^80 kg/)])
      await page.getByRole('button', { name: '2 weeks', exact: true }).click()
      await drawing.hover({ position: { x: 9, y: 21 } })
      await expect.poll(() => Promise.all([reading(2), reading(6)])).not.toContainEqual(expect.stringMatching(/^80 kg/))
      await page.context().close()
    })
  })

  describe('what if', () => {
    test('a better bilirubin and transaminases lift the hold at once, marked as hypothetical, and nothing is written', async () => {
      const page = await launchFor('liver-hold')
      const written: string[] = []
      page.on('request', (request) => { if (request.method() !== 'GET') written.push(request.url()) })
      for (const [result, value] of [['bili', '0.8'], ['alt', '40'], ['ast', '40']] as const) await page.locator(`#suppose-${result}`).fill(value)
      await expect.poll(() => page.locator('.change-removed').innerText()).toMatch(/No longer fires:\s*Hold inotuzumab C1D8/)
      expect(await page.locator('.hypothesis').innerText()).toMatch(/Hypothetical: Total bilirubin 0\.8; ALT 40; AST 40/)
      expect(await page.locator('#dose .fired-critical').count()).toBe(0)
      await page.getByRole('button', { name: 'Back to the record' }).first().click()
      expect(await page.locator('.hypothesis').count()).toBe(0)
      expect(await page.locator('#dose .fired-critical').count()).toBe(1)
      expect(written).toEqual([])
      await page.context().close()
    })

    test('a dose moved too near, and two alkylators before transplantation, bring their rules', async () => {
      const page = await launchFor('no-ursodiol')
      await page.locator('#suppose-conditioningAgents').fill('busulfan, thiotepa')
      await expect.poll(() => page.locator('.change-added').allInnerTexts()).toContainEqual(expect.stringMatching(/Two alkylators/))
      await page.locator('#suppose-dose').fill('3')
      await expect.poll(() => page.locator('.change-added').allInnerTexts()).toContainEqual(expect.stringMatching(/3 mg/))
      await screenshot(page, 'timeline-what-if')
      await page.context().close()
    })
  })

  test('answers are used on the page, and saved as a questionnaire where the session may write', async () => {
    const page = await launchFor('vod-signs')
    await page.locator('#answer-vodRuledOut').selectOption('true')
    await page.getByRole('button', { name: 'Use on this page' }).click()
    await expect.poll(() => page.locator('#vod h3').nth(1).innerText()).toBe('Severity (EBMT)')
    const created = page.waitForResponse((response) => response.url().endsWith('/fhir/QuestionnaireResponse'))
    await page.getByRole('button', { name: 'Save to the record' }).click()
    expect((await created).status()).toBe(201)
    await page.locator('#questions').waitFor()
    expect(await page.locator('.question', { has: page.locator('#answer-vodRuledOut') }).innerText()).toMatch(/on record: yes/)
    await page.context().close()
    // The other tests look at the patient as the story tells it.
    await fetch(`${sandbox.url}/sandbox/reset`, { method: 'POST' })
  })

  test('works by keyboard: from the skip link to a rule and a supposed result', async () => {
    const page = await launchFor('liver-hold')
    await page.keyboard.press('Tab')
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Skip to the next dose')
    await page.keyboard.press('Enter')
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('dose')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    expect(new URL(page.url()).hash).toBe('#rule-hold-hepatic-labs')
    // What was asked about stands open.
    await page.locator('#rule-hold-hepatic-labs .conditions').first().waitFor()
    await page.locator('#suppose-bili').focus()
    await page.keyboard.type('0.5')
    await page.locator('.hypothesis').waitFor()
    await page.context().close()
  })

  test('says so when access has ended while the page was open', async () => {
    const page = await openPage()
    await page.clock.install()
    await page.goto(`${sandbox.url}/sandbox/launch?patient=liver-hold`)
    await page.locator('#dose').waitFor()
    await page.clock.fastForward('16:00')
    expect(await page.getByRole('alert').innerText()).toMatch(/Access to the record has ended/)
    expect(await page.getByRole('button', { name: 'Read again' }).isDisabled()).toBe(true)
    await page.context().close()
  })

  test('prints a summary of one page', async () => {
    const page = await launchFor('interruption-14d')
    await page.emulateMedia({ media: 'print' })
    expect(await page.locator('.summary').innerText()).toMatch(/David Sorensen[\s\S]*Next dose: C2D1[\s\S]*Doses and holds by day[\s\S]*Newest results[\s\S]*label 20/)
    expect(await page.locator('#dose').isVisible()).toBe(false)
    const pdf = await page.pdf({ format: 'A4' })
    expect(pdf.toString('latin1').match(/\/Type\s*\/Page\b/g)).toHaveLength(1)
    await screenshot(page, 'timeline-print')
    await page.context().close()
  })

  test.each(['light', 'dark'] as const)('is accessible in %s: axe finds nothing serious', async (colorScheme) => {
    const page = await launchFor('liver-hold', { colorScheme })
    expect(await seriousFindings(page)).toEqual([])
    await page.locator('#rule-hold-hepatic-labs summary').click()
    for (const table of ['#course', '#results']) await page.locator(`${table} summary`).click()
    await page.locator('#suppose-bili').fill('4')
    await page.locator('.change').first().waitFor()
    expect(await seriousFindings(page)).toEqual([])
    await screenshot(page, `timeline-${colorScheme}`)
    await page.context().close()
  })

  test('order entry sends at most 200 KB of script, and nothing of the rule engine; the timeline loads it once', async () => {
    const scripts = async (address: string, ready: string): Promise<ReadonlyMap<string, number>> => {
      const page = await openPage()
      const sent = new Map<string, number>()
      page.on('response', (response) => { if (response.url().endsWith('.js')) sent.set(new URL(response.url()).pathname, Number(response.headers()['content-length'])) })
      await page.goto(address)
      await page.locator(ready).first().waitFor()
      await page.context().close()
      return sent
    }
    const total = (sent: ReadonlyMap<string, number>): number => [...sent.values()].reduce((sum, size) => sum + size, 0)
    const entry = await scripts(sandbox.url, '.patient')
    expect(total(entry)).toBeGreaterThan(0)
    expect(total(entry)).toBeLessThanOrEqual(200 * 1024)
    expect([...entry.keys()].filter((path) => path.includes('engine'))).toEqual([])
    const timeline = await scripts(`${sandbox.url}/sandbox/launch?patient=liver-hold`, '#dose')
    expect([...timeline.keys()].some((path) => path.includes('engine'))).toBe(true)
    console.info(`script sent, compressed: order entry ${Math.round(total(entry) / 1024)} KB, timeline ${Math.round(total(timeline) / 1024)} KB`)
  })

  test('speaks Spanish where the reader does', async () => {
    const page = await openPage({ locale: 'es-ES' })
    await page.goto(`${sandbox.url}/sandbox/launch?patient=vod-signs`)
    await page.locator('#dose').waitFor()
    expect(await page.locator('#vod').innerText()).toMatch(/Enfermedad venooclusiva[\s\S]*Bilirrubina/)
    expect(await page.locator('#dose .fired-critical').allInnerTexts()).toEqual([expect.stringMatching(/^Crítica/), expect.stringMatching(/EVOH/)])
    expect(await page.evaluate(() => document.documentElement.lang)).toBe('es')
    expect(await seriousFindings(page)).toEqual([])
    await screenshot(page, 'timeline-spanish')
    await page.context().close()
  })

  test.each([360, 768, 3840])('fits a screen of %d pixels without scrolling sideways', async (width) => {
    const page = await launchFor('liver-hold', { viewport: { width, height: 900 } })
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width)
    await screenshot(page, `timeline-${width}`)
    await page.context().close()
  })
})
