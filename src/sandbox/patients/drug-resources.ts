import type { Dosage, MedicationAdministration, MedicationRequest, Reference } from 'fhir/r4.js'
import { drugOf } from '../vocabulary.ts'
import type { Chart } from './chart-schema.ts'
import { drugConcept, routeConcept, ucum } from './concepts.ts'
import type { Days } from './timing.ts'

type Medication = Chart['medications'][number]
type Administration = Chart['administrations'][number]

const GIVEN_FROM = 10
const GIVEN_UNTIL = 11
const NOON = 12

const orderDay = (on: number | 'order', chart: Chart): number => (on === 'order' ? chart.order.inDays : on)

function timingOf(medication: Medication, chart: Chart, days: Days): NonNullable<Dosage['timing']> {
  // A date, not an instant: the patient's morning and the reader's may be hours apart.
  if ('on' in medication) return { event: [days.date(orderDay(medication.on, chart))] }
  const { from, to, timesPerDay } = medication
  return { repeat: { boundsPeriod: { start: days.date(from), ...(to === undefined ? {} : { end: days.date(to) }) }, frequency: timesPerDay, period: 1, periodUnit: 'd' } }
}

function requestOf(medication: Medication, chart: Chart, subject: Reference, days: Days): Omit<MedicationRequest, 'id'> {
  const drug = drugOf(medication.drug)
  const dose = medication.dose ?? drug.dose
  const written = Math.min('on' in medication ? orderDay(medication.on, chart) - 1 : medication.from, -1)
  return {
    resourceType: 'MedicationRequest', status: 'active', intent: 'order', medicationCodeableConcept: drugConcept(drug), subject,
    authoredOn: days.time(written, NOON), requester: { reference: 'Practitioner/sandbox' },
    dosageInstruction: [{ timing: timingOf(medication, chart, days), route: routeConcept(drug), doseAndRate: [{ doseQuantity: ucum(dose.value, dose.unit) }] }],
  }
}

/** The active orders of a chart. */
export const medicationRequestsOf = (chart: Chart, subject: Reference, days: Days): MedicationRequest[] =>
  chart.medications.map((medication, i) => ({ ...requestOf(medication, chart, subject, days), id: `${chart.id}-${medication.drug}-order-${i + 1}` }))

function administrationOf(given: Administration, subject: Reference, days: Days): Omit<MedicationAdministration, 'id'> {
  const drug = drugOf(given.drug)
  const common = { resourceType: 'MedicationAdministration' as const, medicationCodeableConcept: drugConcept(drug), subject }
  if ('withheld' in given) return { ...common, status: 'not-done', statusReason: [{ text: given.withheld }], effectiveDateTime: days.time(given.day, GIVEN_FROM) }
  return {
    ...common, status: 'completed', effectivePeriod: { start: days.time(given.day, GIVEN_FROM), end: days.time(given.day, GIVEN_UNTIL) },
    dosage: { route: routeConcept(drug), dose: ucum(given.dose.value, given.dose.unit) },
  }
}

/** Doses given, and doses withheld as not-done with their reason. */
export const administrationsOf = (chart: Chart, subject: Reference, days: Days): MedicationAdministration[] =>
  chart.administrations.map((given, i) => ({ ...administrationOf(given, subject, days), id: `${chart.id}-${given.drug}-dose-${i + 1}` }))
