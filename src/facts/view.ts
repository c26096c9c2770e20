import type { Measurement, Window } from '../content/schema/facts.ts'
import type { Calendar } from '../language/calendar.ts'
import { ENGLISH, type Phrases } from '../language/phrases.ts'
import { divide, round } from '../language/decimal.ts'
import type { Bound } from '../language/check.ts'
import type { Reading } from '../language/units.ts'
import { type Fact, missing, type MissingReason, type Present } from './fact.ts'
import type { Compiled } from './mapping.ts'
import type { Sample } from './series.ts'
import { worseThan } from './series.ts'
import { type Interval, within } from './windows.ts'

/** What the words of a fact are made with. */
interface Words { readonly calendar: Calendar; readonly phrases: Phrases }

/** A measured fact also keeps its unit family and the limits of the result it came from. */
export interface Measured extends Present<number | Bound> {
  readonly family: string
  readonly uln?: number
  readonly lln?: number
}

export const isMeasured = (fact: Fact): fact is Measured => fact.state === 'present' && 'family' in fact

const PROBLEMS: Readonly<Record<NonNullable<Sample['problem']>, string>> = {
  'no-unit': 'the result has no unit', 'unknown-unit': 'the unit of the result is not readable', implausible: 'the value is not believable in its unit',
}

const withDecimals = (value: number | Bound, decimals: number | undefined): number | Bound =>
  typeof value === 'number' && decimals !== undefined ? round(value, decimals, 'half-up') : value

function measured(sample: Sample, reading: Reading, decimals: number | undefined): Measured {
  return {
    state: 'present', value: withDecimals(reading.value, decimals), text: reading.text, unit: reading.family, family: reading.family, at: sample.at,
    sources: [sample.reference], origin: 'record',
    ...(sample.uln === undefined ? {} : { uln: sample.uln }), ...(sample.lln === undefined ? {} : { lln: sample.lln }),
  }
}

type Chosen = { readonly sample: Sample; readonly reading: Reading }
const readable = (sample: Sample): Chosen[] => (sample.reading ? [{ sample, reading: sample.reading }] : [])

/** The newest final result; a preliminary one that is newer counts only if it is worse. */
function pickRaising(samples: readonly Sample[], worse: 'low' | 'high'): Chosen | undefined {
  const usable = samples.flatMap(readable)
  const newestFinal = usable.find(({ sample }) => sample.final)
  const newer = usable.filter(({ sample }) => !sample.final && (newestFinal === undefined || sample.at.at >= newestFinal.sample.at.at))
  return newer.reduce<Chosen | undefined>((best, one) => (best === undefined || worseThan(worse, one.reading, best.reading) ? one : best), newestFinal)
}

/**
 * One view of a series. With `final`, the newest result decides and an unreadable newest result makes the fact missing.
 * With `raising`, an unreadable newer result cannot hide an older readable one.
 */
export function viewOf(definition: Compiled<Measurement>, window: Window, intervals: readonly Interval[], samples: readonly Sample[], words: Words): Fact {
  for (const interval of intervals) {
    const inside = samples.filter(({ at }) => within(interval, at))
    if (window.accepts === 'raising') {
      const chosen = pickRaising(inside, definition.worse)
      if (chosen) return measured(chosen.sample, chosen.reading, definition.decimals)
      continue
    }
    const newest = inside.find(({ final }) => final)
    if (newest?.reading) return measured(newest, newest.reading, definition.decimals)
    if (newest?.problem) return missing('unit', PROBLEMS[newest.problem], [newest.reference])
  }
  return notFound(intervals, samples, words)
}

function notFound(intervals: readonly Interval[], samples: readonly Sample[], words: Words): Fact {
  const { calendar, phrases: { say } } = words
  const [widest] = intervals.slice(-1)
  if (widest === undefined) return missing('not-applicable', 'no date to look back from')
  const pending = samples.find(({ at, final }) => !final && within(widest, at))
  if (pending) return missing('pending', say`only a preliminary result of ${calendar.iso(pending.at)}`, [pending.reference])
  const unreadable = samples.find(({ at, problem }) => problem !== undefined && within(widest, at))
  if (unreadable?.problem) return missing('unit', PROBLEMS[unreadable.problem], [unreadable.reference])
  const [last] = samples
  const why: MissingReason = last ? 'stale' : 'absent'
  return missing(why, last ? say`last result ${calendar.iso(last.at)}` : 'no result on file', last ? [last.reference] : [])
}

/** The value as a multiple of its own limit: the comparison "value > limit × ULN" without rounding. */
export function ratioOf(fact: Fact, limit: 'uln' | 'lln', { say }: Phrases = ENGLISH): Fact {
  if (!isMeasured(fact)) return fact
  const reference = fact[limit]
  if (reference === undefined || reference <= 0) {
    return missing('uln', limit === 'uln' ? 'the result carries no upper limit of normal' : 'the result carries no lower limit of normal', fact.sources)
  }
  const value = typeof fact.value === 'number' ? divide(fact.value, reference) : { ...fact.value, limit: divide(fact.value.limit, reference) }
  const times = typeof value === 'number' ? value : value.limit
  return { ...fact, value, text: say`${String(round(times, 2, 'half-up'))} × ${limit.toUpperCase()}`, unit: `×${limit.toUpperCase()}` }
}
