import type { Derivation } from '../derive/derivation.ts'
import type { Compiled, FactDeclaration, FactType, Mapping, PathReader } from '../facts/mapping.ts'
import { FOCUS_FACT_TYPES } from '../facts/scope.ts'
import { compilePath } from '../language/fhirpath.ts'
import type { Phrases } from '../language/phrases.ts'
import type { UnitTable } from '../language/units.ts'
import type { CompiledCodes } from './compile-codes.ts'
import { didYouMean } from './problem.ts'
import type { ContentReader, ReadFile } from './reader.ts'
import { UnitsFile } from './schema/codes.ts'
import type { SettingsFile } from './schema/deck.ts'
import { AssertionsFile, FactsFile, type MappedFact, StatusFile, WindowsFile } from './schema/facts.ts'
import type { YamlFile } from './yaml-file.ts'

interface Defined {
  readonly yaml: YamlFile
  readonly id: string
  readonly fact: MappedFact
}

const ASSERTED_TYPES: Readonly<Record<string, FactType>> = { integer: 'number', decimal: 'number', boolean: 'boolean', date: 'moment', code: 'text', string: 'text' }
const GIVES: Readonly<Record<string, FactType>> = { exists: 'boolean', names: 'list', lastDays: 'number', orders: 'records' }
const PATH_TYPES: Readonly<Record<string, FactType>> = { text: 'text', boolean: 'boolean', number: 'number', date: 'moment' }
const capital = (name: string): string => `${name.charAt(0).toUpperCase()}${name.slice(1)}`

function typeOf(fact: Exclude<MappedFact, { kind: 'measurement' }>): FactType {
  switch (fact.kind) {
    case 'threshold': case 'presence': return 'boolean'
    case 'answer': return 'text'
    case 'records': return 'records'
    case 'missing-list': case 'false-list': return 'list'
    case 'drugs': return GIVES[fact.give] ?? 'boolean'
    case 'path': return PATH_TYPES[fact.type] ?? 'text'
  }
}

/** The facts that one mapping entry yields: a measurement gives one per view, and per view one for each limit. */
function declarationsOf({ id, fact }: Defined): FactDeclaration[] {
  if (fact.kind !== 'measurement') return [{ name: id, title: fact.title, type: typeOf(fact), kind: fact.kind, from: id }]
  return Object.keys(fact.views).flatMap((view) => {
    const ratios = (fact.limits ?? []).map((limit): FactDeclaration => ({ name: `${view}X${limit}`, title: fact.title, type: 'number', unit: `×${limit.toUpperCase()}`, kind: 'ratio', from: view }))
    return [{ name: view, title: fact.title, type: 'number' as const, kind: 'measurement' as const, from: id }, ...ratios]
  })
}

function expressionsOf(fact: MappedFact): Readonly<Record<string, string>> {
  switch (fact.kind) {
    case 'measurement': case 'path': return { value: fact.value }
    case 'records': return { ...(fact.where ? { where: fact.where } : {}), ...(fact.date ? { date: fact.date } : {}), ...fact.fields }
    case 'presence': case 'answer': return { ...(fact.where ? { where: fact.where } : {}), ...(fact.date ? { date: fact.date } : {}) }
    default: return {}
  }
}

function compilePaths({ yaml, id, fact }: Defined, reader: ContentReader): Record<string, PathReader> {
  const paths: Record<string, PathReader> = {}
  for (const [name, expression] of Object.entries(expressionsOf(fact))) {
    const compiled = compilePath(expression)
    if ('problem' in compiled) reader.refuse(yaml, [id, name], `FHIRPath: ${compiled.problem}`)
    else paths[name] = compiled
  }
  return paths
}

/** What a mapping entry may name besides facts. */
interface Known {
  readonly sets: ReadonlySet<string>
  readonly sources: ReadonlySet<string>
  readonly windows: ReadonlySet<string>
  readonly statuses: ReadonlySet<string>
  readonly assertions: ReadonlySet<string>
  readonly units: UnitTable
  readonly settings: SettingsFile
}

