import type { CompiledSource } from '../engine/rule.ts'
import type { Mapping } from '../facts/mapping.ts'
import type { CompiledCodes } from './compile-codes.ts'
import { templateProblem } from './prefetch-grammar.ts'
import type { ContentReader, ReadFile } from './reader.ts'
import type { SourcesFile } from './schema/codes.ts'

/** Stands in a template for the codes of all facts that read its source. */
const CODES = '{{codes}}'

/** Common servers take at most 2,048 characters after the question mark. */
const QUERY_LIMIT = 2_048
/** So much longer may the id of a patient (https://hl7.org/fhir/R4/datatypes.html#id) be than the token in its place. */
const ID_GROWTH = 64 - '{{context.patientId}}'.length

const typeOf = (template: string): string => template.split(/[?/]/)[0] ?? ''

/** `system|code` of every code by which facts select resources of this type from this source, each once. */
function codesAsked(key: string, type: string, mapping: Mapping, { sets, uris }: CompiledCodes): readonly string[] {
  const selections = [...mapping.presences.values(), ...mapping.answers.values(), ...mapping.records.values()].filter(({ from }) => from.includes(type))
  const measured = type === 'Observation' ? [...mapping.measurements.values()] : []
  const names = new Set([...measured, ...selections].filter(({ source }) => source === key).flatMap(({ codes }) => codes ?? []))
  const rows = [...names].sort().flatMap((name) => sets.get(name)?.rows ?? [])
  return [...new Set(rows.flatMap(({ system, code }) => (code === undefined ? [] : [`${uris.get(system) ?? system}|${code}`])))]
}

/** Codes in as few lists as fit into this many characters each. */
function dealt(codes: readonly string[], room: number): readonly string[] {
  const lists: string[] = []
  for (const code of codes) {
    const last = lists.at(-1)
    if (last === undefined || last.length + 1 + code.length > room) lists.push(code)
    else lists.splice(-1, 1, `${last},${code}`)
  }
  return lists
}

/** A template with its codes: whole for EHRs, and in queries of a length that every server takes. */
function filled(template: string, key: string, mapping: Mapping, codes: CompiledCodes): { readonly whole: string; readonly queries: readonly string[] } {
  if (!template.includes(CODES)) return { whole: template, queries: [template] }
  const asked = codesAsked(key, typeOf(template), mapping, codes)
  const fill = (list: string): string => template.replace(CODES, () => list)
  return { whole: fill(asked.join(',')), queries: dealt(asked, QUERY_LIMIT - ID_GROWTH - (template.split('?')[1]?.length ?? 0)).map(fill) }
}

/** fhir-mappings/sources.yaml with the codes that the facts need; templates that some client cannot understand are refused. */
export function compileSources(file: ReadFile<SourcesFile> | undefined, mapping: Mapping, codes: CompiledCodes, reader: ContentReader): CompiledSource[] {
  return Object.entries(file?.value ?? {}).map(([key, { prefetch, also, ...source }]): CompiledSource => {
    const main = filled(prefetch, key, mapping, codes)
    const further = also.map((template) => filled(template, key, mapping, codes))
    const templates = [[['prefetch'], main.whole], ...further.map(({ whole }, i) => [['also', i], whole] as const)] as const
    for (const [path, template] of templates) {
      const problem = templateProblem(template, source.types)
      if (problem !== undefined && file) reader.refuse(file.yaml, [key, ...path], problem, 'templates keep to what CDS Hooks 2.0.1 lets every client understand')
    }
    return { key, ...source, prefetch: main.whole, queries: main.queries, also: further.flatMap(({ queries }) => queries) }
  })
}
