import { type Fact, missing, present } from '../facts/fact.ts'
import type { Scope, ScopeInternals } from '../facts/scope.ts'
import { numberSetting, textSetting } from '../facts/settings.ts'
import type { Sample } from '../facts/series.ts'
import type { Moment } from '../language/calendar.ts'
import type { Bound } from '../language/check.ts'
import type { Derivation } from './derivation.ts'
import { momentOf, rowsOf } from './reading.ts'

/** true, false, or undefined where a bound ("<1") leaves it open. */
function atLeast(fact: Fact, limit: number): boolean | undefined {
  if (fact.state === 'missing') return undefined
  const value = fact.value as number | Bound // sound: counts are measured facts
  if (typeof value === 'number') return value >= limit
  if (value.bound === 'below') return limit >= value.limit ? false : undefined
  return limit <= value.limit ? true : undefined
}

function notBelow(current: Fact, previous: Fact): boolean | undefined {
  if (previous.state === 'missing') return undefined
  const limit = previous.value as number | Bound // sound: counts are measured facts
  if (typeof limit === 'number') return atLeast(current, limit)
  // Against "<x" a current value of x or more is certainly not lower.
  return limit.bound === 'below' ? (atLeast(current, limit.limit) === true ? true : undefined) : undefined
}

const both = (a: boolean | undefined, b: boolean | undefined): boolean | undefined => (a === false || b === false ? false : a === undefined || b === undefined ? undefined : true)
const either = (a: boolean | undefined, b: boolean | undefined): boolean | undefined => (a === true || b === true ? true : a === undefined || b === undefined ? undefined : false)

/** Days from the last platelet transfusion before a sample; a sample within the wash-out only looks recovered. */
export function isTransfused(at: Moment | undefined, scope: ScopeInternals): boolean {
  if (at === undefined) return false
  const washout = numberSetting(scope.settings, 'platelet_transfusion_washout_d')
  return rowsOf(scope, 'plateletTransfusions').some(({ at: given }) => {
    const days = given === undefined ? undefined : at.day - given.day
    return days !== undefined && days >= 0 && days < washout && (given === undefined || !given.precise || !at.precise || given.at <= at.at)
  })
}

/** Counts before the very first dose, or as the clinician stated them. */
function baselineOf(scope: Scope, fact: string, asserted: string): Fact {
  const recorded = scope.fact(fact)
  return recorded.state === 'present' ? recorded : scope.fact(asserted)
}

function untransfusedBaseline(scope: ScopeInternals, fallback: Fact): Fact {
  const first = momentOf(scope, 'firstDoseDate')
  if (!first || fallback.state === 'missing') return fallback
  const window = numberSetting(scope.settings, 'baseline_lookback_d')
  const clean = scope.samples('pltCount').find((sample: Sample) => sample.final && sample.reading && sample.at.at < first.at && first.day - sample.at.day <= window && !isTransfused(sample.at, scope))
  if (!clean?.reading) return fallback
  return present(clean.reading.value, clean.reading.text, { origin: 'record', at: clean.at, sources: [clean.reference] })
}

/** normal only when both lineages surely were; low when either surely was not, or only looked so after a transfusion. */
function baselineClass(anc: Fact, plt: Fact, scope: ScopeInternals): Fact {
  const isNormal = both(atLeast(anc, numberSetting(scope.settings, 'anc_threshold')), atLeast(plt, numberSetting(scope.settings, 'plt_threshold')))
  const transfused = plt.state === 'present' && isTransfused(plt.at, scope)
  if (anc.state === 'missing' || plt.state === 'missing') {
    const known = [anc, plt].some((fact) => fact.state === 'present')
    return missing(known ? 'absent' : 'absent', 'counts before the first dose are not known')
  }
  const text = `ANC ${anc.text}, platelets ${plt.text}${transfused ? ' (transfused)' : ''}`
  return present(isNormal === true && !transfused ? 'normal' : 'low', text, { at: anc.at ?? scope.now, sources: [...anc.sources, ...plt.sources] })
}

const ternary = (value: boolean | undefined, text: string): Fact => (value === undefined ? missing('absent', 'earlier counts are not known') : present(value, text))

