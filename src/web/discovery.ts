import { askJson, type Failure } from './http.ts'
import { hookDescriptionsOf, type HookDescription, type HookName } from './wire.ts'

/** What a prefetch template may speak of (CDS Hooks 2.0, Prefetch tokens). */
export interface PrefetchContext {
  readonly userId: string
  readonly patientId: string
  readonly encounterId?: string
}

const DISCOVERY_TIMEOUT_MS = 5_000
const QUERY_TIMEOUT_MS = 5_000

const TOKEN = /\{\{([^}]*)\}\}/g

/** Fills the tokens of a template; undefined if one of them has no value here. */
export const expandTemplate = (template: string, context: PrefetchContext): string | undefined => {
  const values: Readonly<Record<string, string | undefined>> = {
    'context.userId': context.userId, 'context.patientId': context.patientId, 'context.encounterId': context.encounterId,
  }
  const tokens = [...template.matchAll(TOKEN)].map(([, token = '']) => token.trim())
  if (tokens.some((token) => values[token] === undefined)) return undefined
  return template.replace(TOKEN, (_, token: string) => values[token.trim()] ?? '')
}

const query = async (fhirBase: string, path: string, signal: AbortSignal): Promise<unknown> => {
  const reply = await askJson(`${fhirBase}/${path}`, { timeoutMs: QUERY_TIMEOUT_MS, signal })
  return reply.ok ? reply.body : undefined
}

/** Runs all templates in parallel. A query that fails, or cannot be filled, leaves its key out: the service may then ask for itself. */
export const runPrefetch = async (
  templates: Readonly<Record<string, string>>, context: PrefetchContext, fhirBase: string, signal: AbortSignal,
): Promise<Readonly<Record<string, unknown>>> => {
  const answers = await Promise.all(Object.entries(templates).map(async ([key, template]) => {
    const path = expandTemplate(template, context)
    return [key, path === undefined ? undefined : await query(fhirBase, path, signal)] as const
  }))
  return Object.fromEntries(answers.filter(([, body]) => body !== undefined))
}

/** The service that answers a hook, from discovery; a Failure if discovery does not answer or names none. */
export const findService = async (hook: HookName, signal: AbortSignal): Promise<HookDescription | Failure> => {
  const reply = await askJson('/cds-services', { timeoutMs: DISCOVERY_TIMEOUT_MS, signal })
  if (!reply.ok) return reply.failure
  return hookDescriptionsOf(reply.body)?.find((service) => service.hook === hook) ?? { why: 'unreadable' }
}
