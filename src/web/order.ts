import type { CodeableConcept, Dosage, Extension, MedicationRequest, Timing } from 'fhir/r4.js'
import { clock, dateOf, fhirDateTime, localInput, longDay } from './dates.ts'
import { conceptText } from './flowsheet.ts'
import type { Dose, Drug } from './sandbox-api.ts'
import type { Draft } from './suggestion.ts'
import { plannedAt, plannedIn, plannedInput, timed } from './timing.ts'

export type MedicationDraft = MedicationRequest & { readonly id: string }

/** What the order form edits. `at` is the value of a datetime-local input. */
export interface OrderFields {
  readonly dose: string
  readonly unit: string
  readonly at: string
  readonly route: string
  readonly note: string
}

/** For whom an order is written, by whom, within which encounter. */
export interface OrderHeader {
  readonly id: string
  readonly patientId: string
  readonly userId: string
  readonly encounterId?: string
  readonly now: Date
}

const UCUM = 'http://unitsofmeasure.org'

export const isMedicationDraft = (draft: Draft): draft is MedicationDraft => draft.resourceType === 'MedicationRequest'

const concept = (from: { readonly coding: readonly object[]; readonly text: string }): CodeableConcept => ({ coding: [...from.coding], text: from.text })

const doseQuantity = (dose: Dose & { readonly code?: string }): object => ({ value: dose.value, unit: dose.unit, system: UCUM, code: dose.code ?? dose.unit })

const timingOf = (drug: Drug, at: Date): Timing => {
  const schedule = typeof drug.schedule === 'string' ? { code: { text: drug.schedule } } : drug.schedule
  return plannedAt(schedule ?? {}, localInput(at))
}

/** A draft MedicationRequest for a drug of the list, with the dose and time it starts with. */
export const draftOf = (drug: Drug, header: OrderHeader, planned: Date, dose: Dose = drug.dose, note?: string): MedicationDraft => ({
  resourceType: 'MedicationRequest',
  id: header.id,
  status: 'draft',
  intent: 'order',
  medicationCodeableConcept: concept(drug),
  subject: { reference: `Patient/${header.patientId}` },
  ...(header.encounterId === undefined ? {} : { encounter: { reference: `Encounter/${header.encounterId}` } }),
  authoredOn: fhirDateTime(localInput(header.now)) ?? '',
  requester: { reference: header.userId },
  dosageInstruction: [{
    ...timed(timingOf(drug, planned)), route: concept(drug.route), doseAndRate: [{ doseQuantity: doseQuantity(dose) }],
  }],
  ...(note === undefined ? {} : { note: [{ text: note }] }),
})

/** What the form shows of a draft. */
export const fieldsOf = (draft: MedicationRequest): OrderFields => {
  const dosage = draft.dosageInstruction?.[0]
  const dose = dosage?.doseAndRate?.[0]?.doseQuantity
  return {
    dose: dose?.value === undefined ? '' : String(dose.value),
    unit: dose?.unit ?? dose?.code ?? '',
    at: plannedInput(dosage?.timing),
    route: conceptText(dosage?.route),
    note: draft.note?.[0]?.text ?? '',
  }
}

const doseAndRateOf = (dosage: Dosage, fields: OrderFields): Pick<Dosage, 'doseAndRate'> => {
  const value = Number(fields.dose)
  const rest = { ...dosage.doseAndRate?.[0] }
  delete rest.doseQuantity
  if (fields.dose.trim() === '' || !Number.isFinite(value)) return {}
  return { doseAndRate: [{ ...rest, doseQuantity: doseQuantity({ value, unit: fields.unit }) }] }
}

const routeOf = (dosage: Dosage, fields: OrderFields, drugs: readonly Drug[]): Pick<Dosage, 'route'> => {
  if (fields.route === conceptText(dosage.route)) return dosage.route ? { route: dosage.route } : {}
  const known = drugs.find((drug) => drug.route.text === fields.route)
  return { route: known ? concept(known.route) : { text: fields.route } }
}

/**
 * The draft with the form's fields written into it; everything else of the resource stays. The dosage text is dropped: a sentence
 * that still says the old dose is a trap.
 */
export const withFields = (draft: MedicationDraft, fields: OrderFields, drugs: readonly Drug[]): MedicationDraft => {
  const [dosage = {}, ...others] = draft.dosageInstruction ?? []
  const { text: _text, doseAndRate: _dose, timing: _timing, route: _route, ...kept } = dosage
  const { note: _note, ...rest } = draft
  return {
    ...rest,
    dosageInstruction: [{ ...kept, ...timed(plannedAt(dosage.timing ?? {}, fields.at)), ...routeOf(dosage, fields, drugs), ...doseAndRateOf(dosage, fields) }, ...others],
    ...(fields.note === '' ? {} : { note: [{ text: fields.note }] }),
  }
}

const conceptOf = (draft: Draft): CodeableConcept | undefined => {
  if (draft.resourceType === 'MedicationRequest') return draft.medicationCodeableConcept
  return 'code' in draft && typeof draft.code === 'object' ? draft.code as CodeableConcept : undefined // request resources carry code as a CodeableConcept; anything else shows no text
}

const referenceText = (draft: Draft): string =>
  (draft.resourceType === 'MedicationRequest' ? draft.medicationReference?.display ?? '' : '')

/** What is ordered, in words. */
export const orderTitle = (draft: Draft): string => conceptText(conceptOf(draft)) || referenceText(draft) || draft.resourceType

const whenText = (fhirDate: string | undefined): string => {
  const date = dateOf(fhirDate)
  if (!date) return ''
  return (fhirDate ?? '').includes('T') ? `${longDay(date)}, ${clock(date)}` : longDay(date)
}

const medicationDetail = (draft: MedicationDraft): readonly string[] => {
  const fields = fieldsOf(draft)
  const dosage = draft.dosageInstruction?.[0]
  const dose = fields.dose === '' ? dosage?.text ?? '' : `${fields.dose} ${fields.unit}`
  return [dose, fields.route, whenText(plannedIn(dosage?.timing)), dosage?.timing?.code?.text ?? '']
}

/** Dose, route and time in one line; for other orders the planned time. */
export const orderDetail = (draft: Draft): string => {
  const planned = 'occurrenceDateTime' in draft ? whenText(draft.occurrenceDateTime) : ''
  const parts = isMedicationDraft(draft) ? medicationDetail(draft) : [planned]
  return parts.filter((part) => part !== '').join(' · ')
}

const isAssertion = (extension: Extension): boolean => extension.url === 'urn:ino-cds:assertion'

const answerOf = (extension: Extension): string => {
  const part = (url: string): string => {
    const found = extension.extension?.find((inner) => inner.url === url)
    const value = found && Object.entries(found).find(([key]) => key.startsWith('value'))?.[1]
    return value === undefined ? '' : String(value)
  }
  return `${part('key')}: ${part('value')}`
}

/** The clinician's answers an order carries, "cycle: 2". */
export const answersOn = (draft: Draft): readonly string[] => {
  const extensions = 'extension' in draft ? draft.extension ?? [] : []
  return extensions.filter(isAssertion).map(answerOf)
}
