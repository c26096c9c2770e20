import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'ino-start-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** Starts the service, which must refuse to run. */
function refused(site: string, env: Readonly<Record<string, string>>): { readonly status: number | null; readonly lines: readonly string[] } {
  const file = join(folder, 'site.yaml')
  writeFileSync(file, site)
  const { status, stderr } = spawnSync(process.execPath, [MAIN, 'serve'], { env: { SITE_SETTINGS: file, DATA_DIR: folder, ...env }, encoding: 'utf8' })
  return { status, lines: stderr.trim().split('\n').map((line) => line.replaceAll(file, 'site.yaml').split(' – ')[0] ?? '') }
}

describe('a service that cannot start', () => {
  it('says all that is wrong with settings and site at once', () => {
    const site = 'settings: { hepatic_hold_logc: any }\nsite_uln: { altt: { uln: { value: 40, unit: U/L } } }\n'
    expect(refused(site, { PORT: 'x', DEADLINE_MS: 'soon' })).toEqual({
      status: 1,
      lines: [
        'PORT: must be a whole number', 'DEADLINE_MS: must be a whole number',
        'SITE_SETTINGS:1:1 unknown setting hepatic_hold_logc', 'SITE_SETTINGS:1:1 site_uln: altt has no limit that anything is compared with',
      ],
    })
  })

  it('says what cannot be read at all once', () => {
    expect(refused('timezone: Mars\n', { PORT: 'x' })).toEqual({ status: 1, lines: ['PORT: must be a whole number', 'site.yaml:1: timezone: must be an IANA time zone such as Europe/Madrid'] })
  })

  it('says that there is no content, beside what else is wrong', () => {
    const { status, lines } = refused('', { PORT: 'x', CONTENT_DIR: join(folder, 'none') })
    expect([status, lines[0], lines[1]?.startsWith('CONTENT_DIR: ')]).toEqual([1, 'PORT: must be a whole number', true])
  })
})
