import type { ClientEntry, Dialect } from '../config-files.ts'
import type { Decision } from '../engine/decide.ts'
import type { Content } from '../engine/rule.ts'
import type { SiteLimit } from '../facts/series.ts'
import type { Contents } from '../content/languages.ts'
import type { ContentTexts } from '../content/texts.ts'
import type { ErrorCode } from '../errors.ts'
import type { HookRequest } from '../hooks/request.ts'
import type { AccessDenial } from '../fhir/access.ts'
import type { CallTrace } from '../fhir/trace.ts'
import type { PatientRecord } from '../fhir/types.ts'
import type { HookResponse } from '../hooks/response.ts'
import type { DiscoveryResponse, Service } from '../hooks/services.ts'
import type { Calendar } from '../language/calendar.ts'
import type { DecisionRecord } from '../store/store.ts'

/** What holds for a call: the content and what the site says beside it. One object, so that no call sees half of a change. */
export interface InForce {
  readonly content: Content
  /** The same content in the language of a client. */
  readonly contentIn: Contents['in']
  /** The same content as texts, for a browser. */
  readonly texts: ContentTexts
  readonly calendar: Calendar
  /** IANA name of the zone its days are counted in. */
  readonly timeZone: string
  readonly siteLimit: SiteLimit
  readonly discovery: DiscoveryResponse
}

/** A CDS client that has proved who it is, or the anonymous one of `AUTH_MODE=none`. */
export interface TrustedClient {
  /** The issuer of its JWT, or "anonymous". */
  readonly id: string
  readonly tenant: string | undefined
  readonly dialect: Dialect
  /** Under which codes this client orders what suggestions create. */
  readonly orderCodes: ClientEntry['orderCodes']
  /** FHIR base URLs that may be queried for this client, without trailing slash. */
  readonly fhirServers: readonly string[]
  /** Language of its cards, where configured. */
  readonly language?: string | undefined
}

/** One hook call at the moment it is answered. */
export interface HookCall {
  readonly service: Service
  readonly request: HookRequest
  readonly client: TrustedClient
  /** The Accept-Language header. */
  readonly acceptLanguage?: string | undefined
  /** Epoch ms at which the request arrived, before its body was read. */
  readonly receivedAt: number
  /** Fires a little before the deadline, so that there is time to answer ("TimeoutError"), or when the client hangs up ("AbortError"). */
  readonly signal: AbortSignal
  /** Epoch ms at which the signal fires for want of time. */
  readonly until?: number
  /** Goes along with every query of the client's FHIR server. */
  readonly trace?: CallTrace
  /** Takes note of what those who run the service should know. */
  readonly notice?: (notice: CallNotice) => void
}

/** Something about the data of a call that an operator can do something about. Nothing in it is a value of the request. */
export type CallNotice =
  | { readonly kind: 'access-denied'; readonly denied: AccessDenial }
  | { readonly kind: 'record'; readonly server: string | undefined; readonly record: Pick<PatientRecord, 'sources' | 'irregularities'> }

/** What is sent back: cards, with the decision as explained and as recorded, or an error of the table. */
export type HookAnswer =
  | { readonly kind: 'answer'; readonly body: HookResponse; readonly decision?: DecisionRecord; readonly explained?: Decision }
  | { readonly kind: 'problem'; readonly code: ErrorCode; readonly expression?: readonly string[]; readonly decision?: DecisionRecord }

/** Answers a hook call. It settles soon after `signal` fires; what it throws is a defect and becomes a 500. */
export type AnswerHook = (call: HookCall) => Promise<HookAnswer>

/** Why a caller was not let in. For the log and the counters only: callers all see the same 401. */
export type Refusal =
  | 'no-token' | 'malformed' | 'header' | 'issuer' | 'tenant' | 'jku' | 'lifetime' | 'jti' | 'replay' | 'claims' | 'signature' | 'keys-unavailable'

/** `odd` says what was tolerated. `issuer` is one of the configuration; `tenant` and `jti` are what the token claims, for the log. */
export type Authentication =
  | { readonly client: TrustedClient; readonly odd?: string }
  | { readonly refused: Refusal; readonly issuer?: string; readonly tenant?: string; readonly jti?: string }

/** Decides who is calling, from the Authorization header and the `aud` values that may name the endpoint being called. */
export type Authenticate = (authorization: string | undefined, audiences: readonly string[]) => Promise<Authentication>
