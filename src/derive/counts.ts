import { type Fact, missing, present } from '../facts/fact.ts'
import type { ScopeInternals } from '../facts/scope.ts'
import { unavailability } from '../facts/select.ts'
import { numberSetting, textSetting } from '../facts/settings.ts'
import type { Sample } from '../facts/series.ts'
import type { Moment } from '../language/calendar.ts'
import type { Bound, Ternary } from '../language/check.ts'
import { allOf, anyOf, factBeyond } from './compare.ts'
import type { Derivation } from './derivation.ts'
import { marrowStability } from './marrow.ts'
import { momentOf, rowsOf } from './reading.ts'

const LINEAGES = ['anc', 'plt'] as const
type Lineage = (typeof LINEAGES)[number]

const reaches = (fact: Fact, limit: number): Ternary => factBeyond(fact, '>=', limit)

function notBelow(current: Fact, previous: Fact): Ternary {
  if (previous.state === 'missing') return undefined
  const limit = previous.value as number | Bound // sound: counts are measured facts
  if (typeof limit === 'number') return reaches(current, limit)
  // Against "<x" a current value of x or more is certainly not lower.
  return limit.bound === 'below' && reaches(current, limit.limit) === true ? true : undefined
}

/** Was a platelet sample drawn so soon after a transfusion that it only looks recovered? */
export function isTransfused(at: Moment | undefined, scope: ScopeInternals): boolean {
  if (at === undefined) return false
  const washout = numberSetting(scope.settings, 'platelet_transfusion_washout_d')
  return rowsOf(scope, 'plateletTransfusions').some(({ at: given }) => {
    if (given === undefined) return false
    const days = at.day - given.day
    const isLaterThatDay = given.precise && at.precise && given.at > at.at
    return days >= 0 && days < washout && !isLaterThatDay
  })
}

/** A count before the very first dose: as the clinician stated it, else as recorded. */
function baselineOf(scope: ScopeInternals, fact: string, asserted: string): Fact {
  const stated = scope.fact(asserted)
  return stated.state === 'present' ? stated : scope.fact(fact)
}

/** Among baseline platelets one without a transfusion before it is preferred. */
function untransfusedBaseline(scope: ScopeInternals, fallback: Fact): Fact {
  const first = momentOf(scope, 'firstDoseDate')
  if (!first || fallback.state === 'missing' || fallback.origin === 'assertion') return fallback
  const window = numberSetting(scope.settings, 'baseline_lookback_d')
  const isUsable = ({ final, reading, at }: Sample): boolean => final && reading !== undefined && at.day < first.day && first.day - at.day <= window
  const clean = scope.samples('pltCount').find((sample) => isUsable(sample) && !isTransfused(sample.at, scope))
  return clean?.reading ? present(clean.reading.value, clean.reading.text, { origin: 'record', at: clean.at, sources: [clean.reference] }) : fallback
}

interface Counts {
  readonly base: Readonly<Record<Lineage, Fact>>
  readonly now: Readonly<Record<Lineage, Fact>>
  readonly previous: Readonly<Record<Lineage, Fact>>
  readonly limit: Readonly<Record<Lineage, number>>
  readonly isBaseTransfused: boolean
}

function countsOf(scope: ScopeInternals): Counts {
  const plt = untransfusedBaseline(scope, baselineOf(scope, 'pltBaseline', 'assertedBaselinePlt'))
  return {
    base: { anc: baselineOf(scope, 'ancBaseline', 'assertedBaselineAnc'), plt },
    now: { anc: scope.fact('ancLatest'), plt: scope.fact('pltLatest') },
    previous: { anc: scope.fact('ancPrevious'), plt: scope.fact('pltPrevious') },
    limit: { anc: numberSetting(scope.settings, 'anc_threshold'), plt: numberSetting(scope.settings, 'plt_threshold') },
    isBaseTransfused: plt.state === 'present' && plt.origin !== 'assertion' && isTransfused(plt.at, scope),
  }
}

/** Did a lineage start normal? Platelets after a transfusion only looked so. */
const startedNormal = ({ base, limit, isBaseTransfused }: Counts, lineage: Lineage): boolean =>
  reaches(base[lineage], limit[lineage]) === true && !(lineage === 'plt' && isBaseTransfused)

/** normal only when both lineages surely were; low when either surely was not, or only looked so after a transfusion. */
function baselineClass(counts: Counts, scope: ScopeInternals): Fact {
  const { anc, plt } = counts.base
  if (anc.state === 'missing' || plt.state === 'missing') return missing('absent', 'counts before the first dose are not known')
  const text = scope.phrases.say`ANC ${anc.text}, platelets ${plt.text}${counts.isBaseTransfused ? ' (transfused)' : ''}`
  const isNormal = LINEAGES.every((lineage) => startedNormal(counts, lineage))
  return present(isNormal ? 'normal' : 'low', text, { at: anc.at ?? scope.now, sources: [...anc.sources, ...plt.sources] })
}

/** The lineages that the fixed limits hold: both unless the baseline was low; then none, or per lineage those that started normal. */
function strictLineages(counts: Counts, baseline: Fact, { settings }: ScopeInternals): readonly Lineage[] {
  if (baseline.state === 'missing' || baseline.value === 'normal') return LINEAGES
  return textSetting(settings, 'mixed_baseline_mode') === 'per-lineage' ? LINEAGES.filter((lineage) => startedNormal(counts, lineage)) : []
}

/** What stands between the patient and the next cycle; platelets are taken as they are, transfused or not. */
interface Ways {
  readonly strict: readonly Lineage[]
  readonly strictMet: Ternary
  readonly backToPrevious: Ternary
  readonly recovered: Ternary
}

