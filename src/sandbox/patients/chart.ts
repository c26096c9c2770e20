import type { Bundle, BundleEntry, Encounter, FhirResource, Patient, Practitioner } from 'fhir/r4.js'
import type { Chart } from './chart-schema.ts'
import { administrationsOf, medicationRequestsOf } from './drug-resources.ts'
import { allergiesOf, answersOf, conditionsOf, immunizationsOf, plansOf } from './history.ts'
import { observationsOf } from './observations.ts'
import { type Days, daysFrom } from './timing.ts'

/** The moment to which a chart's days are relative, and the zone in which its days are counted. */
export interface Today {
  readonly now: Date
  readonly timeZone?: string
}

/** Who orders in the sandbox; part of every Bundle, so that each can be loaded alone. */
const PRACTITIONER: Practitioner & { readonly id: string } = { resourceType: 'Practitioner', id: 'sandbox', name: [{ family: 'Sandbox', given: ['Robin'], prefix: ['Dr'] }] }

const patientOf = ({ id, name, sex, age }: Chart, days: Days): Patient => ({
  resourceType: 'Patient', id, identifier: [{ system: 'urn:ino-cds:sandbox-mrn', value: `DEMO-${id}` }], active: true,
  name: [{ use: 'official', family: name.family, given: [name.given], text: `${name.given} ${name.family}` }], gender: sex, birthDate: days.birthDate(age),
})

const encounterOf = ({ id }: Chart, subject: Encounter['subject'], days: Days): Encounter => ({
  resourceType: 'Encounter', id: `${id}-visit`, status: 'in-progress', class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'AMB', display: 'ambulatory' },
  ...(subject ? { subject } : {}), period: { start: days.time(0, 0) },
})

const entryOf = (resource: FhirResource): BundleEntry => {
  const address = `${resource.resourceType}/${resource.id ?? ''}`
  return { fullUrl: `https://sandbox.example/fhir/${address}`, resource, request: { method: 'PUT', url: address } }
}

/** All resources of a chart. */
function resourcesOf(chart: Chart, days: Days): FhirResource[] {
  const subject = { reference: `Patient/${chart.id}` }
  return [
    PRACTITIONER, patientOf(chart, days), encounterOf(chart, subject, days),
    ...conditionsOf(chart, subject, days), ...allergiesOf(chart, subject), ...immunizationsOf(chart, subject, days),
    ...observationsOf(chart, subject, days), ...medicationRequestsOf(chart, subject, days), ...administrationsOf(chart, subject, days),
    ...plansOf(chart, subject, days), ...answersOf(chart, subject, days),
  ]
}

/** A chart as a FHIR R4 transaction that puts each resource under its own id. Nothing but plans lies after `now`. */
export const bundleOf = (chart: Chart, { now, timeZone = 'UTC' }: Today): Bundle =>
  ({ resourceType: 'Bundle', type: 'transaction', entry: resourcesOf(chart, daysFrom(now, timeZone)).map(entryOf) })
