import { sourcePlans } from '../../src/fhir/sources.ts'
import type { SourcePlan } from '../../src/fhir/types.ts'
import { loadContent } from '../content/loaded.ts'

export const PATIENT = 'p1'

export const declared = Object.fromEntries(loadContent().sources.map(({ key, ...source }) => [key, source]))

/** The value sets of the codes that the tests use. */
const SETS: Readonly<Record<string, string>> = { '751-8': 'anc', '29463-7': 'body-weight', '76634-5': 'qtcf', '89247-1': 'ecog', '10230-1': 'lvef' }
const recogniser = {
  recognise: ({ codings }: { codings: readonly { readonly code?: string | undefined }[] }) => ({ sets: new Set(codings.flatMap(({ code = '' }) => SETS[code] ?? [])) }),
}

/** As declared, but without the complements: those have tests of their own. */
export const plans = sourcePlans(Object.entries(declared).map(([key, source]) => ({ key, ...source, complements: false })), recogniser)
export const complementedPlans = sourcePlans(Object.entries(declared).map(([key, source]) => ({ key, ...source })), recogniser)
export const KEYS = plans.map(({ key }) => key)

export const planOf = (key: string): SourcePlan => {
  const plan = plans.find((one) => one.key === key)
  if (!plan) throw new TypeError(`no source ${key}`)
  return plan
}

type Members = Readonly<Record<string, unknown>>
const subject = { reference: `Patient/${PATIENT}` }
export const patient = (id = PATIENT): object => ({ resourceType: 'Patient', id, birthDate: '1980-01-01' })
const observation = (code: string, category: string | undefined) => (id: string, more: Members = {}): object => ({
  resourceType: 'Observation', id, subject, code: { coding: [{ system: 'http://loinc.org', code }] },
  ...(category === undefined ? {} : { category: [{ coding: [{ code: category }] }] }), ...more,
})
export const lab = observation('751-8', 'laboratory')
export const weight = observation('29463-7', 'vital-signs')
export const qtcf = observation('76634-5', 'procedure')
export const ecog = observation('89247-1', undefined)
export const ejectionFraction = observation('10230-1', 'imaging')
export const localResult = observation('X1', undefined)
export const any = (resourceType: string, id: string, more: Members = {}): object => ({ resourceType, id, subject, ...more })

export const bundle = (...resources: readonly object[]) => ({
  resourceType: 'Bundle', type: 'searchset', total: resources.length,
  ...(resources.length > 0 ? { entry: resources.map((resource) => ({ resource })) } : {}),
})
export const withNext = (sent: object, url: string): object => ({ ...sent, link: [{ relation: 'self', url: 'x' }, { relation: 'next', url }] })
export const outcome = (severity: string): object => ({ resourceType: 'OperationOutcome', issue: [{ severity, code: 'processing' }] })
export const outcomeEntry = (severity: string): object => ({ resource: outcome(severity), search: { mode: 'outcome' } })

/** A complete prefetch: every source of one patient, each with one resource. */
export const FULL: Readonly<Record<string, unknown>> = {
  patient: patient(),
  labs: bundle(lab('l1')),
  vitals: bundle(weight('v1')),
  ecg: bundle(qtcf('e1')),
  conditions: bundle(any('Condition', 'c1')),
  medications: bundle(any('MedicationRequest', 'm1')),
  administrations: bundle(any('MedicationAdministration', 'a1')),
  procedures: bundle(any('Procedure', 'x1')),
  allergies: bundle(any('AllergyIntolerance', 'g1')),
  immunizations: bundle(any('Immunization', 'i1')),
  assessments: bundle(ecog('s1')),
}

export const without = (...keys: readonly string[]): Record<string, unknown> =>
  Object.fromEntries(Object.entries(FULL).filter(([key]) => !keys.includes(key)))
