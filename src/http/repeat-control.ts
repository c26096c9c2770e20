import { hash } from 'node:crypto'
import { type Acknowledgement, evidenceOf } from '../engine/evidence.ts'
import type { Finding } from '../engine/findings.ts'
import type { Content } from '../engine/rule.ts'
import { numberSetting } from '../facts/settings.ts'
import type { HookName } from '../hooks/services.ts'
import type { Override, Store } from '../store/store.ts'
import { within } from './within.ts'

const HOUR_MS = 3_600_000
/** Longer than any cycle: rules told once a cycle are matched by their cycle, not by hours. */
const CYCLE_MS = 60 * 24 * HOUR_MS

/** Hash of the evidence of a finding: what the store keeps instead of values. */
export const evidenceHash = (finding: Finding): string => hash('sha256', evidenceOf(finding)).slice(0, 32)

export interface AskOptions {
  readonly patientKey: string
  readonly content: Content
  /** epoch ms */
  readonly now: number
}

/** Longest wait for the store, in ms. */
const ASKING_MS = 400

export type Acknowledged = (finding: Finding) => Acknowledgement | undefined

const isStillValid = (override: Override, finding: Finding, now: number, silenceMs: number): boolean =>
  finding.rule.repeat === 'per-cycle' || now - override.at <= silenceMs

/**
 * Which findings a clinician has already answered with the same evidence. Those marked never-silence are told again every time; so is
 * anything new or worse, because its evidence is another. A store that cannot be asked, or not in time, silences nothing.
 */
export async function acknowledgedBefore(store: Pick<Store, 'overrides'>, { patientKey, content, now }: AskOptions): Promise<Acknowledged> {
  const overrides = await within(ASKING_MS, store.overrides(patientKey, now - CYCLE_MS)).catch(() => [])
  if (overrides.length === 0) return () => undefined
  const byHash = new Map(overrides.toReversed().flatMap((override) => (override.evidenceHash ? [[override.evidenceHash, override] as const] : [])))
  const silenceMs = numberSetting(content.settings, 'repeat_silence_h') * HOUR_MS
  return (finding) => {
    if (finding.rule.repeat === 'never-silence') return undefined
    const override = byHash.get(evidenceHash(finding))
    return override && isStillValid(override, finding, now, silenceMs) ? { by: override.user ?? 'a clinician', at: override.at } : undefined
  }
}

export type Told = (finding: Finding) => boolean

const MINUTE_MS = 60_000

/**
 * Which findings this user has been informed of while writing the order. Order-sign repeats all that must be resolved, but not what only
 * informs; a store that cannot be asked, or not in time, leaves nothing out.
 */
export async function toldBefore(store: Pick<Store, 'toldWhileOrdering'>, hook: HookName, user: string, { patientKey, content, now }: AskOptions): Promise<Told> {
  if (hook !== 'order-sign') return () => false
  const since = now - numberSetting(content.settings, 'told_while_ordering_min') * MINUTE_MS
  const hashes = new Set(await within(ASKING_MS, store.toldWhileOrdering({ patientKey, user, since })).catch(() => []))
  return (finding) => hashes.size > 0 && finding.rule.repeat !== 'never-silence' && hashes.has(evidenceHash(finding))
}
