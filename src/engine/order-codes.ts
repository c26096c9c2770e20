import { isObject } from '../facts/resources.ts'
import type { FhirResource } from '../hooks/draft-orders.ts'
import type { Action } from '../hooks/response.ts'

/** Under which code a client orders something: `order` is `system|code` as our suggestions have it. */
export interface OrderCode { readonly order: string; readonly system: string; readonly code: string }

interface SentCoding { readonly system?: unknown; readonly code?: unknown; readonly display?: unknown }

const CODED = ['medicationCodeableConcept', 'code'] as const

/** The action with the client's own codes for what it orders: those of the site first, then other names of the same systems. */
export function codedFor(action: Action, orderCodes: readonly OrderCode[], systems: Readonly<Record<string, string>>): Action {
  return action.type === 'create' ? { ...action, resource: coded(action.resource, orderCodes, systems) } : action
}

function coded(resource: FhirResource, orderCodes: readonly OrderCode[], systems: Readonly<Record<string, string>>): FhirResource {
  const concepts = CODED.flatMap((member) => {
    const concept = resource[member]
    return isObject(concept) && Array.isArray(concept['coding']) ? [[member, { ...concept, coding: codingsOf(concept['coding'].filter(isObject), orderCodes, systems) }] as const] : []
  })
  return concepts.length > 0 ? { ...resource, ...Object.fromEntries(concepts) } : resource
}

function codingsOf(sent: readonly SentCoding[], orderCodes: readonly OrderCode[], systems: Readonly<Record<string, string>>): readonly SentCoding[] {
  const own = sent.flatMap(({ system, code }) => orderCodes.filter(({ order }) => order === `${String(system)}|${String(code)}`).map((found) => ({ system: found.system, code: found.code })))
  const renamed = sent.flatMap((coding) => (typeof coding.system === 'string' && Object.hasOwn(systems, coding.system) ? [{ ...coding, system: systems[coding.system] }] : []))
  return [...own, ...sent, ...renamed]
}
