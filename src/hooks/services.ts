/** The hooks this product answers (CDS Hooks hook library). */
export type HookName = 'order-select' | 'order-sign' | 'patient-view'

export type ServiceId = 'inotuzumab-order-select' | 'inotuzumab-order-sign' | 'inotuzumab-patient-view'

/** A row of discovery. */
export interface ServiceEntry {
  readonly id: ServiceId
  readonly hook: HookName
  readonly title: string
  readonly description: string
  readonly usageRequirements: string
}

const NEEDS = 'Needs FHIR R4 data about the patient, by prefetch or by access to the FHIR server; says which checks it could not do when some are missing.'

/** One service for each hook. Distinct ids, because some clients key services by URL and lose one of two equal ones. */
export const SERVICES: readonly ServiceEntry[] = [
  {
    id: 'inotuzumab-order-select', hook: 'order-select',
    title: 'Inotuzumab safety: on selection',
    description: 'Early advice while an order is being written that concerns inotuzumab ozogamicin or a patient who receives it.',
    usageRequirements: `Answers only when a draft order concerns inotuzumab ozogamicin. ${NEEDS}`,
  },
  {
    id: 'inotuzumab-order-sign', hook: 'order-sign',
    title: 'Inotuzumab safety: before signature',
    description: 'Complete check of the orders about to be signed that concern inotuzumab ozogamicin or a patient who receives it.',
    usageRequirements: `Answers only when a draft order concerns inotuzumab ozogamicin. ${NEEDS}`,
  },
  {
    id: 'inotuzumab-patient-view', hook: 'patient-view',
    title: 'Inotuzumab safety: patient overview',
    description: 'What is due or open for a patient who receives or recently received inotuzumab ozogamicin.',
    usageRequirements: `Answers only for patients treated with inotuzumab ozogamicin. ${NEEDS}`,
  },
]

const byId: ReadonlyMap<string, ServiceEntry> = new Map(SERVICES.map((service) => [service.id, service]))

/** The service at `/cds-services/{id}`, else undefined. */
export const serviceOf = (id: string): ServiceEntry | undefined => byId.get(id)

/** Prefetch key to query template, in the order in which it is announced. */
export type PrefetchTemplates = Readonly<Record<string, string>>

export interface DiscoveredService extends ServiceEntry {
  readonly version: string
  readonly hookVersion: string
  readonly prefetch?: PrefetchTemplates
}

export interface DiscoveryResponse { readonly services: readonly DiscoveredService[] }

/** Version of the CDS Hooks specification that is implemented; not the version of this software. */
const SPECIFICATION = '2.0.1'
/** The published hook definitions of all three hooks are 1.0. */
const HOOK_VERSION = '1.0'

/** The answer of `GET /cds-services` (CDS Hooks, Discovery). The same templates give the same bytes. */
export function discovery(prefetch: Readonly<Partial<Record<ServiceId, PrefetchTemplates>>>): DiscoveryResponse {
  return { services: SERVICES.map((service) => discovered(service, prefetch[service.id] ?? {})) }
}

function discovered(service: ServiceEntry, prefetch: PrefetchTemplates): DiscoveredService {
  const announced = { ...service, version: SPECIFICATION, hookVersion: HOOK_VERSION }
  return Object.keys(prefetch).length === 0 ? announced : { ...announced, prefetch }
}
