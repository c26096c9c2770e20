import { type Fact, missing, present } from '../facts/fact.ts'
import { compareWithLimit } from '../facts/limit.ts'
import type { ScopeInternals } from '../facts/scope.ts'
import { type RecordRow, unavailability } from '../facts/select.ts'
import type { Sample } from '../facts/series.ts'
import { byUnitSetting, numberSetting } from '../facts/settings.ts'
import type { Moment } from '../language/calendar.ts'
import { percentChange } from '../language/decimal.ts'
import type { Derivation } from './derivation.ts'
import { flagOf, momentOf, numberOf, rowsOf, textValue } from './reading.ts'
import { valuesOf } from './vod-baseline.ts'
import { treatedBetween } from './vod-course.ts'
import { imagingWith } from './vod-evidence.ts'
import { newestDoubling } from './vod-kinetics.ts'

/** The four signs of the EBMT criteria. */
export type SignKey = 'bilirubin' | 'weight' | 'ascites' | 'painfulHepatomegaly'

/** A sign that is there now. `since`: the first day of its unbroken presence, where the record tells. */
export interface Sign {
  readonly key: SignKey
  readonly name: string
  readonly text: string
  readonly since: Moment | undefined
  readonly sources: readonly string[]
  /** Recorded as provisional, or resting on something that is. */
  readonly isSuspected: boolean
}

const UNSURE: ReadonlySet<string> = new Set(['provisional', 'differential', 'unconfirmed'])
const isUnsure = (row: RecordRow): boolean => UNSURE.has(String(row.fields['verification']))

/** What began before treatment and before the transplantation cannot be a sign of either. */
export function floorOf(scope: ScopeInternals): Moment | undefined {
  const dates = [treatedBetween(scope).first, momentOf(scope, 'vodHctDate')].flatMap((date) => date ?? [])
  return dates.toSorted((a, b) => a.at - b.at)[0]
}

/** Is a result certainly at or above a limit in its own unit family? */
export const reaches = ({ reading }: Sample, limits: Readonly<Record<string, number>>): boolean => {
  const limit = reading && limits[reading.family]
  return reading !== undefined && limit !== undefined && compareWithLimit(reading.value, '>=', limit) === true
}

/** The oldest of the results that, counted back from the newest, all pass. */
function startOfRun<T extends { readonly at: Moment }>(newestFirst: readonly T[], passes: (one: T) => boolean): Moment | undefined {
  const end = newestFirst.findIndex((one) => !passes(one))
  return (end === -1 ? newestFirst : newestFirst.slice(0, end)).at(-1)?.at
}

function bilirubinSign(scope: ScopeInternals): Sign[] {
  const fact = scope.fact('bilirubinLatest')
  if (fact.state === 'missing' || flagOf(scope, 'vodBilirubinReached') !== true || flagOf(scope, 'bilirubinExempt') === true) return []
  const limits = byUnitSetting(scope.settings, 'vod_bilirubin')
  const readable = scope.samples('bili').filter(({ reading, final }) => reading !== undefined && final)
  const since = startOfRun(readable, (sample) => reaches(sample, limits)) ?? fact.at
  return [{ key: 'bilirubin', name: 'bilirubin', text: scope.phrases.say`bilirubin ${fact.text}`, since, sources: fact.sources, isSuspected: false }]
}

function weightSign(scope: ScopeInternals): Sign[] {
  const gain = scope.fact('vodWeightGainPct')
  const limit = numberSetting(scope.settings, 'weight_gain_vod_pct')
  const baseline = numberOf(scope, 'vodWeightBaseline')
  if (gain.state === 'missing' || baseline === undefined || typeof gain.value !== 'number' || gain.value <= limit) return []
  const since = startOfRun(valuesOf(scope, 'bodyWeight'), ({ value }) => percentChange(baseline, value) > limit)
  return [{ key: 'weight', name: 'weight gain', text: scope.phrases.say`weight ${gain.text}`, since, sources: gain.sources, isSuspected: false }]
}

function assertedSign(key: SignKey, name: string, fact: Fact, { phrases }: ScopeInternals): Sign[] {
  return fact.state === 'present' && fact.value === true ? [{ key, name, text: phrases.say`${name} (stated)`, since: fact.at, sources: fact.sources, isSuspected: false }] : []
}

interface Found { readonly at: Moment | undefined; readonly sources: readonly string[]; readonly isSuspected: boolean }

/** Of a diagnosis on record and of imaging the surest and earliest; what began before treatment does not count. */
function foundIn(records: string, imaging: string | undefined, floor: Moment, scope: ScopeInternals): Found | undefined {
  const rows = [...rowsOf(scope, records), ...(imaging === undefined ? [] : imagingWith(imaging, scope))].filter(({ at }) => at === undefined || at.day >= floor.day)
  const sure = rows.filter((row) => !isUnsure(row))
  const chosen = sure.length > 0 ? sure : rows
  if (chosen.length === 0) return undefined
  const dates = chosen.flatMap(({ at }) => at ?? []).toSorted((a, b) => a.at - b.at)
  return { at: dates[0], sources: chosen.map(({ reference }) => reference), isSuspected: sure.length === 0 }
}

function ascitesSign(floor: Moment, scope: ScopeInternals): Sign[] {
  const asserted = scope.fact('assertedAscites')
  if (asserted.state === 'present') return assertedSign('ascites', 'ascites', asserted, scope)
  const found = foundIn('ascitesRecords', 'ascites', floor, scope)
  return found ? [{ key: 'ascites', name: 'ascites', text: 'ascites', since: found.at, sources: found.sources, isSuspected: found.isSuspected }] : []
}

