import { z } from 'zod'
import { factName, strings, text } from './common.ts'

const example = <T extends z.ZodType>(then: T) => z.strictObject({
  name: text,
  given: z.array(z.record(z.string(), z.unknown())).describe('FHIR resources; dates may be relative to the planned dose: "-1d", "-73h", "+2d"'),
  then,
})
const expectation = z.union([z.number(), z.boolean(), z.string(), z.array(z.string()), z.strictObject({ missing: text }), z.strictObject({ below: z.number() }), z.strictObject({ above: z.number() })])
const base = { title: text, source: text.describe('Prefetch source of fhir-mappings/sources.yaml') }

/** A measured quantity: one selection, seen through several windows, each window a fact. */
export const Measurement = z.strictObject({
  kind: z.literal('measurement'),
  ...base,
  codes: strings,
  quantity: text.describe('Kind of quantity in fhir-mappings/units.yaml'),
  worse: z.enum(['low', 'high']).describe('The clinically worse direction: decides ties and what a preliminary result may raise'),
  plausible: z.record(text, z.tuple([z.number(), z.number()])).optional().describe('Unit family → lowest and highest believable value'),
  limits: z.array(z.enum(['uln', 'lln'])).optional(),
  decimals: z.number().int().optional().describe('Rounded half up to this many decimals before every comparison'),
  value: text.default('value').describe('FHIRPath on the resource'),
  views: z.record(factName, text).describe('Fact name → window of fhir-mappings/windows.yaml'),
  examples: z.array(example(z.record(factName, expectation))).min(1),
})
export type Measurement = z.infer<typeof Measurement>

/** A threshold in the unit family in which the value was reported: 34 µmol/L is never converted to mg/dL. */
export const Threshold = z.strictObject({
  kind: z.literal('threshold'),
  title: text,
  of: factName,
  test: z.enum(['<', '<=', '>', '>=']),
  limit: z.record(text, z.union([z.number(), text])).or(text).describe('Unit family → limit, or the name of a setting holding such a map'),
  examples: z.array(z.strictObject({ name: text, value: z.number().optional(), unit: text.optional(), then: z.union([z.boolean(), z.literal('unknown')]) })).min(2),
})
export type Threshold = z.infer<typeof Threshold>

const selection = {
  ...base,
  from: strings.describe('FHIR resource types'),
  codes: strings.optional(),
  is: text.optional().describe('Named status test of fhir-mappings/status.yaml'),
  where: text.optional().describe('FHIRPath on the resource, must be true'),
  having: strings.optional().describe('Elements of which the resource must have one: asked before `where`, which costs much more'),
  date: text.optional().describe('FHIRPath of the date that the window looks at'),
  window: text.optional(),
}

/** Is there such a resource? false only if the source was read. */
export const Presence = z.strictObject({
  kind: z.literal('presence'),
  ...selection,
  assertion: text.optional(),
  examples: z.array(example(expectation)).min(2),
})
export type Presence = z.infer<typeof Presence>

/** The newest coded answer, in our words: positive, negative. */
export const Answer = z.strictObject({
  kind: z.literal('answer'),
  ...selection,
  codes: strings,
  means: z.record(text, strings).describe('Answer → value sets whose codes or texts mean it'),
  assertion: text.optional(),
  examples: z.array(example(expectation)).min(2),
})
export type Answer = z.infer<typeof Answer>

/** All matching resources with some of their fields, newest first; read by derivations, not by checks. */
export const Records = z.strictObject({
  kind: z.literal('records'),
  ...selection,
  fields: z.record(factName, text).optional().describe('Field → FHIRPath'),
  examples: z.array(example(z.array(z.record(z.string(), z.unknown())))).min(1),
})
export type Records = z.infer<typeof Records>

/** Drugs ordered, active or given around the dose: by class, from drafts and from the record. */
export const Drugs = z.strictObject({
  kind: z.literal('drugs'),
  title: text,
  codes: strings,
  states: z.array(z.enum(['draft', 'active', 'past', 'given'])).min(1),
  around: z.strictObject({ anchor: text.default('planned'), before: z.union([z.number(), text]).default(0), after: z.union([z.number(), text]).default(0) }).optional()
    .describe('Days before and after the anchor in which the drug must overlap; without it any time counts'),
  give: z.enum(['exists', 'names', 'lastDays', 'orders']).default('exists'),
  examples: z.array(z.strictObject({ name: text, given: z.array(z.record(z.string(), z.unknown())), then: expectation })).min(2),
})
export type Drugs = z.infer<typeof Drugs>

/** One value of one resource, read by FHIRPath. */
export const Path = z.strictObject({
  kind: z.literal('path'),
  ...base,
  from: strings,
  value: text,
  type: z.enum(['text', 'boolean', 'number', 'date']),
  examples: z.array(example(expectation)).min(1),
})
export type Path = z.infer<typeof Path>

/** Titles of those facts that are missing for one of the named reasons. */
export const MissingList = z.strictObject({
  kind: z.literal('missing-list'),
  title: text,
  of: z.array(factName).min(1),
  why: z.array(z.enum(['absent', 'stale', 'pending', 'unit', 'uln', 'unavailable'])).min(1),
})
export type MissingList = z.infer<typeof MissingList>

/** Labels of those facts that are false: "corticosteroid, antihistamine". */
export const FalseList = z.strictObject({
  kind: z.literal('false-list'),
  title: text,
  of: z.record(factName, text).describe('Boolean fact → its label in the list'),
})
export type FalseList = z.infer<typeof FalseList>

export const MappedFact = z.discriminatedUnion('kind', [Measurement, Threshold, Presence, Answer, Records, Drugs, Path, MissingList, FalseList])
export type MappedFact = z.infer<typeof MappedFact>
export const FactsFile = z.record(factName, MappedFact)

/** A window of time: [anchor − length, anchor]. */
export const Window = z.strictObject({
  title: text,
  anchor: text.default('planned').describe('planned, now, or a fact of type moment'),
  hours: z.union([z.number(), text]).optional(),
  days: z.union([z.number(), text]).optional(),
  fallbackDays: z.number().optional().describe('Used when nothing lies in the first length'),
  before: z.boolean().default(false).describe('Only calendar days strictly before the anchor'),
  from: text.optional().describe('Fact of type moment that starts the window instead of a length'),
  accepts: z.enum(['final', 'raising']).default('final').describe('raising: preliminary results may raise an alarm, never clear one'),
})
export type Window = z.infer<typeof Window>
export const WindowsFile = z.record(factName, Window)
export type WindowsFile = z.infer<typeof WindowsFile>

export const AssertionsFile = z.record(factName, z.strictObject({
  title: text,
  type: z.enum(['integer', 'decimal', 'boolean', 'date', 'code', 'string']),
  codes: strings.optional(),
  validDays: z.number().optional(),
  validHours: z.number().optional(),
  question: text.optional(),
}))
export type AssertionsFile = z.infer<typeof AssertionsFile>

export const StatusFile = z.record(text, z.strictObject({
  title: text,
  rules: z.array(z.strictObject({
    types: strings,
    element: text,
    accepts: strings.optional(),
    refuses: strings.optional(),
    absent: z.enum(['accepts', 'refuses']).default('accepts'),
  })).min(1),
}))
export type StatusFile = z.infer<typeof StatusFile>
