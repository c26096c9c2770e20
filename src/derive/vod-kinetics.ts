import type { ScopeInternals } from '../facts/scope.ts'
import type { Sample } from '../facts/series.ts'
import { byUnitSetting, numberSetting } from '../facts/settings.ts'
import type { Moment } from '../language/calendar.ts'
import { multiply } from '../language/decimal.ts'

const HOUR_MS = 3_600_000
const HOURS_PER_DAY = 24

interface Point { readonly value: number; readonly family: string; readonly text: string; readonly at: Moment; readonly isHigh: boolean }

/** Above its own upper limit; without one, at or above the limit of the sign. */
function isHigh({ reading, uln }: Sample, scope: ScopeInternals): boolean {
  if (!reading || typeof reading.value !== 'number') return false
  const limit = byUnitSetting(scope.settings, 'vod_bilirubin')[reading.family]
  return uln === undefined ? limit !== undefined && reading.value >= limit : reading.value > uln
}

const pointsOf = (scope: ScopeInternals): readonly Point[] => scope.samples('bili').flatMap((sample) =>
  (sample.final && typeof sample.reading?.value === 'number'
    ? [{ value: sample.reading.value, family: sample.reading.family, text: sample.reading.text, at: sample.at, isHigh: isHigh(sample, scope) }] : []))

/** Hours between two results; where only the day is known, whole days. */
function isWithinHours(earlier: Moment, later: Moment, hours: number): boolean {
  if (earlier.precise && later.precise) return later.at - earlier.at <= hours * HOUR_MS
  return (later.day - earlier.day) * HOURS_PER_DAY <= hours
}

/** The value from which a high result had doubled in time, if it had. */
function startOfDoubling(later: Point, points: readonly Point[], scope: ScopeInternals): Point | undefined {
  const hours = numberSetting(scope.settings, 'vod_doubling_h')
  const factor = numberSetting(scope.settings, 'vod_doubling_factor')
  if (!later.isHigh) return undefined
  return points.find((earlier) => earlier.family === later.family && earlier.at.at < later.at.at && earlier.value > 0
    && isWithinHours(earlier.at, later.at, hours) && later.value >= multiply(earlier.value, factor))
}

/** "0.8 mg/dL to 1.7 mg/dL" when the newest bilirubin, of the last days, had doubled. */
export function newestDoubling(scope: ScopeInternals): string | undefined {
  const points = pointsOf(scope)
  const [newest] = points
  if (!newest || scope.now.day - newest.at.day > numberSetting(scope.settings, 'vod_finding_lookback_d')) return undefined
  const start = startOfDoubling(newest, points, scope)
  return start && scope.phrases.say`${start.text} to ${newest.text}`
}

/** Did bilirubin double within the time at any point since a day? */
export function hasDoubledSince(since: Moment | undefined, scope: ScopeInternals): boolean {
  const points = pointsOf(scope)
  return points.some((later) => (since === undefined || later.at.day >= since.day) && startOfDoubling(later, points, scope) !== undefined)
}
