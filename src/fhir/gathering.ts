import type { Resource } from 'fhir/r4.js'
import { type Coverage, coverageOf, type Shortfall } from './coverage.ts'
import { isObject } from './loose.ts'
import { readUnnamed, unnamedDrugs } from './medications.ts'
import { belongsTo } from './ownership.ts'
import { type FhirReader, isFailure, type OpenServer } from './reader.ts'
import { REASONS, type Reason } from './reasons.ts'
import { queryFor } from './sources.ts'
import type { PatientRecord, SourcePlan, SourceState } from './types.ts'
import { isOtherVersion } from './version.ts'

export interface GatheringOptions {
  readonly patientId: string
  /** As sent by the client; nothing in it is changed. */
  readonly prefetch: Readonly<Record<string, unknown>>
  readonly plans: readonly SourcePlan[]
  /** Undefined: there is none, and what was not sent stays unread. */
  readonly server: OpenServer | undefined
  /** When it fires, what has been read so far is the record. */
  readonly signal: AbortSignal
}

/** What one errand to the FHIR server brought. */
interface Haul { readonly resources: readonly Resource[]; readonly why?: Reason }
interface Errand extends Haul { readonly keys: readonly string[] }

const MOST_PAGES = 20

/** Answers to further queries that say "this EHR does not offer that", rather than "it is lost". */
const NOT_OFFERED: ReadonlySet<Reason> = new Set(['forbidden', 'not-found', 'rejected'])

/**
 * The record of the patient: what the EHR sent, completed from its FHIR server in parallel where access was given. Never
 * throws and never waits longer than the signal; what could not be read is a source that says why.
 */
export async function gatherFrom(options: GatheringOptions): Promise<PatientRecord> {
  const { patientId, prefetch, plans, server } = options
  const sent = coverageOf(prefetch, plans, patientId)
  const errands = (server ? await runErrands(sent, server.reader, options) : leftUndone(sent)).map(ofPatient(patientId))
  const all = [...sent.resources, ...errands.flatMap(({ resources }) => resources)]
  const own = eachOnce(all.filter((resource) => !isOtherVersion(resource)))
  const unnamed = unnamedDrugs(own)
  const medications = await readUnnamed(unnamed, server, options.signal)
  const unusable = { 'other-version': all.filter(isOtherVersion), 'unnamed-drugs': own.filter((resource) => unnamed.lacks(resource, medications)) }
  const resources = [...own, ...medications]
  const strangers = errands.reduce((sum, errand) => sum + errand.strangers, 0)
  return {
    resources,
    sources: new Map(plans.map((plan) => [plan.key, withUnusable(stateOf(plan, errands, resources), plan, unusable, resources)])),
    fetched: server ? [...new Set(errands.flatMap(({ keys }) => keys))] : [],
    irregularities: { ...sent.irregularities, discarded: sent.irregularities.discarded + strangers },
  }
}

/**
 * Without what belongs to others. A server that answers a search for one patient with resources of another has not answered it: what
 * it left out is not known.
 */
function ofPatient(patientId: string): (errand: Errand) => Errand & { readonly strangers: number } {
  const isOurs = belongsTo(patientId, new Map())
  return (errand) => {
    const resources = errand.resources.filter(isOurs)
    const strangers = errand.resources.length - resources.length
    return { ...errand, resources, strangers, ...(strangers > 0 && errand.why === undefined ? { why: 'other-patient' } : {}) }
  }
}

function runErrands(sent: Coverage, reader: FhirReader, { plans, patientId, prefetch, signal }: GatheringOptions): Promise<readonly Errand[]> {
  const afresh = plans.filter(({ key }) => sent.shortfalls.has(key))
  const complements = plans.filter(({ key, complements: wanted }) => wanted && !sent.shortfalls.has(key) && isObject(prefetch[key])).flatMap(({ also }) => notDelivered(also, sent))
  return Promise.all([
    ...complements.map(async (template): Promise<Errand> => ({ keys: [], resources: (await readPages(queryFor(template, patientId), reader, signal)).resources })),
    ...afresh.map(async (plan): Promise<Errand> => ({ keys: [plan.key], ...await readSource(plan, patientId, reader, signal) })),
    ...sent.continuations.map(async ({ urls, keys }): Promise<Errand> => ({ keys, ...joined(await Promise.all(urls.map((url) => readPages(url, reader, signal)))) })),
  ])
}

