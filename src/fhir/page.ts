import type { Dispatcher } from 'undici'
import { isKnownCoding, readBody, type ReadLimit } from './body.ts'
import { isObject, isResource, listOf } from './loose.ts'
import { readPrefetchValue } from './prefetch.ts'
import type { FhirPage } from './reader.ts'
import type { FhirFailure } from './types.ts'
import { isOtherVersion } from './version.ts'

type Headers = Dispatcher.ResponseData['headers']

/** Reads the body of a 200: FHIR R4 in JSON, or a failure that says what it is instead. Throws TooLarge, and what the connection throws. */
export async function pageOf({ headers, body }: Pick<Dispatcher.ResponseData, 'headers' | 'body'>, limit: ReadLimit): Promise<FhirPage | FhirFailure> {
  const coding = single(headers['content-encoding'])
  const decoder = decoderOf(single(headers['content-type']))
  if (!decoder || !isKnownCoding(coding)) {
    discard(body)
    return { why: isFhirOfOtherVersion(single(headers['content-type'])) ? 'other-version' : 'unreadable' }
  }
  return pageFrom(parse(decoder.decode(await readBody(body, coding, limit))))
}

/** Lets go of a body that nobody wants. A short one is read to its end, which keeps the connection; one that does not end is cut. */
export function discard(body: Dispatcher.ResponseData['body']): void {
  body.dump({ limit: MOST_DISCARDED }).catch(() => undefined)
}

const MOST_DISCARDED = 64 * 1024

const single = (header: Headers[string]): string => String(header ?? '').trim().toLowerCase()

const JSON_TYPE = /^[a-z]+\/(?:fhir\+)?json\b/
/** `application/fhir+json; fhirVersion=4.0`; other versions of FHIR have other shapes. */
const isFhirOfOtherVersion = (type: string): boolean => (/fhirversion=["']?(\d+)/.exec(type)?.[1] ?? '4') !== '4'

/** How to read text of this content type; undefined when it is not R4 in JSON. UTF-8 unless it says otherwise, as some gateways rightly do. */
function decoderOf(type: string): TextDecoder | undefined {
  if (!JSON_TYPE.test(type) || isFhirOfOtherVersion(type)) return undefined
  try {
    return new TextDecoder(/charset=["']?([\w-]+)/.exec(type)?.[1] ?? 'utf-8')
  } catch {
    return undefined
  }
}

function parse(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text)
    return value ?? ''
  } catch {
    return undefined
  }
}

/** A page says the same things in the same forms as a prefetch value. */
function pageFrom(value: unknown): FhirPage | FhirFailure {
  const { meaning, resources, next: [next] } = readPrefetchValue(value)
  if (meaning === 'failed') return { why: 'server-error' }
  if (meaning === 'unreadable' || meaning === 'absent') return { why: 'unreadable' }
  if (resources.some(isOtherVersion)) return { why: 'other-version' }
  const complete = meaning !== 'incomplete' || next !== undefined
  return { resources, complete, ...countsOf(value), ...(next === undefined ? {} : { next }) }
}

/** What is not found by the search itself: included resources, and words about the search. */
const BESIDE_MATCHES: ReadonlySet<unknown> = new Set(['include', 'outcome'])

function countsOf(value: unknown): { readonly matches: number; readonly total?: number } {
  if (!isObject(value) || value['resourceType'] !== 'Bundle') return { matches: 1 }
  const entries = listOf(value['entry']).filter(isObject).filter(({ resource, search }) => isResource(resource) && !(isObject(search) && BESIDE_MATCHES.has(search['mode'])))
  const { total } = value
  return { matches: entries.length, ...(typeof total === 'number' ? { total } : {}) }
}
