import { isContent, linkContent } from '../../content/link.ts'
import { printProblem } from '../../content/problem.ts'
import type { ContentTexts } from '../../content/texts.ts'
import { decide, type Decided } from '../../engine/decide.ts'
import { matterOf, type Patient } from '../../engine/judge.ts'
import type { Content } from '../../engine/rule.ts'
import type { Loose } from '../../facts/resources.ts'
import type { SiteLimit } from '../../facts/series.ts'
import { siteLimits } from '../../facts/site-limits.ts'
import { gatherFrom } from '../../fhir/gathering.ts'
import type { OpenServer } from '../../fhir/reader.ts'
import { sourcePlans } from '../../fhir/sources.ts'
import type { PatientRecord, SourcePlan } from '../../fhir/types.ts'
import { language as pageLanguage } from '../language.ts'
import { type Calendar, calendarOf } from '../../language/calendar.ts'

/** The rules of a site, compiled in this browser from the texts that the service runs on. */
export interface Engine {
  readonly content: Content
  readonly calendar: Calendar
  readonly plans: readonly SourcePlan[]
  readonly siteLimit: SiteLimit
}

/** Compiles the content that the service sent. Throws with every problem: the service itself would not have started with it. */
export function openEngine({ files, site, hash, timezone, site_uln, language = pageLanguage }: ContentTexts): Engine {
  const content = linkContent(new Map(Object.entries(files)), site, hash, language)
  if (!isContent(content)) throw new TypeError(content.map(printProblem).join('\n'))
  const calendar = calendarOf(timezone)
  // Dates for people in the language of the content.
  const spoken: Calendar = { ...calendar, short: (moment, words = content.phrases.of) => calendar.short(moment, words) }
  return { content, calendar: spoken, plans: sourcePlans(content.sources, content.mapping.matcher), siteLimit: siteLimits(site_uln) }
}

export interface RecordQuery {
  readonly patientId: string
  /** What is known already, under the keys of discovery; the rest is read from the server. */
  readonly prefetch: Readonly<Record<string, unknown>>
  readonly server: OpenServer | undefined
  readonly signal: AbortSignal
}

/** The patient's record, read as the service reads it. What could not be read is a source that says why. */
export const gather = ({ plans }: Engine, query: RecordQuery): Promise<PatientRecord> => gatherFrom({ ...query, plans })

export interface Question {
  readonly record: Pick<PatientRecord, 'resources' | 'sources'>
  readonly drafts: readonly Loose[]
  readonly hook: 'order-select' | 'order-sign' | 'patient-view'
  readonly selections?: readonly string[]
  /** Epoch ms. */
  readonly now: number
  readonly patientId: string
}

export const patientOf = ({ calendar, siteLimit }: Engine, { record, drafts, now }: Question): Patient => ({ record, drafts, calendar, now: calendar.of(now), siteLimit })

/** What the service would answer to a hook with this record and these drafts. Undefined where no rule is concerned. */
export function judge(engine: Engine, question: Question): Decided | undefined {
  const { hook, selections, now, patientId } = question
  const { chart, inFocus } = matterOf(engine.content, patientOf(engine, question), hook, selections)
  if (inFocus.length === 0) return undefined
  const context = { patient: `Patient/${patientId}`, user: 'Practitioner/self', nowIso: new Date(now).toISOString() }
  return decide(engine.content, chart, hook, inFocus, { context, uuid: () => crypto.randomUUID(), publicUrl: window.location.origin })
}