function waysOut(counts: Counts, strict: readonly Lineage[]): Ways {
  const { now, previous, limit } = counts
  const loose = LINEAGES.filter((lineage) => !strict.includes(lineage))
  const judged = loose.length > 0 ? loose : LINEAGES
  return {
    strict,
    strictMet: allOf(...strict.map((lineage) => reaches(now[lineage], limit[lineage]))),
    backToPrevious: allOf(...judged.map((lineage) => notBelow(now[lineage], previous[lineage]))),
    recovered: allOf(...judged.map((lineage) => reaches(now[lineage], limit[lineage]))),
  }
}

const ternary = (value: Ternary, text: string): Fact => (value === undefined ? missing('absent', 'earlier counts are not known') : present(value, text))

/** Everything is met but for the platelets' independence of transfusion. */
function needsOnlyTransfusionFree(ways: Ways, isReleased: boolean): Ternary {
  if (isReleased) return false
  return allOf(ways.strictMet, ways.strict.length === LINEAGES.length ? true : anyOf(ways.backToPrevious, ways.recovered))
}

function isCurrentTransfused({ now: { plt } }: Counts, scope: ScopeInternals): boolean {
  const independent = scope.fact('assertedPlateletIndependent')
  const isStated = independent.state === 'present' && independent.value === true
  return !isStated && plt.state === 'present' && isTransfused(plt.at, scope)
}

function transfusionFacts(isTransfusedNow: boolean, onlyThat: Ternary, scope: ScopeInternals): Record<string, Fact> {
  const last = rowsOf(scope, 'plateletTransfusions').find(({ at }) => at !== undefined && at.day <= scope.now.day)?.at
  const retest = last && scope.calendar.addDays(last, numberSetting(scope.settings, 'platelet_transfusion_washout_d'))
  return {
    pltTransfused: present(isTransfusedNow, isTransfusedNow ? 'transfused' : 'no', last ? { at: last } : {}),
    pltRetestDate: retest ? present(retest, scope.calendar.iso(retest), { at: retest }) : missing('not-applicable', 'no transfusion'),
    needsOnlyTransfusionFree: ternary(isTransfusedNow ? onlyThat : false, 'transfusion'),
  }
}

function compute(scope: ScopeInternals): Record<string, Fact> {
  const counts = countsOf(scope)
  const baseline = baselineClass(counts, scope)
  const ways = waysOut(counts, strictLineages(counts, baseline, scope))
  const isTransfusedNow = isCurrentTransfused(counts, scope)
  const judgesPlatelets = !ways.strict.includes('plt') || ways.strict.length === LINEAGES.length
  const blocked = (value: Ternary): Ternary => (value === true && isTransfusedNow && judgesPlatelets ? false : value)
  const cause = scope.fact('assertedCytopeniaCause')
  const marrow = marrowStability(scope)
  const isReleased = cause.state === 'present' && cause.value === 'disease' && marrow.state === 'present' && marrow.value === true
  const isLow = baseline.state === 'present' && baseline.value === 'low'
  return {
    baselineCounts: baseline,
    baselineCountsAbsent: baseline.state === 'present' ? present(false, 'no') : unavailability('labs', scope) ?? present(true, 'no counts before the first dose on file'),
    strictAnc: present(ways.strict.includes('anc'), 'fixed limit'), strictPlt: present(ways.strict.includes('plt'), 'fixed limit'),
    countsBackToPrevious: ternary(blocked(ways.backToPrevious), 'at or above the previous cycle'),
    countsRecovered: ternary(blocked(ways.recovered), 'recovered'),
    countsReleasedByDisease: present(isReleased, isReleased ? 'asserted' : 'no', isReleased ? { at: cause.at ?? scope.now, sources: [...cause.sources, ...marrow.sources] } : {}),
    marrowStable: marrow,
    ...transfusionFacts(isTransfusedNow, needsOnlyTransfusionFree(ways, isLow && isReleased), scope),
  }
}

/** Blood counts at the start of a cycle against those before treatment and before the previous cycle. */
export const counts: Derivation = {
  facts: {
    baselineCounts: { title: 'Counts before the first dose', type: 'text' },
    baselineCountsAbsent: { title: 'No counts before the first dose on file', type: 'boolean' },
    strictAnc: { title: 'ANC is held to the fixed limit', type: 'boolean' }, strictPlt: { title: 'Platelets are held to the fixed limit', type: 'boolean' },
    countsBackToPrevious: { title: 'Both counts at or above those of the previous cycle', type: 'boolean' },
    countsRecovered: { title: 'Both counts at or above the fixed limits without transfusion', type: 'boolean' },
    countsReleasedByDisease: { title: 'Cytopenia is due to the disease, which is stable or better', type: 'boolean' },
    marrowStable: { title: 'Marrow since the last cycle began is stable or better', type: 'boolean' },
    pltTransfused: { title: 'The platelet count only looks recovered: transfusion within the wash-out', type: 'boolean' },
    pltRetestDate: { title: 'First date on which a platelet count is independent of the transfusion', type: 'moment' },
    needsOnlyTransfusionFree: { title: 'Everything but independence of transfusion is met', type: 'boolean' },
  },
  uses: ['ancBaseline', 'pltBaseline', 'assertedBaselineAnc', 'assertedBaselinePlt', 'ancPrevious', 'pltPrevious', 'ancLatest', 'pltLatest', 'plateletTransfusions', 'firstDoseDate', 'previousDay1Date', 'assertedCytopeniaCause', 'assertedPlateletIndependent'],
  series: ['pltCount', 'marrowBlastShare'],
  compute,
}
