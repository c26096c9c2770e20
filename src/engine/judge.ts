import type { HookName } from '../content/schema/common.ts'
import { openChart } from '../facts/chart.ts'
import type { PatientRecord } from '../facts/record-index.ts'
import { type Loose, referenceOf } from '../facts/resources.ts'
import type { Chart, Focus } from '../facts/scope.ts'
import type { SiteLimit } from '../facts/series.ts'
import type { Calendar, Moment } from '../language/calendar.ts'
import { focuses } from './focus.ts'
import type { Content } from './rule.ts'
import { draftsMeant } from './selection.ts'

/** A record with the orders about to be signed, at a moment. */
export interface Patient {
  readonly record: PatientRecord
  readonly drafts: readonly Loose[]
  readonly calendar: Calendar
  readonly now: Moment
  readonly siteLimit: SiteLimit
}

/** Opens a patient's chart under the content in force. */
export function chartOf(content: Content, patient: Patient): Chart {
  return openChart({
    ...patient, mapping: content.mapping, settings: content.settings, profile: content.profile, phrases: content.phrases,
    sources: new Map(content.sources.map(({ key, title, safety }) => [key, { title, safety }])),
  })
}

/** A chart and the evaluations that a hook asks of it: the same in the service and in a browser. */
export interface Matter { readonly chart: Chart; readonly inFocus: readonly Focus[] }

export function matterOf(content: Content, patient: Patient, hook: HookName, selections: readonly string[] = []): Matter {
  const chart = chartOf(content, patient)
  const meant = new Set(draftsMeant(hook, patient.drafts, selections).map(referenceOf))
  return { chart, inFocus: focuses(content, chart, hook, (reference) => meant.has(reference)) }
}
