import type { Dosage, Timing } from 'fhir/r4.js'
import { dateOf, fhirDateTime, localInput } from './dates.ts'

/** When an order is planned: its event, or the start of what repeats. */
export const plannedIn = (timing: Timing | undefined): string | undefined => timing?.event?.[0] ?? timing?.repeat?.boundsPeriod?.start

/** The planned time as the value of a datetime-local input; empty where none is planned. */
export const plannedInput = (timing: Timing | undefined): string => {
  const at = dateOf(plannedIn(timing))
  return at ? localInput(at) : ''
}

/** A repeating order starts at a time; written as an event it would be a single dose. */
const startingAt = (timing: Timing, at: string | undefined): Timing => {
  const { boundsPeriod, ...repeat } = timing.repeat ?? {}
  const { start: _, ...bounds } = boundsPeriod ?? {}
  const next = at === undefined ? bounds : { ...bounds, start: at }
  return { ...timing, repeat: Object.keys(next).length === 0 ? repeat : { ...repeat, boundsPeriod: next } }
}

const onceAt = (timing: Timing, at: string | undefined): Timing => {
  const { event: _, ...rest } = timing
  return at === undefined ? rest : { ...rest, event: [at] }
}

/** The timing with another planned time, from a datetime-local input; everything else of it stays. */
export const plannedAt = (timing: Timing, input: string): Timing => {
  // A date without a time stays one as long as nobody touches it.
  if (input === plannedInput(timing)) return timing
  const move = timing.repeat && !timing.event ? startingAt : onceAt
  return move(timing, fhirDateTime(input))
}

/** A dosage member only where there is a timing to speak of. */
export const timed = (timing: Timing): Pick<Dosage, 'timing'> => (Object.keys(timing).length === 0 ? {} : { timing })
