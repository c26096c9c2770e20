import { INOTUZUMAB, type Resource } from './record.ts'

/** One way to say which drug an order is for. */
export interface Form {
  readonly name: string
  /** The drafts that carry the order in this form. */
  drafts(order: Resource, base: string): readonly object[]
  /** Medications that the EHR must hold for it. */
  readonly held: readonly Resource[]
}

/** As Epic sends it: proprietary codes first, ingredient and product of RxNorm after them. */
export const MEDICATION: Resource = {
  resourceType: 'Medication', id: 'eInO.9-x_Q', code: {
    coding: [
      { system: 'urn:oid:1.2.840.114350.1.13.0.1.7.2.698288', code: '185772', display: 'INOTUZUMAB OZOGAMICIN 0.9 MG (0.25 MG/ML INITIAL CONCENTRATION) IV SOLR' },
      { system: 'urn:oid:2.16.840.1.113883.6.253', code: '123456' }, ...INOTUZUMAB.coding, { system: 'http://www.nlm.nih.gov/research/umls/rxnorm', code: '1942950' },
    ],
    text: 'INO 0.9 mg vial',
  },
  ingredient: [{ itemCodeableConcept: { coding: [{ system: 'urn:oid:1.2.840.114350.1.13.0.1.7.2.698288', code: '185772' }] } }],
}

const ID = MEDICATION.id

/** The order without any word about its drug but a reference. */
const referring = (order: Resource, medicationReference: object, more: object = {}): Resource => ({ ...order, medicationCodeableConcept: undefined, medicationReference, ...more })

/** The six forms in which orders name their drug. */
export const FORMS: readonly Form[] = [
  { name: 'a CodeableConcept', held: [], drafts: (order) => [order] },
  { name: 'a contained Medication', held: [], drafts: (order) => [referring(order, { reference: `#${ID}` }, { contained: [MEDICATION] })] },
  { name: 'a Medication beside it in the Bundle', held: [], drafts: (order) => [referring(order, { reference: `Medication/${ID}` }), MEDICATION] },
  { name: 'a relative reference', held: [MEDICATION], drafts: (order) => [referring(order, { reference: `Medication/${ID}` })] },
  { name: 'an absolute reference on the same server', held: [MEDICATION], drafts: (order, base) => [referring(order, { reference: `${base}/Medication/${ID}` })] },
  { name: 'its display alone', held: [], drafts: (order) => [referring(order, { display: 'INOTUZUMAB OZOGAMICIN 0.9 MG IV SOLR' })] },
]
