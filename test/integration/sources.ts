import type { Key } from '../requests/record.ts'

/** How the query of each source is told from the others, and what clinicians call it. */
export const SOURCES: Readonly<Record<Key, { readonly on: string; readonly title: string }>> = {
  patient: { on: '/Patient/', title: 'patient details' },
  labs: { on: '_sort=-date&_count=1000', title: 'laboratory results' },
  vitals: { on: '_sort=-date&_count=800', title: 'vital signs' },
  ecg: { on: 'http://loinc.org|76634-5', title: 'ECG and echocardiogram results' },
  conditions: { on: '/Condition?', title: 'diagnoses' },
  medications: { on: '/MedicationRequest?', title: 'medication orders' },
  administrations: { on: '/MedicationAdministration?', title: 'administered doses' },
  procedures: { on: '/Procedure?', title: 'procedures and treatment plans' },
  allergies: { on: '/AllergyIntolerance?', title: 'allergies' },
  immunizations: { on: '/Immunization?', title: 'immunizations' },
  assessments: { on: 'category=survey', title: 'assessments and adverse events' },
}
