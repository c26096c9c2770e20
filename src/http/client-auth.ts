import { decodeJwt, decodeProtectedHeader, errors, jwtVerify, type JWTPayload, type JWTVerifyGetKey, type ProtectedHeaderParameters } from 'jose'
import type { ClientEntry, Config } from '../config.ts'
import { ANONYMOUS } from './guard.ts'
import { replayGuard, type ReplayGuard } from './replay.ts'
import { KeysUnavailable, signingKeys } from './signing-keys.ts'
import type { Authenticate, Authentication, Refusal, TrustedClient } from './types.ts'

const JTI_LIMIT = 500
/** Longer than any signed set of claims. */
const TOKEN_LIMIT = 10_000
/** Of what a token claims, as much is logged. */
const LOGGED = 100

interface KnownClient { readonly entry: ClientEntry; readonly keys: JWTVerifyGetKey }

/** Checks callers as the configuration asks (CDS Hooks 2.0.1, Trusting CDS Clients). */
export function clientAuthentication(config: Pick<Config, 'authMode' | 'clients' | 'fhirServers'>, replay: ReplayGuard = replayGuard()): Authenticate {
  const known = config.clients.map((entry) => ({ entry, keys: signingKeys(entry) }))
  const signed: Authenticate = async (authorization, audiences) => {
    const token = bearerToken(authorization)
    return token === undefined ? { refused: 'no-token' } : authenticateToken(token, audiences, known, replay)
  }
  return config.authMode === 'none' ? orAnonymous(signed, config, known) : signed
}

/** Everybody may call. Who signs as a client of the configuration is that client, or is refused when the signature is not its own. */
function orAnonymous(signed: Authenticate, { fhirServers }: Pick<Config, 'fhirServers'>, known: readonly KnownClient[]): Authenticate {
  const client: TrustedClient = { id: ANONYMOUS, tenant: undefined, dialect: 'generic', orderCodes: [], fhirServers }
  return async (authorization, audiences) => {
    const token = bearerToken(authorization)
    const issuer = token === undefined ? undefined : decode(token)?.payload.iss
    return known.some(({ entry }) => entry.iss === issuer) ? signed(authorization, audiences) : { client }
  }
}

const bearerToken = (authorization = ''): string | undefined =>
  (authorization.length > TOKEN_LIMIT ? undefined : /^bearer +([^\s,]+) *$/i.exec(authorization)?.[1])

async function authenticateToken(token: string, audiences: readonly string[], known: readonly KnownClient[], replay: ReplayGuard): Promise<Authentication> {
  const claimed = decode(token)
  if (!claimed) return { refused: 'malformed' }
  const ofIssuer = known.filter(({ entry }) => entry.iss === claimed.payload.iss)
  const issuer = ofIssuer[0]?.entry.iss
  if (issuer === undefined) return { refused: 'issuer' }
  const claims = { issuer, ...logged('tenant', claimed.payload['tenant']), ...logged('jti', claimed.payload.jti) }
  const client = clientOfTenant(ofIssuer, claimed.payload['tenant'])
  if (!client) return { refused: 'tenant', ...claims }
  const refused = headerFault(claimed.header, client.entry) ?? (await verify(token, audiences, client)) ?? (await admission(claimed.payload, client.entry, replay))
  if (refused !== undefined) return { refused, ...claims }
  return { client: trusted(client.entry, claimed.payload), ...(claimed.header.typ === 'JWT' ? {} : { odd: 'typ' }) }
}

const logged = (name: 'tenant' | 'jti', value: unknown): object => (typeof value === 'string' ? { [name]: value.slice(0, LOGGED) } : {})

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
      algorithms: [...entry.algorithms], issuer: entry.iss, audience: [...audiences, ...entry.audiences], clockTolerance: entry.clockSkewSeconds, requiredClaims: ['exp', 'iat', 'jti'],
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
async function admission({ exp, iat, jti }: JWTPayload, entry: ClientEntry, replay: ReplayGuard): Promise<Refusal | undefined> {
  const now = Date.now() / 1000
  if (typeof exp !== 'number' || typeof iat !== 'number' || !Number.isFinite(exp - iat)) return 'claims'
  if (iat > now + entry.clockSkewSeconds) return 'claims'
  if (exp - iat > entry.maxTokenAgeSeconds) return 'lifetime'
  if (typeof jti !== 'string' || jti === '' || jti.length > JTI_LIMIT) return 'jti'
  return (await replay.admit(entry.iss, jti, (exp + entry.clockSkewSeconds) * 1000)) ? undefined : 'replay'
}

const trusted = ({ iss, dialect, orderCodes, fhirServers, language }: ClientEntry, { tenant }: JWTPayload): TrustedClient =>
  ({ id: iss, tenant: typeof tenant === 'string' ? tenant : undefined, dialect, orderCodes, fhirServers, language })
