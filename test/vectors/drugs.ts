import type { Day, Drug, DrugWord } from './format.ts'
import { amount, type Chart, concept, type FhirJson, type Filed, found, type Json } from './hospital.ts'
import type { Patient } from './patient.ts'
import { vocabulary } from './read.ts'

const DOSE_HOUR = 10

/** The drug itself: a concept in the north, a contained Medication in the south. */
function drugOf(word: DrugWord, { hospital }: Chart): Json {
  if (hospital.name === 'north') return { medicationCodeableConcept: concept(word, hospital) }
  return { contained: [{ resourceType: 'Medication', id: 'm', code: concept(word, hospital) }], medicationReference: { reference: '#m' } }
}

/** When: events or a period in the north, a period or just the date of the order in the south. */
function timingOf({ at, from, to }: Drug, { hospital, days }: Chart): Json {
  const events = at === undefined ? [] : [at].flat()
  if (hospital.name === 'north' || events.length > 1) {
    const end = to === undefined ? {} : { end: days.date(to) }
    return { timing: events.length > 0 ? { event: events.map((day) => days.instant(day, DOSE_HOUR)) } : { repeat: { boundsPeriod: { start: days.date(from ?? 0), ...end } } } }
  }
  const [day] = events
  return day === undefined ? {} : { timing: { repeat: { boundsPeriod: { start: days.instant(day, DOSE_HOUR), end: days.date(day) } } } }
}

const DURATION = { duration: 1, durationUnit: 'h' }

function requestOf(drug: Drug, id: string, status: string, chart: Chart): FhirJson {
  const word = found(vocabulary.drugs, drug.drug)
  const route = found(vocabulary.routes, drug.route ?? word.route)
  const authored = typeof drug.from === 'number' ? Math.min(drug.from, status === 'draft' ? 0 : -1) : status === 'draft' ? 0 : -1
  const until = chart.hospital.name === 'south' && drug.to !== undefined ? { dispenseRequest: { validityPeriod: { end: chart.days.date(drug.to) } } } : {}
  return {
    resourceType: 'MedicationRequest', id, status, intent: 'order', subject: chart.subject, authoredOn: chart.days.instant(authored), ...drugOf(word, chart), ...until,
    ...(drug.note === undefined ? {} : { note: [{ text: drug.note }] }),
    dosageInstruction: [{ ...timingOf(drug, chart), route: concept(route, chart.hospital), doseAndRate: [{ doseQuantity: amount(drug.dose ?? word.dose) }] }],
  }
}

export const requestsOf = ({ drugs }: Patient, chart: Chart): Filed[] =>
  drugs.map((drug, i) => ({ key: 'medications', resource: requestOf(drug, `rx${String(i + 1)}-${drug.drug}`, drug.status ?? 'active', chart) }))

/** An infusion of an hour in the label's volume, so that only what a vector changes is worth a word. */
function withInfusion(order: FhirJson): FhirJson {
  const [instruction] = order['dosageInstruction'] as [Json] // sound: requestOf writes exactly one
  const timing = instruction['timing'] as Json | undefined // sound: an object, where there is one
  const repeat = timing?.['repeat'] as Json | undefined // sound: as above
  return { ...order, dosageInstruction: [{ ...instruction, text: 'over 1 hour in 50 mL sodium chloride 0.9 %', timing: { ...timing, repeat: { ...repeat, ...DURATION } } }] }
}

/** The drafts of the request: the inotuzumab order first, then the others. */
export function draftsOf({ order, orders }: Patient, chart: Chart): FhirJson[] {
  const inotuzumab = order ? [withInfusion(requestOf({ drug: 'inotuzumab', at: 0, ...definedIn(order) }, 'order', 'draft', chart))] : []
  return [...inotuzumab, ...orders.map((drug, i) => requestOf(drug, `draft${String(i + 1)}`, 'draft', chart))]
}

const definedIn = (order: NonNullable<Patient['order']>): Partial<Drug> => Object.fromEntries(Object.entries(order).filter(([, value]) => value !== undefined))

const DAYS_OF_DOSES = [0, 7, 14]

function administration(drug: string, day: Day, dose: string, chart: Chart): FhirJson {
  const { days, hospital } = chart
  const start = days.instant(day, DOSE_HOUR)
  const effective = hospital.name === 'north' ? { effectivePeriod: { start, end: days.instant(day, DOSE_HOUR + 1) } } : { effectiveDateTime: start }
  return { resourceType: 'MedicationAdministration', id: `given-${drug}${String(day).replace('-', '.')}`, status: 'completed', subject: chart.subject, ...drugOf(found(vocabulary.drugs, drug), chart), ...effective, dosage: { dose: amount(dose) } }
}

function withheld(day: number, reason: string, chart: Chart): FhirJson {
  return { resourceType: 'MedicationAdministration', id: `withheld${String(day).replace('-', '.')}`, status: 'not-done', statusReason: [{ text: reason }], subject: chart.subject, ...drugOf(found(vocabulary.drugs, 'inotuzumab'), chart), effectiveDateTime: chart.days.instant(day, DOSE_HOUR) }
}

/** Doses given and withheld. A list of doses is a cycle: Day 1, 8 and 15. */
export function administrationsOf({ given, administered, withheld: notGiven }: Patient, chart: Chart): Filed[] {
  const doses = Object.entries(given).flatMap(([day, milligrams]) => [milligrams].flat().map((mg, i) => administration('inotuzumab', Number(day) + (DAYS_OF_DOSES[i] ?? 0), `${String(mg)} mg`, chart)))
  const others = administered.flatMap(({ drug, on }) => on.map((day) => administration(drug, day, found(vocabulary.drugs, drug).dose, chart)))
  const missed = Object.entries(notGiven).map(([day, reason]) => withheld(Number(day), reason, chart))
  return [...doses, ...others, ...missed].map((resource) => ({ key: 'administrations', resource }))
}

export const immunizationsOf = ({ vaccines }: Patient, chart: Chart): Filed[] => vaccines.map(({ vaccine, on }) => ({
  key: 'immunizations',
  resource: { resourceType: 'Immunization', id: `vaccine${String(on).replace('-', '.')}`, status: 'completed', vaccineCode: concept(found(vocabulary.drugs, vaccine), chart.hospital), patient: chart.subject, occurrenceDateTime: chart.days.date(on) },
}))

export const plannedDrug = (drug: string, chart: Chart): Json => concept(found(vocabulary.drugs, drug), chart.hospital)
