import { type Fact, present } from '../facts/fact.ts'
import type { ScopeInternals } from '../facts/scope.ts'
import type { RecordRow } from '../facts/select.ts'
import { numberSetting } from '../facts/settings.ts'
import type { Derivation } from './derivation.ts'
import { flagOf, numberOf, rowsOf } from './reading.ts'
import { floorOf } from './vod-signs.ts'

type Organ = 'kidney' | 'lung' | 'brain'

/** What each recorded state or procedure says about an organ. `isFailure` alone makes the disease very severe. */
const STATES: readonly { readonly set: string; readonly organ: Organ; readonly text: string; readonly isFailure: boolean; readonly isFailing: boolean }[] = [
  { set: 'dialysis', organ: 'kidney', text: 'dialysis', isFailure: true, isFailing: true },
  { set: 'dialysis-status', organ: 'kidney', text: 'dialysis', isFailure: true, isFailing: true },
  { set: 'acute-kidney-injury', organ: 'kidney', text: 'acute kidney injury', isFailure: false, isFailing: true },
  { set: 'ventilation', organ: 'lung', text: 'ventilation', isFailure: true, isFailing: true },
  { set: 'respiratory-failure', organ: 'lung', text: 'respiratory failure', isFailure: false, isFailing: true },
  { set: 'encephalopathy', organ: 'brain', text: 'encephalopathy', isFailure: true, isFailing: true },
  { set: 'hypoxia', organ: 'lung', text: 'need of oxygen', isFailure: false, isFailing: false },
  { set: 'oxygen-therapy', organ: 'lung', text: 'need of oxygen', isFailure: false, isFailing: false },
  { set: 'pleural-effusion', organ: 'lung', text: 'pleural effusion', isFailure: false, isFailing: false },
]
type State = (typeof STATES)[number]

const CHRONIC: readonly string[] = ['dialysis-status', 'esrd']
const OXYGEN = 'need of oxygen'

/** Dialysis that went on before treatment is no sign of a failing organ now. */
function isChronicDialysis(scope: ScopeInternals): boolean {
  const floor = floorOf(scope)
  return rowsOf(scope, 'organFailureConditions').some(({ sets, at }) => CHRONIC.some((set) => sets.has(set)) && floor !== undefined && at !== undefined && at.day < floor.day)
}

function isCurrent({ type, at }: RecordRow, scope: ScopeInternals): boolean {
  const floor = floorOf(scope)
  if (at === undefined) return true
  const isRecent = type !== 'Procedure' || scope.now.day - at.day <= numberSetting(scope.settings, 'vod_finding_lookback_d')
  return isRecent && (floor === undefined || at.day >= floor.day)
}

function statesOf(scope: ScopeInternals): readonly State[] {
  const rows = [...rowsOf(scope, 'organFailureConditions'), ...rowsOf(scope, 'organSupportProcedures')].filter((row) => isCurrent(row, scope))
  const chronic = isChronicDialysis(scope)
  const oxygen = flagOf(scope, 'assertedOxygenNeed')
  return STATES.filter(({ set, text }) => rows.some(({ sets }) => sets.has(set)) && !(chronic && text === 'dialysis') && !(oxygen === false && text === OXYGEN))
}

const textsOf = (states: readonly State[]): string[] => [...new Set(states.map(({ text }) => text))]

/** Failure of organs: dialysis, ventilation or encephalopathy, or two organs failing in a milder way. */
function multiOrganFact(states: readonly State[], scope: ScopeInternals): Fact {
  const failing = states.filter(({ isFailing }) => isFailing)
  const organs = new Set(failing.map(({ organ }) => organ))
  const isFailure = states.some((state) => state.isFailure) || organs.size >= numberSetting(scope.settings, 'vod_failing_organs')
  return present(isFailure, isFailure ? textsOf(failing).join(', ') : 'no')
}

function dysfunctionFact(states: readonly State[], scope: ScopeInternals): Fact {
  const ratio = numberOf(scope, 'vodCreatinineRatio')
  const creatinine = scope.fact('vodCreatinineRatio')
  const isRenal = ratio !== undefined && ratio >= numberSetting(scope.settings, 'vod_renal_dysfunction_ratio')
  const found = [
    ...textsOf(states.filter(({ organ }) => organ !== 'brain')),
    ...(flagOf(scope, 'assertedOxygenNeed') === true && !states.some(({ text }) => text === OXYGEN) ? [OXYGEN] : []),
    ...(isRenal && creatinine.state === 'present' ? [scope.phrases.say`creatinine ${creatinine.text}`] : []),
  ]
  return present(found.length > 0, found.join(', ') || 'none')
}

/** Organs that veno-occlusive disease affects beyond the liver. */
export const vodOrgans: Derivation = {
  facts: {
    vodMultiOrgan: { title: 'Multi-organ failure', type: 'boolean' },
    vodOrganDysfunction: { title: 'Kidney or lung affected', type: 'boolean' },
  },
  uses: ['organFailureConditions', 'organSupportProcedures', 'assertedOxygenNeed', 'vodCreatinineRatio', 'vodHctDate', 'firstGivenDate', 'firstDoseDate', 'lastGivenDate', 'lastDoseDate'],
  compute(scope) {
    const states = statesOf(scope)
    return { vodMultiOrgan: multiOrganFact(states, scope), vodOrganDysfunction: dysfunctionFact(states, scope) }
  },
}
