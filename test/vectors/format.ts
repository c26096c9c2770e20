import { z } from 'zod'

/** Days from today (negative: before), hours before the moment of the call ("-73h"), or a date. */
const Day = z.union([z.int(), z.string().regex(/^(-\d+h|\d{4}-\d{2}-\d{2})$/)])
export type Day = z.infer<typeof Day>
const days = z.union([Day, z.array(Day)])
const byDay = <S extends z.ZodType>(schema: S) => z.record(z.string().regex(/^(-?\d+h?|\d{4}-\d{2}-\d{2})$/), schema)

/** A number in the unit of words.yaml, "<1", "1000 /uL", an answer, or a number with a unit (null: none) and range of its own. */
const Value = z.union([z.number(), z.string(), z.strictObject({ value: z.number(), unit: z.string().nullable(), low: z.number().optional(), high: z.number().optional() })])
const Panel = z.record(z.string(), Value)

const Condition = z.strictObject({
  what: z.string(), since: Day, until: Day.optional(), severity: z.enum(['mild', 'moderate', 'severe']).optional(),
  status: z.enum(['active', 'relapse', 'remission', 'resolved']).default('active'),
})
const Drug = z.strictObject({
  drug: z.string(), from: Day.optional(), to: Day.optional(), at: days.optional(), dose: z.string().optional(), route: z.string().optional(), note: z.string().optional(),
  status: z.enum(['draft', 'active', 'completed']).optional(),
})
const Plans = z.strictObject({ hct: z.int().nullable(), conditioning: z.array(z.string()).nullable() })
const Indicators = z.strictObject({
  critical: z.array(z.string()).default([]), warning: z.array(z.string()).default([]),
  info: z.array(z.string()).default([]), select: z.array(z.string()).default([]), silent: z.array(z.string()).default([]),
  grades: z.record(z.string(), z.string()).default({}),
})

/** A patient, or what changes about another one. Every member may be left out; README.md says what each adds or replaces. */
export const Layer = z.strictObject({
  base: z.string().optional(),
  back: z.int().nonnegative().optional(),
  today: z.iso.date().optional(),
  person: z.strictObject({ sex: z.enum(['female', 'male']), years: z.int(), months: z.int() }).partial().optional(),
  drop: z.array(z.union([z.string(), z.strictObject({ results: z.array(z.string()), since: z.int().optional(), before: z.int().optional() })])).optional(),
  results: byDay(Panel).optional(),
  recent: byDay(Panel).optional(),
  recentStatus: z.literal('preliminary').optional(),
  daily: z.array(z.strictObject({ from: z.int(), panel: Panel })).optional(),
  now: Panel.optional(),
  conditions: z.array(Condition).optional(),
  events: z.array(z.strictObject({ what: z.string(), on: Day, grade: z.int().min(1).max(5), over: z.boolean().default(false) })).optional(),
  drugs: z.array(Drug).optional(),
  given: byDay(z.union([z.number(), z.array(z.number())])).optional(),
  administered: z.array(z.strictObject({ drug: z.string(), on: z.array(Day) })).optional(),
  withheld: byDay(z.string()).optional(),
  procedures: z.array(z.strictObject({ what: z.string(), on: Day })).optional(),
  imaging: z.string().optional(),
  lines: z.int().nonnegative().optional(),
  allergies: z.array(z.string()).optional(),
  vaccines: z.array(z.strictObject({ vaccine: z.string(), on: Day })).optional(),
  plans: Plans.partial().optional(),
  answers: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])).optional(),
  order: Drug.partial().optional(),
  orders: z.array(Drug).optional(),
  unread: z.array(z.string()).optional(),
})
export type Layer = z.infer<typeof Layer>

export const Bases = z.strictObject({ panels: z.record(z.string(), Panel), bases: z.record(z.string(), Layer) })

/** A vector: a changed base patient and what the service must find, at the site and the hook it names. */
export const Vector = Layer.extend({
  id: z.string(), title: z.string(), base: z.string(),
  hook: z.enum(['order-sign', 'patient-view']).default('order-sign'),
  profile: z.enum(['label-us', 'label-eu', 'es-valtermed']).default('label-us'),
  settings: z.record(z.string(), z.unknown()).default({}),
  expect: Indicators.default({ critical: [], warning: [], info: [], select: [], silent: [], grades: {} }),
  cards: z.strictObject({ say: z.array(z.string()).default([]), draftNo: z.string().optional() }).default({ say: [] }),
})
export type Vector = z.infer<typeof Vector>
export type Value = z.infer<typeof Value>
export type Panel = z.infer<typeof Panel>
export type Drug = z.infer<typeof Drug>

const Spelling = z.strictObject({
  loinc: z.string().optional(), text: z.string().optional(), unit: z.string().optional(),
  times: z.number().default(1), plus: z.number().default(0), places: z.int().optional(), uncoded: z.boolean().default(false),
})
const Analyte = z.strictObject({
  key: z.enum(['labs', 'vitals', 'ecg', 'assessments']).default('labs'), unit: z.string().optional(),
  low: z.number().optional(), high: z.number().optional(), north: Spelling, south: Spelling,
})
const Word = z.strictObject({
  text: z.string(), snomed: z.string().optional(), icd10cm: z.string().optional(), icd10: z.string().optional(), cpt: z.string().optional(), pcs: z.string().optional(),
  rxnorm: z.string().optional(), atc: z.string().optional(), cvx: z.string().optional(), answerCode: z.string().optional(),
})
const Words = z.record(z.string(), Word)

/** words.yaml: what a chart may say, and how each hospital writes it. */
export const Vocabulary = z.strictObject({
  analytes: z.record(z.string(), Analyte), answers: Words, conditions: Words, procedures: Words, allergies: Words, routes: Words,
  drugs: z.record(z.string(), Word.extend({ dose: z.string(), route: z.string() })),
})
export type Analyte = z.infer<typeof Analyte>
export type Word = z.infer<typeof Word>
export type DrugWord = z.infer<typeof Vocabulary>['drugs'][string]
