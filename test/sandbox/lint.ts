/** Calls `see` for every member of a tree, however deep. */
export function walk(node: unknown, see: (key: string, value: unknown) => void): void {
  if (typeof node !== 'object' || node === null) return
  for (const [key, value] of Object.entries(node)) {
    see(key, value)
    walk(value, see)
  }
}

/** The texts of all members of one name. */
export function stringsOf(node: unknown, name: string): readonly string[] {
  const found: string[] = []
  walk(node, (key, value) => {
    if (key === name && typeof value === 'string') found.push(value)
  })
  return found
}

/** Required bindings of `status` in FHIR R4, for the types the charts use. */
export const LEGAL_STATUS: Readonly<Record<string, readonly string[]>> = {
  CarePlan: ['draft', 'active', 'on-hold', 'revoked', 'completed', 'entered-in-error', 'unknown'],
  Encounter: ['planned', 'arrived', 'triaged', 'in-progress', 'onleave', 'finished', 'cancelled', 'entered-in-error', 'unknown'],
  Immunization: ['completed', 'entered-in-error', 'not-done'],
  MedicationAdministration: ['in-progress', 'not-done', 'on-hold', 'completed', 'entered-in-error', 'stopped', 'unknown'],
  MedicationRequest: ['active', 'on-hold', 'cancelled', 'completed', 'entered-in-error', 'stopped', 'draft', 'unknown'],
  Observation: ['registered', 'preliminary', 'final', 'amended', 'corrected', 'cancelled', 'entered-in-error', 'unknown'],
  QuestionnaireResponse: ['in-progress', 'completed', 'amended', 'entered-in-error', 'stopped'],
  ServiceRequest: ['draft', 'active', 'on-hold', 'revoked', 'completed', 'entered-in-error', 'unknown'],
}

/** LOINC: the last digit is a mod 10 (Luhn) check. */
function isLoinc(code: string): boolean {
  const [, body, check] = /^(\d{1,7})-(\d)$/.exec(code) ?? []
  if (body === undefined) return false
  const sum = [...body].reverse().map((digit, i) => Number(digit) * (i % 2 === 0 ? 2 : 1)).flatMap((number) => [...String(number)]).reduce((total, digit) => total + Number(digit), 0)
  return (10 - (sum % 10)) % 10 === Number(check)
}

/** The dihedral group of a pentagon, as Verhoeff's check needs it: a product of two of its ten elements. */
const product = (a: number, b: number): number => (a < 5 ? (b < 5 ? (a + b) % 5 : 5 + (a + b) % 5) : (b < 5 ? 5 + (a - b + 5) % 5 : (a - b + 5) % 5))
const SHUFFLE = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4]
const shuffled = (digit: number, times: number): number => (times === 0 ? digit : shuffled(SHUFFLE[digit] ?? 0, times - 1))

/** SNOMED CT: the last digit is a Verhoeff check. */
const isSnomed = (code: string): boolean =>
  /^\d{6,18}$/.test(code) && [...code].reverse().reduce((check, digit, i) => product(check, shuffled(Number(digit), i % 8)), 0) === 0

const CHECKS: Readonly<Record<string, (code: string) => boolean>> = {
  'http://loinc.org': isLoinc,
  'http://snomed.info/sct': isSnomed,
  'http://www.nlm.nih.gov/research/umls/rxnorm': (code) => /^\d{2,8}$/.test(code),
  'http://hl7.org/fhir/sid/icd-10-cm': (code) => /^[A-Z]\d[0-9A-Z](\.[0-9A-Z]{1,4})?$/.test(code),
  'http://hl7.org/fhir/sid/cvx': (code) => /^\d{2,3}$/.test(code),
}

/** False when a code cannot be one of its system. */
export const isCheckedCode = (system: string, code: string): boolean => CHECKS[system]?.(code) ?? true
