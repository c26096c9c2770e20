import { randomUUID } from 'node:crypto'
import type { Resource } from 'fhir/r4.js'
import type { StoredSettings } from '../config.ts'
import { decide, type Decided } from '../engine/decide.ts'
import { inDialect } from '../engine/dialect.ts'
import { triage, type TriagedDraft } from '../engine/focus.ts'
import { matterOf } from '../engine/judge.ts'
import type { Content } from '../engine/rule.ts'
import { draftsMeant, ordersWithin } from '../engine/selection.ts'
import { isObject, isResource, listOf, type Loose, referenceOf, textOf } from '../facts/resources.ts'
import { accessFor, isDenied } from '../fhir/access.ts'
import { openServer } from '../fhir/client.ts'
import { gatherFrom } from '../fhir/gathering.ts'
import { medicationsFrom } from '../fhir/medication-reads.ts'
import type { OpenServer } from '../fhir/reader.ts'
import type { FhirServers } from '../fhir/servers.ts'
import { sourcePlans } from '../fhir/sources.ts'
import type { PatientRecord, SourcePlan } from '../fhir/types.ts'
import type { Store } from '../store/store.ts'
import { recordOf, type RecordOptions, refusalOf } from './decision-record.ts'
import { type Acknowledged, acknowledgedBefore, type AskOptions, type Told, toldBefore } from './repeat-control.ts'
import type { AnswerHook, HookAnswer, HookCall, InForce } from './types.ts'

/** What a judgement rests on. */
type Judging = Omit<InForce, 'discovery' | 'texts' | 'timeZone'>

export interface AnswerOptions {
  /** Asked for once at the beginning of every call, which ends on what it began with: it can be replaced while running. */
  readonly inForce: () => Judging
  readonly publicUrl: string
  /** Where the SMART app is launched, if the site has one. */
  readonly smartAppUrl?: string | undefined
  readonly store: Pick<Store, 'patientKey' | 'overrides' | 'toldWhileOrdering'>
  /** What is kept of the record behind a decision; nothing unless told. */
  readonly storeInputs?: StoredSettings['inputs']
  /** The FHIR servers of this process, with what is known of them. */
  readonly servers?: FhirServers
  /** Epoch ms; the system's unless a test says otherwise. */
  readonly clock?: () => number
}

/** Exactly this for what concerns no rule: 99.9 % of a hospital's orders. */
const NOTHING: HookAnswer = { kind: 'answer', body: { cards: [] } }

/** Medication resources the client sent along in prefetch: an order may point at them. */
function medicationsIn(prefetch: Readonly<Record<string, unknown>>): readonly Loose[] {
  const bundles = Object.values(prefetch).filter(isObject)
  const entries = bundles.flatMap(({ entry }) => listOf(entry)).filter(isObject).map(({ resource }) => resource)
  return [...bundles, ...entries].filter(isResource).filter(({ resourceType }) => resourceType === 'Medication')
}

/** The prefetch is looked into only for an order of concern or one that points at a Medication: most orders end without. */
function medicationsSent(drafts: readonly Loose[], content: Content, { request }: HookCall): readonly Loose[] {
  const needsRecord = request.hook === 'patient-view' || triage(drafts, [], content).some(({ triggers, pointsElsewhere }) => triggers.size > 0 || pointsElsewhere)
  return needsRecord ? medicationsIn(request.prefetch) : []
}

/** Reads the Medications that orders of this call point at and nobody sent. */
async function readUnresolved(triaged: readonly TriagedDraft[], server: OpenServer | undefined, { signal }: HookCall): Promise<readonly Loose[]> {
  const references = triaged.flatMap(({ unresolved }) => unresolved ?? [])
  if (references.length === 0 || server === undefined) return []
  const { found } = await medicationsFrom(server, references, signal)
  return found.map((medication): object => medication).filter(isResource)
}

/** A reference without words to a Medication that nobody could read may be any drug. */
const isNameless = ({ resource, unresolved }: TriagedDraft): boolean => {
  const pointer = resource['medicationReference']
  return unresolved !== undefined && isObject(pointer) && textOf(pointer['display']) === undefined && textOf(resource['medicationCodeableConcept']) === undefined
}

/** The client's FHIR server, if it gave access to one that it may name. */
function serverOf({ request, client, receivedAt, until, trace, notice }: HookCall, { servers, clock }: AnswerOptions): OpenServer | undefined {
  const access = accessFor(request, client.fhirServers, receivedAt)
  if (!isDenied(access)) return openServer(access, { now: clock ?? Date.now, ...(servers ? { servers } : {}), ...(until === undefined ? {} : { until }), ...(trace ? { trace } : {}) })
  if (request.fhirServer !== undefined) notice?.({ kind: 'access-denied', denied: access.denied })
  return undefined
}

const nothingRead = ({ sources }: PatientRecord): boolean => [...sources.values()].every(({ state }) => state === 'unavailable')

/** Why there is no answer when nothing of the record could be read. Another version of FHIR is not a matter of access or time. */
function whyNothing({ sources }: PatientRecord): Pick<Extract<HookAnswer, { kind: 'problem' }>, 'code' | 'expression'> {
  const isOtherVersion = [...sources.values()].some((source) => source.state !== 'read' && source.reason === 'other-version')
  return isOtherVersion ? { code: 'fhir-version-unsupported', expression: ['prefetch', 'fhirServer'] } : { code: 'data-not-obtainable', expression: ['prefetch', 'fhirAuthorization'] }
}

