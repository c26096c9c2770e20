import { missing, present } from '../facts/fact.ts'
import type { ScopeInternals } from '../facts/scope.ts'
import type { Sample } from '../facts/series.ts'
import { numberSetting, textSetting } from '../facts/settings.ts'
import { daysBetween, type Moment } from '../language/calendar.ts'
import { beyond } from './compare.ts'
import { isTransfused } from './counts.ts'
import { courseOf } from './course.ts'
import type { Derivation } from './derivation.ts'
import { flagOf } from './reading.ts'
import { cycleLength } from './timeline.ts'

interface Lineage { readonly name: string; readonly measurement: string; readonly strict: string; readonly limit: string }

const LINEAGES: readonly Lineage[] = [
  { name: 'ANC', measurement: 'ancCount', strict: 'strictAnc', limit: 'anc_threshold' },
  { name: 'platelets', measurement: 'pltCount', strict: 'strictPlt', limit: 'plt_threshold' },
]

interface Count { readonly at: Moment; readonly isLow: boolean; readonly reference: string }

/** Counts of a lineage, newest first. Platelets that reach the limit only after a transfusion prove nothing and are left out. */
function countsOf({ measurement, limit }: Lineage, scope: ScopeInternals): readonly Count[] {
  const threshold = numberSetting(scope.settings, limit)
  return scope.samples(measurement).filter(({ final, reading }) => final && reading !== undefined).flatMap((sample: Sample): Count[] => {
    const isLow = sample.reading && beyond(sample.reading.value, '<', threshold)
    const provesNothing = isLow === undefined || (!isLow && measurement === 'pltCount' && isTransfused(sample.at, scope))
    return provesNothing ? [] : [{ at: sample.at, isLow, reference: sample.reference }]
  })
}

/** The run of low counts that still lasts, newest first. */
function lowRun(counts: readonly Count[]): readonly Count[] {
  const end = counts.findIndex(({ isLow }) => !isLow)
  return end === -1 ? counts : counts.slice(0, end)
}

interface Clock { readonly start: Moment; readonly name: string; readonly sources: readonly string[] }

/** When the clock of a lineage started: on the planned Day 1, with every count since then low, or with the first low count since the last cycle began. */
function clockOf(lineage: Lineage, day1: Moment, plannedDay1: Moment, scope: ScopeInternals): Clock | undefined {
  const counts = countsOf(lineage, scope).filter(({ at }) => at.day >= day1.day)
  const run = lowRun(counts)
  const [newest] = run
  if (!newest || scope.now.day - newest.at.day > numberSetting(scope.settings, 'trend_lookback_d')) return undefined
  const sources = run.map(({ reference }) => reference)
  if (textSetting(scope.settings, 'cytopenia_clock_start') === 'first_low') {
    const first = run.at(-1)
    return first && { start: first.at, name: lineage.name, sources }
  }
  const isLowThroughout = counts.filter(({ at }) => at.day >= plannedDay1.day).every(({ isLow }) => isLow)
  return newest.at.day >= plannedDay1.day && isLowThroughout ? { start: plannedDay1, name: lineage.name, sources } : undefined
}

/** How long low counts have delayed the next cycle, for the lineages that started treatment normal. */
export const cytopenia: Derivation = {
  facts: { cytopeniaDays: { title: 'Days of low counts since the next cycle was planned', type: 'number', unit: 'd' } },
  uses: ['strictAnc', 'strictPlt', 'plateletTransfusions', 'inotuzumabAdministrations', 'inotuzumabOrders', 'assertedCycle', 'assertedDay', 'assertedPriorCycles', 'assertedPriorDay1'],
  series: ['ancCount', 'pltCount', 'bodyWeight', 'bodyHeight'],
  compute(scope) {
    const { cycles, regimen } = courseOf(scope)
    const current = cycles.at(-1)
    if (!current) return { cytopeniaDays: missing('not-applicable', 'no earlier cycle') }
    const plannedDay1 = scope.calendar.addDays(current.day1, cycleLength(current.number, regimen))
    const clocks = LINEAGES.filter(({ strict }) => flagOf(scope, strict) === true).flatMap((lineage) => clockOf(lineage, current.day1, plannedDay1, scope) ?? [])
    const [longest] = clocks.sort((a, b) => a.start.day - b.start.day)
    if (!longest) return { cytopeniaDays: missing('not-applicable', 'no lineage has been low throughout') }
    const days = Math.max(0, daysBetween(longest.start, scope.now))
    return { cytopeniaDays: present(days, `${String(days)} d (${clocks.map(({ name }) => scope.phrases.of(name)).join(scope.phrases.of(' and '))})`, { at: longest.start, sources: clocks.flatMap(({ sources }) => sources) }) }
  },
}
