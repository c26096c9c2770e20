import { type Fact, present } from '../facts/fact.ts'
import type { ScopeInternals } from '../facts/scope.ts'
import type { Sample } from '../facts/series.ts'
import { listSetting, numberSetting, textSetting } from '../facts/settings.ts'
import { isMeasured } from '../facts/view.ts'
import { daysBetween, type Moment } from '../language/calendar.ts'
import type { Bound } from '../language/check.ts'
import { divide } from '../language/decimal.ts'
import type { Derivation } from './derivation.ts'
import { flagOf, rowsOf } from './reading.ts'
import { treatedBetween } from './vod-course.ts'

interface Verdict { readonly at: Moment; readonly measurement: string; readonly isAbove: boolean }

/** Is a result surely above, or surely not above, a multiple of its own limit? A bound may leave it open. */
function isAbove({ reading, uln }: Sample, limit: number): boolean | undefined {
  if (!reading || uln === undefined || uln <= 0) return undefined
  if (typeof reading.value === 'number') return divide(reading.value, uln) > limit
  const times = divide(reading.value.limit, uln)
  if (reading.value.bound === 'above') return times >= limit ? true : undefined
  return times <= limit ? false : undefined
}

function verdictsOf(measurement: string, limit: number, scope: ScopeInternals): Verdict[] {
  return scope.samples(measurement).filter(({ final }) => final).flatMap((sample) => {
    const above = isAbove(sample, limit)
    return above === undefined ? [] : [{ at: sample.at, measurement, isAbove: above }]
  })
}

/** The state of a liver hold after each result, with the newest result of every test so far. */
function isHeld(newest: ReadonlyMap<string, boolean>, scope: ScopeInternals): boolean {
  const bilirubin = newest.get('bili') === true
  const transaminases = newest.get('alt') === true || newest.get('ast') === true
  return textSetting(scope.settings, 'hepatic_hold_logic') === 'both' ? bilirubin && transaminases : bilirubin || transaminases
}

/** The day since which liver tests have held the dose without a break; undefined when they do not now, or no result is recent. Bilirubin with another cause is left out. */
export function heldSince(scope: ScopeInternals): Moment | undefined {
  const { first } = treatedBetween(scope)
  const bilirubin = flagOf(scope, 'bilirubinExempt') === true ? [] : verdictsOf('bili', numberSetting(scope.settings, 'bili_hold_xuln'), scope)
  const limit = numberSetting(scope.settings, 'alt_hold_xuln')
  const all = [...bilirubin, ...verdictsOf('alt', limit, scope), ...verdictsOf('ast', limit, scope)].toSorted((a, b) => a.at.at - b.at.at)
  const newest = new Map<string, boolean>()
  let since: Moment | undefined
  for (const { at, measurement, isAbove: above } of all) {
    if (!first || at.day < first.day) continue
    newest.set(measurement, above)
    since = isHeld(newest, scope) ? since ?? at : undefined
  }
  const last = all.at(-1)?.at
  const isCurrent = last !== undefined && daysBetween(last, scope.now) <= numberSetting(scope.settings, 'trend_lookback_d')
  return isCurrent ? since : undefined
}

type Times = number | Bound

/** CTC grade of alkaline phosphatase or GGT: how many limits its multiple of ULN surely exceeds. */
function gradeOf(times: Times, scope: ScopeInternals): number {
  const exceeds = (limit: number): boolean => (typeof times === 'number' ? times > limit : times.bound === 'above' && times.limit >= limit)
  return listSetting(scope.settings, 'alp_ggt_grades_xuln').map(Number).filter(exceeds).length
}

function timesOf(sample: Sample | undefined): number | undefined {
  return sample && typeof sample.reading?.value === 'number' && sample.uln !== undefined && sample.uln > 0 ? divide(sample.reading.value, sample.uln) : undefined
}

/** Is the grade now higher than before treatment? An unknown earlier grade counts as none. */
function worsened(measurement: string, ratio: string, scope: ScopeInternals): Fact {
  const now = scope.fact(ratio)
  if (!isMeasured(now)) return now
  const { first } = treatedBetween(scope)
  const lookback = numberSetting(scope.settings, 'baseline_lookback_d')
  const before = first && scope.samples(measurement).find(({ at, final, reading }) => final && reading !== undefined && at.at < first.at && daysBetween(at, first) <= lookback)
  const earlier = gradeOf(timesOf(before) ?? 0, scope)
  const grade = gradeOf(now.value, scope)
  return present(grade > earlier, scope.phrases.say`grade ${String(grade)}, before treatment ${before ? scope.phrases.say`grade ${String(earlier)}` : 'not known'}`)
}

function failureFact(scope: ScopeInternals): Fact {
  const list = scope.fact('liverFailureRecords')
  if (list.state === 'missing') return list
  const { first } = treatedBetween(scope)
  const rows = rowsOf(scope, 'liverFailureRecords').filter(({ at }) => first !== undefined && (at === undefined || at.day >= first.day))
  const text = rows.map(({ title, at }) => `${title}${at ? ` (${scope.calendar.iso(at)})` : ''}`).join(', ')
  return present(rows.length > 0, text || 'no liver failure on record', { sources: rows.map(({ reference }) => reference) })
}

/** The signs of veno-occlusive disease in the words of a liver card. */
function vodLine(scope: ScopeInternals): Fact {
  const signs = scope.fact('vodEarlySigns')
  const found = signs.state === 'present' && Array.isArray(signs.value) && signs.value.length > 0
  const text = found ? `${textSetting(scope.settings, 'words_look_for_vod')}: ${signs.text}` : signs.state === 'present' ? 'no other sign of veno-occlusive disease on record' : 'signs of veno-occlusive disease could not be read'
  return present(text, text)
}

/** How liver tests went since treatment began. */
export const hepaticCourse: Derivation = {
  facts: {
    hepaticHoldDays: { title: 'Days since liver tests have held the dose without a break', type: 'number', unit: 'd' },
    alpWorsened: { title: 'Alkaline phosphatase is of a higher grade than before treatment', type: 'boolean' },
    ggtWorsened: { title: 'GGT is of a higher grade than before treatment', type: 'boolean' },
    liverFailureAfterFirstDose: { title: 'Liver failure that began after the first dose', type: 'boolean' },
    hepaticVodLine: { title: 'Signs of VOD beside liver tests', type: 'text' },
  },
  uses: [
    'firstGivenDate', 'firstDoseDate', 'lastGivenDate', 'lastDoseDate', 'bilirubinExempt', 'alpLatestXuln', 'ggtLatestXuln', 'liverFailureRecords', 'vodEarlySigns',
  ],
  series: ['bili', 'alt', 'ast', 'alp', 'ggt'],
  compute(scope) {
    const since = heldSince(scope)
    const days = since && daysBetween(since, scope.now)
    return {
      hepaticHoldDays: days === undefined ? present(0, 'no liver hold now') : present(days, scope.phrases.say`${String(days)} days since ${since ? scope.calendar.iso(since) : ''}`, since ? { at: since } : {}),
      alpWorsened: worsened('alp', 'alpLatestXuln', scope), ggtWorsened: worsened('ggt', 'ggtLatestXuln', scope),
      liverFailureAfterFirstDose: failureFact(scope), hepaticVodLine: vodLine(scope),
    }
  },
}