/** References from one mapping entry to other content: all must exist. */
function checkReferences({ yaml, id, fact }: Defined, known: Known, reader: ContentReader): void {
  const need = (member: string, names: readonly string[], among: ReadonlySet<string>, what: string): void => {
    for (const name of names) if (!among.has(name)) reader.refuse(yaml, [id, member], `unknown ${what} ${name}`, didYouMean(name, among))
  }
  if ('codes' in fact) need('codes', fact.codes ?? [], known.sets, 'value set')
  if ('source' in fact) need('source', [fact.source], known.sources, 'source')
  if ('window' in fact && fact.window) need('window', [fact.window], known.windows, 'window')
  if ('is' in fact && fact.is) need('is', [fact.is], known.statuses, 'status test')
  if ('assertion' in fact && fact.assertion) need('assertion', [fact.assertion], known.assertions, 'assertion')
  if (fact.kind === 'threshold') checkSetting(fact.limit, 'by-unit', yaml, [id, 'limit'], known.settings, reader)
  if (fact.kind === 'drugs') for (const side of ['before', 'after'] as const) checkSetting(fact.around?.[side], 'number', yaml, [id, 'around', side], known.settings, reader)
  if (fact.kind === 'answer') need('means', Object.values(fact.means).flat(), known.sets, 'value set')
  if (fact.kind !== 'measurement') return
  need('views', Object.values(fact.views), known.windows, 'window')
  need('quantity', [fact.quantity], new Set(Object.keys(known.units)), 'quantity')
}

const SETTING = /^%setting\.(?<name>.+)$/

/** A text in the place of a number or of limits by unit must be a setting of that type. */
function checkSetting(value: unknown, type: SettingsFile[string]['type'], yaml: YamlFile, path: readonly PropertyKey[], settings: SettingsFile, reader: ContentReader): void {
  if (typeof value !== 'string') return
  const name = SETTING.exec(value)?.groups?.['name'] ?? ''
  const declared = Object.hasOwn(settings, name) ? settings[name] : undefined
  if (declared === undefined) reader.refuse(yaml, path, `unknown setting ${value}`, didYouMean(name, Object.keys(settings)))
  else if (declared.type !== type) reader.refuse(yaml, path, `setting ${name} is of type ${declared.type}, not ${type}`)
}

type Kinds = { [K in MappedFact['kind']]: Map<string, Compiled<Extract<MappedFact, { kind: K }>>> }

function byKind(defined: readonly Defined[], reader: ContentReader): Kinds {
  const kinds: Kinds = { measurement: new Map(), threshold: new Map(), presence: new Map(), answer: new Map(), records: new Map(), drugs: new Map(), path: new Map(), 'missing-list': new Map(), 'false-list': new Map() }
  for (const one of defined) {
    // Sound: the map is chosen by the same `kind` that discriminates the value, which TypeScript cannot follow through an index.
    const map = kinds[one.fact.kind] as Map<string, Compiled<MappedFact>>
    map.set(one.id, { ...one.fact, id: one.id, paths: compilePaths(one, reader) })
  }
  return kinds
}

function declareAll(defined: readonly Defined[], derivations: ReadonlyMap<string, Derivation>, assertions: AssertionsFile, reader: ContentReader, phrases: Phrases): Map<string, FactDeclaration> {
  const declarations = new Map<string, FactDeclaration>()
  for (const [name, type] of Object.entries(FOCUS_FACT_TYPES)) declarations.set(name, { name, title: name, type, kind: 'derived', from: 'evaluation' })
  for (const [name, { facts }] of derivations) {
    const fact = facts[name]
    if (fact) declarations.set(name, { name, title: phrases.of(fact.title), type: fact.type, kind: 'derived', from: name, ...(fact.unit ? { unit: fact.unit } : {}) })
  }
  for (const [key, { title, type }] of Object.entries(assertions)) {
    const name = `asserted${capital(key)}`
    declarations.set(name, { name, title, type: ASSERTED_TYPES[type] ?? 'text', kind: 'asserted', from: key })
  }
  const ids = new Set<string>()
  for (const one of defined) {
    if (one.fact.kind === 'measurement' && ids.has(one.id)) reader.refuse(one.yaml, [one.id], `measurement ${one.id} is declared twice`)
    ids.add(one.id)
    for (const declaration of declarationsOf(one)) {
      if (declarations.has(declaration.name)) reader.refuse(one.yaml, [one.id], `fact ${declaration.name} is declared twice`)
      declarations.set(declaration.name, declaration)
    }
  }
  return declarations
}

