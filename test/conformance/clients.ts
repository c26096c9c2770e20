import { type Signer, signer } from './ehr/tokens.ts'
import type { MockEhr } from './ehr/ehr.ts'

/** What tells one client of the EHR from another. */
interface Client { readonly alg?: string; readonly entry?: string; readonly inline?: boolean }

const CLIENTS = {
  generic: {},
  epic: { alg: 'RS384', entry: 'dialect: epic, algorithms: [RS384], audiences: [typed-by-hand]' },
  sandbox: { entry: 'dialect: sandbox' },
  tenanted: { entry: 'tenant: [north, south]' },
  brief: { entry: 'maxTokenAgeSeconds: 100' },
  skewless: { entry: 'clockSkewSeconds: 0' },
  es256: { alg: 'ES256', entry: 'algorithms: [ES256]' },
  inline: { inline: true },
  rotating: {}, down: {}, flooded: {}, odd: {}, redirecting: {}, slow: {}, huge: {}, broken: {}, base64: {}, blind: { entry: 'fhirServers: []' },
} as const satisfies Readonly<Record<string, Client>>

/** A client of the EHR, by its name. */
export type ClientName = keyof typeof CLIENTS

const names = Object.keys(CLIENTS) as ClientName[] // sound: the keys of the table

/** A kid as Epic makes them: Base64 with its whole alphabet. */
const EPIC_KID = 'Zm9v+YmFy/Q=='

/** The key of each client. */
export const KEYS: Readonly<Record<ClientName, Signer>> = Object.fromEntries(names.map((name) => {
  const { alg = 'ES384' }: Client = CLIENTS[name]
  return [name, signer(name === 'base64' || name === 'epic' ? EPIC_KID : `${name}-1`, alg)]
})) as Record<ClientName, Signer> // sound: one entry a name

export const issuerOf = (name: ClientName): string => `https://ehr.conformance.test/${name}`

/** The CLIENTS_FILE that makes a service trust the EHR. */
export function clientsYaml({ fhir, keysAt }: Pick<MockEhr, 'fhir' | 'keysAt'>): string {
  return names.map((name) => {
    const { entry = '', inline = false }: Client = CLIENTS[name]
    const keys = inline ? `jwks: ${JSON.stringify({ keys: [KEYS[name].jwk] })}` : `jwksUrl: '${keysAt(name)}'`
    const servers = entry.includes('fhirServers') ? '' : `fhirServers: ['${fhir}'], `
    return `- { iss: '${issuerOf(name)}', ${servers}${keys}${entry === '' ? '' : `, ${entry}`} }\n`
  }).join('')
}

/** Publishes the key of every client. */
export async function publishKeys(ehr: MockEhr): Promise<void> {
  for (const name of names) await ehr.publish(name, { body: JSON.stringify({ keys: [KEYS[name].jwk] }) })
}
