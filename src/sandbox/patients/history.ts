import type { AllergyIntolerance, CarePlan, Condition, Immunization, QuestionnaireResponse, QuestionnaireResponseItemAnswer, Reference, ServiceRequest } from 'fhir/r4.js'
import { drugOf, wordOf } from '../vocabulary.ts'
import type { Chart } from './chart-schema.ts'
import { conceptOf, drugConcept, hl7 } from './concepts.ts'
import type { Days } from './timing.ts'

export const conditionsOf = ({ id, conditions }: Chart, subject: Reference, days: Days): Condition[] => conditions.map(({ what, since, status, grade }) => ({
  resourceType: 'Condition', id: `${id}-${what}`, clinicalStatus: hl7('condition-clinical', status), verificationStatus: hl7('condition-ver-status', 'confirmed'),
  category: [hl7('condition-category', 'problem-list-item')], code: conceptOf(wordOf('conditions', what)), subject,
  onsetDateTime: days.date(since), recordedDate: days.date(since), ...(grade === undefined ? {} : { stage: [{ summary: { text: `CTCAE grade ${grade}` } }] }),
}))

export const allergiesOf = ({ id, allergies }: Chart, patient: Reference): AllergyIntolerance[] => allergies.map((what) => ({
  resourceType: 'AllergyIntolerance', id: `${id}-allergy-${what}`, clinicalStatus: hl7('allergyintolerance-clinical', 'active'),
  verificationStatus: hl7('allergyintolerance-verification', 'confirmed'), code: conceptOf(wordOf('allergies', what)), patient,
}))

export const immunizationsOf = ({ id, immunizations }: Chart, patient: Reference, days: Days): Immunization[] => immunizations.map(({ vaccine, day }, i) => ({
  resourceType: 'Immunization', id: `${id}-${vaccine}-${i + 1}`, status: 'completed', vaccineCode: conceptOf(wordOf('vaccines', vaccine)), patient, occurrenceDateTime: days.date(day),
}))

function transplantRequests({ id, plans: { transplant, noTransplant } }: Chart, subject: Reference, days: Days): ServiceRequest[] {
  const common = { resourceType: 'ServiceRequest' as const, intent: 'order' as const, code: conceptOf(wordOf('procedures', 'allogeneic-transplant')), subject, requester: { reference: 'Practitioner/sandbox' } }
  return [
    ...(transplant ? [{ ...common, id: `${id}-transplant`, status: 'active' as const, authoredOn: days.date(transplant.decided), occurrenceDateTime: days.date(transplant.day) }] : []),
    ...(noTransplant ? [{ ...common, id: `${id}-no-transplant`, status: 'revoked' as const, authoredOn: days.date(noTransplant.decided), reasonCode: [{ text: noTransplant.reason }] }] : []),
  ]
}

function conditioningPlans({ id, plans: { transplant } }: Chart, subject: Reference, days: Days): CarePlan[] {
  if (!transplant?.conditioning) return []
  const start = days.date(transplant.conditioning.from)
  const regimen = conceptOf(wordOf('regimens', 'conditioning'))
  return [{
    resourceType: 'CarePlan', id: `${id}-conditioning`, status: 'active', intent: 'plan', title: regimen.text ?? '', category: [regimen], subject,
    period: { start, end: days.date(transplant.day) },
    activity: transplant.conditioning.drugs.map((drug) => ({
      detail: { kind: 'MedicationRequest', status: 'scheduled', productCodeableConcept: drugConcept(drugOf(drug)), scheduledPeriod: { start, end: days.date(transplant.day - 1) } },
    })),
  }]
}

const earlierLines = ({ id, plans }: Chart, subject: Reference, days: Days): CarePlan[] => plans.earlierLines.map(({ title, from, to }, i) => ({
  resourceType: 'CarePlan', id: `${id}-line-${i + 1}`, status: 'completed', intent: 'plan', title, category: [conceptOf(wordOf('regimens', 'systemic'))], subject, period: { start: days.date(from), end: days.date(to) },
}))

/** The transplant plan (or that there will be none), its conditioning, and earlier lines of treatment. */
export const plansOf = (chart: Chart, subject: Reference, days: Days): (ServiceRequest | CarePlan)[] =>
  [...transplantRequests(chart, subject, days), ...conditioningPlans(chart, subject, days), ...earlierLines(chart, subject, days)]

function answerOf(value: boolean | number | string): QuestionnaireResponseItemAnswer {
  if (typeof value === 'boolean') return { valueBoolean: value }
  if (typeof value === 'string') return { valueString: value }
  return Number.isInteger(value) ? { valueInteger: value } : { valueDecimal: value }
}

const ANSWERED = 15

/** What the clinician has answered, one item a question; linkId is the key of the question. */
export const answersOf = ({ id, answers }: Chart, subject: Reference, days: Days): QuestionnaireResponse[] => (answers ? [{
  resourceType: 'QuestionnaireResponse', id: `${id}-answers`, status: 'completed', subject, author: { reference: 'Practitioner/sandbox' }, authored: days.time(answers.day, ANSWERED),
  item: Object.entries(answers.given).map(([linkId, value]) => ({ linkId, answer: [answerOf(value)] })),
}] : [])
