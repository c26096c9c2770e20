import type { Resource } from 'fhir/r4.js'
import { belongsTo } from './ownership.ts'
import { readPrefetchValue, type PrefetchReading } from './prefetch.ts'
import type { Irregularities, SourcePlan } from './types.ts'

/**
 * Why a source has to be asked for. `stray`: the EHR did not send it, but results of it lie among those of another source, so
 * that without access it counts as sent.
 */
export type Shortfall = 'not-sent' | 'failed' | 'unreadable' | 'other-patient' | 'incomplete' | 'stray'

/** Further pages of what was sent, and the sources that are incomplete without them. */
export interface Continuation { readonly urls: readonly string[]; readonly keys: readonly string[] }

/** What prefetch gave, and what it did not. A source in neither shortfalls nor continuations is complete. */
export interface Coverage {
  readonly resources: readonly Resource[]
  readonly shortfalls: ReadonlyMap<string, Shortfall>
  readonly continuations: readonly Continuation[]
  readonly irregularities: Irregularities
}

/** One prefetch value, with the resources of this patient alone. */
interface Sent extends PrefetchReading {
  /** The source whose key it came under, unless the content is of quite another kind: sites that rename keys may even swap them. */
  readonly own: SourcePlan | undefined
  /** That source's key, if the content does not fit it. */
  readonly misfit: string | undefined
  readonly discarded: number
  /**
   * Resources that some source claims, with those sources; where the source of the key is one of them, it stands for all. The Patient is left
   * out: it rides along in many answers.
   */
  readonly claimed: readonly { readonly resource: Resource; readonly by: readonly SourcePlan[] }[]
}

/**
 * Which sources the prefetch covers. Resources count by what they are, whatever key they came under (sites rename, merge and
 * split keys); a key of ours that holds null, an empty Bundle or a failure speaks for its own source.
 */
export function coverageOf(prefetch: Readonly<Record<string, unknown>>, plans: readonly SourcePlan[], patientId: string): Coverage {
  const all = readAll(prefetch, plans, patientId)
  const verdicts = new Map<string, Shortfall | 'covered'>()
  for (const sent of all) if (sent.own) settle(verdicts, sent.own.key, verdictOnOwn(sent))
  const misfits = new Set(all.map(({ misfit }) => misfit))
  const brought = all.map((sent) => ({ keys: claimants(sent, plans), verdict: verdictElsewhere(sent) }))
  for (const { key } of plans) settle(verdicts, key, worst(brought.filter(({ keys }) => keys.includes(key)).map(({ verdict }) => verdict)))
  coverByWholes(all, plans, verdicts)
  coverByLeftovers(all, plans, verdicts)
  for (const { key } of plans) settle(verdicts, key, misfits.has(key) ? 'unreadable' : 'not-sent')
  return {
    resources: all.flatMap(({ resources }) => resources),
    shortfalls: new Map([...verdicts].flatMap(([key, verdict]) => (verdict === 'covered' ? [] : [[key, verdict]]))),
    continuations: all.flatMap((sent) => continuationOf(sent, plans, verdicts)),
    irregularities: irregularitiesOf(all),
  }
}

type Verdicts = Map<string, Shortfall | 'covered'>

/** The first word counts: what a source's own key says is never overruled by what lies elsewhere. */
function settle(verdicts: Verdicts, key: string, verdict: Shortfall | 'covered' | undefined): void {
  if (verdict !== undefined && !verdicts.has(key)) verdicts.set(key, verdict)
}

function readAll(prefetch: Readonly<Record<string, unknown>>, plans: readonly SourcePlan[], patientId: string): Sent[] {
  const readings = Object.entries(prefetch).map(([key, value]) => ({ plan: plans.find((plan) => plan.key === key), reading: readPrefetchValue(value) }))
  const isOurs = belongsTo(patientId, new Map(readings.flatMap(({ reading }) => reading.patients)))
  return readings.map(({ plan, reading }) => {
    const resources = reading.resources.filter(isOurs)
    const claimed = resources
      .map((resource) => ({ resource, by: plan?.claims(resource) ? [plan] : plans.filter((other) => other.claims(resource)) }))
      .filter(({ resource, by }) => by.length > 0 && resource.resourceType !== 'Patient')
    const isMisfit = plan !== undefined && resources.length > 0 && !resources.some(({ resourceType }) => plan.types.includes(resourceType))
    const key = isMisfit ? { own: undefined, misfit: plan.key } : { own: plan, misfit: undefined }
    return { ...reading, ...key, resources, claimed, discarded: reading.resources.length - resources.length }
  })
}

