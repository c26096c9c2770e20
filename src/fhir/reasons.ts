import type { Shortfall } from './coverage.ts'
import type { FhirTrouble } from './types.ts'

export type Reason = FhirTrouble | Shortfall | 'more-pages' | 'too-many-pages' | 'unnamed-drugs'

/** Why a source could not be read, as a clause for clinicians. */
export const REASONS: Readonly<Record<Reason, string>> = {
  'not-sent': 'not sent by the EHR',
  stray: 'not sent by the EHR',
  failed: 'the EHR could not read them',
  incomplete: 'sent incompletely by the EHR',
  'other-patient': 'sent for another patient',
  'more-pages': 'only the first page was sent',
  'too-many-pages': 'too many pages',
  'unnamed-drugs': 'some drugs not readable',
  timeout: 'no answer in time',
  unauthorized: 'access refused',
  forbidden: 'access refused',
  'not-found': 'not found in the EHR',
  rejected: 'query refused by the EHR',
  'server-error': 'error in the EHR',
  'rate-limited': 'EHR too busy',
  unreadable: 'answer not readable',
  'too-large': 'answer too large',
  network: 'EHR not reachable',
  unavailable: 'EHR not available',
  untrusted: 'certificate of the EHR not valid',
  'not-asked': 'EHR gave no answers and was not asked again',
  crowded: 'too many queries waiting for the EHR',
  'other-version': 'sent in another version than FHIR R4',
  expired: 'access expired',
  elsewhere: 'continued at an unknown address',
}