/**
 * A prefetch template can ask for one resource type only, so a client that keeps to ours sends, say, procedures without the plans
 * beside them. Where access was given they are read too; that the EHR does not offer them takes nothing away from what it sent.
 */
const notDelivered = (also: readonly string[], { resources }: Coverage): readonly string[] =>
  also.filter((template) => !resources.some(({ resourceType }) => template.startsWith(`${resourceType}?`)))

/** Without access: the shortfalls as they are. What lies among the results of another source counts as sent. */
function leftUndone({ shortfalls, continuations }: Coverage): readonly Errand[] {
  const lost = (key: string, why: Shortfall): Errand[] => (why === 'stray' ? [] : [{ keys: [key], resources: [], why }])
  return [
    ...[...shortfalls].flatMap(([key, why]) => lost(key, why)),
    ...continuations.map(({ keys }): Errand => ({ keys, resources: [], why: 'more-pages' })),
  ]
}

async function readSource(plan: SourcePlan, patientId: string, reader: FhirReader, signal: AbortSignal): Promise<Haul> {
  const read = (template: string): Promise<Haul> => readPages(queryFor(template, patientId), reader, signal)
  const [main, also] = await Promise.all([Promise.all(plan.queries.map(read)).then(joined), Promise.all(plan.also.map(read))])
  const isOfOtherKind = main.resources.length > 0 && !main.resources.some(({ resourceType }) => plan.types.includes(resourceType))
  const extra = also.map((haul) => (haul.why !== undefined && NOT_OFFERED.has(haul.why) ? { resources: haul.resources } : haul))
  return joined([isOfOtherKind ? { resources: [], why: 'unreadable' } : main, ...extra])
}

/** The first reason is the one told. */
function joined(hauls: readonly Haul[]): Haul {
  const why = hauls.find((haul) => haul.why !== undefined)?.why
  return { resources: hauls.flatMap(({ resources }) => resources), ...(why === undefined ? {} : { why }) }
}

/** A search with all its pages, as far as they can be had. */
async function readPages(query: string, reader: FhirReader, signal: AbortSignal): Promise<Haul> {
  const resources: Resource[] = []
  let address = query
  let matches = 0
  let total = 0
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const answer = await reader.read(address, signal)
    if (isFailure(answer)) return { resources, why: answer.why }
    for (const resource of answer.resources) resources.push(resource)
    matches += answer.matches ?? 0
    total = Math.max(total, answer.total ?? 0)
    if (!answer.complete) return { resources, why: 'server-error' }
    // A server that gives fewer matches than it says there are, and no further page, keeps some to itself.
    if (answer.next === undefined) return matches < total ? { resources, why: 'incomplete' } : { resources }
    address = answer.next
  }
  return { resources, why: 'too-many-pages' }
}

function stateOf(plan: SourcePlan, errands: readonly Errand[], resources: readonly Resource[]): SourceState {
  const why = errands.find((errand) => errand.why !== undefined && errand.keys.includes(plan.key))?.why
  if (why === undefined) return { state: 'read' }
  return lostFor(why, resources.some((resource) => plan.claims(resource)))
}

type Unusable = Readonly<Record<'other-version' | 'unnamed-drugs', readonly Resource[]>>

/**
 * Resources that would be misread, and orders or doses of drugs that nobody can name, make a source incomplete: an order of unknown
 * content is no absence of orders.
 */
function withUnusable(state: SourceState, plan: SourcePlan, unusable: Unusable, resources: readonly Resource[]): SourceState {
  const isOurs = (resource: Resource): boolean => plan.claims(resource)
  const why = (['other-version', 'unnamed-drugs'] as const).find((reason) => unusable[reason].some(isOurs))
  if (state.state !== 'read' || why === undefined) return state
  return lostFor(why, resources.some(isOurs))
}

const lostFor = (reason: Reason, inPart: boolean): SourceState => ({ state: inPart ? 'partial' : 'unavailable', reason, why: REASONS[reason] })

/** The same resource may come under several keys and on several pages; of two versions the later counts. */
function eachOnce(resources: readonly Resource[]): readonly Resource[] {
  const known = new Map<unknown, Resource>()
  for (const resource of resources) {
    const name = typeof resource.id === 'string' ? `${resource.resourceType}/${resource.id}` : resource
    const other = known.get(name)
    if (!other || updatedAt(resource) > updatedAt(other)) known.set(name, resource)
  }
  return [...known.values()]
}

const updatedAt = ({ meta }: Resource): number => Date.parse(meta?.lastUpdated ?? '') || 0
