import type { Resource } from 'fhir/r4.js'
import { isObject, isResource, listOf, type Loose } from './loose.ts'

/**
 * What a prefetch value says. `absent`: nothing was sent, so the answer is unknown; `none`: the client looked and found nothing;
 * `incomplete`: there is more than was sent; `failed`: the client's own search failed; `unreadable`: no FHIR at all.
 */
export type Meaning = 'absent' | 'none' | 'complete' | 'incomplete' | 'failed' | 'unreadable'

export interface PrefetchReading {
  readonly meaning: Meaning
  /** As sent, OperationOutcomes and Bundles excepted. */
  readonly resources: readonly Resource[]
  /** Addresses of the further pages. Empty when the source must be asked for afresh. */
  readonly next: readonly string[]
  /** The value came as `{resource: …}`, the form of old sandboxes. */
  readonly wrapped: boolean
  /** `fullUrl` → id of the Patients within. */
  readonly patients: readonly (readonly [string, string])[]
}

/** Deeper nesting than a batch of searches is no client's. */
const DEEPEST = 4
const HARMLESS: ReadonlySet<unknown> = new Set(['information', 'warning', 'success'])

interface Harvest { resources: Resource[]; next: string[]; patients: [string, string][]; failed: boolean }

/** What the value under a prefetch key means (CDS Hooks, Prefetch Template). The value is read only, never changed. */
export function readPrefetchValue(value: unknown): PrefetchReading {
  if (value === undefined) return empty('absent')
  if (value === null) return empty('none')
  const isWrapped = isObject(value) && value['resourceType'] === undefined && 'resource' in value
  if (isWrapped) return readWrapped(value)
  if (!isResource(value)) return empty('unreadable')
  const harvest = newHarvest()
  takeResource(value, harvest, 0)
  return judge(harvest, false)
}

const empty = (meaning: Meaning): PrefetchReading => ({ meaning, resources: [], next: [], wrapped: false, patients: [] })
const newHarvest = (): Harvest => ({ resources: [], next: [], patients: [], failed: false })

function readWrapped(entry: Loose): PrefetchReading {
  const { resource } = entry
  if (resource !== null && !isResource(resource)) return { ...empty('unreadable'), wrapped: true }
  const harvest = newHarvest()
  takeEntry(entry, harvest, 0)
  return judge(harvest, true)
}

function judge({ resources, next, patients, failed }: Harvest, wrapped: boolean): PrefetchReading {
  const found = resources.length > 0
  const rest = { resources, patients, wrapped }
  // After a failure the pages that remain would not tell what was lost: the whole source has to be read again.
  if (failed) return { ...rest, meaning: found ? 'incomplete' : 'failed', next: [] }
  if (next.length > 0) return { ...rest, meaning: 'incomplete', next }
  return { ...rest, meaning: found ? 'complete' : 'none', next }
}

function takeResource(resource: Resource & Loose, into: Harvest, depth: number): void {
  if (resource.resourceType === 'OperationOutcome') into.failed ||= isFailureOutcome(resource)
  else if (resource.resourceType !== 'Bundle') into.resources.push(resource)
  else if (depth < DEEPEST) takeBundle(resource, into, depth + 1)
  else into.failed = true
}

function takeBundle(bundle: Loose, into: Harvest, depth: number): void {
  for (const link of listOf(bundle['link'])) {
    if (isObject(link) && link['relation'] === 'next' && typeof link['url'] === 'string') into.next.push(link['url'])
  }
  for (const entry of listOf(bundle['entry'])) {
    if (isObject(entry)) takeEntry(entry, into, depth)
    else into.failed = true
  }
}

function takeEntry({ resource, response, fullUrl }: Loose, into: Harvest, depth: number): void {
  if (isResource(resource)) {
    takeResource(resource, into, depth)
    if (resource.resourceType === 'Patient' && typeof fullUrl === 'string' && typeof resource.id === 'string') into.patients.push([fullUrl, resource.id])
  }
  if (isObject(response)) into.failed ||= isFailureResponse(response)
}

/** Entries of a batch: "404 Not Found". */
const isFailureResponse = ({ status, outcome }: Loose): boolean =>
  (typeof status === 'string' && /^[45]/.test(status)) || (isResource(outcome) && outcome.resourceType === 'OperationOutcome' && isFailureOutcome(outcome))

/** Epic says "no results" as a warning beside an empty result; only errors are failures. An outcome that says nothing is one. */
function isFailureOutcome(outcome: Loose): boolean {
  const issues = listOf(outcome['issue'])
  return issues.length === 0 || issues.some((issue) => !isObject(issue) || !HARMLESS.has(issue['severity']))
}
