import { daysBetween, type Moment } from '../language/calendar.ts'
import type { Dose } from './dose-history.ts'
import type { Stated } from './stated-cycle.ts'

/** The regimen as settings declare it: slots of a cycle and lengths of cycles, in days. */
export interface Regimen {
  readonly slots: readonly [number, number, number]
  readonly firstCycleDays: number
  readonly laterCycleDays: number
}

export interface SlottedDose extends Dose {
  readonly slot: number
}

export interface Cycle {
  readonly number: number
  readonly day1: Moment
  readonly doses: readonly SlottedDose[]
  /** Given elsewhere: only its Day 1 is known. */
  readonly isElsewhere?: boolean
}

/** Where a dose on some day falls. */
export interface Place {
  readonly cycle: number
  readonly slot: number
  readonly day1: Moment
  readonly isNewCycle: boolean
}

/** Cycles so far, and how many were given elsewhere before the first of them. */
export interface Timeline {
  readonly cycles: readonly Cycle[]
  readonly before: number
}

export const cycleLength = (cycle: number, { firstCycleDays, laterCycleDays }: Regimen): number => (cycle === 1 ? firstCycleDays : laterCycleDays)

const lastSlot = ({ doses }: Cycle, { slots }: Regimen): number => doses.at(-1)?.slot ?? slots[0]

/**
 * The slot of a dose on `at` after the cycles so far: a new cycle once the last slot was given or the cycle's length has passed;
 * otherwise the second slot while its week lasts, then the third.
 */
export function placeDose({ cycles, before }: Timeline, at: Moment, regimen: Regimen): Place {
  const [day1Slot, secondSlot, thirdSlot] = regimen.slots
  const current = cycles.at(-1)
  if (!current) return { cycle: before + 1, slot: day1Slot, day1: at, isNewCycle: true }
  const k = daysBetween(current.day1, at)
  const last = lastSlot(current, regimen)
  if (last === thirdSlot || k >= cycleLength(current.number, regimen)) return { cycle: current.number + 1, slot: day1Slot, day1: at, isNewCycle: true }
  const slot = last === day1Slot && k < thirdSlot - day1Slot ? secondSlot : thirdSlot
  return { cycle: current.number, slot, day1: current.day1, isNewCycle: false }
}

/** The place that a statement gives a dose; what it leaves out is inferred. A cycle that is already over cannot be stated. */
export function placeStated(timeline: Timeline, inferred: Place, { cycle, day }: Stated, at: Moment, { slots }: Regimen): Place {
  const number = cycle ?? inferred.cycle
  const owner = timeline.cycles.find((one) => one.number === number)
  const slot = day ?? (owner ? inferred.slot : slots[0])
  return { cycle: number, slot, day1: owner?.day1 ?? at, isNewCycle: owner === undefined }
}

function placeOf(timeline: Timeline, { at, stated }: Dose, regimen: Regimen): Place {
  const inferred = placeDose(timeline, at, regimen)
  const latest = timeline.cycles.at(-1)?.number ?? 0
  if (!stated || (stated.cycle ?? latest) < latest) return inferred
  return placeStated(timeline, inferred, stated, at, regimen)
}

function addDose(timeline: Timeline, dose: Dose, regimen: Regimen): Timeline {
  const { cycles } = timeline
  const place = placeOf(timeline, dose, regimen)
  const slotted = { ...dose, slot: place.slot }
  if (place.isNewCycle) return { ...timeline, cycles: [...cycles, { number: place.cycle, day1: dose.at, doses: [slotted] }] }
  return { ...timeline, cycles: cycles.map((cycle, i) => (i === cycles.length - 1 ? { ...cycle, doses: [...cycle.doses, slotted] } : cycle)) }
}

/** Sorts doses into cycles. Cycles given elsewhere stand before them; of the last of those only the first day is known. */
export function timelineOf(doses: readonly Dose[], regimen: Regimen, prior?: { readonly cycles: number; readonly day1?: Moment }): Timeline {
  const [day1Slot] = regimen.slots
  const elsewhere: readonly Cycle[] = prior && prior.cycles > 0 && prior.day1
    ? [{ number: prior.cycles, day1: prior.day1, doses: [{ at: prior.day1, reference: '', isPlanned: false, slot: day1Slot }], isElsewhere: true }]
    : []
  const start: Timeline = { cycles: elsewhere, before: prior?.cycles ?? 0 }
  return doses.reduce((timeline, dose) => addDose(timeline, dose, regimen), start)
}
