import type { DrugOrder } from '../facts/drug-order.ts'
import { type Fact, present } from '../facts/fact.ts'
import type { ScopeInternals } from '../facts/scope.ts'
import { passesStatus, type RecordRow } from '../facts/select.ts'
import type { Sample } from '../facts/series.ts'
import { byUnitSetting, flagSetting, numberSetting } from '../facts/settings.ts'
import { percentChange, subtract } from '../language/decimal.ts'
import type { Moment } from '../language/calendar.ts'
import { convertFamily } from '../language/units.ts'
import { beyond, type Limit, sampleBeyond, timesUln } from './compare.ts'
import type { Derivation } from './derivation.ts'
import { dosesGiven } from './dose-history.ts'
import { correctedFor } from './electrolytes.ts'
import { listFact } from './list-text.ts'
import { momentOf, numberOf, rowsOf } from './reading.ts'

const HOUR_MS = 3_600_000
/** Room in the headline of a critical card. */
const LIST_LENGTH = 84

/** An analyte of the laboratory criteria, with the direction in which it counts. */
interface Analyte { readonly name: string; readonly measurement: string; readonly test: Limit; readonly setting: string }

const ANALYTES: readonly Analyte[] = [
  { name: 'uric acid', measurement: 'uricAcid', test: '>=', setting: 'tls_uric_acid' },
  { name: 'potassium', measurement: 'potassium', test: '>=', setting: 'tls_potassium' },
  { name: 'phosphate', measurement: 'phosphate', test: '>=', setting: 'tls_phosphate' },
  { name: 'calcium', measurement: 'calcium', test: '<=', setting: 'tls_calcium' },
]

/** Doses given in the first cycle; none of those on record where earlier cycles were given elsewhere. */
function givenInFirstCycle(scope: ScopeInternals): readonly Moment[] {
  if ((numberOf(scope, 'assertedPriorCycles') ?? 0) > 0) return []
  const given = dosesGiven(scope).map(({ at }) => at)
  const length = numberSetting(scope.settings, 'regimen_first_cycle_days')
  return given.filter((at) => at.day - (given[0]?.day ?? at.day) < length)
}

/** Doses of the first cycle: those given, and while it lasts the order under evaluation and other orders. */
function firstCycleDoses(scope: ScopeInternals): readonly Moment[] {
  if (numberOf(scope, 'cycle') !== 1) return givenInFirstCycle(scope)
  const orders = scope.fact('inotuzumabOrders')
  const others = orders.state === 'present' ? orders.value as readonly DrugOrder[] : [] // sound: declared as records of drug orders
  const planned = others.filter(({ state }) => state === 'draft' || state === 'active').flatMap(({ events }) => events)
  return [...givenInFirstCycle(scope), ...(scope.focus.order ? [scope.focus.planned] : []), ...planned]
}

/** Is a day near enough to one of the doses to look for tumour lysis? */
function isNear(day: number, doses: readonly Moment[], { settings }: ScopeInternals): boolean {
  const [before, after] = [numberSetting(settings, 'tls_watch_before_d'), numberSetting(settings, 'tls_watch_after_d')]
  return doses.some((dose) => day >= dose.day - before && day <= dose.day + after)
}

/** Children have more phosphate; where the age is not known the stricter limit of adults counts. */
function limitsOf({ setting }: Analyte, scope: ScopeInternals): Readonly<Record<string, number>> {
  const age = numberOf(scope, 'age')
  const isChild = age !== undefined && age < numberSetting(scope.settings, 'adult_age_y')
  return byUnitSetting(scope.settings, isChild && setting === 'tls_phosphate' ? 'tls_phosphate_child' : setting)
}

/** Calcium of one sample, corrected by the albumin nearest in time. */
function corrected(sample: Sample, scope: ScopeInternals): Sample {
  const { reading } = sample
  const albumin = scope.samples('albumin').filter(({ reading: other }) => typeof other?.value === 'number')
    .toSorted((a, b) => Math.abs(a.at.at - sample.at.at) - Math.abs(b.at.at - sample.at.at))[0]
  if (!reading || typeof reading.value !== 'number' || !albumin?.reading || typeof albumin.reading.value !== 'number') return sample
  if (Math.abs(albumin.at.day - sample.at.day) > numberSetting(scope.settings, 'later_chem_lookback_d')) return sample
  const value = correctedFor({ value: reading.value, family: reading.family }, { value: albumin.reading.value, family: albumin.reading.family }, scope)
  return value === undefined ? sample : { ...sample, reading: { ...reading, value, text: scope.phrases.say`${String(value)} ${reading.family} corrected` } }
}