/** An enlarged liver alone is no sign, nor is pain alone: the later of the two starts it. */
function liverSign(floor: Moment, scope: ScopeInternals): Sign[] {
  const name = 'painful hepatomegaly'
  const asserted = scope.fact('assertedPainfulHepatomegaly')
  if (asserted.state === 'present') return assertedSign('painfulHepatomegaly', name, asserted, scope)
  const liver = foundIn('hepatomegalyRecords', 'hepatomegaly', floor, scope)
  const pain = foundIn('ruqPainRecords', undefined, floor, scope)
  if (!liver || !pain) return []
  const since = liver.at && pain.at && (liver.at.at >= pain.at.at ? liver.at : pain.at)
  return [{ key: 'painfulHepatomegaly', name, text: name, since, sources: [...liver.sources, ...pain.sources], isSuspected: liver.isSuspected || pain.isSuspected }]
}

/** All signs there are, those that the clinician attributed to another cause left out; none for a week after VOD was ruled out. */
export function signsOf(scope: ScopeInternals): readonly Sign[] {
  const floor = floorOf(scope)
  if (!floor || flagOf(scope, 'assertedVodRuledOut') === true) return []
  const excused = (textValue(scope, 'assertedNotAttributable') ?? '').toLowerCase().split(/[\s,;]+/)
  return [...bilirubinSign(scope), ...weightSign(scope), ...liverSign(floor, scope), ...ascitesSign(floor, scope)].filter(({ key }) => !excused.includes(key.toLowerCase()))
}

export const sureSigns = (scope: ScopeInternals): readonly Sign[] => signsOf(scope).filter(({ isSuspected }) => !isSuspected)

/** Hints that call for a work-up although they are none of the four signs, or not yet confirmed. */
function hintsOf(scope: ScopeInternals): string[] {
  const floor = floorOf(scope)
  if (!floor || flagOf(scope, 'assertedVodRuledOut') === true) return []
  const doubling = newestDoubling(scope)
  const suspected = rowsOf(scope, 'vodSuspectedConditions').filter((row) => isUnsure(row) && (row.at === undefined || row.at.day >= floor.day))
  return [
    ...(doubling ? [scope.phrases.say`bilirubin doubled within ${String(numberSetting(scope.settings, 'vod_doubling_h'))} h (${doubling})`] : []),
    ...(flagOf(scope, 'assertedPlateletRefractory') === true ? ['refractory to platelets (stated)'] : []),
    ...signsOf(scope).filter(({ isSuspected }) => isSuspected).map(({ text }) => scope.phrases.say`${text} (suspected)`),
    ...(suspected.length > 0 ? ['VOD recorded as suspected'] : []),
  ]
}

/** The source that kept a sign from being seen, if any. */
export const unreadSigns = (scope: ScopeInternals): Fact | undefined =>
  unavailability('labs', scope) ?? unavailability('vitals', scope) ?? unavailability('conditions', scope)

/** Signs of veno-occlusive disease that are there now. */
export const vodSigns: Derivation = {
  facts: {
    vodSigns: { title: 'Signs of VOD', type: 'list' },
    vodSignNames: { title: 'Signs of VOD, short', type: 'text' },
    vodEarlySigns: { title: 'Signs of VOD and hints at it', type: 'list' },
    vodHasEarlySign: { title: 'Some sign of VOD or hint at it', type: 'boolean' },
    vodEarlyShort: { title: 'The first sign of VOD or hint at it', type: 'text' },
  },
  uses: [
    'bilirubinLatest', 'vodBilirubinReached', 'bilirubinExempt', 'vodWeightGainPct', 'vodWeightBaseline', 'vodHctDate', 'firstGivenDate', 'firstDoseDate', 'lastGivenDate', 'lastDoseDate',
    'assertedAscites', 'assertedPainfulHepatomegaly', 'assertedNotAttributable', 'assertedVodRuledOut', 'assertedPlateletRefractory',
    'ascitesRecords', 'hepatomegalyRecords', 'ruqPainRecords', 'liverImagingResults', 'vodSuspectedConditions',
  ],
  series: ['bili', 'bodyWeight'],
  compute(scope) {
    const signs = sureSigns(scope)
    const early = [...signs.map(({ text }) => text), ...hintsOf(scope)]
    const unread = unreadSigns(scope)
    const lost = unread?.state === 'missing' && early.length === 0 ? missing('unavailable', unread.detail) : undefined
    const sources = signs.flatMap((sign) => sign.sources)
    return {
      vodSigns: present(signs.map(({ text }) => text), signs.map(({ text }) => text).join(', ') || 'none', { sources }),
      vodSignNames: present(signs.map(({ name }) => name).join(', '), signs.map(({ name }) => name).join(', ') || 'no sign', { sources }),
      vodEarlySigns: lost ?? present(early, early.join(', ') || 'none', { sources }),
      vodHasEarlySign: lost ?? present(early.length > 0, early.join(', ') || 'no sign', { sources }),
      vodEarlyShort: present(early[0] ?? 'none', early.length > 1 ? scope.phrases.say`${early[0] ?? ''} and ${String(early.length - 1)} more` : early[0] ?? 'none', { sources }),
    }
  },
}