function planner(): (content: Content) => readonly SourcePlan[] {
  const plans = new WeakMap<Content, readonly SourcePlan[]>()
  return (content) => {
    const known = plans.get(content) ?? sourcePlans(content.sources, content.mapping.matcher)
    plans.set(content, known)
    return known
  }
}

/** What holds for a call, in the language of its cards. */
const speaking = (inForce: Judging, { acceptLanguage, client }: HookCall): Judging =>
  ({ ...inForce, content: inForce.contentIn(acceptLanguage, client.language) })

/**
 * Answers a hook call: triage of the drafts, the record completed, facts, rules, cards. 200 with something to read whenever an
 * order of concern could not be fully checked, 412 when nothing could, never a silent empty list.
 */
export function answerHook(options: AnswerOptions): AnswerHook {
  const plansOf = planner()
  return async (call) => {
    const inForce = speaking(options.inForce(), call)
    const { content } = inForce
    const { request } = call
    const sentDrafts = request.context.draftOrders.map(({ resource }) => resource)
    const within = ordersWithin(sentDrafts)
    const drafts = [...sentDrafts, ...within]
    const server = serverOf(call, options)
    const sent = medicationsSent(drafts, content, call)
    const first = triage(drafts, sent, content)
    const read = await readUnresolved(first, server, call)
    const meant = new Set(draftsMeant(request.hook, sentDrafts, request.context.selections))
    const triaged = (read.length > 0 ? triage(drafts, [...sent, ...read], content) : first).filter(({ resource }) => meant.has(resource))
    if (triaged.some(({ isFormer }) => isFormer)) return { kind: 'problem', code: 'fhir-version-unsupported', expression: ['context.draftOrders'] }
    if (request.hook !== 'patient-view' && triaged.every(({ triggers }) => triggers.size === 0)) {
      return triaged.some(isNameless) ? { kind: 'problem', code: 'data-not-obtainable', expression: ['context.draftOrders', 'fhirAuthorization'] } : NOTHING
    }

    const patientKey = options.store.patientKey(call.client.id, request.context.patientId)
    const recording: RecordOptions = { content, patientKey, inputs: options.storeInputs ?? 'none' }
    // Asked for while the record is read: the store and the EHR do not wait for each other.
    const asking: AskOptions = { patientKey, content, now: call.receivedAt }
    const remembering = Promise.all([acknowledgedBefore(options.store, asking), toldBefore(options.store, request.hook, request.context.userId, asking)])
    const record = await gatherFrom({ patientId: request.context.patientId, prefetch: request.prefetch, plans: plansOf(content), server, signal: call.signal })
    call.notice?.({ kind: 'record', server: server?.base, record })
    if (nothingRead(record)) return { kind: 'problem', ...whyNothing(record), decision: refusalOf(call, recording) }
    const [acknowledged, told] = await remembering
    return answerFrom({ ...record, resources: [...record.resources, ...medicationResources([...sent, ...read])] }, drafts, inForce, call, { ...options, recording, acknowledged, told, within: new Set(within.map(referenceOf)) })
  }
}

/** Medications that travel with their orders are none. */
const isAmongOthers = (drafts: readonly Loose[]): boolean => drafts.filter(({ resourceType }) => resourceType !== 'Medication').length > 1

/** The decision with its cards in the dialect of the client. */
function spokenTo({ client, request }: HookCall, { deck }: Content, decided: Decided): Decided {
  const drafts = new Map(request.context.draftOrders.flatMap(({ reference, resource }) => (reference === undefined ? [] : [[reference, resource] as const])))
  return { ...decided, cards: inDialect(decided.cards, client.dialect, { texts: deck.texts, drafts, orderCodes: client.orderCodes, uuid: randomUUID }) }
}

// Sound: only resources whose resourceType is Medication come here.
const medicationResources = (medications: readonly Loose[]): readonly Resource[] => medications as readonly object[] as readonly Resource[]

function answerFrom(record: Pick<PatientRecord, 'resources' | 'sources'>, drafts: readonly Loose[], { content, calendar, siteLimit }: Judging, call: HookCall, options: AnswerOptions & { readonly recording: RecordOptions; readonly acknowledged: Acknowledged; readonly told: Told; readonly within: ReadonlySet<string> }): HookAnswer {
  const { request, receivedAt } = call
  const { patientId, encounterId, userId, selections } = request.context
  const { chart, inFocus } = matterOf(content, { record, drafts, calendar, now: calendar.of(receivedAt), siteLimit }, request.hook, selections)
  if (inFocus.length === 0) return NOTHING
  const context = { patient: `Patient/${patientId}`, ...(encounterId === undefined ? {} : { encounter: `Encounter/${encounterId}` }), user: userId, nowIso: new Date(receivedAt).toISOString(), within: options.within }
  const decided = spokenTo(call, content, decide(content, chart, request.hook, inFocus, { context, uuid: randomUUID, publicUrl: options.publicUrl, severalOrders: isAmongOthers(drafts), ...(options.smartAppUrl === undefined ? {} : { smartAppUrl: options.smartAppUrl }), acknowledged: options.acknowledged, told: options.told }))
  return {
    kind: 'answer',
    body: { cards: decided.cards, extension: { 'org.ino-cds.decision': decided.decision } },
    decision: recordOf(decided, call, options.recording),
    explained: decided.decision,
  }
}
