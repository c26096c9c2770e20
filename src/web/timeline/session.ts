import type { Patient } from 'fhir/r4.js'
import type { PatientRecord } from '../../fhir/types.ts'
import { isFailure } from '../../fhir/reader.ts'
import { TimelineConfig } from '../../hooks/timeline-config.ts'
import { gather, openEngine, type Engine } from './engine.ts'
import { fhirServerOf } from './fhir-reader.ts'
import type { EhrSession } from './launch.ts'

export type LoadTrouble = 'token-expired' | 'record-unreachable' | 'rules-unavailable'

/** What has been read. */
export interface Loaded {
  readonly engine: Engine
  readonly session: EhrSession
  readonly record: PatientRecord
  readonly patient: Patient | undefined
  /** Epoch ms. */
  readonly readAt: number
}

const PATIENCE_MS = 30_000

/** The rules as the service sends them, compiled. Undefined where it does not. */
export async function loadEngine(): Promise<Engine | undefined> {
  try {
    const response = await fetch('/content.json', { signal: AbortSignal.timeout(PATIENCE_MS) })
    return response.ok ? openEngine(await response.json()) : undefined
  } catch {
    return undefined
  }
}

export async function loadConfig(): Promise<TimelineConfig | undefined> {
  try {
    const response = await fetch('/timeline.config.json', { signal: AbortSignal.timeout(PATIENCE_MS) })
    const parsed = TimelineConfig.safeParse(await response.json())
    return parsed.success ? parsed.data : undefined
  } catch {
    return undefined
  }
}

const isPatient = (resource: { readonly resourceType: string }): resource is Patient => resource.resourceType === 'Patient'

/** Reads the patient first, because a token that is no longer good should say so once and not as ten failures. */
export async function loadRecord(engine: Engine, session: EhrSession): Promise<Loaded | LoadTrouble> {
  const server = fhirServerOf(session)
  const signal = AbortSignal.timeout(PATIENCE_MS)
  const first = await server.reader.read(`Patient/${encodeURIComponent(session.patientId)}`, signal)
  if (isFailure(first)) return first.why === 'unauthorized' || first.why === 'expired' ? 'token-expired' : 'record-unreachable'
  const record = await gather(engine, { patientId: session.patientId, prefetch: {}, server, signal })
  if ([...record.sources.values()].every(({ state }) => state === 'unavailable')) return 'record-unreachable'
  return { engine, session, record, patient: record.resources.find(isPatient) ?? first.resources.find(isPatient), readAt: Date.now() }
}
