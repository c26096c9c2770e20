import { z } from 'zod'
import { readYaml } from './yaml.ts'

const Coded = z.strictObject({ code: z.string(), display: z.string() })

const ResultWord = z.strictObject({
  category: z.enum(['laboratory', 'vital-signs', 'procedure', 'survey', 'exam']),
  name: z.string(), loinc: z.string().optional(), display: z.string().optional(),
  unit: z.string().optional(), unitText: z.string().optional(), low: z.number().optional(), high: z.number().optional(),
  isScore: z.boolean().default(false),
})
const Word = z.strictObject({ text: z.string(), snomed: z.string().optional(), icd10: Coded.optional(), cvx: Coded.optional() })
const Words = z.record(z.string(), Word)

const Vocabulary = z.strictObject({ results: z.record(z.string(), ResultWord), answers: Words, conditions: Words, procedures: Words, regimens: Words, allergies: Words, vaccines: Words, chapters: z.record(z.string(), z.string()), tour: z.string() })

const Drug = z.strictObject({
  id: z.string(), name: z.string(), rxnorm: z.array(Coded).default([]), cvx: z.array(Coded).default([]),
  dose: z.strictObject({ value: z.number().positive(), unit: z.string() }), route: z.string(), schedule: z.string(),
})
const Drugs = z.strictObject({ routes: Words, drugs: z.array(Drug).min(1) })

export type ResultWord = z.infer<typeof ResultWord>
export type Word = z.infer<typeof Word>
export interface Dose { readonly value: number; readonly unit: string }
export type DrugWord = z.infer<typeof Drug>
type Section = 'answers' | 'conditions' | 'procedures' | 'regimens' | 'allergies' | 'vaccines'

/** The words of the charts with their codes, read once. */
const vocabulary = readYaml(`${import.meta.dirname}/vocabulary.yaml`, Vocabulary)
export const formulary = readYaml(`${import.meta.dirname}/drugs.yaml`, Drugs)

function found<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new TypeError(`the demo charts use an unknown word: ${what}`)
  return value
}

/** The patient of the guided tour. */
export const tourPatient = vocabulary.tour
/** The heading of a chapter of the patient list. */
export const chapterOf = (key: string): string => found(vocabulary.chapters[key], key)
/** An unknown word is a mistake in a chart: it throws, and the sandbox does not start. */
export const resultWord = (key: string): ResultWord => found(vocabulary.results[key], key)
export const wordOf = (section: Section, key: string): Word => found(vocabulary[section][key], key)
export const drugOf = (id: string): DrugWord => found(formulary.drugs.find((drug) => drug.id === id), id)
export const routeOf = (id: string): Word => found(formulary.routes[id], id)
