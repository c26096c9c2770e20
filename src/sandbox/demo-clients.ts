import type { FastifyInstance } from 'fastify'
import { exportJWK, generateKeyPair, type JWK } from 'jose'

/** The EHRs the order-entry page can pretend to be, by how they deviate from the specification. */
const DIALECTS = ['generic', 'epic', 'sandbox'] as const
type DemoDialect = (typeof DIALECTS)[number]

const ALGORITHM = 'ES384'

/** A made-up EHR: the service trusts its public key, the page signs with the private one. Both live as long as the process. */
export interface DemoClient { readonly dialect: DemoDialect; readonly iss: string; readonly publicKey: JWK & { readonly kty: 'EC'; readonly kid: string }; readonly privateKey: JWK }

async function demoClient(dialect: DemoDialect): Promise<DemoClient> {
  const pair = await generateKeyPair(ALGORITHM, { extractable: true })
  const common = { kid: `demo-${dialect}`, alg: ALGORITHM }
  return { dialect, iss: `https://${dialect}.ehr.example`, publicKey: { ...await exportJWK(pair.publicKey), ...common, kty: 'EC', use: 'sig' }, privateKey: { ...await exportJWK(pair.privateKey), ...common } }
}

/** One client for each dialect, with keys made now. */
export const demoClients = (): Promise<readonly DemoClient[]> => Promise.all(DIALECTS.map(demoClient))

/**
 * `GET /sandbox/clients`: issuers with their private keys, so that the page can sign as an EHR does. Nothing is given away: the keys open
 * a service that is open to everybody anyway, and only over made-up patients.
 */
export function clientRoutes(app: FastifyInstance, clients: readonly DemoClient[], audience: string): void {
  const offered = { audience, clients: clients.map(({ dialect, iss, privateKey }) => ({ dialect, iss, key: privateKey })) }
  app.get('/sandbox/clients', (_request, reply) => reply.header('cache-control', 'no-store').send(offered))
}
