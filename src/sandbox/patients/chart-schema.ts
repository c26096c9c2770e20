import { z } from 'zod'

const days = z.int().describe('days from today; negative: before')
const Dose = z.strictObject({ value: z.number().positive(), unit: z.string() })

/**
 * A result: a number in the laboratory's own unit, a comparator with a number ("<1"), an answer of the vocabulary, or a number in a unit
 * of its own. An unreadable unit is one that a laboratory printed and UCUM does not know.
 */
const Result = z.union([
  z.number(), z.string(),
  z.strictObject({ value: z.number(), unit: z.string(), low: z.number().optional(), high: z.number().optional() }),
  z.strictObject({ value: z.number(), unreadableUnit: z.string(), low: z.number().optional(), high: z.number().optional() }),
])

const Panel = z.object({ day: days }).catchall(Result)

const Medication = z.union([
  z.strictObject({ drug: z.string(), from: days, to: days.optional(), timesPerDay: z.int().positive().default(1), dose: Dose.optional() }),
  z.strictObject({ drug: z.string(), on: z.union([days, z.literal('order')]), dose: Dose.optional() }),
])

const Administration = z.union([
  z.strictObject({ day: days, drug: z.string().default('inotuzumab'), dose: Dose }),
  z.strictObject({ day: days, drug: z.string().default('inotuzumab'), withheld: z.string() }),
])

const Plans = z.strictObject({
  transplant: z.strictObject({ day: days, decided: days, conditioning: z.strictObject({ from: days, drugs: z.array(z.string()).min(1) }).optional() }).optional(),
  noTransplant: z.strictObject({ decided: days, reason: z.string() }).optional(),
  earlierLines: z.array(z.strictObject({ title: z.string(), from: days, to: days })).default([]),
})

const content = {
  results: z.array(Panel).default([]),
  conditions: z.array(z.strictObject({ what: z.string(), since: days, status: z.enum(['active', 'relapse', 'remission', 'resolved']).default('active'), grade: z.int().min(1).max(5).optional().describe('CTCAE grade') })).default([]),
  medications: z.array(Medication).default([]),
  administrations: z.array(Administration).default([]),
  plans: Plans.default({ earlierLines: [] }),
  allergies: z.array(z.string()).default([]),
  immunizations: z.array(z.strictObject({ vaccine: z.string(), day: days })).default([]),
}

/** What several charts have in common; its days count from the first dose. */
export const Background = z.strictObject(content)
export type Background = z.infer<typeof Background>

const Order = z.strictObject({ cycle: z.int().positive().optional(), day: z.int().positive().optional(), dose: Dose, inDays: z.int().default(0), drug: z.string().default('inotuzumab') })
export type Ordered = z.infer<typeof Order>

const Indicator = z.enum(['info', 'warning', 'critical'])

/** The file of one demo patient; the file's name is the patient's id. All days count from the day on which the sandbox loads it. */
export const ChartFile = z.strictObject({
  place: z.int().positive().describe('place in the list of patients'),
  name: z.strictObject({ given: z.string(), family: z.string() }),
  sex: z.enum(['female', 'male']),
  age: z.int().positive().describe('completed years'),
  shows: z.string().max(60),
  chapter: z.string().describe('heading of the list under which the patient stands'),
  story: z.string(),
  order: Order,
  also: z.array(Order).default([]).describe('orders written together with the first'),
  expect: z.record(z.string(), Indicator).describe('rules expected when the order is signed'),
  background: z.strictObject({ chart: z.string(), firstDose: days, without: z.array(z.string()).default([]).describe('drugs of the background that this patient does not get') }).optional(),
  answers: z.strictObject({ day: days, given: z.record(z.string(), z.union([z.boolean(), z.number(), z.string()])) }).optional(),
  ...content,
})
export type ChartFile = z.infer<typeof ChartFile>

/** A demo patient with the background merged in. */
export interface Chart extends Omit<ChartFile, 'background'> {
  readonly id: string
}

export type ResultValue = z.infer<typeof Result>
