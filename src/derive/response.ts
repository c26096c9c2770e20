import { type Fact, missing, present } from '../facts/fact.ts'
import type { ScopeInternals } from '../facts/scope.ts'
import { numberSetting } from '../facts/settings.ts'
import type { Moment } from '../language/calendar.ts'
import type { Derivation } from './derivation.ts'
import { momentOf, numberOf } from './reading.ts'

interface Evidence {
  readonly value: string
  readonly at: Moment | undefined
  readonly sources: readonly string[]
  readonly text: string
}

/** Recorded remission evidence, the newest first. */
function recorded(scope: ScopeInternals): Evidence[] {
  const status = scope.fact('diseaseStatus')
  const coded: Evidence[] = status.state === 'present' ? [{ value: String(status.value), at: status.at, sources: status.sources, text: status.text }] : []
  return [...coded, ...conditionEvidence(scope, 'leukemiaInRelapse', 'none'), ...conditionEvidence(scope, 'leukemiaInRemission', 'CR')]
}

function conditionEvidence(scope: ScopeInternals, name: string, value: string): Evidence[] {
  const fact = scope.fact(name)
  return fact.state === 'present' && fact.value === true ? [{ value, at: fact.at, sources: fact.sources, text: fact.text }] : []
}

/** Marrow morphology: below the limit with recovered counts is CR, with low counts CRi, at or above it no remission. */
function fromMarrow(scope: ScopeInternals): Evidence | undefined {
  const blasts = scope.fact('marrowBlastsLatest')
  if (blasts.state === 'missing' || typeof blasts.value !== 'number') return undefined
  const common = { at: blasts.at, sources: blasts.sources }
  if (blasts.value >= numberSetting(scope.settings, 'remission_marrow_blasts_pct')) return { ...common, value: 'none', text: scope.phrases.say`marrow blasts ${blasts.text}` }
  const peripheral = numberOf(scope, 'blastsPctLatest')
  const platelets = numberOf(scope, 'pltLatest')
  const neutrophils = numberOf(scope, 'ancLatest')
  if (peripheral === undefined || peripheral > 0 || platelets === undefined || neutrophils === undefined) return undefined
  const recovered = platelets >= numberSetting(scope.settings, 'remission_plt') && neutrophils >= numberSetting(scope.settings, 'remission_anc')
  return { ...common, value: recovered ? 'CR' : 'CRi', text: scope.phrases.say`marrow blasts ${blasts.text}, no peripheral blasts` }
}

/** Evidence is valid for some days, or since the end of the last cycle; a relapse recorded before treatment says nothing about its effect. */
function isCurrent({ at }: Evidence, scope: ScopeInternals): boolean {
  if (at === undefined) return false
  const firstDose = momentOf(scope, 'firstDoseDate')
  const age = scope.focus.planned.day - at.day
  return age <= numberSetting(scope.settings, 'remission_valid_d') && (firstDose === undefined || at.day >= firstDose.day)
}

function remissionFact(scope: ScopeInternals): Fact {
  const asserted = scope.fact('assertedRemission')
  if (asserted.state === 'present') return asserted
  const marrow = fromMarrow(scope)
  const all = [...recorded(scope), ...(marrow ? [marrow] : [])].filter((evidence) => isCurrent(evidence, scope))
  const [newest] = all.sort((a, b) => (b.at?.day ?? 0) - (a.at?.day ?? 0))
  if (!newest) return missing('absent', 'no response assessment in the record')
  const words = newest.text === newest.value ? scope.phrases.of(newest.value) : scope.phrases.say`${newest.value} (${newest.text})`
  return present(newest.value, words, { sources: newest.sources, ...(newest.at ? { at: newest.at } : {}) })
}

function mrdFact(scope: ScopeInternals): Fact {
  const asserted = scope.fact('assertedMrd')
  if (asserted.state === 'present') return asserted
  const coded = scope.fact('mrdCoded')
  const percent = scope.fact('mrdPct')
  const measured = percent.state === 'present' && typeof percent.value === 'number'
    ? present(percent.value < numberSetting(scope.settings, 'mrd_negative_below_pct') ? 'negative' : 'positive', percent.text, { sources: percent.sources, ...(percent.at ? { at: percent.at } : {}) })
    : undefined
  if (measured && (coded.state === 'missing' || (measured.at?.at ?? 0) >= (coded.at?.at ?? 0))) return measured
  return coded
}

/** Remission (CR, CRi, none) and measurable residual disease (negative, positive) as known today. */
export const response: Derivation = {
  facts: {
    remission: { title: 'Remission', type: 'text' },
    mrd: { title: 'Measurable residual disease', type: 'text' },
    inRemission: { title: 'In CR or CRi', type: 'boolean' },
  },
  uses: ['assertedRemission', 'assertedMrd', 'diseaseStatus', 'leukemiaInRelapse', 'leukemiaInRemission', 'marrowBlastsLatest', 'blastsPctLatest', 'pltLatest', 'ancLatest', 'mrdCoded', 'mrdPct', 'firstDoseDate', 'planned'],
  compute(scope) {
    const remission = remissionFact(scope)
    const value = remission.state === 'present' ? remission.value : undefined
    return {
      remission, mrd: mrdFact(scope),
      inRemission: remission.state === 'present' ? { ...remission, value: value === 'CR' || value === 'CRi' } : remission,
    }
  },
}

