import type { MedicationDraft } from '../../src/web/order.ts'
import type { Drug } from '../../src/web/sandbox-api.ts'
import type { Card } from '../../src/web/wire.ts'

export const REASON = { system: 'urn:example:reason', code: 'BenefitOutweighsRisk', display: 'Benefit outweighs risk' }

export const card = (summary: string, indicator: Card['indicator'], rest: Partial<Card> = {}): Card =>
  ({ uuid: `uuid-of-${summary}`, summary, indicator, source: { label: 'Rules', topic: { system: 'urn:example', code: 'giveOrHold' } }, ...rest })

export const INTRAVENOUS = { coding: [{ system: 'http://snomed.info/sct', code: '47625008' }], text: 'Intravenous' }
export const ORAL = { coding: [{ system: 'http://snomed.info/sct', code: '26643006' }], text: 'Oral' }

export const DRUG: Drug = {
  id: 'one', name: 'Drug One', coding: [{ system: 'urn:example:drugs', code: '1' }], text: 'drug one 1 mg', dose: { value: 1.6, unit: 'mg' }, route: INTRAVENOUS,
}
export const OTHER_DRUG: Drug = { id: 'two', name: 'Drug Two', coding: [], text: 'drug two', dose: { value: 300, unit: 'mg' }, route: ORAL }

export const draft = (id: string, rest: Partial<MedicationDraft> = {}): MedicationDraft => ({
  resourceType: 'MedicationRequest', id, status: 'draft', intent: 'order', subject: { reference: 'Patient/p' },
  medicationCodeableConcept: { text: `drug ${id}` }, ...rest,
})
