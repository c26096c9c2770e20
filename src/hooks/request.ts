import { z } from 'zod'
import { draftOrders, otherPatients, patientIdOf, type DraftOrder } from './draft-orders.ts'
import type { HookName, Service } from './services.ts'

export type { DraftOrder, FhirResource } from './draft-orders.ts'

/** Access to the client's FHIR server for this one call (CDS Hooks, FHIR Resource Access). Only tokens that can be used are kept. */
export interface FhirAuthorization {
  readonly access_token: string
  /** Seconds from the receipt of the request; undefined when the client did not say. */
  readonly expires_in: number | undefined
  /** A hint, in SMART 1 or 2 or a dialect. Never a reason to fail. */
  readonly scope: string
}

/** Context of the three hooks; patient-view has neither drafts nor selections, and order-sign no selections. */
export interface HookContext {
  readonly userId: string
  readonly patientId: string
  readonly encounterId: string | undefined
  readonly draftOrders: readonly DraftOrder[]
  /** As sent: `Type/id`, bare ids and URLs occur. Empty: the client did not say, so every draft counts. */
  readonly selections: readonly string[]
}

/** A hook call after the envelope was read (CDS Hooks, HTTP Request). FHIR resources in it are untouched and unchecked. */
export interface HookRequest {
  readonly hook: HookName
  readonly hookInstance: string
  readonly fhirServer: string | undefined
  readonly fhirAuthorization: FhirAuthorization | undefined
  readonly context: HookContext
  /** Paths of members that are not as they should be, and were taken or left all the same; for the log. */
  readonly odd: readonly string[]
  /**
   * Key to whatever the client sent; a missing key, null, an empty Bundle and an OperationOutcome all mean something different. Parsed
   * when it is first asked for, which may throw MalformedJson.
   */
  readonly prefetch: Prefetch
}

type Prefetch = Readonly<Record<string, unknown>>

/** The prefetch of a body of which only the rest was parsed. */
export class UnreadPrefetch {
  #value: Prefetch | undefined
  readonly #parse: () => unknown

  /** `parse` yields an object or throws: the text begins with a brace. */
  constructor(parse: () => unknown) {
    this.#parse = parse
  }

  read(): Prefetch {
    // Sound: what is parsed from a text that begins with a brace is an object.
    this.#value ??= this.#parse() as Prefetch
    return this.#value
  }
}

/** Why a request is refused, with the paths of the elements at fault. */
export interface RequestProblem {
  readonly code: 'invalid-request' | 'context-missing' | 'wrong-hook' | 'draft-orders-missing' | 'patient-mismatch'
  readonly expression: readonly string[]
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)

/** Clients must leave out what they do not have, yet send null or {}. */
const absent = (value: unknown): boolean => value === null || (isObject(value) && !(value instanceof UnreadPrefetch) && Object.keys(value).length === 0)
const optional = <S extends z.ZodType>(schema: S) => z.preprocess((value) => (absent(value) ? undefined : value), schema.optional()).optional()

const anything = z.unknown().optional()
const text = z.string().trim().min(1)
const idWithout = (prefix: string) => text.transform((id) => (id.startsWith(prefix) ? id.slice(prefix.length) : id)).pipe(z.string().min(1))

const Authorization = z.object({
  access_token: optional(z.string()),
  token_type: optional(z.unknown()),
  expires_in: anything,
  scope: anything,
  patient: anything,
})

/** Said of a member in the description of the routes. */
const means = (description: string) => ({ description })

const Envelope = z.object({
  hook: text.meta(means('that of the service: order-select, order-sign or patient-view')),
  hookInstance: text.meta(means('one action of the user; a UUID in any form')),
  fhirServer: optional(text).meta(means('base of the FHIR R4 server; read only when it is one that this client may name')),
  fhirAuthorization: optional(Authorization).meta(means('access for this one call; needs fhirServer')),
  context: z.object({
    userId: text,
    patientId: idWithout('Patient/'),
    encounterId: optional(idWithout('Encounter/')),
    draftOrders: anything.meta(means('Bundle of the unsigned orders; not with patient-view')),
    selections: anything.meta(means('references of the orders just chosen; with order-select')),
  }),
  prefetch: optional(z.custom<UnreadPrefetch | Prefetch>(isObject)).meta(means('key of discovery to a FHIR resource, or null where nothing is on file')),
})

type Envelope = z.infer<typeof Envelope>

/** The body of a hook call, for its description. */
export const HookEnvelope = Envelope

/**
 * Reads the body of `POST /cds-services/{id}`: strict about what decides which patient and which orders are meant, tolerant of
 * everything else that clients are known to send. Unknown members are ignored everywhere.
 */
