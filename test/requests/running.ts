import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createApp } from '../../src/app.ts'
import { isProblems, readConfig } from '../../src/config.ts'
import { createLogger } from '../../src/logging.ts'
import { type Answer, read } from './answer.ts'
import type { HookBody } from './record.ts'

export interface Service {
  readonly url: string
  /** Everything logged so far. */
  log(): string
  /** Posts to the service of the hook; the answer has been linted. */
  call(body: HookBody | Readonly<Record<string, unknown>>): Promise<Answer>
  stop(): Promise<void>
}

/** Posts a hook call and lints what comes back. The service is that of the hook; for an unknown one, order-sign. */
export async function callAt(url: string, body: Readonly<Record<string, unknown>>): Promise<Answer> {
  const hook = ['order-select', 'order-sign', 'patient-view'].find((name) => name === body['hook']) ?? 'order-sign'
  const start = performance.now()
  const response = await fetch(`${url}/cds-services/inotuzumab-${hook}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
  return read(response, body, start)
}

/** The whole service in this process, on a free port, without client authentication. */
export async function startService(settings: Readonly<Record<string, string>> = {}): Promise<Service> {
  const dataDir = mkdtempSync(join(tmpdir(), 'ino-requests-'))
  const config = readConfig({ AUTH_MODE: 'none', HOST: '127.0.0.1', PORT: '0', DATA_DIR: dataDir, ...settings }, { command: 'serve' })
  if (isProblems(config)) throw new TypeError('bad configuration')
  const lines: string[] = []
  const app = await createApp(config, createLogger('trace', { write: (line) => void lines.push(line) }))
  const url = await app.server.listen({ host: '127.0.0.1', port: 0 })
  const stop = async (): Promise<void> => {
    await app.close()
    rmSync(dataDir, { recursive: true })
  }
  return { url, stop, log: () => lines.join(''), call: (body) => callAt(url, body) }
}