/** Which lineages the strict rule looks at: both, or in per-lineage mode those that started normal. */
function strictLineages(scope: ScopeInternals, anc: Fact, plt: Fact): { anc: boolean; plt: boolean } {
  const isNormal = { anc: atLeast(anc, numberSetting(scope.settings, 'anc_threshold')) !== false, plt: atLeast(plt, numberSetting(scope.settings, 'plt_threshold')) !== false }
  if (textSetting(scope.settings, 'mixed_baseline_mode') === 'per-lineage') return isNormal
  const all = isNormal.anc && isNormal.plt
  return { anc: all, plt: all }
}

/** Blood counts at the start of a cycle against those before treatment and before the previous cycle. */
export const counts: Derivation = {
  facts: {
    baselineCounts: { title: 'Counts before the first dose', type: 'text' },
    strictAnc: { title: 'ANC is held to the fixed limit', type: 'boolean' }, strictPlt: { title: 'Platelets are held to the fixed limit', type: 'boolean' },
    countsBackToPrevious: { title: 'Both counts at or above those of the previous cycle', type: 'boolean' },
    countsRecovered: { title: 'Both counts at or above the fixed limits without transfusion', type: 'boolean' },
    countsReleasedByDisease: { title: 'Cytopenia is due to the disease, which is stable or better', type: 'boolean' },
    pltTransfused: { title: 'The platelet count only looks recovered: transfusion within the wash-out', type: 'boolean' },
    pltRetestDate: { title: 'First date on which a platelet count is independent of the transfusion', type: 'moment' },
    needsOnlyTransfusionFree: { title: 'Everything but independence of transfusion is met', type: 'boolean' },
  },
  uses: ['ancBaseline', 'pltBaseline', 'assertedBaselineAnc', 'assertedBaselinePlt', 'ancPrevious', 'pltPrevious', 'ancLatest', 'pltLatest', 'plateletTransfusions', 'firstDoseDate', 'assertedCytopeniaCause', 'assertedPlateletIndependent', 'marrowSinceCycle'],
  compute(scope) {
    const baseAnc = baselineOf(scope, 'ancBaseline', 'assertedBaselineAnc')
    const basePlt = untransfusedBaseline(scope, baselineOf(scope, 'pltBaseline', 'assertedBaselinePlt'))
    const [anc, plt, previousAnc, previousPlt] = ['ancLatest', 'pltLatest', 'ancPrevious', 'pltPrevious'].map((name) => scope.fact(name))
    if (!anc || !plt || !previousAnc || !previousPlt) throw new TypeError('count facts are not declared')
    const independent = scope.fact('assertedPlateletIndependent')
    const transfused = !(independent.state === 'present' && independent.value === true) && isTransfused(plt.state === 'present' ? plt.at : undefined, scope)
    const recovered = both(atLeast(anc, numberSetting(scope.settings, 'anc_threshold')), atLeast(plt, numberSetting(scope.settings, 'plt_threshold')))
    const back = both(notBelow(anc, previousAnc), notBelow(plt, previousPlt))
    const strict = strictLineages(scope, baseAnc, basePlt)
    const cause = scope.fact('assertedCytopeniaCause')
    const marrow = scope.fact('marrowSinceCycle')
    const disease = cause.state === 'present' && cause.value === 'disease' && marrow.state === 'present' && marrow.value === true
    const lastTransfusion = rowsOf(scope, 'plateletTransfusions')[0]?.at
    const retest = lastTransfusion && scope.calendar.addDays(lastTransfusion, numberSetting(scope.settings, 'platelet_transfusion_washout_d'))
    const isNormal = baselineClass(baseAnc, basePlt, scope)
    const value = isNormal.state === 'present' ? isNormal.value : 'normal'
    return {
      baselineCounts: isNormal,
      strictAnc: present(value === 'normal' || strict.anc, 'fixed limit'), strictPlt: present(value === 'normal' || strict.plt, 'fixed limit'),
      countsBackToPrevious: ternary(back === true && transfused ? false : back, 'at or above the previous cycle'),
      countsRecovered: ternary(recovered === true && transfused ? false : recovered, 'recovered'),
      countsReleasedByDisease: present(disease, disease ? 'asserted' : 'no'),
      pltTransfused: present(transfused, transfused ? 'transfused' : 'no', lastTransfusion ? { at: lastTransfusion } : {}),
      pltRetestDate: retest ? present(retest, scope.calendar.iso(retest), { at: retest }) : missing('not-applicable', 'no transfusion'),
      needsOnlyTransfusionFree: ternary(transfused ? (value === 'normal' ? recovered : either(back, recovered)) : false, 'transfusion'),
    }
  },
}

