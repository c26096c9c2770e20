import { type Fact, missing, present } from '../facts/fact.ts'
import type { ScopeInternals } from '../facts/scope.ts'
import { unavailability } from '../facts/select.ts'
import type { Moment } from '../language/calendar.ts'
import type { Derivation } from './derivation.ts'
import { momentOf, rowsOf, sourcesOf } from './reading.ts'
import { detectedAmount, newestResult, PRESENCE, testResults, type TestResult } from './test-results.ts'

/** Which results answer which question. Only an amount of virus can be read from a bare number. */
const TESTS: Readonly<Record<string, { readonly records: string; readonly isAmount: boolean }>> = {
  hbsagResult: { records: 'hbsagTests', isAmount: false }, antiHbcResult: { records: 'antiHbcTests', isAmount: false }, hbvDnaResult: { records: 'hbvDnaTests', isAmount: true },
  antiHcvResult: { records: 'antiHcvTests', isAmount: false }, hcvRnaResult: { records: 'hcvRnaTests', isAmount: true },
}

const dated = (text: string, at: Moment | undefined, scope: ScopeInternals): string => (at ? `${text} (${scope.calendar.iso(at)})` : text)

function resultFact(result: TestResult | undefined, scope: ScopeInternals): Fact {
  if (result === undefined) return unavailability('labs', scope) ?? missing('absent', 'no readable result on file')
  return present(result.answer, dated(result.answer, result.at, scope), { origin: 'record', sources: [result.reference], ...(result.at ? { at: result.at } : {}) })
}

const isPositive = (fact: Fact | undefined): fact is Extract<Fact, { state: 'present' }> => fact?.state === 'present' && fact.value === 'positive'

const WORDS: Readonly<Record<string, string>> = { hbsagResult: 'HBsAg positive', hbvDnaResult: 'HBV DNA detected', hcvRnaResult: 'HCV RNA detected' }

interface Evidence {
  readonly text: string
  readonly at: Moment | undefined
  readonly reference: string
}

/** Signs of an infection that is active now: virus or its surface antigen in the blood, or a diagnosis. Antibodies alone are none. */
function hepatitisEvidence(results: Readonly<Record<string, Fact>>, scope: ScopeInternals): readonly Evidence[] {
  const tests = Object.entries(WORDS).flatMap(([name, text]): Evidence[] => {
    const fact = results[name]
    return isPositive(fact) ? [{ text: dated(text, fact.at, scope), at: fact.at, reference: fact.sources[0] ?? '' }] : []
  })
  return [...tests, ...rowsOf(scope, 'hepatitisConditions').map(({ title, at, reference }): Evidence => ({ text: dated(title, at, scope), at, reference }))]
}

/** New: it appeared after the first dose. What was known before that dose was weighed then. */
function hepatitisFacts(results: Readonly<Record<string, Fact>>, scope: ScopeInternals): Record<string, Fact> {
  const evidence = hepatitisEvidence(results, scope)
  const first = momentOf(scope, 'firstGivenDate')
  const fresh = evidence.filter(({ at }) => first !== undefined && at !== undefined && at.day >= first.day)
  const none = unavailability('labs', scope) ?? unavailability('conditions', scope) ?? present(false, 'no')
  const say = (list: readonly Evidence[]): Fact =>
    (list.length > 0 ? present(true, list.map(({ text }) => text).join(', '), { origin: 'record', sources: list.map(({ reference }) => reference) }) : none)
  return { activeHepatitis: say(evidence), newHepatitis: say(fresh) }
}

/** A diagnosis of HIV infection stands for life. Of tests the newest counts, a viral load among them. */
function hivFact(scope: ScopeInternals): Fact {
  const result = newestResult([...testResults(scope, 'hivTests', PRESENCE), ...testResults(scope, 'hivLoads', PRESENCE, detectedAmount).filter(({ answer }) => answer === 'positive')])
  const diagnosis = scope.fact('hivConditions')
  if (diagnosis.state === 'present' && diagnosis.value === true) return { ...diagnosis, value: 'positive', sources: sourcesOf(diagnosis) }
  return resultFact(result, scope)
}

/** Hepatitis B and C and HIV: the newest answers of any age, and what they mean together. */
export const infections: Derivation = {
  facts: {
    hbsagResult: { title: 'HBsAg', type: 'text' }, antiHbcResult: { title: 'Anti-HBc', type: 'text' }, hbvDnaResult: { title: 'HBV DNA', type: 'text' },
    antiHcvResult: { title: 'Anti-HCV', type: 'text' }, hcvRnaResult: { title: 'HCV RNA', type: 'text' }, hivResult: { title: 'HIV', type: 'text' },
    activeHepatitis: { title: 'Signs of active viral hepatitis', type: 'boolean' },
    newHepatitis: { title: 'Signs of active viral hepatitis since the first dose', type: 'boolean' },
  },
  uses: ['hbsagTests', 'antiHbcTests', 'hbvDnaTests', 'antiHcvTests', 'hcvRnaTests', 'hivTests', 'hivLoads', 'hivConditions', 'hepatitisConditions', 'firstGivenDate'],
  compute(scope) {
    const results = Object.fromEntries(Object.entries(TESTS).map(([name, { records, isAmount }]) =>
      [name, resultFact(newestResult(testResults(scope, records, PRESENCE, isAmount ? detectedAmount : undefined)), scope)]))
    return { ...results, ...hepatitisFacts(results, scope), hivResult: hivFact(scope) }
  },
}