function samplesOf({ measurement }: Analyte, scope: ScopeInternals): readonly Sample[] {
  if (measurement !== 'calcium') return scope.samples(measurement)
  return [...scope.samples('calcium').map((sample) => corrected(sample, scope)), ...scope.samples('calciumReportedCorrected')].sort((a, b) => b.at.at - a.at.at)
}

function baselineOf(samples: readonly Sample[], scope: ScopeInternals): Sample | undefined {
  const first = momentOf(scope, 'firstDoseDate') ?? scope.focus.planned
  return samples.find(({ at, reading, final }) => final && typeof reading?.value === 'number' && at.at < first.at && first.day - at.day <= numberSetting(scope.settings, 'baseline_lookback_d'))
}

/** Where the site counts it: a change by the declared share from the value before treatment. */
function hasChanged(sample: Sample, baseline: Sample | undefined, test: Limit, { settings }: ScopeInternals): boolean {
  if (!flagSetting(settings, 'tls_25pct_change') || !baseline || baseline.reference === sample.reference || sample.at.at < baseline.at.at) return false
  const [from, to] = [baseline.reading, sample.reading]
  if (typeof from?.value !== 'number' || typeof to?.value !== 'number' || from.family !== to.family || from.value === 0) return false
  const change = percentChange(from.value, to.value)
  return (test === '>=' ? change : -change) >= numberSetting(settings, 'tls_change_pct')
}

interface Hit { readonly name: string; readonly sample: Sample; readonly lasts: boolean }

/** Results beyond the limit near a dose of the first cycle. `lasts`: no newer result of the analyte is back within it. */
function hitsOf(analyte: Analyte, doses: readonly Moment[], scope: ScopeInternals): readonly Hit[] {
  const samples = samplesOf(analyte, scope).filter(({ reading }) => reading !== undefined)
  const limits = limitsOf(analyte, scope)
  const baseline = baselineOf(samples, scope)
  const meets = (sample: Sample): boolean => sampleBeyond(sample, analyte.test, limits) === true || hasChanged(sample, baseline, analyte.test, scope)
  const newest = samples.find(({ final }) => final)
  return samples.filter((sample) => isNear(sample.at.day, doses, scope) && meets(sample))
    .map((sample) => ({ name: analyte.name, sample, lasts: newest === undefined || sample.at.at >= newest.at.at || meets(newest) }))
}

/** Taken within the span of hours; of a date without a time its neighbours may be. */
function isTogether(a: Moment, b: Moment, hours: number): boolean {
  return a.precise && b.precise ? Math.abs(a.at - b.at) <= hours * HOUR_MS : Math.abs(a.day - b.day) * 24 <= hours
}

/** The largest set of analytes that were beyond their limits together, one result of each, unless all of them are back. */
function together(hits: readonly Hit[], hours: number): readonly Hit[] {
  const sets = hits.map((anchor) => {
    const near = hits.filter(({ sample }) => isTogether(anchor.sample.at, sample.at, hours) && sample.at.at >= anchor.sample.at.at)
    return [...new Map(near.map((hit) => [hit.name, hit])).values()]
  }).filter((set) => set.some(({ lasts }) => lasts))
  return sets.toSorted((a, b) => b.length - a.length)[0] ?? []
}

