import { existsSync } from 'node:fs'
import { mkdir, readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { chromium, type Browser, type Page } from 'playwright-core'

const CANDIDATES = [process.env.CHROMIUM_PATH ?? '', '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** The browser of this machine, if it has one. */
export const CHROMIUM = CANDIDATES.find((path) => path !== '' && existsSync(path))

const ARGS = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync',
]

export const launch = (executablePath: string): Promise<Browser> => chromium.launch({ executablePath, headless: true, args: ARGS })

const SHOTS = 'test-results'

export const screenshot = async (page: Page, name: string): Promise<void> => {
  await mkdir(SHOTS, { recursive: true })
  await page.screenshot({ path: `${SHOTS}/${name}.png` })
}

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js')

interface Violation {
  readonly id: string
  readonly impact: string
  readonly nodes: readonly { readonly html: string }[]
}

/** What axe-core finds serious or critical on the page. The source is evaluated: the page's content security policy lets no script tag in. */
export const seriousFindings = async (page: Page): Promise<readonly string[]> => {
  await page.evaluate(await readFile(AXE, 'utf8'))
  const violations = await page.evaluate<readonly Violation[]>('axe.run().then((result) => result.violations)')
  return violations.filter(({ impact }) => ['serious', 'critical'].includes(impact)).map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`)
}