export function parseHookRequest(service: Service, body: unknown): HookRequest | RequestProblem {
  const parsed = Envelope.safeParse(body)
  if (!parsed.success) return faultsIn(body, [...new Set(parsed.error.issues.map((issue) => pathOf(issue.path)))])
  const envelope = parsed.data
  const hook = service.hooks.find((one) => one === envelope.hook)
  if (hook === undefined) return { code: 'wrong-hook', expression: ['hook'] }
  if (envelope.fhirAuthorization && envelope.fhirServer === undefined) return invalid('fhirServer')
  const drafts = hook === 'patient-view' ? [] : draftOrders(envelope.context.draftOrders)
  if ('code' in drafts) return drafts
  const mismatches = patientMismatches(envelope, drafts)
  return mismatches.length > 0 ? { code: 'patient-mismatch', expression: mismatches } : hookRequest(hook, envelope, drafts)
}

/** True for the refusal of a request. */
export const isRequestProblem = (parsed: HookRequest | RequestProblem): parsed is RequestProblem => 'code' in parsed

/** Some EHRs call all the same, but without what the service may not see: that needs another hint than a typing error. */
const faultsIn = (body: unknown, paths: readonly string[]): RequestProblem =>
  (isObject(body) && absent(body['context'] ?? null) && paths.every((path) => path.startsWith('context')) ? { code: 'context-missing', expression: paths } : invalid(...paths))

const invalid = (...expression: string[]): RequestProblem => ({ code: 'invalid-request', expression })

/** The schema names every path it checks, so a path never holds a key of the request. */
const pathOf = (path: readonly PropertyKey[]): string => (path.length === 0 ? '$this' : path.map(String).join('.'))

function patientMismatches({ fhirAuthorization, context }: Envelope, drafts: readonly DraftOrder[]): string[] {
  const token = fhirAuthorization?.patient
  const tokenOfAnother = typeof token === 'string' && token !== '' && (patientIdOf(token) ?? token) !== context.patientId
  return [...(tokenOfAnother ? ['fhirAuthorization.patient'] : []), ...otherPatients(drafts, context.patientId)]
}

function hookRequest(hook: HookName, envelope: Envelope, drafts: readonly DraftOrder[]): HookRequest {
  const { userId, patientId, encounterId, selections } = envelope.context
  const chosen = hook === 'order-select' ? selectionsOf(selections) : []
  return {
    hook,
    hookInstance: envelope.hookInstance,
    fhirServer: envelope.fhirServer,
    fhirAuthorization: usableAuthorization(envelope.fhirAuthorization),
    context: { userId, patientId, encounterId, draftOrders: drafts, selections: chosen },
    odd: oddities(envelope, hook, drafts, chosen),
    get prefetch() {
      return envelope.prefetch instanceof UnreadPrefetch ? envelope.prefetch.read() : envelope.prefetch ?? {}
    },
  }
}

/** A token of another scheme than Bearer, or none at all, gives no access; it is not a reason to refuse the call. */
function usableAuthorization(sent: Envelope['fhirAuthorization']): FhirAuthorization | undefined {
  const bearer = sent?.token_type === undefined || String(sent.token_type).toLowerCase() === 'bearer'
  if (!sent?.access_token || !bearer) return undefined
  return { access_token: sent.access_token, expires_in: secondsOf(sent.expires_in), scope: typeof sent.scope === 'string' ? sent.scope : '' }
}

function secondsOf(value: unknown): number | undefined {
  const seconds = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  return typeof seconds === 'number' && Number.isFinite(seconds) ? seconds : undefined
}

function selectionsOf(value: unknown): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value]
  return list.filter((selection): selection is string => typeof selection === 'string' && selection !== '')
}

const UUID = /^(?:urn:uuid:)?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
const lastPart = (reference: string): string => reference.replace(/\/_history\/.*$/, '').split('/').at(-1) ?? ''

/** What clients get wrong and what is no reason to leave an order unchecked (CDS Hooks, HTTP Request). */
function oddities({ hookInstance, fhirServer, fhirAuthorization }: Envelope, hook: HookName, drafts: readonly DraftOrder[], selections: readonly string[]): readonly string[] {
  const ids = new Set(drafts.map(({ resource }) => resource['id']))
  const wrong: Readonly<Record<string, boolean>> = {
    'hookInstance': !UUID.test(hookInstance),
    'fhirServer': fhirServer !== undefined && !URL.canParse(fhirServer),
    'fhirAuthorization.access_token': fhirAuthorization !== undefined && !fhirAuthorization.access_token,
    'fhirAuthorization.token_type': fhirAuthorization !== undefined && String(fhirAuthorization.token_type).toLowerCase() !== 'bearer',
    'fhirAuthorization.expires_in': fhirAuthorization !== undefined && typeof fhirAuthorization.expires_in !== 'number',
    'context.selections': hook === 'order-select' && (selections.length === 0 || selections.some((selection) => !ids.has(lastPart(selection)))),
  }
  return Object.keys(wrong).filter((path) => wrong[path])
}
