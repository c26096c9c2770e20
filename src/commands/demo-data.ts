import type { Outcome } from './outcome.ts'

const USAGE = 'usage: node src/main.ts demo-data <FHIR base URL>'

/** Loads the demo patients into the FHIR server of a demonstration. */
export async function demoData([base]: readonly string[]): Promise<Outcome> {
  if (base === undefined || !URL.canParse(base)) return { ok: false, lines: [USAGE] }
  const { loadDemoData } = await import('../sandbox/demo-data.ts')
  const patients = await loadDemoData(base.replace(/\/+$/, ''))
  return { ok: true, lines: [`${String(patients.length)} patients: ${patients.join(', ')}`] }
}