function verdictOnOwn(sent: Sent): Shortfall | 'covered' | undefined {
  if (sent.meaning === 'absent') return undefined
  if (sent.meaning === 'unreadable' || sent.meaning === 'failed') return sent.meaning
  if (sent.resources.length === 0 && sent.discarded > 0) return 'other-patient'
  return isBroken(sent) ? 'incomplete' : 'covered'
}

/** Pages that remain are followed; only a failure asks for the whole again. */
const isBroken = ({ meaning, next }: Sent): boolean => meaning === 'incomplete' && next.length === 0

/** On a source that is not the value's own. */
function verdictElsewhere(sent: Sent): Shortfall | 'covered' {
  if (isBroken(sent) || (sent.own && sent.meaning === 'incomplete')) return 'incomplete'
  return sent.own ? 'stray' : 'covered'
}

function worst(verdicts: readonly (Shortfall | 'covered')[]): Shortfall | 'covered' | undefined {
  return (['incomplete', 'covered', 'stray'] as const).find((verdict) => verdicts.includes(verdict))
}

/** The sources, its own excepted, for which a value brings results. */
function claimants(sent: Sent, plans: readonly SourcePlan[]): readonly string[] {
  const hasPatient = sent.resources.some(({ resourceType }) => resourceType === 'Patient')
  const people = hasPatient ? plans.filter((plan) => plan !== sent.own && plan.types.includes('Patient')) : []
  return [...people, ...others(sent)].map(({ key }) => key)
}

function others({ own, claimed }: Sent): readonly SourcePlan[] {
  const foreign = claimed.filter(({ by }) => own === undefined || !by.includes(own))
  const whole = own ? [] : ownersOfAll(foreign)
  return whole.length > 0 ? whole : [...new Set(foreign.flatMap(({ by }) => by))]
}

/** The sources that claim everything: results of several categories must not make one source look like two. */
function ownersOfAll(claimed: Sent['claimed']): readonly SourcePlan[] {
  return claimed[0]?.by.filter((plan) => claimed.every(({ by }) => by.includes(plan))) ?? []
}

/**
 * A Bundle that mixes sources is the whole record under one key: what it lacks, the record lacks. A mixture of Observations
 * speaks for Observations alone, and none speaks for a search that failed under a key we do not know.
 */
function coverByWholes(all: readonly Sent[], plans: readonly SourcePlan[], verdicts: Verdicts): void {
  if (all.some(isLost)) return
  for (const sent of all) {
    for (const { key } of reachOf(sent, plans)) settle(verdicts, key, verdictElsewhere(sent))
  }
}

const isLost = ({ own, meaning }: Sent): boolean => !own && (meaning === 'failed' || meaning === 'unreadable')

function reachOf(sent: Sent, plans: readonly SourcePlan[]): readonly SourcePlan[] {
  const isWhole = sent.own ? others(sent).length > 1 : sent.claimed.length > 0 && ownersOfAll(sent.claimed).length === 0
  if (!isWhole) return []
  const onlyObservations = sent.claimed.every(({ resource }) => resource.resourceType === 'Observation')
  return onlyObservations ? plans.filter(({ types }) => types.includes('Observation')) : plans
}

/**
 * "Nothing found" under keys we do not know. They stand for the sources still uncovered if there are enough of them; otherwise
 * nobody can tell which source was searched and which was not.
 */
function coverByLeftovers(all: readonly Sent[], plans: readonly SourcePlan[], verdicts: Verdicts): void {
  if (all.some(isLost)) return
  const empties = all.filter(({ own, meaning }) => !own && meaning === 'none').length
  const uncovered = plans.filter(({ key }) => !verdicts.has(key))
  if (uncovered.length <= empties) for (const { key } of uncovered) verdicts.set(key, 'covered')
}

function continuationOf(sent: Sent, plans: readonly SourcePlan[], verdicts: Verdicts): Continuation[] {
  if (sent.next.length === 0) return []
  const keys = new Set([...(sent.own ? [sent.own.key] : []), ...claimants(sent, plans), ...reachOf(sent, plans).map(({ key }) => key)])
  const waiting = [...keys].filter((key) => verdicts.get(key) === 'covered')
  return waiting.length > 0 ? [{ urls: sent.next, keys: waiting }] : []
}

function irregularitiesOf(all: readonly Sent[]): Irregularities {
  return {
    discarded: all.reduce((sum, { discarded }) => sum + discarded, 0),
    wrapped: all.filter(({ wrapped }) => wrapped).length,
    unreadable: all.filter(({ meaning, misfit }) => meaning === 'unreadable' || misfit !== undefined).length,
  }
}
