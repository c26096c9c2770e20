import { incomparable } from './dose.ts'
import { type Fact, present } from '../facts/fact.ts'
import type { ScopeInternals } from '../facts/scope.ts'
import { textSetting } from '../facts/settings.ts'
import { factBeyond } from './compare.ts'
import type { Derivation } from './derivation.ts'
import { flagOf, numberOf } from './reading.ts'

const textOfFact = (scope: ScopeInternals, name: string): string | undefined => {
  const fact = scope.fact(name)
  return fact.state === 'present' ? fact.text : undefined
}

const dated = (scope: ScopeInternals, name: string): string => {
  const fact = scope.fact(name)
  if (fact.state === 'missing') return 'not known'
  return fact.at ? `${fact.text} (${scope.calendar.iso(fact.at)})` : fact.text
}

/** "1.60 mg (0.8 mg/m² × 2.00 m²)", or per m² alone where the body size is not known. */
function expectedWords(scope: ScopeInternals): string {
  const perM2 = textOfFact(scope, 'expectedPerM2') ?? 'no dose'
  const mg = textOfFact(scope, 'expectedMg')
  return mg === undefined ? perM2 : `${mg} (${perM2} × ${textOfFact(scope, 'bsa') ?? ''})`
}

const comparison = (scope: ScopeInternals): string =>
  scope.phrases.say`${textOfFact(scope, 'doseText') ?? 'no dose'} ordered, ${expectedWords(scope)} expected (${textOfFact(scope, 'doseDeviationPct') ?? 'not comparable'})`

function statement(scope: ScopeInternals): string {
  const ordered = textOfFact(scope, 'doseText')
  const deviation = textOfFact(scope, 'doseDeviationPct')
  return scope.phrases.say`expected ${expectedWords(scope)}${ordered !== undefined && deviation !== undefined ? scope.phrases.say`; ordered ${ordered} (${deviation})` : ''}`
}

function basis(scope: ScopeInternals): string {
  if (numberOf(scope, 'bsa') === undefined) return 'height or weight is not known, so the dose is not known in mg'
  return scope.phrases.say`body surface ${textOfFact(scope, 'bsa') ?? ''} from ${dated(scope, 'dosingHeight')} and ${dated(scope, 'dosingWeight')}`
}

/** The single dose and the doses of the cycle together: whichever exceeds its plan by more. */
function excess(scope: ScopeInternals): Fact {
  const single = numberOf(scope, 'doseDeviationPct')
  const cycle = numberOf(scope, 'cycleTotalPct')
  if (single === undefined && cycle === undefined) return incomparable(scope)
  if (single !== undefined && single >= (cycle ?? -Infinity)) return present(single, comparison(scope), { unit: '%' })
  const words = scope.phrases.say`with ${textOfFact(scope, 'doseText') ?? 'this dose'} the cycle holds ${textOfFact(scope, 'cycleTotalMg') ?? ''}, ${textOfFact(scope, 'cyclePlannedMg') ?? ''} planned (${textOfFact(scope, 'cycleTotalPct') ?? ''})`
  return present(cycle ?? 0, words, { unit: '%' })
}

const LIVER = ['bilirubinLatestXuln', 'altLatestXuln', 'astLatestXuln'] as const

/** Rounding up is no good idea while a liver test is above its limit of normal. */
function roundingNote(scope: ScopeInternals): string {
  const isUp = (numberOf(scope, 'doseDeviationPct') ?? 0) > 0
  const abnormal = LIVER.map((name) => scope.fact(name)).filter((fact) => factBeyond(fact, '>', 1) === true).flatMap((fact) => (fact.state === 'present' ? [fact.text] : []))
  return isUp && abnormal.length > 0 ? `${textSetting(scope.settings, 'words_rounded_up_liver')} (${abnormal.join(', ')})` : 'within the rounding policy'
}

const underdoseNote = (scope: ScopeInternals): string => (flagOf(scope, 'reductionUndocumented') === true ? textSetting(scope.settings, 'words_reduction_undocumented') : 'no reduction on record explains it')

function weightNote(scope: ScopeInternals): string {
  const isGain = (numberOf(scope, 'weightChangePct') ?? 0) > 0
  return isGain ? textSetting(scope.settings, 'words_weight_gain') : scope.phrases.say`${textOfFact(scope, 'recalculatedMg') ?? 'a new dose'} with ${textOfFact(scope, 'currentWeight') ?? 'the newest weight'}`
}

/** Sentences about the dose that depend on what is known. */
export const doseSentences: Derivation = {
  facts: {
    doseStatement: { title: 'Expected and ordered dose in words', type: 'text' },
    doseBasis: { title: 'What the dose was calculated from', type: 'text' },
    doseComparison: { title: 'Ordered against expected dose in words', type: 'text' },
    doseExcessPct: { title: 'Excess of the dose or of the cycle over its plan', type: 'number', unit: '%' },
    roundingNote: { title: 'Remark on the rounding', type: 'text' },
    underdoseNote: { title: 'Remark on a low dose', type: 'text' },
    weightNote: { title: 'Remark on a changed weight', type: 'text' },
  },
  uses: [
    'slot', 'expectedPerM2', 'expectedMg', 'bsa', 'doseText', 'doseDeviationPct', 'cycleTotalPct', 'cycleTotalMg', 'cyclePlannedMg', 'dosingHeight', 'dosingWeight', 'currentWeight',
    'recalculatedMg', 'weightChangePct', 'reductionUndocumented', ...LIVER,
  ],
  compute(scope) {
    const words = { doseStatement: statement(scope), doseBasis: basis(scope), doseComparison: comparison(scope), roundingNote: roundingNote(scope), underdoseNote: underdoseNote(scope), weightNote: weightNote(scope) }
    return { ...Object.fromEntries(Object.entries(words).map(([name, text]) => [name, present(text, text)])), doseExcessPct: excess(scope) }
  },
}
