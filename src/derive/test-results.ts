import { conceptOf, isObject, type Loose, textOf } from '../facts/resources.ts'
import type { ScopeInternals } from '../facts/scope.ts'
import type { RecordRow } from '../facts/select.ts'
import type { Moment } from '../language/calendar.ts'
import { rowsOf } from './reading.ts'

export type TestAnswer = 'positive' | 'negative'

/** What one test result says, or one entry that stands for such a result. */
export interface TestResult {
  readonly answer: TestAnswer
  readonly at: Moment | undefined
  readonly reference: string
  readonly title: string
  readonly isFinal: boolean
}

/** Value sets whose codes and words mean yes or no to the question. */
export interface AnswerSets {
  readonly positive: readonly string[]
  readonly negative: readonly string[]
}

export const PRESENCE: AnswerSets = { positive: ['result-positive'], negative: ['result-negative'] }

const ELEMENTS: readonly string[] = ['valueCodeableConcept', 'valueString', 'interpretation']
const FINAL: ReadonlySet<string> = new Set(['final', 'amended', 'corrected', 'appended'])

/** Words of both kinds in one answer make it unreadable: a guess could turn a danger into an all-clear. */
function answerInWords(value: unknown, means: AnswerSets, { mapping }: ScopeInternals): TestAnswer | undefined {
  const { sets } = mapping.matcher.recognise(conceptOf(value), [])
  const isPositive = means.positive.some((set) => sets.has(set))
  const isNegative = means.negative.some((set) => sets.has(set))
  return isPositive === isNegative ? undefined : isPositive ? 'positive' : 'negative'
}

/** The answer of a result in words, as a truth value, or as an interpretation beside a number. */
export function statedAnswer(resource: Loose, means: AnswerSets, scope: ScopeInternals): TestAnswer | undefined {
  if (typeof resource['valueBoolean'] === 'boolean') return resource['valueBoolean'] ? 'positive' : 'negative'
  for (const element of ELEMENTS) {
    const answer = resource[element] === undefined ? undefined : answerInWords(resource[element], means, scope)
    if (answer) return answer
  }
  return undefined
}

/** A viral load or transcript level: any counted amount is a detection, "<20" may be either. */
export function detectedAmount({ valueQuantity }: Loose): TestAnswer | undefined {
  const value = isObject(valueQuantity) ? valueQuantity['value'] : undefined
  if (!isObject(valueQuantity) || typeof value !== 'number') return undefined
  const comparator = textOf(valueQuantity['comparator'])
  if (comparator === '<' || comparator === '<=') return undefined
  return value > 0 ? 'positive' : 'negative'
}

export const resultAt = (row: RecordRow, answer: TestAnswer): TestResult =>
  ({ answer, at: row.at, reference: row.reference, title: row.title, isFinal: FINAL.has(String(row.resource['status'])) })

/** Readable results of a `records` fact that lie in the past; `ofNumber` reads those that only carry a number. */
export function testResults(scope: ScopeInternals, records: string, means: AnswerSets, ofNumber?: (resource: Loose) => TestAnswer | undefined): readonly TestResult[] {
  return rowsOf(scope, records).filter(({ at }) => at === undefined || at.day <= scope.now.day).flatMap((row) => {
    const answer = statedAnswer(row.resource, means, scope) ?? ofNumber?.(row.resource)
    return answer ? [resultAt(row, answer)] : []
  })
}

/** Newest first; where the record does not tell which of two came first, the positive one does. */
function newestFirst(a: TestResult, b: TestResult): number {
  const isTimed = a.at?.precise === true && b.at?.precise === true
  const difference = isTimed ? (b.at?.at ?? 0) - (a.at?.at ?? 0) : (b.at?.day ?? -Infinity) - (a.at?.day ?? -Infinity)
  return difference || Number(b.answer === 'positive') - Number(a.answer === 'positive')
}

/** The newest final result. A preliminary one may raise an alarm, never clear one. */
export function newestResult(results: readonly TestResult[]): TestResult | undefined {
  return results.filter(({ isFinal, answer }) => isFinal || answer === 'positive').toSorted(newestFirst)[0]
}
