import { setTimeout as pause } from 'node:timers/promises'
import { bundleOf, type Today } from './patients/chart.ts'
import { readCharts } from './patients/chart-files.ts'

export interface LoadOptions {
  readonly today?: Today
  /** ms to wait for a server that is still starting. */
  readonly patienceMs?: number
  /** Sent as `Authorization`, where the server asks for it. */
  readonly authorization?: string
}

const PATIENCE_MS = 180_000
const PAUSE_MS = 1_000
const TIMEOUT_MS = 60_000

/**
 * Loads the demo patients into a FHIR R4 server, one transaction each; loading again replaces them. Returns their ids. Throws when the
 * server does not come up, speaks another version, or refuses a patient.
 */
export async function loadDemoData(base: string, { today = { now: new Date() }, patienceMs = PATIENCE_MS, authorization }: LoadOptions = {}): Promise<readonly string[]> {
  const headers = { 'content-type': 'application/fhir+json', accept: 'application/fhir+json', ...(authorization === undefined ? {} : { authorization }) }
  await serverIsUp(base, headers, Date.now() + patienceMs)
  const loaded: string[] = []
  for (const chart of readCharts()) {
    const response = await fetch(base, { method: 'POST', headers, body: JSON.stringify(bundleOf(chart, today)), signal: AbortSignal.timeout(TIMEOUT_MS) })
    // The demo patients are made up: what the server says about them may be shown.
    if (!response.ok) throw new Error(`${chart.id}: the server answered ${String(response.status)} ${(await response.text()).slice(0, 500)}`)
    loaded.push(chart.id)
  }
  return loaded
}

async function serverIsUp(base: string, headers: Readonly<Record<string, string>>, until: number): Promise<void> {
  const version = await fhirVersion(base, headers)
  if (version?.startsWith('4.0')) return
  if (version !== undefined) throw new Error(`the server speaks FHIR ${version}, the demo patients are FHIR R4`)
  if (Date.now() > until) throw new Error(`no FHIR server answered at ${base}/metadata`)
  await pause(PAUSE_MS)
  await serverIsUp(base, headers, until)
}

/** Undefined while the server does not answer. */
async function fhirVersion(base: string, headers: Readonly<Record<string, string>>): Promise<string | undefined> {
  try {
    const response = await fetch(`${base}/metadata`, { headers, signal: AbortSignal.timeout(TIMEOUT_MS) })
    const statement: unknown = response.ok ? await response.json() : undefined
    return typeof statement === 'object' && statement !== null && 'fhirVersion' in statement ? String(statement.fhirVersion) : undefined
  } catch {
    return undefined
  }
}
