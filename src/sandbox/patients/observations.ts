import type { Observation, ObservationReferenceRange, Quantity, Reference } from 'fhir/r4.js'
import { type ResultWord, resultWord, wordOf } from '../vocabulary.ts'
import type { Chart, ResultValue } from './chart-schema.ts'
import { conceptOf, hl7, resultConcept, ucum } from './concepts.ts'
import type { Days } from './timing.ts'

const TAKEN = 7.5
const REPORTED = 8.5
const BOUND = /^([<>]=?)\s*(\d+(?:\.\d+)?)$/

type ValueOf = Pick<Observation, 'valueQuantity' | 'valueInteger' | 'valueCodeableConcept' | 'referenceRange'>
type InUnit = (value: number) => Quantity

function rangeOf(low: number | undefined, high: number | undefined, inUnit: InUnit): { referenceRange?: ObservationReferenceRange[] } {
  const range = { ...(low === undefined ? {} : { low: inUnit(low) }), ...(high === undefined ? {} : { high: inUnit(high) }) }
  return low === undefined && high === undefined ? {} : { referenceRange: [range] }
}

function ownUnit(word: ResultWord): InUnit {
  const { unit } = word
  if (unit === undefined) throw new TypeError(`a chart gives a number for ${word.name}, which has no unit`)
  return (value) => ucum(value, unit, word.unitText)
}

function textValue(text: string, word: ResultWord): ValueOf {
  const [, comparator, number] = BOUND.exec(text) ?? []
  if (comparator === undefined) return { valueCodeableConcept: conceptOf(wordOf('answers', text)) }
  const inUnit = ownUnit(word)
  return { valueQuantity: { ...inUnit(Number(number)), comparator: comparator as '<' | '>' | '<=' | '>=' }, ...rangeOf(word.low, word.high, inUnit) } // sound: BOUND matches nothing else
}

function valueOf(value: ResultValue, word: ResultWord): ValueOf {
  if (typeof value === 'string') return textValue(value, word)
  if (typeof value === 'object') {
    const inUnit: InUnit = 'unit' in value ? (number) => ucum(number, value.unit) : (number) => ({ value: number, unit: value.unreadableUnit })
    return { valueQuantity: inUnit(value.value), ...rangeOf(value.low, value.high, inUnit) }
  }
  if (word.isScore) return { valueInteger: value }
  const inUnit = ownUnit(word)
  return { valueQuantity: inUnit(value), ...rangeOf(word.low, word.high, inUnit) }
}

/** Every result of a chart as an Observation; the upper limit of normal stands in referenceRange.high. */
export function observationsOf({ id, results }: Chart, subject: Reference, days: Days): Observation[] {
  const numbers = new Map<string, number>()
  const numbered = (key: string): string => {
    numbers.set(key, (numbers.get(key) ?? 0) + 1)
    return `${id}-${key}-${numbers.get(key) ?? 0}`
  }
  return results.flatMap(({ day, ...values }) => Object.entries(values).map(([key, value]): Observation => {
    const word = resultWord(key)
    return {
      resourceType: 'Observation', id: numbered(key), status: 'final', category: [hl7('observation-category', word.category)],
      code: resultConcept(word), subject, effectiveDateTime: days.time(day, TAKEN), issued: days.time(day, REPORTED), ...valueOf(value, word),
    }
  }))
}
