import { missing, present } from '../facts/fact.ts'
import type { ScopeInternals } from '../facts/scope.ts'
import { unavailability } from '../facts/select.ts'
import type { Sample } from '../facts/series.ts'
import { numberSetting } from '../facts/settings.ts'
import { divide, round, subtract } from '../language/decimal.ts'
import type { Moment } from '../language/calendar.ts'
import type { Derivation } from './derivation.ts'
import { momentOf } from './reading.ts'

const MS_PER_MINUTE = 60_000

/** Fridericia: QT divided by the cube root of the RR interval in seconds. QT and result in ms, heart rate per minute. */
export const fridericia = (qtMs: number, heartRate: number): number => round(qtMs / Math.cbrt(60 / heartRate), 6, 'half-up')

export interface Ecg {
  readonly at: Moment
  readonly qtcf: number
  readonly text: string
  readonly sources: readonly string[]
}

interface Reported { readonly at: Moment; readonly value: number; readonly reference: string }

const reported = (scope: ScopeInternals, measurement: string): readonly Reported[] =>
  scope.samples(measurement).flatMap(({ at, reading, reference, final }: Sample) => (final && typeof reading?.value === 'number' ? [{ at, value: reading.value, reference }] : []))

/** Values of one ECG (same time) are averaged: triplicates count as one tracing. */
function byTime(values: readonly Reported[]): Map<number, { at: Moment; value: number; sources: string[] }> {
  const groups = new Map<number, Reported[]>()
  for (const one of values) groups.set(one.at.at, [...(groups.get(one.at.at) ?? []), one])
  return new Map([...groups].map(([time, list]) => {
    const mean = divide(list.reduce((sum, { value }) => sum + value, 0), list.length)
    return [time, { at: list[0]?.at ?? { at: time, day: 0, precise: true }, value: mean, sources: list.map(({ reference }) => reference) }]
  }))
}

/** Rounded to whole milliseconds, half up, before any comparison. */
const whole = (ms: number): number => round(ms, 0, 'half-up')

/** ECGs with a Fridericia QTc, newest first: reported as such, else computed from QT and the rate of the same tracing. */
export function ecgsOf(scope: ScopeInternals): readonly Ecg[] {
  const found = new Map<number, Ecg>()
  for (const [time, { at, value, sources }] of byTime(reported(scope, 'qtcf'))) found.set(time, { at, qtcf: whole(value), text: `${String(whole(value))} ms`, sources })
  const rates = byTime(reported(scope, 'heartRate'))
  const intervals = byTime(reported(scope, 'rrInterval'))
  for (const [time, qt] of byTime(reported(scope, 'qtInterval'))) {
    const interval = intervals.get(time)
    const rate = rates.get(time)?.value ?? (interval ? divide(MS_PER_MINUTE, interval.value) : undefined)
    if (found.has(time) || rate === undefined || rate <= 0) continue
    const qtcf = whole(fridericia(qt.value, rate))
    found.set(time, { at: qt.at, qtcf, text: scope.phrases.say`${String(qtcf)} ms (from QT ${String(qt.value)} ms at ${String(round(rate, 0, 'half-up'))}/min)`, sources: qt.sources })
  }
  return [...found.values()].sort((a, b) => b.at.at - a.at.at)
}

const ecgFact = (ecg: Ecg | undefined) =>
  ecg ? present(ecg.qtcf, ecg.text, { origin: 'record', at: ecg.at, unit: 'ms', sources: ecg.sources }) : missing('absent', 'no ECG with QTcF, or with QT and heart rate')

/** Was a tracing taken before the first dose? On the day of the dose the time decides where both have one. */
const isBefore = (ecg: Moment, dose: Moment): boolean => (ecg.precise && dose.precise ? ecg.at <= dose.at : ecg.day <= dose.day)

/** The last tracing of any kind: also one whose QTc is by another formula was an ECG. */
export function lastEcgOf(scope: ScopeInternals): Moment | undefined {
  const times = [...ecgsOf(scope), ...reported(scope, 'qtcBazett'), ...reported(scope, 'qtcUnspecified')].map(({ at }) => at)
  return times.sort((a, b) => b.at - a.at)[0]
}

const riseFact = (latest: Ecg | undefined, baseline: Ecg | undefined) =>
  latest && baseline
    ? present(subtract(latest.qtcf, baseline.qtcf), `${String(subtract(latest.qtcf, baseline.qtcf))} ms`, { at: latest.at, unit: 'ms', sources: [...latest.sources, ...baseline.sources] })
    : missing('absent', latest ? 'no ECG before treatment' : 'no ECG with QTcF')

/** QTcF now and before treatment, the age of the last ECG, and a QTc by another formula if that is all there is. */
export const qt: Derivation = {
  facts: {
    qtcfLatest: { title: 'QTcF', type: 'number', unit: 'ms' },
    qtcfBaseline: { title: 'QTcF before treatment', type: 'number', unit: 'ms' },
    qtcfRise: { title: 'Rise of QTcF since before treatment', type: 'number', unit: 'ms' },
    ecgAbsent: { title: 'No ECG on file', type: 'boolean' },
    ecgAgeDays: { title: 'Age of the last ECG on the planned date', type: 'number', unit: 'd' },
    otherQtc: { title: 'QTc by another or unknown formula, where no QTcF is known', type: 'number', unit: 'ms' },
  },
  uses: ['planned', 'firstDoseDate'],
  series: ['qtcf', 'qtInterval', 'heartRate', 'rrInterval', 'qtcBazett', 'qtcUnspecified'],
  compute(scope) {
    const { focus, settings } = scope
    const lost = unavailability('ecg', scope)
    const ecgs = ecgsOf(scope)
    const recent = ecgs.filter(({ at }) => focus.planned.day - at.day <= numberSetting(settings, 'ecg_trend_lookback_d'))
    const firstDose = momentOf(scope, 'firstDoseDate')
    const baseline = ecgs.find(({ at }) => firstDose !== undefined && isBefore(at, firstDose) && firstDose.day - at.day <= numberSetting(settings, 'baseline_lookback_d'))
    const isRecent = ({ at }: Reported): boolean => focus.planned.day - at.day <= numberSetting(settings, 'ecg_trend_lookback_d')
    const [other] = [...reported(scope, 'qtcBazett'), ...reported(scope, 'qtcUnspecified')].filter(isRecent).sort((a, b) => b.at.at - a.at.at || b.value - a.value)
    const last = lastEcgOf(scope)
    const useOther = other !== undefined && (recent[0] === undefined || other.at.day > recent[0].at.day)
    const age = last && focus.planned.day - last.day
    return {
      qtcfLatest: recent[0] ? ecgFact(recent[0]) : lost ?? ecgFact(undefined), qtcfBaseline: ecgFact(baseline), qtcfRise: riseFact(recent[0], baseline),
      ecgAgeDays: age === undefined ? lost ?? missing('absent', 'no ECG on file') : present(age, String(age), last ? { at: last } : {}),
      ecgAbsent: last ? present(false, 'no') : lost ?? present(true, 'no ECG on file'),
      otherQtc: useOther ? present(whole(other.value), `${String(whole(other.value))} ms`, { at: other.at, sources: [other.reference], origin: 'record' }) : missing('not-applicable', 'QTcF is known'),
    }
  },
}
