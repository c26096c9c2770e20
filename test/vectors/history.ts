import { type Chart, coding, concept, type FhirJson, type Filed, found, hl7, type Json } from './hospital.ts'
import { plannedDrug } from './drugs.ts'
import type { Patient } from './patient.ts'
import { vocabulary } from './read.ts'

const SEVERITY: Readonly<Record<string, string>> = { mild: '255604002', moderate: '6736007', severe: '24484000' }

function conditionOf(one: Patient['conditions'][number], i: number, { hospital, days, subject }: Chart): FhirJson {
  const severity = one.severity && SEVERITY[one.severity]
  return {
    resourceType: 'Condition', id: `problem${String(i + 1)}`, subject, code: concept(found(vocabulary.conditions, one.what), hospital),
    clinicalStatus: hl7('condition-clinical', one.status), verificationStatus: hl7('condition-ver-status', 'confirmed'),
    ...(severity ? { severity: { coding: [coding('snomed', severity)] } } : {}),
    onsetDateTime: days.date(one.since), ...(one.until === undefined ? {} : { abatementDateTime: days.date(one.until) }),
  }
}

const severityOf = (grade: number): 'mild' | 'moderate' | 'severe' => (grade >= 3 ? 'severe' : grade === 2 ? 'moderate' : 'mild')

/** A graded event: a Condition with stage in the north, an AdverseEvent with the CTCAE extension in the south. */
function eventOf(one: Patient['events'][number], i: number, chart: Chart): Filed {
  const { hospital, days, subject } = chart
  const grade = { coding: [coding('ctcae', String(one.grade))], text: `CTCAE grade ${String(one.grade)}` }
  if (hospital.name === 'south') {
    return { key: 'assessments', resource: {
      resourceType: 'AdverseEvent', id: `event${String(i + 1)}`, actuality: 'actual', subject, event: concept(found(vocabulary.conditions, one.what), hospital), date: days.date(one.on),
      extension: [{ url: 'http://hl7.org/fhir/us/ctcae/StructureDefinition/ctcae-grade', valueCodeableConcept: grade }],
      severity: hl7('adverse-event-severity', severityOf(one.grade)), outcome: hl7('adverse-event-outcome', one.over ? 'resolved' : 'ongoing'),
    } }
  }
  const status = one.over ? 'resolved' as const : 'active' as const
  const condition = conditionOf({ what: one.what, since: one.on, status, severity: severityOf(one.grade) }, i, chart)
  return { key: 'conditions', resource: { ...condition, id: `event${String(i + 1)}`, stage: [{ summary: grade }] } }
}

function planOf(hct: number, { hospital, days, subject }: Chart): FhirJson {
  const code = concept(found(vocabulary.procedures, 'allogeneic-hct'), hospital)
  return { resourceType: 'ServiceRequest', id: 'hct-plan', status: 'active', intent: 'order', code, subject, authoredOn: days.date(-10), occurrenceDateTime: days.date(hct) }
}

const FIRST_DAY_OF_CONDITIONING = 6

/** Conditioning: a CarePlan in the north, a group of orders in the south. */
function conditioningOf(drugs: readonly string[], hct: number, chart: Chart): FhirJson {
  const { hospital, days, subject } = chart
  const start = (i: number): string => days.date(hct - FIRST_DAY_OF_CONDITIONING + i)
  const common = { id: 'conditioning', status: 'active', intent: 'plan', subject }
  if (hospital.name === 'north') {
    const detail = (drug: string, i: number): Json => ({ status: 'scheduled', productCodeableConcept: plannedDrug(drug, chart), scheduledPeriod: { start: start(i), end: start(i + 2) } })
    return { resourceType: 'CarePlan', ...common, title: 'Conditioning before transplantation', category: [{ text: 'Conditioning regimen' }], activity: drugs.map((drug, i) => ({ detail: detail(drug, i) })) }
  }
  return { resourceType: 'RequestGroup', ...common, code: { text: 'Conditioning regimen' }, action: drugs.map((drug, i) => ({ code: [plannedDrug(drug, chart)], timingDateTime: start(i) })) }
}

/** Earlier lines of systemic treatment, the last ended in the month before the relapse. */
function linesOf(lines: number, { days, subject }: Chart): FhirJson[] {
  return Array.from({ length: lines }, (_, i) => ({
    resourceType: 'CarePlan', id: `line${String(i + 1)}`, status: 'completed', intent: 'plan', title: `Systemic ALL therapy, line ${String(i + 1)}`, category: [{ text: 'Antineoplastic regimen' }],
    subject, period: { start: days.date(-234 - (lines - 1 - i) * 300), end: days.date(-84 - (lines - 1 - i) * 300) },
  }))
}

/** Imaging of the liver: a report with a conclusion in the north, the clinician's answer in the south. */
function imagingOf(finding: string, chart: Chart): Filed {
  if (chart.hospital.name === 'south') return questionnaire({ vodImaging: true }, 'imaging', chart)
  return { key: 'procedures', resource: {
    resourceType: 'DiagnosticReport', id: 'doppler', status: 'final', code: { text: 'Liver Doppler' }, subject: chart.subject, effectiveDateTime: chart.days.instant(0), conclusionCode: [{ text: finding }],
  } }
}

const answerValue = (value: string | number | boolean): Json =>
  (typeof value === 'boolean' ? { valueBoolean: value } : typeof value === 'number' ? { valueInteger: value } : { valueCoding: { code: value } })

export function questionnaire(answers: Readonly<Record<string, string | number | boolean>>, id: string, { subject, days }: Chart): Filed {
  const item = Object.entries(answers).map(([linkId, value]) => ({ linkId, answer: [answerValue(value)] }))
  return { key: 'assessments', resource: { resourceType: 'QuestionnaireResponse', id, status: 'completed', subject, authored: days.instant(0), item } }
}

/** Everything on record that is no result and no drug. */
export function historyOf(patient: Patient, chart: Chart): Filed[] {
  const { conditions, events, procedures, allergies, plans, imaging, lines } = patient
  const { hospital, days, subject } = chart
  const { hct, conditioning } = plans
  const file = (key: string, resources: readonly FhirJson[]): Filed[] => resources.map((resource) => ({ key, resource }))
  const done = procedures.map(({ what, on }, i) => ({ resourceType: 'Procedure', id: `done${String(i + 1)}`, status: 'completed', code: concept(found(vocabulary.procedures, what), hospital), subject, performedDateTime: days.date(on) }))
  const allergic = allergies.map((what, i) => ({ resourceType: 'AllergyIntolerance', id: `allergy${String(i + 1)}`, clinicalStatus: hl7('allergyintolerance-clinical', 'active'), verificationStatus: hl7('allergyintolerance-verification', 'confirmed'), code: concept(found(vocabulary.allergies, what), hospital), patient: subject }))
  return [
    ...file('conditions', conditions.map((one, i) => conditionOf(one, i, chart))), ...events.map((one, i) => eventOf(one, i, chart)),
    ...file('procedures', [...done, ...(hct == null ? [] : [planOf(hct, chart)]), ...(conditioning == null ? [] : [conditioningOf(conditioning, hct ?? 60, chart)]), ...linesOf(lines, chart)]),
    ...file('allergies', allergic), ...(imaging ? [imagingOf(imaging, chart)] : []),
  ]
}
