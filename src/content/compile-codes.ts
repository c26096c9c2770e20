import { type CodeRow, type ConceptMatcher, conceptMatcher, type ValueSet } from '../facts/concepts.ts'
import { didYouMean } from './problem.ts'
import type { ContentReader, ReadFile } from './reader.ts'
import { CodesFile, SystemsFile } from './schema/codes.ts'

export interface CompiledCodes {
  readonly matcher: ConceptMatcher
  readonly sets: ReadonlyMap<string, ValueSet>
  /** Every accepted spelling of a system → its alias. */
  readonly systems: ReadonlyMap<string, string>
  /** Alias → the URI we write. */
  readonly uris: ReadonlyMap<string, string>
}

const rowOf = ({ system, code, prefix }: CodeRow): CodeRow => ({ system, ...(code === undefined ? {} : { code }), ...(prefix === undefined ? {} : { prefix }) })

type Declared = { readonly file: ReadFile<CodesFile>; readonly set: CodesFile[string] }

function readSystems(reader: ContentReader): { systems: Map<string, string>; uris: Map<string, string> } {
  const systems = new Map<string, string>()
  const uris = new Map<string, string>()
  for (const [alias, { uri, also = [] }] of Object.entries(reader.one('fhir-mappings/systems.yaml', SystemsFile)?.value ?? {})) {
    uris.set(alias, uri)
    for (const spelling of [uri, ...also]) systems.set(spelling, alias)
  }
  return { systems, uris }
}

function declareSets(reader: ContentReader): Map<string, Declared> {
  const declared = new Map<string, Declared>()
  for (const file of reader.all((path) => path.startsWith('fhir-mappings/codes/'), CodesFile)) {
    for (const [id, set] of Object.entries(file.value)) {
      const other = declared.get(id)
      if (other) reader.refuse(file.yaml, [id], `value set ${id} is declared twice`, `also in ${other.file.yaml.file}`)
      else declared.set(id, { file, set })
    }
  }
  return declared
}

/** A set with everything it includes. A cycle of includes ends at the set already visited and is reported. */
function resolve(id: string, declared: ReadonlyMap<string, Declared>, reader: ContentReader, path: readonly string[] = []): CodesFile[string][] {
  const entry = declared.get(id)
  if (!entry) return []
  if (path.includes(id)) {
    reader.refuse(entry.file.yaml, [id, 'include'], `value set ${id} includes itself`, [...path, id].join(' → '))
    return []
  }
  const included = (entry.set.include ?? []).flatMap((other, i) => {
    if (!declared.has(other)) reader.refuse(entry.file.yaml, [id, 'include', i], `unknown value set ${other}`, didYouMean(other, declared.keys()))
    return resolve(other, declared, reader, [...path, id])
  })
  return [entry.set, ...included]
}

/** A site's additions: value set → RxNorm ingredients. */
export type SiteLists = Readonly<Record<string, unknown>>

const RXNORM = 'rxnorm'
const codesIn = (value: unknown): readonly string[] | undefined => {
  const codes = Array.isArray(value) ? value.map(String) : undefined
  return codes?.every((code) => /^\d+$/.test(code)) ? codes : undefined
}

/** Rows a site adds to shipped sets, and to every set that includes them. */
function siteRows(lists: SiteLists, declared: ReadonlyMap<string, Declared>, reader: ContentReader, file: string): ReadonlyMap<CodesFile[string], readonly CodeRow[]> {
  const rows = new Map<CodesFile[string], readonly CodeRow[]>()
  for (const [name, value] of Object.entries(lists)) {
    const entry = declared.get(name)
    const codes = codesIn(value)
    if (!entry) reader.problems.push({ file, line: 1, column: 1, message: `lists: unknown list ${name}`, hint: didYouMean(name, declared.keys()) ?? 'lists are value sets of fhir-mappings/codes/, such as qt-drug or hepatotoxic-partner' })
    else if (!codes) reader.problems.push({ file, line: 1, column: 1, message: `lists: ${name} must be a list of RxNorm ingredient codes` })
    else rows.set(entry.set, codes.map((code) => ({ system: RXNORM, code })))
  }
  return rows
}

/** Reads systems and value sets, resolves includes and builds the matcher. */
export function compileCodes(reader: ContentReader, lists: SiteLists = {}, siteFile = 'SITE_SETTINGS'): CompiledCodes {
  const { systems, uris } = readSystems(reader)
  const declared = declareSets(reader)
  const added = siteRows(lists, declared, reader, siteFile)
  const sets = new Map<string, ValueSet>()
  for (const [id, { file, set }] of declared) {
    set.codes?.forEach(({ system }, i) => {
      if (!uris.has(system)) reader.refuse(file.yaml, [id, 'codes', i, 'system'], `unknown code system ${system}`, 'declare it in fhir-mappings/systems.yaml')
    })
    const parts = resolve(id, declared, reader)
    sets.set(id, {
      id, title: set.title,
      rows: parts.flatMap((part) => [...(part.codes ?? []).map(rowOf), ...(added.get(part) ?? [])]),
      phrases: parts.flatMap(({ text = [] }) => text),
    })
  }
  return { matcher: conceptMatcher([...sets.values()], systems), sets, systems, uris }
}
