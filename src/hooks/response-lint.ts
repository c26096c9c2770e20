import { z } from 'zod'

/** The rules of CDS Hooks for an answer that can be checked without knowing why it was given. */

const text = z.string().refine((value) => value.trim() !== '', 'must not be empty')
const uuid = z.string().regex(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/, 'must be a lower-case version 4 UUID')
const many = <S extends z.ZodType>(schema: S) => z.array(schema).min(1).optional()
const extension = z.record(z.string().regex(/^[a-z0-9-]+(\.[A-Za-z0-9-]+)+$/, 'extension keys must be reverse DNS'), z.unknown()).optional()

const LOCAL = new Set(['localhost', '127.0.0.1', '[::1]'])
const isWebAddress = (value: string): boolean => {
  const address = URL.parse(value)
  return address !== null && (address.protocol === 'https:' || (address.protocol === 'http:' && LOCAL.has(address.hostname)))
}
const url = z.string().refine(isWebAddress, 'must be an absolute https URL')

const SUMMARY_LIMIT = 139
// UTF-16 units are never fewer than code points, so they are the stricter count.
const summary = text.refine((value) => value.length <= SUMMARY_LIMIT, `must have at most ${SUMMARY_LIMIT} characters`)

const Topic = z.strictObject({ code: text, system: text, display: text.optional() })
const OverrideReason = z.strictObject({ code: text, system: text, display: text })
const Source = z.strictObject({ label: text, url: url.optional(), icon: url.optional(), topic: Topic.optional() })

const Resource = z.looseObject({ resourceType: text })
const Action = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('create'), description: text, resource: Resource, extension }),
  z.strictObject({ type: z.literal('update'), description: text, resource: Resource, extension }),
  z.strictObject({ type: z.literal('delete'), description: text, resourceId: z.string().regex(/^[A-Za-z]+\/[^/\s]+$/, 'must be Type/id'), extension }),
])
const Suggestion = z.strictObject({ label: text, uuid, isRecommended: z.literal(true).optional(), actions: many(Action), extension })

const Link = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('absolute'), label: text, url, extension }),
  z.strictObject({ type: z.literal('smart'), label: text, url, appContext: text.optional(), extension }),
])

const Card = z.strictObject({
  uuid, summary,
  indicator: z.enum(['info', 'warning', 'critical']),
  detail: text.optional(),
  source: Source,
  suggestions: many(Suggestion),
  selectionBehavior: z.enum(['at-most-one', 'any']).optional(),
  overrideReasons: many(OverrideReason),
  links: many(Link),
  extension,
}).check(({ value: card, issues }) => {
  const wrong = (path: string, message: string) => issues.push({ code: 'custom', path: [path], message, input: undefined })
  if (card.suggestions && !card.selectionBehavior) wrong('selectionBehavior', 'required with suggestions')
  if (!card.suggestions && card.selectionBehavior) wrong('selectionBehavior', 'makes no sense without suggestions')
  const recommended = card.suggestions?.filter(({ isRecommended }) => isRecommended).length ?? 0
  if (recommended > 1 && card.selectionBehavior === 'at-most-one') wrong('suggestions', 'several recommended with at-most-one')
})

const Response = z.strictObject({ cards: z.array(Card), extension })

/** The body of an answer, for its description. */
export const HookResponseBody = Response
type Response = z.infer<typeof Response>

/**
 * Every breach of the rules for an answer (CDS Hooks 2.0.1, CDS Service Response), as `path: what is wrong`; empty when it is
 * clean. `draftReferences` are the `Type/id` of the request's drafts: the only ones that may be updated or deleted.
 */
export function lintResponse(response: unknown, draftReferences: Iterable<string> = []): string[] {
  const parsed = Response.safeParse(response)
  const empty = emptyValues(response, '$')
  if (!parsed.success) return [...parsed.error.issues.map(({ path, message }) => `$.${path.map(String).join('.')}: ${message}`), ...empty]
  return [...empty, ...repeatedUuids(parsed.data), ...strayTargets(parsed.data, new Set(draftReferences))]
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null

/** A decision says in so many words that nothing was found, missing or left out. */
const DECISION_LISTS = /org\.ino-cds\.decision\.(?:orders|findings|missing|notEvaluated)$/

/** CDS Hooks, Use of JSON: no null, "", [] or {}. FHIR JSON has its own rules, so resources are not entered; `cards: []` is allowed. */
function emptyValues(value: unknown, path: string): string[] {
  if (value === null || value === '') return [`${path}: must be left out, not ${JSON.stringify(value)}`]
  if (!isObject(value) || 'resourceType' in value) return []
  const members = Object.entries(value)
  if (members.length === 0 && path !== '$.cards' && !DECISION_LISTS.test(path)) return [`${path}: must be left out, not empty`]
  return members.flatMap(([key, member]) => emptyValues(member, `${path}.${key}`))
}

function repeatedUuids({ cards }: Response): string[] {
  const all = cards.flatMap((card) => [card.uuid, ...(card.suggestions ?? []).map((suggestion) => suggestion.uuid)])
  const repeated = new Set(all.filter((one, index) => all.indexOf(one) !== index))
  return [...repeated].map((one) => `$.cards: uuid ${one} is used twice`)
}

function strayTargets({ cards }: Response, drafts: ReadonlySet<string>): string[] {
  const actions = cards.flatMap((card) => (card.suggestions ?? []).flatMap((suggestion) => suggestion.actions ?? []))
  return actions.flatMap((action) => {
    const target = targetOf(action)
    return target === undefined || drafts.has(target) ? [] : [`$.cards: ${action.type} of ${target}, which is not a draft`]
  })
}

function targetOf(action: z.infer<typeof Action>): string | undefined {
  if (action.type === 'delete') return action.resourceId
  return action.type === 'update' ? `${action.resource.resourceType}/${String(action.resource['id'])}` : undefined
}
