import type { Measurement } from '../content/schema/facts.ts'
import type { Calendar, Moment } from '../language/calendar.ts'
import type { Bound } from '../language/check.ts'
import { convertFamily, type Reading, readQuantity, readText, type UnitTable } from '../language/units.ts'
import type { Compiled } from './mapping.ts'
import { entriesOf, type RecordIndex } from './record-index.ts'
import { isObject, listOf, type Loose, referenceOf, textOf } from './resources.ts'

/** One result of a measurement, readable or not. */
export interface Sample {
  readonly at: Moment
  readonly reference: string
  readonly final: boolean
  readonly reading?: Reading
  readonly problem?: 'no-unit' | 'unknown-unit' | 'implausible'
  /** The laboratory's own limits for this very result, in the reading's unit family. */
  readonly uln?: number
  readonly lln?: number
}

/** A limit that the site declares for an analyte whose results carry none. */
export type SiteLimit = (measurement: string, limit: 'uln' | 'lln') => { readonly value: number; readonly unit: string } | undefined

const FINAL: ReadonlySet<string> = new Set(['final', 'amended', 'corrected'])
const USABLE: ReadonlySet<string> = new Set([...FINAL, 'preliminary', 'registered'])
const NORMAL_RANGE: ReadonlySet<string> = new Set(['normal', 'recommended'])

export interface SeriesContext {
  readonly index: RecordIndex
  readonly calendar: Calendar
  readonly units: UnitTable
  readonly now: Moment
  readonly siteLimit: SiteLimit
}

function effectiveOf(resource: Loose, calendar: Calendar): Moment | undefined {
  const period = isObject(resource['effectivePeriod']) ? resource['effectivePeriod'] : undefined
  const text = textOf(resource['effectiveDateTime'] ?? resource['effectiveInstant'] ?? period?.['end'] ?? period?.['start'] ?? resource['issued'])
  return text === undefined ? undefined : calendar.parse(text)
}

type Read = Reading | { readonly problem: 'no-value' | 'no-unit' | 'unknown-unit' }

function readValue(raw: unknown, units: UnitTable, kind: string): Read {
  if (typeof raw === 'string') return readText(units, kind, raw)
  if (typeof raw === 'number') return readQuantity(units, kind, { value: raw })
  return isObject(raw) ? readQuantity(units, kind, raw) : { problem: 'no-value' }
}

const isReading = (read: Read): read is Reading => 'family' in read
const numberOf = (value: number | Bound): number => (typeof value === 'number' ? value : value.limit)

/** The range meant for everybody, or for this kind of range; therapeutic and critical ranges are not limits of normal. */
function normalRange(resource: Loose): Readonly<Record<string, unknown>> | undefined {
  const ranges = listOf(resource['referenceRange']).filter(isObject)
  const normal = ranges.filter(({ type }) => !isObject(type) || listOf(type['coding']).filter(isObject).some(({ code }) => NORMAL_RANGE.has(String(code))))
  return normal.find(({ appliesTo }) => appliesTo === undefined) ?? normal[0]
}

function limitOf(definition: Compiled<Measurement>, limit: 'uln' | 'lln', resource: Loose, reading: Reading, context: SeriesContext): number | undefined {
  const stated = normalRange(resource)?.[limit === 'uln' ? 'high' : 'low']
  const site = isObject(stated) && typeof stated['value'] === 'number' ? undefined : context.siteLimit(definition.id, limit)
  const quantity = isObject(stated) && typeof stated['value'] === 'number' ? stated : site
  if (quantity === undefined) return undefined
  // A range without any unit is in the unit of its result (FHIR R4, Observation.referenceRange).
  const bare = !('unit' in quantity) && !('code' in quantity)
  const read = bare ? rescale(definition, resource, quantity, context) : readQuantity(context.units, definition.quantity, quantity)
  if (!isReading(read) || typeof read.value !== 'number') return undefined
  return read.family === reading.family ? read.value : convertFamily(context.units, definition.quantity, read.value, read.family, reading.family)
}

function rescale(definition: Compiled<Measurement>, resource: Loose, limit: Readonly<Record<string, unknown>>, { units }: SeriesContext): Read {
  const [value] = definition.paths['value']?.read(resource) ?? []
  return isObject(value) ? readQuantity(units, definition.quantity, { unit: value['unit'], code: value['code'], system: value['system'], value: limit['value'] }) : { problem: 'no-unit' }
}

function isPlausible(definition: Compiled<Measurement>, { family, value }: Reading): boolean {
  const range = definition.plausible?.[family]
  return range === undefined || (numberOf(value) >= range[0] && numberOf(value) <= range[1])
}

function sampleOf(definition: Compiled<Measurement>, resource: Loose, context: SeriesContext): Sample | undefined {
  const status = textOf(resource['status']) ?? 'unknown'
  const taken = effectiveOf(resource, context.calendar)
  if (!USABLE.has(status) || taken === undefined || isFuture(taken, context.now)) return undefined
  // A laboratory whose clock is minutes ahead has measured by now.
  const at = taken.precise && taken.at > context.now.at ? context.now : taken
  const [raw] = definition.paths['value']?.read(resource) ?? []
  const read = readValue(raw, context.units, definition.quantity)
  const common = { at, reference: referenceOf(resource), final: FINAL.has(status) }
  if (!isReading(read)) return read.problem === 'no-value' ? undefined : { ...common, problem: read.problem }
  if (!isPlausible(definition, read)) return { ...common, problem: 'implausible' }
  const uln = definition.limits?.includes('uln') ? limitOf(definition, 'uln', resource, read, context) : undefined
  const lln = definition.limits?.includes('lln') ? limitOf(definition, 'lln', resource, read, context) : undefined
  return { ...common, reading: read, ...(uln === undefined ? {} : { uln }), ...(lln === undefined ? {} : { lln }) }
}

const CLOCK_SKEW_MS = 5 * 60_000

/** A result dated after now is a clock or data error: it says nothing about today. */
const isFuture = (at: Moment, now: Moment): boolean => (at.precise ? at.at > now.at + CLOCK_SKEW_MS : at.day > now.day)

/** Which of two readings is clinically worse; different unit families compare by their own numbers only when equal. */
export function worseThan(worse: 'low' | 'high', a: Reading, b: Reading): boolean {
  if (a.family !== b.family) return false
  return worse === 'low' ? numberOf(a.value) < numberOf(b.value) : numberOf(a.value) > numberOf(b.value)
}

/** Newest first; of results with the same time, readable before unreadable and worse before better. */
function byNewest(worse: 'low' | 'high'): (a: Sample, b: Sample) => number {
  return (a, b) => {
    if (a.at.at !== b.at.at) return b.at.at - a.at.at
    if (a.reading === undefined || b.reading === undefined) return Number(a.reading === undefined) - Number(b.reading === undefined)
    if (worseThan(worse, a.reading, b.reading)) return -1
    return worseThan(worse, b.reading, a.reading) ? 1 : a.reference.localeCompare(b.reference)
  }
}

/** All results of a measurement in the record, newest first. */
export function readSeries(definition: Compiled<Measurement>, context: SeriesContext): readonly Sample[] {
  const samples: Sample[] = []
  for (const { resource } of entriesOf(context.index, definition.codes, ['Observation'])) {
    const sample = sampleOf(definition, resource, context)
    if (sample) samples.push(sample)
  }
  return samples.sort(byNewest(definition.worse))
}
