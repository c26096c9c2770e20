import type { FhirAccess } from './types.ts'

/** The two members of a hook request that may give access; `token_type` is missing where the envelope was checked for it already. */
export interface AccessRequest {
  readonly fhirServer?: string | undefined
  readonly fhirAuthorization?: {
    readonly access_token: string
    readonly token_type?: string | undefined
    /** Seconds from receipt. */
    readonly expires_in?: number | undefined
  } | undefined
}

/** Why there is no access; for the log, and free of request values. */
export type AccessDenial = 'no-server' | 'no-token' | 'not-bearer' | 'expired' | 'not-http' | 'server-not-allowed'
export interface DeniedAccess { readonly denied: AccessDenial }

/** A token of untold life is good for the call it came with, and no call may last longer than this. */
const UNTOLD_LIFE_SECONDS = 60
const WEB: ReadonlySet<string> = new Set(['http:', 'https:'])
/** What RFC 6750 allows in a bearer token is within these; a line break would end the header. */
const PRINTABLE = /^[\x21-\x7e]+$/

/**
 * Access to the client's FHIR server, if both server and token came and the server is one of those allowed for this client: the same
 * scheme, host, port and path once both are written the same way. There is no anonymous access.
 */
export function accessFor({ fhirServer, fhirAuthorization }: AccessRequest, allowedServers: readonly string[], receivedAt: number): FhirAccess | DeniedAccess {
  if (fhirServer === undefined) return { denied: 'no-server' }
  if (!fhirAuthorization || !PRINTABLE.test(fhirAuthorization.access_token)) return { denied: 'no-token' }
  const { access_token: token, token_type: scheme = 'Bearer', expires_in: seconds = UNTOLD_LIFE_SECONDS } = fhirAuthorization
  if (scheme.toLowerCase() !== 'bearer') return { denied: 'not-bearer' }
  if (!(seconds > 0)) return { denied: 'expired' }
  const url = URL.parse(fhirServer.trim())
  if (!url || !WEB.has(url.protocol)) return { denied: 'not-http' }
  const base = canonical(url)
  if (base === undefined || !allowedServers.some((server) => isSame(server, base))) return { denied: 'server-not-allowed' }
  return { base, token, expiresAt: receivedAt + seconds * 1000 }
}

/** True when there is no access. */
export const isDenied = (access: FhirAccess | DeniedAccess): access is DeniedAccess => 'denied' in access

/** One way to write an address: host in lower case, no standard port, no dot segments, no trailing slash. A user, a query or a fragment has no place in a base. */
function canonical({ origin, pathname, search, hash, username, password }: URL): string | undefined {
  return `${search}${hash}${username}${password}` === '' ? `${origin}${pathname.replace(/\/+$/, '')}` : undefined
}

function isSame(allowed: string, base: string): boolean {
  const url = URL.parse(allowed.trim())
  return url !== null && canonical(url) === base
}
