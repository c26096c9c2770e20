import { daysBetween, type Moment } from '../language/calendar.ts'
import type { Dose } from './dose-history.ts'

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
}

/** Where a dose on some day falls. */
export interface Place {
  readonly cycle: number
  readonly slot: number
  readonly day1: Moment
  readonly isNewCycle: boolean
}

export const cycleLength = (cycle: number, { firstCycleDays, laterCycleDays }: Regimen): number => (cycle === 1 ? firstCycleDays : laterCycleDays)

const lastSlot = ({ doses }: Cycle, { slots }: Regimen): number => doses.at(-1)?.slot ?? slots[0]

/**
 * The slot of a dose on `at` after the cycles so far: a new cycle once the last slot was given or the cycle's length has passed;
 * otherwise the second slot while its week lasts, then the third.
 */
export function placeDose(cycles: readonly Cycle[], at: Moment, regimen: Regimen): Place {
  const [day1Slot, secondSlot, thirdSlot] = regimen.slots
  const current = cycles.at(-1)
  if (!current) return { cycle: 1, slot: day1Slot, day1: at, isNewCycle: true }
  const k = daysBetween(current.day1, at)
  const last = lastSlot(current, regimen)
  if (last === thirdSlot || k >= cycleLength(current.number, regimen)) return { cycle: current.number + 1, slot: day1Slot, day1: at, isNewCycle: true }
  const slot = last === day1Slot && k < thirdSlot - day1Slot ? secondSlot : thirdSlot
  return { cycle: current.number, slot, day1: current.day1, isNewCycle: false }
}

function addDose(cycles: readonly Cycle[], dose: Dose, regimen: Regimen): Cycle[] {
  const place = placeDose(cycles, dose.at, regimen)
  const slotted = { ...dose, slot: place.slot }
  if (place.isNewCycle) return [...cycles, { number: place.cycle, day1: dose.at, doses: [slotted] }]
  return cycles.map((cycle, i) => (i === cycles.length - 1 ? { ...cycle, doses: [...cycle.doses, slotted] } : cycle))
}

/** Sorts doses into cycles. Cycles given elsewhere stand before them; the last of those is complete by assumption. */
export function cyclesOf(doses: readonly Dose[], regimen: Regimen, prior?: { readonly cycles: number; readonly day1?: Moment }): readonly Cycle[] {
  const before: Cycle[] = []
  if (prior && prior.cycles > 0 && prior.day1) {
    const [, , thirdSlot] = regimen.slots
    before.push({ number: prior.cycles, day1: prior.day1, doses: [{ at: prior.day1, reference: '', isPlanned: false, slot: thirdSlot }] })
  }
  return doses.reduce<Cycle[]>((cycles, dose) => addDose(cycles, dose, regimen), before)
}
