import fc from 'fast-check'

/** What may stand where FHIR wants something else. */
const junk: fc.Arbitrary<unknown> = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }), fc.constantFrom<unknown>(null, '', ' ', 0, -1, 1e308, true, [], {}, [null], [[]], [{}], '2025-03-03', '9999-99-99', '0000', 'constructor', '__proto__', { value: null }, { value: '1', unit: 1 }, { coding: null }, { coding: [null, 'x', {}] }),
)

const TYPES = ['Observation', 'Condition', 'MedicationRequest', 'MedicationAdministration', 'MedicationStatement', 'MedicationDispense', 'Medication', 'Procedure', 'ServiceRequest', 'CarePlan', 'Patient', 'AllergyIntolerance',
  'Immunization', 'DiagnosticReport', 'AdverseEvent', 'QuestionnaireResponse', 'Flag', 'Appointment', 'EpisodeOfCare', 'FamilyMemberHistory', 'RequestGroup', 'Encounter']
/** Names that every JavaScript object has. */
const HOSTILE = ['constructor', '__proto__', 'toString', 'hasOwnProperty', '']

const MEMBERS = ['id', 'status', 'code', 'event', 'category', 'title', 'subject', 'valueQuantity', 'valueCodeableConcept', 'valueString', 'valueInteger', 'component', 'referenceRange', 'interpretation', 'effectiveDateTime', 'effectivePeriod', 'issued',
  'onsetDateTime', 'onsetPeriod', 'onsetAge', 'recordedDate', 'performedDateTime', 'performedPeriod', 'occurrenceDateTime', 'occurrencePeriod', 'authoredOn', 'authored', 'date', 'detected', 'clinicalStatus', 'verificationStatus', 'stage', 'medicationCodeableConcept',
  'medicationReference', 'dosageInstruction', 'dosage', 'dispenseRequest', 'doNotPerform', 'statusReason', 'contained', 'ingredient', 'extension', 'item', 'vaccineCode', 'period', 'birthDate', 'gender', 'activity', 'note', 'outcome', 'reaction', 'groupIdentifier',
  'instantiatesUri', 'reasonCode', 'conclusionCode', 'relationship', 'condition', 'severity', 'type', 'method', 'meta', 'resourceType']

const date = fc.oneof(fc.integer({ min: -60, max: 30 }).map((days) => new Date(Date.UTC(2025, 2, 3, 8) + days * 86_400_000).toISOString()), fc.constantFrom('2025-03-01', '2025-02', '2024', 'never'))
const quantity = fc.record({ value: fc.oneof(fc.double(), fc.constantFrom(0, 0.5, 1, 10, 100)), unit: fc.constantFrom('10*9/L', 'mg/dL', 'umol/L', 'mg', 'kg', 'ms', '%', 'U/L', 'mg/m2', 'bananas'), comparator: fc.constantFrom(undefined, '<', '>=', '~') })

/** Resources of a known concept in which any member may be anything: `codings` are those worth trying. */
export function arbitraryResource(codings: readonly { readonly system: string; readonly code: string }[], names: readonly string[]): fc.Arbitrary<object> {
  const concept = fc.oneof(fc.constantFrom(...codings).map((coding) => ({ coding: [coding] })), fc.constantFrom(...names).map((text) => ({ text })))
  const timing = fc.oneof(date.map((event) => ({ event: [event] })), date.map((start) => ({ repeat: { boundsPeriod: { start } } })), junk)
  const dosage = fc.record({ timing, doseAndRate: fc.oneof(quantity.map((doseQuantity) => [{ doseQuantity }]), junk) })
  const known = fc.record({
    id: fc.constantFrom<unknown>('a', 'b', 'c', undefined, ''), status: fc.constantFrom('final', 'preliminary', 'active', 'completed', 'draft', 'not-done', 'stopped', 'on-hold', 'constructor'),
    code: concept, vaccineCode: concept, event: concept, medicationCodeableConcept: concept, valueQuantity: quantity, valueCodeableConcept: concept, effectiveDateTime: date, onsetDateTime: date, performedDateTime: date, occurrenceDateTime: date, authoredOn: date, date,
    dosageInstruction: dosage.map((one) => [one]), dosage: fc.oneof(quantity.map((dose) => ({ dose })), junk), referenceRange: quantity.map((high) => [{ high }]), component: fc.array(fc.record({ code: concept, valueQuantity: quantity }), { maxLength: 2 }),
  }, { requiredKeys: [] })
  const damage = fc.dictionary(fc.constantFrom(...MEMBERS), junk, { maxKeys: 4 })
  return fc.record({ resourceType: fc.oneof({ weight: 20, arbitrary: fc.constantFrom(...TYPES) }, { weight: 1, arbitrary: fc.constantFrom(...HOSTILE) }), known, damage })
    .map(({ resourceType, known: sound, damage: { resourceType: _, ...wrong } }) => ({ ...sound, ...wrong, resourceType }))
}
