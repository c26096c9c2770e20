import type { FhirReader, OpenServer } from '../../fhir/reader.ts'
import { addressBelow } from '../../fhir/address.ts'
import { readPrefetchValue } from '../../fhir/prefetch.ts'
import type { FhirFailure, FhirTrouble } from '../../fhir/types.ts'
import type { EhrSession } from './launch.ts'

const TIMEOUT_MS = 15_000
const TROUBLES: Readonly<Record<number, FhirTrouble>> = { 401: 'unauthorized', 403: 'forbidden', 404: 'not-found', 410: 'not-found', 408: 'timeout', 429: 'rate-limited' }

const troubleOf = (status: number): FhirTrouble => TROUBLES[status] ?? (status >= 500 ? 'server-error' : 'rejected')

async function jsonOf(response: Response): Promise<unknown> {
  try {
    return await response.json()
  } catch {
    return undefined
  }
}

/** A page says the same things in the same forms as a prefetch value. */
async function pageOf(response: Response): ReturnType<FhirReader['read']> {
  if (!response.ok) return { why: troubleOf(response.status) }
  const { meaning, resources, next: [next] } = readPrefetchValue(await jsonOf(response))
  if (meaning === 'failed') return { why: 'server-error' }
  if (meaning === 'unreadable' || meaning === 'absent') return { why: 'unreadable' }
  return { resources, complete: meaning !== 'incomplete' || next !== undefined, ...(next === undefined ? {} : { next }) }
}

const headersOf = ({ token }: EhrSession): Record<string, string> => ({ accept: 'application/fhir+json', ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) })

/** The FHIR server of a session. Its token goes below the base and nowhere else; failures are values. */
export function fhirServerOf(session: EhrSession): OpenServer {
  const read: FhirReader['read'] = async (query, signal) => {
    const address = addressBelow(session.iss, query)
    if (address === undefined) return { why: 'elsewhere' }
    if (session.expiresAt !== undefined && Date.now() >= session.expiresAt) return { why: 'expired' }
    const limit = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)])
    try {
      return await pageOf(await fetch(address, { headers: headersOf(session), signal: limit, redirect: 'error', credentials: 'omit', cache: 'no-store' }))
    } catch {
      return { why: limit.aborted ? 'timeout' : 'network' }
    }
  }
  return { base: session.iss, reader: { read } }
}

/** Creates a resource in the EHR; undefined when it is there. */
export async function createResource(session: EhrSession, resource: { readonly resourceType: string }): Promise<FhirFailure | undefined> {
  try {
    const response = await fetch(`${session.iss}/${resource.resourceType}`, {
      method: 'POST', body: JSON.stringify(resource), headers: { ...headersOf(session), 'content-type': 'application/fhir+json' }, signal: AbortSignal.timeout(TIMEOUT_MS), redirect: 'error', credentials: 'omit',
    })
    return response.ok ? undefined : { why: troubleOf(response.status) }
  } catch {
    return { why: 'network' }
  }
}
