/** One clinical scope of SMART App Launch 2: `patient/Observation.rs`. */
interface ClinicalScope {
  readonly level: 'patient' | 'user' | 'system'
  readonly type: string
  /** Letters of c, r, u, d, s. */
  readonly may: string
}

const CLINICAL = /^(?<level>patient|user|system)\/(?<type>\*|[A-Za-z]+)\.(?<may>c?r?u?d?s?|read|write|\*)$/
const VERSION_1: Readonly<Record<string, string>> = { read: 'rs', write: 'cud', '*': 'cruds' }

function clinical(scope: string): ClinicalScope | undefined {
  const groups = CLINICAL.exec(scope)?.groups
  const level = groups?.['level'] as ClinicalScope['level'] | undefined // sound: the pattern names the three
  const [type, may] = [groups?.['type'], groups?.['may']]
  return level === undefined || type === undefined || may === undefined || may === '' ? undefined : { level, type, may: VERSION_1[may] ?? may }
}

const IDENTITY: ReadonlySet<string> = new Set(['launch', 'launch/patient', 'openid', 'fhirUser'])
/** What a clinician's app may be granted here: everything of one patient, and answers to our questions. */
const GRANTABLE = /^patient\/(?:\*|[A-Za-z]+)\.(?:r?s?|read)$|^patient\/QuestionnaireResponse\.c?r?s?$/

/** Of the scopes asked for, those that this server grants, in order. What it does not know it does not grant (RFC 6749, 3.3). */
export const grantedScopes = (asked: string): string => asked.split(' ').filter((scope) => IDENTITY.has(scope) || (GRANTABLE.test(scope) && clinical(scope) !== undefined)).join(' ')

export const hasScope = (scope: string, one: string): boolean => scope.split(' ').includes(one)

export type Interaction = 'c' | 'r' | 'u' | 'd' | 's'

/** Does a granted scope permit an interaction with a resource type, within the patient of the launch? */
export const permits = (scope: string, interaction: Interaction, type: string): boolean =>
  scope.split(' ').flatMap((one) => clinical(one) ?? []).some((one) => one.level === 'patient' && (one.type === '*' || one.type === type) && one.may.includes(interaction))
