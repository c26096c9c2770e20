import type { ScopeInternals } from '../facts/scope.ts'
import { isMeasured, ratioOf } from '../facts/view.ts'
import type { Sample } from '../facts/series.ts'
import { present, valueOf } from '../facts/fact.ts'
import { numberSetting } from '../facts/settings.ts'
import type { Moment } from '../language/calendar.ts'

/** A limit that an analyte must meet for a hold to end; `xuln`: as a multiple of the result's own upper limit. */
export interface Criterion {
  readonly measurement: string
  readonly limit: number
  readonly direction: 'max-xuln' | 'min'
}

export const hepaticCriteria = ({ settings }: ScopeInternals): readonly Criterion[] => [
  { measurement: 'bili', limit: numberSetting(settings, 'bili_hold_xuln'), direction: 'max-xuln' },
  { measurement: 'alt', limit: numberSetting(settings, 'alt_hold_xuln'), direction: 'max-xuln' },
  { measurement: 'ast', limit: numberSetting(settings, 'alt_hold_xuln'), direction: 'max-xuln' },
]

export const hematologicCriteria = ({ settings }: ScopeInternals): readonly Criterion[] => [
  { measurement: 'ancCount', limit: numberSetting(settings, 'anc_threshold'), direction: 'min' },
  { measurement: 'pltCount', limit: numberSetting(settings, 'plt_threshold'), direction: 'min' },
]

/** Whether one result meets its criterion; undefined when it cannot be compared. */
export function meets(sample: Sample, { direction, limit }: Criterion): boolean | undefined {
  const { reading, uln } = sample
  if (!reading || typeof reading.value !== 'number') return undefined
  if (direction === 'min') return reading.value >= limit
  const fact = { ...present(reading.value, reading.text), family: reading.family, ...(uln === undefined ? {} : { uln }) }
  const ratio = isMeasured(fact) ? valueOf(ratioOf(fact, 'uln')) : undefined
  return typeof ratio === 'number' ? ratio <= limit : undefined
}

interface Verdict { readonly at: Moment; readonly measurement: string; readonly ok: boolean }

function verdicts(criteria: readonly Criterion[], scope: ScopeInternals): readonly Verdict[] {
  return criteria.flatMap((criterion) => scope.samples(criterion.measurement).filter(({ final }) => final).flatMap((sample) => {
    const ok = meets(sample, criterion)
    return ok === undefined ? [] : [{ at: sample.at, measurement: criterion.measurement, ok }]
  })).sort((a, b) => a.at.at - b.at.at)
}

/** Was some criterion failed by its newest result up to the end of a day (looking back a few days)? */
export function isFailedOn(day: Moment, criteria: readonly Criterion[], lookbackDays: number, scope: ScopeInternals): boolean {
  const upTo = verdicts(criteria, scope).filter(({ at }) => at.day <= day.day && day.day - at.day <= lookbackDays)
  const newest = new Map(upTo.map((verdict) => [verdict.measurement, verdict.ok]))
  return [...newest.values()].includes(false)
}

/** The first day from `since` on which every analyte that had failed was back within its limit; undefined while one is not. */
export function recoveryDay(since: Moment, criteria: readonly Criterion[], scope: ScopeInternals): Moment | undefined {
  const newest = new Map<string, boolean>()
  let hasFailed = false
  for (const { at, measurement, ok } of verdicts(criteria, scope)) {
    newest.set(measurement, ok)
    if (at.day < since.day) continue
    hasFailed ||= [...newest.values()].includes(false)
    if (hasFailed && ![...newest.values()].includes(false)) return at
  }
  return undefined
}
