import { wordsOf } from './answers.ts'
import type { Engine } from './engine.ts'
import type { Hypothesis } from './hypothesis.ts'
import { TEXTS } from './texts.ts'

/** What is supposed, in words; nothing for nothing. */
export function supposedWords({ content: { mapping, phrases } }: Engine, { date, dose, results, answers }: Hypothesis): string {
  const { supposed, date: on, dose: amount, mg } = TEXTS.whatIf
  return [
    ...(date === undefined ? [] : [supposed(on.toLowerCase(), date)]), ...(dose === undefined ? [] : [supposed(amount.toLowerCase(), `${dose} ${mg}`)]),
    ...Object.entries(results).map(([measurement, value]) => supposed(mapping.measurements.get(measurement)?.title ?? measurement, String(value))),
    ...Object.entries(answers).map(([key, value]) => supposed(mapping.assertions[key]?.title ?? key, typeof value === 'boolean' ? TEXTS.questions[value ? 'yes' : 'no'] : wordsOf(String(value), phrases.of))),
  ].join('; ')
}
