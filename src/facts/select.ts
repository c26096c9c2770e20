import type { Answer, Path, Presence, Records, StatusFile } from '../content/schema/facts.ts'
import type { Moment } from '../language/calendar.ts'
import { type Fact, missing, present } from './fact.ts'
import type { Compiled } from './mapping.ts'
import { entriesOf, type Entry } from './record-index.ts'
import { conceptOf, isObject, type Loose, nameOf, textOf } from './resources.ts'
import type { ScopeInternals } from './scope.ts'
import { intervalsOf, within } from './windows.ts'

type Selection = Compiled<Presence> | Compiled<Answer> | Compiled<Records>

/** Codes of a status element: a plain code, or the codings of a CodeableConcept. */
function statusCodes(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value]
  return conceptOf(value).codings.flatMap(({ code }) => (code ? [code] : []))
}

/** A named status test of fhir-mappings/status.yaml, applied to one resource. */
export function passesStatus(resource: Loose, name: string, statuses: StatusFile): boolean {
  const test = statuses[name]
  if (!test) throw new TypeError(`status test ${name} is not declared`)
  return test.rules.filter(({ types }) => types.includes(resource.resourceType)).every(({ element, accepts, refuses, absent }) => {
    const codes = statusCodes(resource[element])
    if (codes.length === 0) return absent === 'accepts'
    if (refuses?.some((code) => codes.includes(code))) return false
    return accepts === undefined || accepts.some((code) => codes.includes(code))
  })
}

const DATES: readonly string[] = ['onsetDateTime', 'performedDateTime', 'effectiveDateTime', 'occurrenceDateTime', 'date', 'detected', 'recordedDate', 'authoredOn', 'issued', 'authored']
const PERIODS: readonly string[] = ['onsetPeriod', 'performedPeriod', 'effectivePeriod', 'occurrencePeriod', 'period']

/** The date a resource speaks about: its onset, performance or effect, else when it was recorded. */
export function dateOf(resource: Loose, scope: ScopeInternals, reader?: { read(resource: object): readonly unknown[] }): Moment | undefined {
  const declared = reader?.read(resource).find((value) => typeof value === 'string')
  const candidates: unknown[] = reader ? [declared] : []
  if (!reader) {
    candidates.push(...DATES.slice(0, 6).map((name) => resource[name]))
    candidates.push(...PERIODS.map((name) => resource[name]).filter(isObject).map(({ start, end }) => start ?? end))
    candidates.push(...DATES.slice(6).map((name) => resource[name]))
  }
  for (const candidate of candidates) {
    const text = textOf(candidate)
    const moment = text === undefined ? undefined : scope.calendar.parse(text)
    if (moment) return moment
  }
  return undefined
}

export interface Selected {
  readonly entry: Entry
  readonly at: Moment | undefined
}

/** Entries that a selection wants, newest first; undated ones last. */
export function select(definition: Selection, scope: ScopeInternals): readonly Selected[] {
  const { index, mapping } = scope
  const all = definition.codes ? entriesOf(index, definition.codes, definition.from) : definition.from.flatMap((type) => index.byType.get(type) ?? [])
  const intervals = definition.window ? intervalsOf(windowNamed(definition.window, scope), scope) : undefined
  const chosen: Selected[] = []
  for (const entry of all) {
    if (definition.having?.every((element) => entry.resource[element] === undefined)) continue
    if (definition.is !== undefined && !passesStatus(entry.resource, definition.is, mapping.statuses)) continue
    if (definition.where !== undefined && definition.paths['where']?.read(entry.resource)[0] !== true) continue
    const at = dateOf(entry.resource, scope, definition.date === undefined ? undefined : definition.paths['date'])
    if (intervals && (at === undefined || !intervals.some((interval) => within(interval, at)))) continue
    chosen.push({ entry, at })
  }
  return chosen.sort((a, b) => (b.at?.at ?? -Infinity) - (a.at?.at ?? -Infinity))
}

export function windowNamed(name: string, { mapping }: ScopeInternals) {
  const window = mapping.windows.get(name)
  if (!window) throw new TypeError(`window ${name} is not declared`)
  return window
}

