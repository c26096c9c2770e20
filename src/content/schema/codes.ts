import { z } from 'zod'
import { strings, text } from './common.ts'

export const SystemsFile = z.record(z.string(), z.strictObject({
  uri: text,
  also: z.array(text).optional(),
  licence: text.optional(),
  note: text.optional(),
}))

const Row = z.strictObject({
  system: text,
  code: text.optional(),
  prefix: z.string().min(3).optional().describe('This code and everything below it; shorter stems are not looked up'),
  display: text.optional(),
  status: z.enum(['verified', 'likely']),
  evidence: strings,
  note: text.optional(),
}).refine(({ code, prefix }) => (code === undefined) !== (prefix === undefined), 'needs either code or prefix')

/** Value sets: which codes mean a concept, with the evidence for each. */
export const CodesFile = z.record(z.string().regex(/^[a-z][a-z0-9-]*$/), z.strictObject({
  title: text,
  codes: z.array(Row).optional(),
  include: strings.optional(),
  text: strings.optional(),
  note: text.optional(),
}))
export type CodesFile = z.infer<typeof CodesFile>

/** What is asked of the EHR: the prefetch keys of discovery, and further queries when we fetch ourselves. */
export const SourcesFile = z.record(z.string().regex(/^[a-z][A-Za-z]*$/), z.strictObject({
  title: text,
  types: strings,
  prefetch: text.describe('Query template; {{codes}} stands for the codes of all facts that read this source'),
  also: z.array(text).default([]),
  complements: z.boolean().default(false).describe('Read `also` even when the client sent the key'),
  safety: z.boolean(),
  categories: z.array(text).default([]),
  sets: z.array(text).default([]),
}))
export type SourcesFile = z.infer<typeof SourcesFile>

export const UnitsFile = z.record(z.string(), z.looseObject({
  title: text.optional(),
  families: z.record(z.string(), z.strictObject({ display: z.string(), factors: z.record(z.string(), z.union([z.number(), z.string()])) })),
  between: z.strictObject({ molecularWeight: z.number().positive() }).optional(),
  refuse: z.array(z.string()).optional(),
  aliasesOnly: z.boolean().optional(),
  unitOptional: z.boolean().optional(),
}))
