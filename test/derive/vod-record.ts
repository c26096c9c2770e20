import type { ShortResource } from '../../src/content/example-resources.ts'
import { type ScopeOptions, scopeOf } from './scope.ts'
import type { Scope } from '../../src/facts/scope.ts'

/** One dose of inotuzumab that many days ago. */
export const dose = (daysAgo: number): ShortResource => ({ given: 'inotuzumab', at: `-${String(daysAgo)}d`, mg: 1.6 })
export const transplantation = (daysAgo: number): ShortResource => ({ resourceType: 'Procedure', snomed: '58390007', at: `-${String(daysAgo)}d` })
export const weight = (kg: number, daysAgo = 0): ShortResource => ({ loinc: '29463-7', value: kg, unit: 'kg', at: daysAgo === 0 ? '-1h' : `-${String(daysAgo)}d` })
export const bilirubin = (value: number, at = '-1h', rest: ShortResource = {}): ShortResource => ({ loinc: '1975-2', value, unit: 'mg/dL', high: 1.2, at, ...rest })
export const creatinine = (value: number, at = '-1h'): ShortResource => ({ loinc: '2160-0', value, unit: 'mg/dL', high: 1.2, at })
export const ascites = (at = '0d'): ShortResource => ({ icd10: 'R18.8', at })
export const enlargedLiver = (at = '0d'): ShortResource => ({ icd10: 'R16.0', at })
export const liverPain = (at = '0d'): ShortResource => ({ icd10: 'R10.11', at })
/** An answer of the clinician in a questionnaire of that many days ago. */
export const answer = (linkId: string, value: Readonly<Record<string, unknown>>, daysAgo = 0): ShortResource =>
  ({ resourceType: 'QuestionnaireResponse', status: 'completed', at: daysAgo === 0 ? '-1h' : `-${String(daysAgo)}d`, item: [{ linkId, answer: [value] }] })
export const adult: ShortResource = { resourceType: 'Patient', birthDate: '1980-01-01' }

/** Treated 60 days ago, transplanted `day` days ago, 80 kg and creatinine 0.8 before; conditioning began 6 days before. */
export const transplanted = (day: number): readonly ShortResource[] => [
  adult, dose(60), transplantation(day), weight(80, 61), weight(80, day + 6), creatinine(0.8, `-${String(day + 2)}d`), { given: 'melphalan', at: `-${String(day + 6)}d` },
]

/** The facts of a patient-view today. */
export const viewOf = (resources: readonly ShortResource[], options: ScopeOptions = {}): Scope => scopeOf({ resources, order: false, ...options })
