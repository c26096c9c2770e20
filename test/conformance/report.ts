/**
 * `npm run conformance`: runs the suite, prints each item with its result, section and Inferno number, and writes docs/conformance.md.
 *   BASE_URL=https://… npm run conformance [file]   against a service that runs already; writes only to a file that is named
 *   EHR_PORT=9100 npm run conformance clients       the CLIENTS_FILE that makes such a service trust the EHR of the suite
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { CHECKLIST } from './checklist.ts'
import { clientsYaml } from './clients.ts'
import { markdownOf, type Result, tallyOf } from './markdown.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const Report = z.object({ testResults: z.array(z.object({ assertionResults: z.array(z.object({ title: z.string(), status: z.string() })) })) })

const { BASE_URL } = process.env

/** The worst result of the tests of each item. */
function resultsIn(report: unknown): ReadonlyMap<string, Result> {
  const results = new Map<string, Result>()
  for (const { title, status } of Report.parse(report).testResults.flatMap(({ assertionResults }) => assertionResults)) {
    const id = /^([A-Z]+-\d\d):/.exec(title)?.[1]
    if (id === undefined || results.get(id) === 'failed') continue
    const result = status === 'passed' ? 'passed' : status === 'failed' ? 'failed' : 'skipped'
    if (result !== 'skipped' || !results.has(id)) results.set(id, result)
  }
  return results
}

async function runSuite(): Promise<{ readonly results: ReadonlyMap<string, Result>; readonly code: number }> {
  const file = join(mkdtempSync(join(tmpdir(), 'ino-report-')), 'report.json')
  const child = spawn(process.execPath, [join(ROOT, 'node_modules/vitest/vitest.mjs'), 'run', 'test/conformance', '--reporter=json', `--outputFile=${file}`, '--reporter=dot'], { cwd: ROOT, env: { ...process.env, ...(BASE_URL === undefined ? {} : { CONFORMANCE_URL: BASE_URL }) }, stdio: ['ignore', 'inherit', 'inherit'] })
  const [code] = await once(child, 'exit') as [number | null] // sound: the first argument of this event
  return { results: resultsIn(JSON.parse(readFileSync(file, 'utf8'))), code: code ?? 1 }
}

function print(results: ReadonlyMap<string, Result>): void {
  for (const [id, { level, section, inferno = '–', says, unseen }] of CHECKLIST) {
    const result = unseen === undefined ? results.get(id) ?? 'not run' : 'not visible'
    console.log(`${id.padEnd(8)} ${result.padEnd(11)} ${level.padEnd(11)} ${section.padEnd(38)} Inferno ${inferno.padEnd(24)} ${says}`)
  }
  console.log(Object.entries(tallyOf(results)).map(([outcome, count]) => `${String(count)} ${outcome}`).join(', '))
}

function printClients(port: number): void {
  process.stdout.write(clientsYaml({ fhir: `http://127.0.0.1:${String(port + 1)}/fhir/r4`, keysAt: (name) => `http://127.0.0.1:${String(port)}/${name}` }))
}

const [, , word] = process.argv
if (word === 'clients') printClients(Number(process.env['EHR_PORT'] ?? '9100'))
else {
  const { results, code } = await runSuite()
  print(results)
  const file = word ?? (BASE_URL !== undefined ? undefined : join(ROOT, 'docs/conformance.md'))
  if (file !== undefined) writeFileSync(file, markdownOf(results))
  process.exitCode = code
}
