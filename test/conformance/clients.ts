import type { KeyPage } from './ehr/process.ts'
import type { MockEhr } from './ehr/ehr.ts'
import { renamed, type Signer, signer } from './ehr/tokens.ts'

type Keys = readonly object[]
/** What tells one client of the EHR from another. */
interface Client {
  readonly alg?: string
  readonly bits?: number
  /** More of its entry in CLIENTS_FILE. */
  readonly entry?: string
  /** Its keys stand in CLIENTS_FILE. */
  readonly inline?: true
  /** What it publishes; its key as it is, unless told otherwise. */
  readonly keys?: (key: Signer) => Keys
  readonly page?: (ehr: MockEhr) => KeyPage
}

const p256 = signer('mislabelled-1', 'ES256')
const { alg: _, ...unlabelled } = p256.jwk

const CLIENTS = {
  generic: {},
  epic: { alg: 'RS384', entry: 'dialect: epic, algorithms: [RS384], audiences: [typed-by-hand]' },
  sandbox: { entry: 'dialect: sandbox' },
  tenanted: { entry: 'tenant: [north, south]' },
  brief: { entry: 'maxTokenAgeSeconds: 100' },
  exact: { entry: 'clockSkewSeconds: 0' },
  es256: { alg: 'ES256', entry: 'algorithms: [ES256]' },
  ps384: { alg: 'PS384', entry: 'algorithms: [PS384]' },
  inline: { inline: true },
  blind: { entry: 'fhirServers: []' },
  rotating: {}, down: {}, flooded: {},
  // Odd key sets.
  twoAlgorithms: { keys: ({ jwk, kid }) => [renamed(signer('x', 'RS384'), kid).jwk, jwk] },
  unlabelled: { keys: ({ jwk: { alg: _alg, use: _use, ...jwk } }) => [jwk] },
  crowded: { keys: ({ jwk }) => [{ kty: 'oct', k: 'c2VjcmV0', kid: 'o' }, { kty: 'EC' }, {}, { ...signer('y').jwk }, jwk] },
  duplicated: { keys: ({ jwk, kid }) => [renamed(signer('x'), kid).jwk, jwk] },
  encrypting: { keys: ({ jwk }) => [{ ...jwk, use: 'enc' }] },
  deriving: { keys: ({ jwk }) => [{ ...jwk, key_ops: ['deriveBits'] }] },
  weak: { alg: 'RS384', bits: 1024 },
  mislabelled: { keys: () => [{ ...p256.jwk, alg: 'ES384' }] },
  wrongCurve: { keys: () => [unlabelled] },
  symmetric: { keys: ({ kid }) => [{ kty: 'oct', k: Buffer.from('secret').toString('base64url'), kid, alg: 'ES384' }] },
  unnamed: { keys: ({ jwk: { kid: _kid, ...jwk } }) => [jwk, { ...signer('z').jwk, kid: undefined }] },
  // Publishers that misbehave.
  redirecting: { page: ({ forbidden }) => ({ redirect: `${forbidden}/keys` }) },
  slow: { page: () => ({ delayMs: 20_000 }) },
  huge: { keys: ({ jwk }) => [jwk, { ...jwk, kid: 'x'.repeat(3_000_000) }] },
  broken: { page: () => ({ breaks: true }) },
  garbled: { page: () => ({ body: '<html>sign in</html>' }) },
  failing: { page: () => ({ status: 503 }) },
} as const satisfies Readonly<Record<string, Client>>

/** A client of the EHR, by its name. */
export type ClientName = keyof typeof CLIENTS

export const CLIENT_NAMES = Object.keys(CLIENTS) as ClientName[] // sound: the keys of the table
const clientOf = (name: ClientName): Client => CLIENTS[name]

/** A kid as Epic makes them: Base64 with its whole alphabet. */
export const EPIC_KID = 'Zm9v+YmFy/Q=='

/** The key of each client. */
export const KEYS: Readonly<Record<ClientName, Signer>> = Object.fromEntries(CLIENT_NAMES.map((name) => {
  const { alg, bits } = clientOf(name)
  return [name, signer(name === 'epic' ? EPIC_KID : `${name}-1`, alg, bits)]
})) as Record<ClientName, Signer> // sound: one entry a name

/** The key behind the kid of clients that publish a P-256 key where ES384 is allowed. */
export const P256: Signer = p256

export const issuerOf = (name: ClientName): string => `https://ehr.conformance.test/${name}`

const published = (name: ClientName): string => JSON.stringify({ keys: clientOf(name).keys?.(KEYS[name]) ?? [KEYS[name].jwk] })

/** The CLIENTS_FILE that makes a service trust the EHR. */
export function clientsYaml({ fhir, keysAt }: Pick<MockEhr, 'fhir' | 'keysAt'>): string {
  return CLIENT_NAMES.map((name) => {
    const { entry = '', inline } = clientOf(name)
    const keys = inline ? `jwks: ${published(name)}` : `jwksUrl: '${keysAt(name)}'`
    const servers = entry.includes('fhirServers') ? '' : `fhirServers: ['${fhir}'], `
    return `- { iss: '${issuerOf(name)}', ${servers}${keys}${entry === '' ? '' : `, ${entry}`} }\n`
  }).join('')
}

/** Publishes the key of every client. */
export async function publishKeys(ehr: MockEhr): Promise<void> {
  for (const name of CLIENT_NAMES) await ehr.publish(name, clientOf(name).page?.(ehr) ?? { body: published(name) })
}
