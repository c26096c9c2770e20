import { z } from 'zod'
import { ERROR_SYSTEM, ERRORS } from '../../errors.ts'
import { FeedbackBody, FeedbackItem } from '../../hooks/feedback.ts'
import { HookEnvelope } from '../../hooks/request.ts'
import { HookResponseBody } from '../../hooks/response-lint.ts'

const text = z.string().min(1)

/** What discovery says of one service. */
const DiscoveredService = z.strictObject({
  hook: z.enum(['patient-view', 'order-select', 'order-sign']),
  id: z.string().regex(/^[a-z0-9-]+$/),
  title: text,
  description: text,
  usageRequirements: text.optional(),
  version: z.string().meta({ description: 'of the CDS Hooks specification' }),
  hookVersion: z.string().meta({ description: 'of the definition of the hook' }),
  prefetch: z.record(z.string(), text).optional().meta({ description: 'key to query template, in the token grammar of CDS Hooks 2.0.1' }),
  extension: z.record(z.string(), z.unknown()).optional(),
})

const Issue = z.looseObject({
  severity: z.enum(['error', 'fatal']),
  code: text,
  details: z.strictObject({ coding: z.array(z.strictObject({ system: z.literal(ERROR_SYSTEM), code: z.string() })).length(1), text }).optional(),
  diagnostics: text.optional(),
  expression: z.array(text).optional().meta({ description: 'paths of the elements that are wrong, never their values' }),
})

/** Every error but 401. The codes are stable. */
const Problem = z.strictObject({ resourceType: z.literal('OperationOutcome'), issue: z.array(Issue).min(1) })
  .meta({ description: `A FHIR OperationOutcome. issue[0].details.coding[0].code is one of: ${Object.keys(ERRORS).join(', ')}.` })

const Live = z.strictObject({ status: z.literal('ok') })
const Ready = z.looseObject({
  status: z.enum(['ok', 'unavailable']),
  checks: z.looseObject({ store: z.enum(['ok', 'failing']), shutdown: z.enum(['ok', 'closing']) }),
})

const Reloaded = z.strictObject({ outcome: z.enum(['replaced', 'unchanged']), content: text, previous: text })

const SCHEMAS = {
  Discovery: z.strictObject({ services: z.array(DiscoveredService) }),
  HookRequest: HookEnvelope,
  HookResponse: HookResponseBody,
  Feedback: FeedbackBody.extend({ feedback: z.array(FeedbackItem) }),
  OperationOutcome: Problem,
  Live, Ready, Reloaded,
}

/** A schema of the description. */
export type SchemaName = keyof typeof SCHEMAS

/** JSON Schema of everything that is sent and received, from the schemas that read and check it. */
export function componentSchemas(): Readonly<Record<string, z.core.JSONSchema.BaseSchema>> {
  return Object.fromEntries(Object.entries(SCHEMAS).map(([name, schema]) => {
    // Input: what is sent, before it is read. What only code can check (an absolute address, a card without suggestions) is left out.
    const { $schema: _, ...described } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })
    return [name, described]
  }))
}
