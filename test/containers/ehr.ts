import { randomUUID } from 'node:crypto'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'

const ISSUER = 'https://ehr.test'
/** Base of the audiences; nobody needs to be there. */
export const PUBLIC_URL = 'https://cds.test'
export const SIGN = '/cds-services/inotuzumab-order-sign'
export const FEEDBACK = `${SIGN}/feedback`

export interface Ehr {
  /** CLIENTS_FILE with this EHR as its only client. */
  readonly clientsFile: string
  /** A fresh token for an endpoint. */
  token(path: string): Promise<string>
}

/** An EHR that proves itself by JWTs. */
export async function ehrWithKeys(): Promise<Ehr> {
  const { privateKey, publicKey } = await generateKeyPair('ES384', { extractable: true })
  const jwk = { ...(await exportJWK(publicKey)), kid: 'k1', alg: 'ES384', use: 'sig' }
  return {
    // JSON is YAML.
    clientsFile: JSON.stringify([{ iss: ISSUER, jwks: { keys: [jwk] } }]),
    token: (path) => new SignJWT({ iss: ISSUER, aud: PUBLIC_URL + path, jti: randomUUID() }).setProtectedHeader({ alg: 'ES384', kid: 'k1', typ: 'JWT' }).setIssuedAt().setExpirationTime('5m').sign(privateKey),
  }
}

const KEYS = ['labs', 'vitals', 'ecg', 'conditions', 'administrations', 'procedures', 'allergies', 'immunizations', 'assessments', 'medications']

const hemoglobin = (index: number): object => ({
  resource: {
    resourceType: 'Observation', id: `hb-${String(index)}`, status: 'final', category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'laboratory' }] }],
    code: { coding: [{ system: 'http://loinc.org', code: '718-7' }] }, effectiveDateTime: new Date(Date.now() - index * 3_600_000).toISOString(), valueQuantity: { value: 11.2, unit: 'g/dL', system: 'http://unitsofmeasure.org', code: 'g/dL' },
    note: [{ text: 'x'.repeat(900) }],
  },
})

/** A first dose for a patient nobody has seen before; cards ask for what is missing. `observations`: how large the record is, about 1.3 KB each. */
export function newOrder(observations = 0): string {
  const patientId = randomUUID()
  const order = {
    resourceType: 'MedicationRequest', id: 'o1', status: 'draft', intent: 'order', subject: { reference: `Patient/${patientId}` }, medicationCodeableConcept: { text: 'inotuzumab ozogamicin' },
    dosageInstruction: [{ timing: { event: [new Date().toISOString()] }, doseAndRate: [{ doseQuantity: { value: 0.8, unit: 'mg/m2' } }] }],
  }
  const labs = { resourceType: 'Bundle', type: 'searchset', entry: Array.from({ length: observations }, (_, index) => hemoglobin(index)) }
  const prefetch = { ...Object.fromEntries(KEYS.map((key) => [key, null])), patient: { resourceType: 'Patient', id: patientId, gender: 'male', birthDate: '1980-01-01' }, labs }
  return JSON.stringify({ hook: 'order-sign', hookInstance: randomUUID(), context: { userId: 'Practitioner/p', patientId, draftOrders: { resourceType: 'Bundle', entry: [{ resource: order }] } }, prefetch })
}

export const post = async (base: string, path: string, body: string, token?: string): Promise<Response> =>
  fetch(base + path, { method: 'POST', headers: { 'content-type': 'application/json', ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) }, body })

export const overrideOf = (card: string): string =>
  JSON.stringify({ feedback: [{ card, outcome: 'overridden', overrideReason: { reason: { code: 'specialist-reviewed', system: 'urn:ino-cds:override-reason' } }, outcomeTimestamp: new Date().toISOString() }] })