/** Anchors, thresholds and lists name other facts: they must exist and be of the right type. */
function checkFactReferences(defined: readonly Defined[], declarations: ReadonlyMap<string, FactDeclaration>, reader: ContentReader): void {
  for (const { yaml, id, fact } of defined) {
    const named = fact.kind === 'threshold' ? [fact.of] : fact.kind === 'missing-list' ? fact.of : fact.kind === 'false-list' ? Object.keys(fact.of) : []
    for (const name of named) if (!declarations.has(name)) reader.refuse(yaml, [id, 'of'], `unknown fact ${name}`, didYouMean(name, declarations.keys()))
    const anchor = fact.kind === 'drugs' ? fact.around?.anchor : undefined
    if (anchor !== undefined && declarations.get(anchor)?.type !== 'moment') reader.refuse(yaml, [id, 'around', 'anchor'], `${anchor} is not a fact of type moment`)
  }
}

/** Windows are counted from facts, for as long as numbers or settings say. */
function checkWindows({ yaml, value }: ReadFile<WindowsFile>, declarations: ReadonlyMap<string, FactDeclaration>, settings: SettingsFile, reader: ContentReader): void {
  for (const [name, { anchor, from, hours, days }] of Object.entries(value)) {
    if (declarations.get(anchor)?.type !== 'moment') reader.refuse(yaml, [name, 'anchor'], `${anchor} is not a fact of type moment`)
    if (from !== undefined && declarations.get(from)?.type !== 'moment') reader.refuse(yaml, [name, 'from'], `${from} is not a fact of type moment`)
    checkSetting(hours, 'number', yaml, [name, 'hours'], settings, reader)
    checkSetting(days, 'number', yaml, [name, 'days'], settings, reader)
  }
}

/** fhir-mappings/, linked and compiled; problems go to the reader. */
export function compileFacts(reader: ContentReader, codes: CompiledCodes, sources: ReadonlySet<string>, derivations: ReadonlyMap<string, Derivation>, settings: SettingsFile, phrases: Phrases): Mapping {
  const units = (reader.one('fhir-mappings/units.yaml', UnitsFile)?.value ?? {}) as UnitTable // sound: UnitsFile validates exactly the members UnitTable declares
  const windows = reader.one('fhir-mappings/windows.yaml', WindowsFile)
  const statuses = reader.one('fhir-mappings/status.yaml', StatusFile)?.value ?? {}
  const assertions = reader.one('fhir-mappings/assertions.yaml', AssertionsFile)?.value ?? {}
  const files = reader.all((path) => path.startsWith('fhir-mappings/facts/'), FactsFile)
  const defined = files.flatMap(({ yaml, value }) => Object.entries(value).map(([id, fact]): Defined => ({ yaml, id, fact })))
  const known = { sets: new Set(codes.sets.keys()), sources, windows: new Set(Object.keys(windows?.value ?? {})), statuses: new Set(Object.keys(statuses)), assertions: new Set(Object.keys(assertions)), units, settings }
  for (const one of defined) checkReferences(one, known, reader)
  const declarations = declareAll(defined, derivations, assertions, reader, phrases)
  checkFactReferences(defined, declarations, reader)
  if (windows) checkWindows(windows, declarations, settings, reader)
  const kinds = byKind(defined, reader)
  return {
    declarations, units, statuses, assertions, matcher: codes.matcher, windows: new Map(Object.entries(windows?.value ?? {})),
    measurements: kinds.measurement, thresholds: kinds.threshold, presences: kinds.presence, answers: kinds.answer,
    records: kinds.records, drugs: kinds.drugs, paths: kinds.path, missingLists: kinds['missing-list'], falseLists: kinds['false-list'],
  }
}
