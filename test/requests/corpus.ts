import { bundle, type Chart, chartOf, type HookName, INOTUZUMAB, orderOf, prefetchOf, quantity, recordOf, requestOf, type Resource, RXNORM } from './record.ts'
import { MEDICATION } from './six-forms.ts'

/** A request in the style of some client, and the clean request that must find the same. */
export interface Styled {
  readonly name: string
  readonly body: Readonly<Record<string, unknown>>
  readonly clean: Readonly<Record<string, unknown>>
}

const EPIC = 'urn:oid:1.2.840.114350.1.13.861.1.7.2.798268'
const LONG_ID = `e${'AbC9.-_'.repeat(27)}.x3`
const { medicationCodeableConcept: _, ...UNNAMED } = orderOf(chartOf('x'))

const rate = (system: string, code: string, dose: object): object => ({ type: { coding: [{ system, code, display: code }], text: code }, doseQuantity: dose })
const dosage = (order: Resource, change: object): object[] => (order['dosageInstruction'] as object[]).map((one) => ({ ...one, ...change })) // sound: orderOf makes a list

/** As Epic sends it: long ids, the Medication as an entry of its own, three amounts, extensions, PractitionerRole, a scope of free words. */
function epic(hook: HookName): Styled {
  const chart = chartOf('eq081-VQEgP8drUUqCWzHfw3')
  const order = orderOf(chart)
  const amounts = [
    rate('http://epic.com/CodeSystem/dose-rate-type', 'calculated', quantity(2.398, 'mg')), rate('http://epic.com/CodeSystem/dose-rate-type', 'admin-amount', { value: 9.6, unit: 'mL', system: EPIC, code: '1' }),
    rate('http://epic.com/CodeSystem/dose-rate-type', 'ordered', quantity(2.4, 'mg')),
  ]
  const draft = {
    ...UNNAMED, id: LONG_ID, subject: { ...chart.subject, display: 'Testperson, Vector' }, requester: { extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/data-absent-reason', valueCode: 'unknown' }] },
    category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/medicationrequest-category', code: 'inpatient' }] }], medicationReference: { reference: `Medication/${MEDICATION.id}`, display: 'INO 0.9 MG IV SOLR' },
    extension: [{ url: 'https://open.epic.com/fhir/extensions/ordered-dose', valueQuantity: quantity(2.4, 'mg') }], dosageInstruction: dosage(order, { doseAndRate: amounts }),
  }
  const record = recordOf(chart, { immunizations: [] })
  const nothing = { resourceType: 'Bundle', type: 'searchset', total: 0, entry: [{ resource: { resourceType: 'OperationOutcome', issue: [{ severity: 'warning', code: 'processing', details: { text: 'Resource request returns no results.' } }] }, search: { mode: 'outcome' } }] }
  const [haloperidol] = record.medications
  const { medicationCodeableConcept: __, ...active } = haloperidol ?? { id: '', resourceType: '' }
  const named = { ...active, medicationReference: { reference: 'https://ehr.test/r4/Medication/eHal1', display: 'HALOPERIDOL 5 MG PO TABS' } }
  const context = { userId: 'PractitionerRole/eRole.1', encounterId: 'eEnc-1', ...(hook === 'order-select' ? { selections: [`MedicationRequest/${LONG_ID}`] } : {}) }
  return {
    name: `Epic, ${hook}`, clean: requestOf(chart, { hook, prefetch: prefetchOf(record), drafts: [orderOf(chart, { id: LONG_ID })], context }),
    body: {
      ...requestOf(chart, { hook, drafts: [draft, MEDICATION], context, prefetch: { ...prefetchOf(record), medications: bundle([named]), immunizations: nothing, '-user': { resourceType: 'PractitionerRole', id: 'eRole.1' } } }),
      hookInstance: '00000000-007b-9f33-e810-e841a57c502c', fhirServer: 'https://ehr.test/r4',
      fhirAuthorization: { access_token: 'secret', token_type: 'Bearer', expires_in: 300, scope: 'epic.scanning.dmsusername PATIENT.READ (Unsigned Order) urn:x:y', subject: 'client' },
      extension: { 'com.epic.cdshooks.request.bpa-trigger-action': '23', 'com.epic.cdshooks.request.cds-hooks-specification-version': '1.1', 'internal.epic.cdshooks.request.x': '1' },
    },
  }
}

/** As the official sandbox sends it: no encounter, no Bundle type, category as an object. */
function sandbox(hook: HookName): Styled {
  const chart = chartOf('smart-1288992')
  const concept = { text: 'Inotuzumab ozogamicin 0.9 MG Injection', coding: [{ display: 'Inotuzumab ozogamicin 0.9 MG Injection', system: RXNORM, code: '1942954' }] }
  const category = { coding: [{ system: 'http://hl7.org/fhir/medication-request-category', code: 'inpatient' }] }
  const order = { ...orderOf(chart), id: 'request-123', category, medicationCodeableConcept: concept }
  const context = { encounterId: undefined, ...(hook === 'order-select' ? { selections: ['MedicationRequest/request-123'] } : {}) }
  const prefetch = prefetchOf(recordOf(chart))
  return {
    name: `the official sandbox, ${hook}`, clean: requestOf(chart, { hook, prefetch, drafts: [{ ...order, category: [category] }], context }),
    body: requestOf(chart, { hook, prefetch, fhirServer: 'https://launch.smarthealthit.org/v/r4/fhir', context: { ...context, draftOrders: { resourceType: 'Bundle', entry: [{ resource: order }] } } }),
  }
}

/** As CDS Hooks 1.0 wrote it: user and patient beside the context, resources wrapped, keys of the client's own. */
function early(): Styled {
  const chart = chartOf('1288992')
  const prefetch = prefetchOf(recordOf(chart))
  const { patient, ...others } = prefetch
  const renamed = Object.fromEntries(Object.values(others).map((value, i) => [`item${String(i + 2)}`, { response: { status: '200 OK' }, resource: value }]))
  return {
    name: '1.0, wrapped items', clean: requestOf(chart, { prefetch }),
    body: { ...requestOf(chart, { prefetch: { item1: { response: { status: '200 OK' }, resource: patient }, ...renamed } }), user: 'Practitioner/d1', patient: chart.patientId, redirect: 'https://ehr.test/back', oauth: null },
  }
}

/** Nothing but what must be there. */
function minimal(): Styled {
  const chart = chartOf('m')
  const prefetch = prefetchOf(recordOf(chart))
  const { medicationCodeableConcept, dosageInstruction } = orderOf(chart)
  const order = { resourceType: 'MedicationRequest', id: 'o1', medicationCodeableConcept, dosageInstruction }
  return {
    name: 'minimal', clean: requestOf(chart, { prefetch }),
    body: { hook: 'order-sign', hookInstance: 'x', context: { userId: 'Practitioner/d1', patientId: chart.patientId, draftOrders: { entry: [{ resource: order }] } }, prefetch },
  }
}

/** Signed before and now revised: active, and already in the record under the same id. */
function resigned(status: string): Styled {
  const chart = chartOf(`again-${status}`)
  const record = recordOf(chart)
  const order = orderOf(chart, { status })
  return {
    name: `signed again, ${status}`, clean: requestOf(chart, { prefetch: prefetchOf(record) }),
    body: requestOf(chart, { drafts: [order], prefetch: prefetchOf(recordOf(chart, { medications: [...record.medications, order] })) }),
  }
}

const others = ({ subject }: Chart): readonly object[] => [
  { resourceType: 'NutritionOrder', id: 'n1', status: 'draft', intent: 'order', patient: subject }, { resourceType: 'Task', id: 't1', status: 'draft', intent: 'order', for: subject },
  { resourceType: 'DeviceRequest', id: 'dr', status: 'draft', subject }, { resourceType: 'VisionPrescription', id: 'v1', status: 'draft', patient: subject }, { resourceType: 'SomethingNew', id: 's1' },
  { resourceType: 'ServiceRequest', id: 'sr', status: 'draft', intent: 'order', code: { text: 'Chest X-ray' }, subject },
  { resourceType: 'MedicationRequest', id: 'am', status: 'draft', intent: 'order', medicationCodeableConcept: { coding: [{ system: RXNORM, code: '723' }], text: 'Amoxicillin' }, subject },
  { resourceType: 'MedicationRequest', id: 'gone', status: 'entered-in-error', intent: 'order', medicationCodeableConcept: INOTUZUMAB, subject },
]

/** One of many drafts, some of kinds nobody evaluates. */
function many(): Styled {
  const chart = chartOf('many')
  const prefetch = prefetchOf(recordOf(chart))
  const entry = [...others(chart).map((resource) => ({ resource })), { fullUrl: 'urn:uuid:1' }, null, { resource: orderOf(chart) }]
  return { name: 'many orders', clean: requestOf(chart, { prefetch }), body: requestOf(chart, { prefetch, context: { draftOrders: { resourceType: 'Bundle', entry } } }) }
}

/** R3 shapes in a request that says R4: dose beside the timing, agent as requester, context for the encounter. */
function stu3(): Styled {
  const chart = chartOf('three')
  const prefetch = prefetchOf(recordOf(chart))
  const order = orderOf(chart)
  const shaped = {
    ...order, definition: [], category: { coding: [{ system: 'http://hl7.org/fhir/medication-request-category', code: 'inpatient' }] }, context: { reference: 'Encounter/e1' }, requester: { agent: { reference: 'Practitioner/d1' } },
    dosageInstruction: dosage(order, { doseAndRate: undefined, doseQuantity: quantity(2.4, 'mg') }),
  }
  return { name: 'STU3 shapes', clean: requestOf(chart, { prefetch }), body: requestOf(chart, { prefetch, drafts: [shaped] }) }
}

/** Every optional member as an unwilling client sends it. */
function empties(): Styled {
  const chart = chartOf('empties')
  const prefetch = prefetchOf(recordOf(chart))
  return {
    name: 'null and {} for what is absent', clean: requestOf(chart, { prefetch }),
    body: { ...requestOf(chart, { prefetch, context: { patientId: `Patient/${chart.patientId}`, encounterId: null } }), fhirServer: null, fhirAuthorization: {}, extension: {} },
  }
}

/** Requests of our own in the styles of real clients. */
export const CORPUS: readonly Styled[] = [
  epic('order-sign'), epic('order-select'), sandbox('order-sign'), sandbox('order-select'), early(), minimal(), resigned('active'), resigned('on-hold'), many(), stu3(), empties(),
]
