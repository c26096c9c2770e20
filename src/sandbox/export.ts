import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { bundleOf, type Today } from './patients/chart.ts'
import { readCharts } from './patients/chart-files.ts'

/** Writes each demo patient as a transaction Bundle, `<id>.json`, for loading into another FHIR server. Returns the paths. */
export function exportBundles(directory: string, today: Today = { now: new Date() }): readonly string[] {
  mkdirSync(directory, { recursive: true })
  return readCharts().map((chart) => {
    const path = join(directory, `${chart.id}.json`)
    writeFileSync(path, `${JSON.stringify(bundleOf(chart, today), null, 2)}\n`)
    return path
  })
}

/** `node src/sandbox/export.ts <directory>` */
if (import.meta.main) {
  const [directory] = process.argv.slice(2)
  if (directory === undefined) throw new TypeError('usage: node src/sandbox/export.ts <directory>')
  process.stdout.write(`${exportBundles(directory).join('\n')}\n`)
}
