import type {
  AllergyIntolerance, Condition, FhirResource, MedicationAdministration, MedicationRequest, Patient, Procedure, Quantity, ServiceRequest,
} from 'fhir/r4.js'
import { dateOf, longDay, shortDay, yearsBetween } from './dates.ts'
import { conceptText } from './flowsheet.ts'

/** What one query of the record brought. */
export type ChartSection = readonly FhirResource[]

/** The queries of the chart, relative to the FHIR base; `{id}` is the patient. An EHR reads its own record; decision support reads another way. */
export const CHART_QUERIES = {
  patient: 'Patient/{id}',
  results: 'Observation?patient={id}&_count=1000',
  conditions: 'Condition?patient={id}&_count=200',
  allergies: 'AllergyIntolerance?patient={id}&_count=200',
  medications: 'MedicationRequest?patient={id}&_count=200',
  doses: 'MedicationAdministration?patient={id}&_count=200',
  procedures: 'Procedure?patient={id}&_count=200',
  plans: 'ServiceRequest?patient={id}&_count=200',
  encounters: 'Encounter?patient={id}&_count=5',
  immunizations: 'Immunization?patient={id}&_count=200',
  carePlans: 'CarePlan?patient={id}&_count=200',
  answers: 'QuestionnaireResponse?patient={id}&_count=200',
} as const

export type ChartPart = keyof typeof CHART_QUERIES

/** One line of a list in the chart. */
export interface Line {
  readonly id: string
  readonly title: string
  readonly detail: string
  readonly when: string
  readonly isOff: boolean
}

type Typed<T extends FhirResource['resourceType']> = Extract<FhirResource, { resourceType: T }>

/** The resources of one type. */
export const ofType = <T extends FhirResource['resourceType']>(section: ChartSection, type: T): readonly Typed<T>[] =>
  section.filter((resource): resource is Typed<T> => resource.resourceType === type)

export const patientName = (patient: Patient): string => {
  const name = patient.name?.[0]
  return name?.text ?? [...(name?.given ?? []), name?.family ?? ''].join(' ').trim()
}

export const ageOf = (patient: Patient, now: Date): number | undefined => {
  const born = dateOf(patient.birthDate)
  return born && yearsBetween(born, now)
}

const WRONG = 'entered-in-error'

const statusOf = (condition: Condition | AllergyIntolerance): string => condition.clinicalStatus?.coding?.[0]?.code ?? ''

const isVerified = (condition: Condition | AllergyIntolerance): boolean =>
  !['refuted', WRONG].includes(condition.verificationStatus?.coding?.[0]?.code ?? '')

const day = (fhirDate: string | undefined, text = shortDay): string => {
  const date = dateOf(fhirDate)
  return date ? text(date) : ''
}

const PRESENT = new Set(['active', 'recurrence', 'relapse', ''])

export const conditionLines = (section: ChartSection): readonly Line[] =>
  ofType(section, 'Condition').filter(isVerified).map((condition) => ({
    id: condition.id ?? '', title: conceptText(condition.code), detail: statusOf(condition),
    when: day(condition.onsetDateTime ?? condition.recordedDate, longDay), isOff: !PRESENT.has(statusOf(condition)),
  }))

export const allergyLines = (section: ChartSection): readonly Line[] =>
  ofType(section, 'AllergyIntolerance').filter(isVerified).map((allergy) => ({
    id: allergy.id ?? '', title: conceptText(allergy.code), detail: conceptText(allergy.reaction?.[0]?.manifestation?.[0]),
    when: day(allergy.recordedDate ?? allergy.onsetDateTime, longDay), isOff: !PRESENT.has(statusOf(allergy)),
  }))

const drugText = (resource: MedicationRequest | MedicationAdministration): string =>
  conceptText(resource.medicationCodeableConcept) || (resource.medicationReference?.display ?? resource.medicationReference?.reference ?? '')

const amount = (quantity: Quantity | undefined): string =>
  (quantity?.value === undefined ? '' : `${quantity.value} ${quantity.unit ?? ''}`.trim())

const joined = (...parts: readonly string[]): string => parts.filter((part) => part !== '').join(' · ')

const ENDED = new Set(['completed', 'stopped', 'cancelled', 'ended'])

export const medicationLines = (section: ChartSection): readonly Line[] =>
  ofType(section, 'MedicationRequest').filter((request) => request.status !== WRONG && request.status !== 'draft').map((request) => {
    const dosage = request.dosageInstruction?.[0]
    return {
      id: request.id ?? '', title: drugText(request), isOff: ENDED.has(request.status),
      detail: dosage?.text ?? joined(amount(dosage?.doseAndRate?.[0]?.doseQuantity), conceptText(dosage?.route)),
      when: day(dosage?.timing?.event?.[0] ?? request.authoredOn),
    }
  })

const givenAt = (given: MedicationAdministration): string | undefined => given.effectiveDateTime ?? given.effectivePeriod?.start

const newestFirst = (a: string | undefined, b: string | undefined): number => (dateOf(b)?.getTime() ?? 0) - (dateOf(a)?.getTime() ?? 0)

/** Doses that were given, or were not: `isOff` marks those. Newest first. */
export const doseLines = (section: ChartSection): readonly Line[] =>
  ofType(section, 'MedicationAdministration').filter((given) => given.status !== WRONG)
    .sort((a, b) => newestFirst(givenAt(a), givenAt(b)))
    .map((given) => ({
      id: given.id ?? '', title: drugText(given), isOff: given.status === 'not-done',
      detail: joined(amount(given.dosage?.dose), conceptText(given.statusReason?.[0])), when: day(givenAt(given)),
    }))

const procedureLine = (procedure: Procedure): Line => ({
  id: procedure.id ?? '', title: conceptText(procedure.code), detail: procedure.status,
  when: day(procedure.performedDateTime ?? procedure.performedPeriod?.start), isOff: procedure.status === 'not-done',
})

const planLine = (plan: ServiceRequest): Line => ({
  id: plan.id ?? '', title: conceptText(plan.code), detail: joined(plan.intent, plan.status),
  when: day(plan.occurrenceDateTime ?? plan.authoredOn), isOff: ENDED.has(plan.status) || plan.status === 'revoked',
})

export const procedureLines = (section: ChartSection): readonly Line[] => [
  ...ofType(section, 'ServiceRequest').filter((plan) => plan.status !== WRONG).map(planLine),
  ...ofType(section, 'Procedure').filter((procedure) => procedure.status !== WRONG).map(procedureLine),
]
