import { decodeJwt, decodeProtectedHeader, errors, jwtVerify, type JWTPayload, type JWTVerifyGetKey, type ProtectedHeaderParameters } from 'jose'
import type { ClientEntry, Config } from '../config.ts'
import { replayGuard, type ReplayGuard } from './replay.ts'
import { KeysUnavailable, signingKeys } from './signing-keys.ts'
import type { Authenticate, Authentication, Refusal, TrustedClient } from './types.ts'

/** Allowed difference between the clocks of client and service, in seconds. */
const SKEW_S = 60
const JTI_LIMIT = 500

interface KnownClient { readonly entry: ClientEntry; readonly keys: JWTVerifyGetKey }

/** Checks callers as the configuration asks (CDS Hooks 2.0.1, Trusting CDS Clients). */
export function clientAuthentication(config: Pick<Config, 'authMode' | 'clients' | 'fhirServers'>): Authenticate {
  if (config.authMode === 'none') return anonymous(config.fhirServers)
  const known = config.clients.map((entry) => ({ entry, keys: signingKeys(entry) }))
  const replay = replayGuard()
  return async (authorization, audiences) => {
    const token = bearerToken(authorization)
    return token === undefined ? { refused: 'no-token' } : authenticateToken(token, audiences, known, replay)
  }
}

function anonymous(fhirServers: readonly string[]): Authenticate {
  const client: TrustedClient = { id: 'anonymous', tenant: undefined, dialect: 'generic', fhirServers }
  return async () => ({ client })
}

const bearerToken = (authorization: string | undefined): string | undefined => /^bearer +([^\s,]+) *$/i.exec(authorization ?? '')?.[1]

async function authenticateToken(token: string, audiences: readonly string[], known: readonly KnownClient[], replay: ReplayGuard): Promise<Authentication> {
  const claimed = decode(token)
  if (!claimed) return { refused: 'malformed' }
  const ofIssuer = known.filter(({ entry }) => entry.iss === claimed.payload.iss)
  const issuer = ofIssuer[0]?.entry.iss
  if (issuer === undefined) return { refused: 'issuer' }
  const client = clientOfTenant(ofIssuer, claimed.payload['tenant'])
  if (!client) return { refused: 'tenant', issuer }
  const refused = headerFault(claimed.header, client.entry) ?? (await verify(token, audiences, client)) ?? admission(claimed.payload, client.entry, replay)
  return refused === undefined ? { client: trusted(client.entry, claimed.payload) } : { refused, issuer }
}

interface Claimed { readonly header: ProtectedHeaderParameters; readonly payload: JWTPayload }

/** What the token claims, before anything is believed: needed to find the keys it must be verified with. */
function decode(token: string): Claimed | undefined {
  try {
    return { header: decodeProtectedHeader(token), payload: decodeJwt(token) }
  } catch {
    return undefined
  }
}

/** An entry that names the tenant goes before one that takes any. */
function clientOfTenant(clients: readonly KnownClient[], tenant: unknown): KnownClient | undefined {
  return clients.find(({ entry }) => typeof tenant === 'string' && entry.tenants.includes(tenant)) ?? clients.find(({ entry }) => entry.tenants.length === 0)
}

/** Decided before any key is looked up: a foreign jku must not make this service call anybody. */
function headerFault({ kid, typ, jku }: ProtectedHeaderParameters, entry: ClientEntry): Refusal | undefined {
  // Senders without typ exist; another typ is another kind of token.
  const isJwt = typ === undefined || (typeof typ === 'string' && typ.toUpperCase() === 'JWT')
  if (typeof kid !== 'string' || kid === '' || !isJwt) return 'header'
  return jku === undefined || jku === entry.jwksUrl ? undefined : 'jku'
}

async function verify(token: string, audiences: readonly string[], { entry, keys }: KnownClient): Promise<Refusal | undefined> {
  try {
    await jwtVerify(token, keys, {
      algorithms: [...entry.algorithms], issuer: entry.iss, audience: [...audiences], clockTolerance: SKEW_S, requiredClaims: ['exp', 'iat', 'jti'],
    })
    return undefined
  } catch (cause) {
    return refusalOf(cause)
  }
}

function refusalOf(cause: unknown): Refusal {
  if (cause instanceof KeysUnavailable || cause instanceof errors.JWKSTimeout) return 'keys-unavailable'
  if (cause instanceof errors.JWTClaimValidationFailed || cause instanceof errors.JWTExpired) return 'claims'
  return 'signature'
}

/** Last of all: a token that fails anywhere must not use up its jti. */
function admission({ exp, iat, jti }: JWTPayload, entry: ClientEntry, replay: ReplayGuard): Refusal | undefined {
  const now = Date.now() / 1000
  if (typeof exp !== 'number' || typeof iat !== 'number' || !Number.isFinite(exp - iat)) return 'claims'
  if (iat > now + SKEW_S) return 'claims'
  if (exp - iat > entry.maxTokenAgeSeconds) return 'lifetime'
  if (typeof jti !== 'string' || jti === '' || jti.length > JTI_LIMIT) return 'jti'
  return replay.admit(entry.iss, jti, (exp + SKEW_S) * 1000) ? undefined : 'replay'
}

const trusted = ({ iss, dialect, fhirServers, language }: ClientEntry, { tenant }: JWTPayload): TrustedClient =>
  ({ id: iss, tenant: typeof tenant === 'string' ? tenant : undefined, dialect, fhirServers, language })