/** Creatinine now against the value before treatment and its own limit; undefined when neither is exceeded. */
function kidneySign(doses: readonly Moment[], scope: ScopeInternals): string | undefined {
  const samples = scope.samples('creatinine').filter(({ reading }) => reading !== undefined)
  const [current] = samples
  if (!current?.reading || !isNear(current.at.day, doses, scope)) return undefined
  const times = timesUln(current)
  const isOver = times !== undefined && beyond(times, '>', numberSetting(scope.settings, 'tls_creatinine_xuln')) === true
  const before = baselineOf(samples, scope)?.reading
  const limit = byUnitSetting(scope.settings, 'tls_creatinine_rise')[current.reading.family]
  const from = before && typeof before.value === 'number' ? convertFamily(scope.mapping.units, 'creatinine', before.value, before.family, current.reading.family) : undefined
  const isRising = from !== undefined && limit !== undefined && typeof current.reading.value === 'number' && subtract(current.reading.value, from) >= limit
  return isOver || isRising ? scope.phrases.say`creatinine ${current.reading.text}${before ? scope.phrases.say` (${before.text} before treatment)` : ''}` : undefined
}

const isActive = ({ resource }: RecordRow, scope: ScopeInternals): boolean => passesStatus(resource, 'unresolved', scope.mapping.statuses)

function complications(doses: readonly Moment[], scope: ScopeInternals): readonly string[] {
  const kidney = kidneySign(doses, scope)
  const events = rowsOf(scope, 'tlsComplicationRecords').filter((row) => row.at !== undefined && isNear(row.at.day, doses, scope)).map(({ title }) => title)
  return [...new Set([...(kidney ? [kidney] : []), ...events])]
}

/** Tumour lysis as its criteria find it, and as the record names it. */
export const tlsCriteria: Derivation = {
  facts: {
    tlsWatch: { title: 'A dose of the first cycle is near', type: 'boolean' },
    tlsLabsWatch: { title: 'Labs after a dose of the first cycle are due', type: 'boolean' },
    tlsAnalytes: { title: 'Analytes beyond the limits of tumour lysis within a day', type: 'list' },
    tlsComplications: { title: 'Signs that make tumour lysis clinical', type: 'list' },
    tlsDiagnosed: { title: 'Tumour lysis syndrome is diagnosed', type: 'boolean' },
    tlsSuspected: { title: 'Tumour lysis syndrome is suspected', type: 'boolean' },
  },
  uses: ['cycle', 'age', 'firstDoseDate', 'inotuzumabAdministrations', 'inotuzumabOrders', 'assertedPriorCycles', 'tlsConditions', 'tlsComplicationRecords', 'planned'],
  series: ['uricAcid', 'potassium', 'phosphate', 'calcium', 'calciumReportedCorrected', 'albumin', 'creatinine', 'bodyWeight', 'bodyHeight'],
  compute(scope) {
    const { now, settings } = scope
    const doses = firstCycleDoses(scope)
    const set = together(ANALYTES.flatMap((analyte) => hitsOf(analyte, doses, scope)), numberSetting(settings, 'tls_span_h'))
    const signs = complications(doses, scope)
    const lookback = numberSetting(settings, 'tls_diagnosis_lookback_d')
    const named = rowsOf(scope, 'tlsConditions').filter((row) => isActive(row, scope) && (row.at === undefined || now.day - row.at.day <= lookback))
    const isConfirmed = ({ resource }: RecordRow): boolean => passesStatus(resource, 'confirmed', scope.mapping.statuses)
    const flag = (rows: readonly RecordRow[]): Fact => present(rows.length > 0, rows[0]?.title ?? 'no', { sources: rows.map(({ reference }) => reference), ...(rows[0]?.at ? { at: rows[0].at } : {}) })
    const labs = givenInFirstCycle(scope).some((at) => now.day >= at.day && now.day - at.day <= numberSetting(settings, 'tls_labs_days'))
    return {
      tlsWatch: present(isNear(now.day, doses, scope), isNear(now.day, doses, scope) ? 'yes' : 'no'),
      tlsLabsWatch: present(labs, labs ? 'yes' : 'no'),
      tlsAnalytes: listFact(set.map(({ name, sample }) => `${scope.phrases.of(name)} ${sample.reading?.text ?? ''}`), set.map(({ sample }) => sample.reference), scope.phrases, LIST_LENGTH),
      tlsComplications: listFact(signs, [], scope.phrases, LIST_LENGTH),
      tlsDiagnosed: flag(named.filter(isConfirmed)), tlsSuspected: flag(named.filter((row) => !isConfirmed(row))),
    }
  },
}