/** Missing-because when a source could not be read; undefined when it was. */
export function unavailability(source: string, scope: ScopeInternals): Fact | undefined {
  const state = scope.index.sources.get(source)
  if (state === undefined || state.state === 'read') return undefined
  return missing('unavailable', state.why)
}

const titleOf = ({ entry: { resource } }: Selected): string => nameOf(resource['code'] ?? resource['event'] ?? resource['vaccineCode']) ?? resource.resourceType

export function readPresence(definition: Compiled<Presence>, scope: ScopeInternals): Fact {
  const asserted = definition.assertion === undefined ? undefined : scope.asserted(definition.assertion)
  if (asserted?.state === 'present') return asserted
  const found = select(definition, scope)
  const [newest] = found
  if (newest === undefined) return unavailability(definition.source, scope) ?? present(false, 'no', { origin: 'record' })
  return present(true, [...new Set(found.map(titleOf))].join(', '), {
    origin: 'record', sources: found.map(({ entry }) => entry.reference), ...(newest.at ? { at: newest.at } : {}),
  })
}

const ANSWERS: readonly string[] = ['valueCodeableConcept', 'valueString', 'valueBoolean', 'interpretation', 'conclusionCode']

function meaningOf(resource: Loose, definition: Compiled<Answer>, scope: ScopeInternals): string | undefined {
  for (const element of ANSWERS) {
    const value = resource[element]
    if (value === undefined) continue
    if (typeof value === 'boolean') return value ? 'positive' : 'negative'
    const { sets } = scope.mapping.matcher.recognise(conceptOf(value), [])
    const meaning = Object.entries(definition.means).find(([, wanted]) => wanted.some((set) => sets.has(set)))
    if (meaning) return meaning[0]
  }
  return undefined
}

export function readAnswer(definition: Compiled<Answer>, scope: ScopeInternals): Fact {
  const asserted = definition.assertion === undefined ? undefined : scope.asserted(definition.assertion)
  if (asserted?.state === 'present') return asserted
  const found = select(definition, scope)
  for (const { entry, at } of found) {
    const meaning = meaningOf(entry.resource, definition, scope)
    if (meaning !== undefined) return present(meaning, meaning, { origin: 'record', sources: [entry.reference], ...(at ? { at } : {}) })
  }
  const [unread] = found
  if (unread) return missing('unit', 'the answer is not readable', [unread.entry.reference])
  return unavailability(definition.source, scope) ?? missing('absent', 'no result on file')
}

/** One record of a `records` fact: its declared fields as FHIRPath found them (first value each). */
export interface RecordRow {
  readonly reference: string
  readonly type: string
  readonly title: string
  readonly byText: boolean
  readonly at: Moment | undefined
  readonly sets: ReadonlySet<string>
  readonly fields: Readonly<Record<string, unknown>>
  readonly resource: Loose
}

export function readRecords(definition: Compiled<Records>, scope: ScopeInternals): Fact<readonly RecordRow[]> {
  const found = select(definition, scope)
  const lost = found.length === 0 ? unavailability(definition.source, scope) : undefined
  if (lost?.state === 'missing') return lost
  const rows = found.map(({ entry, at }): RecordRow => ({
    reference: entry.reference, type: entry.resource.resourceType, title: titleOf({ entry, at }), byText: entry.byText, at, sets: entry.sets, resource: entry.resource,
    fields: Object.fromEntries(Object.keys(definition.fields ?? {}).map((field) => [field, definition.paths[field]?.read(entry.resource)[0]])),
  }))
  return present(rows, `${rows.length}`, { origin: 'record', sources: rows.map(({ reference }) => reference) })
}

export function readPath(definition: Compiled<Path>, scope: ScopeInternals): Fact {
  for (const { resource, reference } of definition.from.flatMap((type) => scope.index.byType.get(type) ?? [])) {
    const [value] = definition.paths['value']?.read(resource) ?? []
    if (value === undefined || value === null) continue
    if (definition.type !== 'date') return present(value, String(value), { origin: 'record', sources: [reference] })
    const moment = typeof value === 'string' ? scope.calendar.parse(value) : undefined
    if (moment) return present(moment, scope.calendar.iso(moment), { origin: 'record', sources: [reference], at: moment })
  }
  return unavailability(definition.source, scope) ?? missing('absent', 'not recorded')
}

