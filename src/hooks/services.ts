/** The hooks this product answers (CDS Hooks hook library). */
export type HookName = 'order-select' | 'order-sign' | 'patient-view'

export type ServiceId = 'inotuzumab-order-select' | 'inotuzumab-order-sign' | 'inotuzumab-patient-view'

/** What is called at `/cds-services/{id}`. */
export interface Service {
  readonly id: ServiceId | typeof SHARED_ID
  readonly hooks: readonly HookName[]
}

/** A row of discovery. */
export interface ServiceEntry {
  readonly id: ServiceId
  readonly hook: HookName
  readonly title: string
  readonly description: string
  readonly usageRequirements: string
}

/** All hooks under one id. A client that knows it replaces the cards of an earlier hook by those of a later one (CDS Hooks, Update stale guidance). */
export const SHARED_ID = 'inotuzumab'

const ORDERS = 'Answers only when a draft order concerns inotuzumab ozogamicin or a patient who receives it.'

/** One service for each hook. Distinct ids, because some clients key services by URL and lose one of two equal ones. */
export const SERVICES: readonly ServiceEntry[] = [
  {
    id: 'inotuzumab-order-select', hook: 'order-select',
    title: 'Inotuzumab safety: on selection',
    description: 'Early advice while an order is being written that concerns inotuzumab ozogamicin or a patient who receives it.',
    usageRequirements: ORDERS,
  },
  {
    id: 'inotuzumab-order-sign', hook: 'order-sign',
    title: 'Inotuzumab safety: before signature',
    description: 'Complete check of the orders about to be signed that concern inotuzumab ozogamicin or a patient who receives it.',
    usageRequirements: ORDERS,
  },
  {
    id: 'inotuzumab-patient-view', hook: 'patient-view',
    title: 'Inotuzumab safety: patient overview',
    description: 'What is due or open for a patient who receives or recently received inotuzumab ozogamicin.',
    usageRequirements: 'Answers only for patients treated with inotuzumab ozogamicin.',
  },
]

const byId: ReadonlyMap<string, Service> = new Map<string, Service>([
  ...SERVICES.map(({ id, hook }) => [id, { id, hooks: [hook] }] as const),
  [SHARED_ID, { id: SHARED_ID, hooks: SERVICES.map(({ hook }) => hook) }],
])

/** The service at `/cds-services/{id}`, else undefined. The shared id is answered whether or not discovery announces it. */
export const serviceOf = (id: string): Service | undefined => byId.get(id)

/** Prefetch key to query template, in the order in which it is announced. */
export type PrefetchTemplates = Readonly<Record<string, string>>

export interface DiscoveredService extends Omit<ServiceEntry, 'id'> {
  readonly id: Service['id']
  readonly version: string
  readonly hookVersion: string
  readonly prefetch?: PrefetchTemplates
}

export interface DiscoveryResponse { readonly services: readonly DiscoveredService[] }

/** Version of the CDS Hooks specification that is implemented; not the version of this software. */
const SPECIFICATION = '2.0.1'
/** The published hook definitions of all three hooks are 1.0. */
const HOOK_VERSION = '1.0'

export interface Announcement {
  readonly prefetch?: PrefetchTemplates
  /** FHIR resource types that are read of the record. */
  readonly types?: readonly string[]
  readonly ids?: 'distinct' | 'shared'
}

/** The answer of `GET /cds-services` (CDS Hooks, Discovery). The same announcement gives the same bytes. */
export const discovery = (announcement: Announcement): DiscoveryResponse => ({ services: SERVICES.map((service) => discovered(service, announcement)) })

const NEEDS = 'by prefetch, by access to the FHIR server, or both. What is missing is said on the card; without all of it the answer is 412.'

function discovered({ usageRequirements, ...service }: ServiceEntry, { prefetch = {}, types = [], ids = 'distinct' }: Announcement): DiscoveredService {
  return {
    ...service, id: ids === 'shared' ? SHARED_ID : service.id,
    usageRequirements: `${usageRequirements} Needs FHIR R4 data of the patient (${types.join(', ') || 'see prefetch'}) ${NEEDS}`,
    version: SPECIFICATION, hookVersion: HOOK_VERSION,
    ...(Object.keys(prefetch).length === 0 ? {} : { prefetch }),
  }
}
