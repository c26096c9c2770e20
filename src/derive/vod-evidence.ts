import { type Fact, missing, present } from '../facts/fact.ts'
import { conceptOf } from '../facts/resources.ts'
import type { ScopeInternals } from '../facts/scope.ts'
import type { RecordRow } from '../facts/select.ts'
import { numberSetting } from '../facts/settings.ts'
import { daysBetween, type Moment } from '../language/calendar.ts'
import type { Derivation } from './derivation.ts'
import { rowsOf } from './reading.ts'

interface Finding {
  readonly text: string
  readonly at: Moment | undefined
  readonly sources: readonly string[]
}

const answersOf = ({ resource }: RecordRow): readonly unknown[] => [resource['conclusionCode'], resource['valueCodeableConcept']]

/** Value sets of the codes of a coded conclusion. Words are left out: "no ascites" names ascites too. */
export const codedFindings = (row: RecordRow, scope: ScopeInternals): ReadonlySet<string> =>
  scope.mapping.matcher.recognise({ codings: conceptOf(...answersOf(row)).codings, texts: [] }, []).sets

const isRecent = ({ at }: RecordRow, scope: ScopeInternals): boolean =>
  at !== undefined && daysBetween(at, scope.now) <= numberSetting(scope.settings, 'vod_finding_lookback_d')

/** Flow has no code: a coded answer is read by its words, and one that also names normal flow is not believed. */
function isFlowAbnormal(row: RecordRow, scope: ScopeInternals): boolean {
  const { sets } = scope.mapping.matcher.recognise(conceptOf(...answersOf(row)), [])
  return sets.has('portal-flow-abnormal') && !sets.has('portal-flow-normal')
}

/** Imaging of the liver of the last days with a coded conclusion of a value set. */
export const imagingWith = (set: string, scope: ScopeInternals): readonly RecordRow[] =>
  rowsOf(scope, 'liverImagingResults').filter((row) => isRecent(row, scope) && codedFindings(row, scope).has(set))

const of = (text: string, row: RecordRow): Finding => ({ text, at: row.at, sources: [row.reference] })

function abnormalFlow(scope: ScopeInternals): Finding[] {
  const rows = [...rowsOf(scope, 'portalFlowResults'), ...rowsOf(scope, 'liverImagingResults')]
  return rows.filter((row) => isRecent(row, scope) && isFlowAbnormal(row, scope)).map((row) => of('abnormal portal flow', row))
}

/** An enlarged liver together with ascites on imaging is evidence; either alone is only a sign. */
function liverAndAscites(scope: ScopeInternals): Finding[] {
  const [liver] = imagingWith('hepatomegaly', scope)
  const [ascites] = imagingWith('ascites', scope)
  return liver && ascites ? [of('hepatomegaly and ascites on imaging', ascites)] : []
}

function pressureFact(scope: ScopeInternals): Fact {
  const asserted = scope.fact('assertedHepaticVenousPressureGradient')
  return asserted.state === 'present' ? { ...asserted, text: `${asserted.text} mmHg` } : scope.fact('venousPressureGradientMeasured')
}

function isPressureHigh(pressure: Fact, scope: ScopeInternals): boolean {
  return pressure.state === 'present' && typeof pressure.value === 'number' && pressure.value >= numberSetting(scope.settings, 'vod_hvpg_mmhg')
}

const pressureFinding = (pressure: Fact, scope: ScopeInternals): Finding[] =>
  pressure.state === 'present' && isPressureHigh(pressure, scope) ? [{ text: scope.phrases.say`venous pressure gradient ${pressure.text}`, at: pressure.at, sources: pressure.sources }] : []

/** What the clinician said of the imaging outranks what is coded; a measured pressure stands by itself. */
function imagingFindings(scope: ScopeInternals): Finding[] {
  const asserted = scope.fact('assertedVodImaging')
  if (asserted.state === 'missing') return [...abnormalFlow(scope), ...liverAndAscites(scope)]
  return asserted.value === true ? [{ text: 'imaging, as stated', at: asserted.at, sources: asserted.sources }] : []
}

function histologyFact(scope: ScopeInternals): Fact {
  const asserted = scope.fact('assertedVodHistology')
  if (asserted.state === 'present') return asserted
  const proof = rowsOf(scope, 'liverBiopsyReports').find((row) => isRecent(row, scope) && codedFindings(row, scope).has('hepatic-vod'))
  return proof ? present(true, 'liver biopsy', { ...(proof.at ? { at: proof.at } : {}), sources: [proof.reference] }) : present(false, 'no')
}

function evidenceFact(findings: readonly Finding[]): Fact {
  const dates = findings.flatMap(({ at }) => at ?? []).toSorted((a, b) => a.at - b.at)
  const text = findings.map((finding) => finding.text).join(', ')
  return present(findings.length > 0, text || 'none', { sources: findings.flatMap(({ sources }) => sources), ...(dates[0] ? { at: dates[0] } : {}) })
}

/** Ultrasound, haemodynamic and histological evidence of VOD. */
export const vodEvidence: Derivation = {
  facts: {
    vodImagingEvidence: { title: 'Ultrasound or haemodynamic evidence of VOD', type: 'boolean' },
    vodPressureHigh: { title: 'Hepatic venous pressure gradient is raised', type: 'boolean' },
    vodProven: { title: 'VOD is proven by histology', type: 'boolean' },
  },
  uses: ['assertedVodImaging', 'assertedVodHistology', 'assertedHepaticVenousPressureGradient', 'venousPressureGradientMeasured', 'liverImagingResults', 'portalFlowResults', 'liverBiopsyReports'],
  compute(scope) {
    const pressure = pressureFact(scope)
    const known = isPressureHigh(pressure, scope)
    return {
      vodImagingEvidence: evidenceFact([...imagingFindings(scope), ...pressureFinding(pressure, scope)]),
      vodPressureHigh: pressure.state === 'present' ? present(known, pressure.text, { sources: pressure.sources }) : missing('absent', 'not measured'),
      vodProven: histologyFact(scope),
    }
  },
}
