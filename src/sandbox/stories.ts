import type { Coding, Quantity } from 'fhir/r4.js'
import type { Chart, Ordered } from './patients/chart-schema.ts'
import { drugCodings, routeConcept, ucum } from './patients/concepts.ts'
import { chapterOf, type Dose, drugOf, type DrugWord, formulary, tourPatient } from './vocabulary.ts'

/** An order that a story writes. `note` names cycle and day of a dose of the course. */
interface StoryOrder { readonly label: string; readonly dose: Dose; readonly dayOffset: number; readonly note?: string; readonly drug: string }

/** A demo patient as the list tells it. */
export interface Story {
  readonly id: string
  readonly name: string
  readonly shows: string
  readonly story: string
  /** Heading under which the patient stands in the list. */
  readonly chapter: string
  /** The guided tour shows this patient. */
  readonly isTour: boolean
  readonly order: StoryOrder
  /** Orders written together with the first. */
  readonly also: readonly StoryOrder[]
  /** Rules expected when the order is signed, for people: "hold-anc-cycle-start (critical)". */
  readonly expect: readonly string[]
  /** The same for machines. */
  readonly findings: readonly { readonly rule: string; readonly indicator: 'info' | 'warning' | 'critical' }[]
}

/** A drug as the order form offers it. */
export interface OfferedDrug {
  readonly id: string
  readonly name: string
  readonly coding: readonly Coding[]
  readonly text: string
  readonly dose: Dose & Pick<Quantity, 'system' | 'code'>
  readonly route: { readonly coding: readonly Coding[]; readonly text: string }
  readonly schedule: string
}

function storyOrder({ cycle, day, dose, inDays, drug }: Ordered): StoryOrder {
  const note = cycle === undefined || day === undefined ? undefined : `Cycle ${cycle} Day ${day}`
  return { label: `${note ?? drugOf(drug).name}, ${dose.value} ${dose.unit}`, dose, dayOffset: inDays, drug, ...(note === undefined ? {} : { note }) }
}

export function storyOf({ id, name, shows, story, chapter, order, also, expect }: Chart): Story {
  const findings = Object.entries(expect).map(([rule, indicator]) => ({ rule, indicator }))
  return {
    id, name: `${name.given} ${name.family}`, shows, story, findings, chapter: chapterOf(chapter), isTour: id === tourPatient, order: storyOrder(order), also: also.map(storyOrder),
    expect: findings.length === 0 ? ['nothing that needs an answer'] : findings.map(({ rule, indicator }) => `${rule} (${indicator})`),
  }
}

function offered(drug: DrugWord): OfferedDrug {
  const { value, unit } = drug.dose
  const route = routeConcept(drug)
  const { system, code } = ucum(value, unit)
  return {
    id: drug.id, name: drug.name, text: drug.name, coding: drugCodings(drug), schedule: drug.schedule,
    dose: { value, unit, ...(system ? { system } : {}), ...(code ? { code } : {}) },
    route: { coding: route.coding ?? [], text: route.text ?? drug.route },
  }
}

/** The drugs of the order form, the one of the stories first. */
export const offeredDrugs = (): readonly OfferedDrug[] => formulary.drugs.map(offered)
