import type { Derivation } from '../derive/derivation.ts'
import type { Calendar, Moment } from '../language/calendar.ts'
import type { Phrases } from '../language/phrases.ts'
import { type Assertion, assertedFact, statementsFor } from './assertions.ts'
import type { DrugOrder } from './drug-order.ts'
import { readDrugs } from './drugs.ts'
import { type Fact, missing, present } from './fact.ts'
import { compareWithLimit } from './limit.ts'
import { isMeasured, ratioOf, viewOf } from './view.ts'
import type { Mapping } from './mapping.ts'
import type { RecordIndex } from './record-index.ts'
import { readAnswer, readPath, readPresence, readRecords, unavailability, windowNamed } from './select.ts'
import { readSeries, type Sample, type SiteLimit } from './series.ts'
import { byUnitSetting, type Settings } from './settings.ts'
import { intervalsOf } from './windows.ts'

/** What one evaluation is about: a planned dose, another order, or the patient as such. */
export interface Focus {
  readonly hook: string
  readonly triggers: ReadonlySet<string>
  readonly order?: DrugOrder
  readonly planned: Moment
  /** Was the planned date stated, or is it only the time of the call? */
  readonly plannedStated: boolean
}

/** Everything that is the same for all evaluations of one call. */
export interface Chart {
  readonly index: RecordIndex
  readonly mapping: Mapping
  readonly settings: Settings
  readonly profile: string
  readonly calendar: Calendar
  readonly phrases: Phrases
  readonly now: Moment
  readonly drafts: readonly DrugOrder[]
  readonly recorded: readonly DrugOrder[]
  readonly assertions: readonly Assertion[]
  readonly derivations: ReadonlyMap<string, Derivation>
  readonly siteLimit: SiteLimit
  /** Clinical names of the prefetch sources, and whether a check relies on them. */
  readonly sources: ReadonlyMap<string, { readonly title: string; readonly safety: boolean }>
  /** Series are read once per call and shared by its evaluations. */
  readonly series: Map<string, readonly Sample[]>
}

/** Facts by name for one evaluation, each computed at most once and only when somebody asks. */
export interface Scope {
  readonly focus: Focus
  fact(name: string): Fact
  /** The facts that were asked for so far: what the evaluation rests on. */
  read(): ReadonlyMap<string, Fact>
  /** Every source of the record could be read, so that no fact is missing because of the EHR. */
  readonly isWhole: boolean
}

export interface ScopeInternals extends Scope, Chart {
  asserted(key: string): Fact
  /** Orders and administrations of medicines; vaccines drafted as Immunization and requested services are not among them. */
  drugOrders(): readonly DrugOrder[]
  samples(measurement: string): readonly Sample[]
}

const isMedicine = ({ resource }: DrugOrder): boolean => resource.resourceType.startsWith('Medication')

/** Opens the facts of one evaluation. Pure: the chart holds all that was read, and `now`. */
export function openScope(chart: Chart, focus: Focus): Scope {
  const known = new Map<string, Fact>()
  const scope: ScopeInternals = {
    ...chart, focus,
    fact: (name) => {
      const have = known.get(name)
      if (have) return have
      const fact = compute(name, scope, known)
      known.set(name, fact)
      return fact
    },
    read: () => known,
    isWhole: [...chart.index.sources.values()].every(({ state }) => state === 'read'),
    asserted: (key) => {
      const declared = chart.mapping.assertions[key]
      if (!declared) throw new TypeError(`assertion ${key} is not declared`)
      return assertedFact(key, declared, statementsFor(declared, chart.assertions, chart.drafts, focus.order), chart.calendar, chart.now)
    },
    drugOrders: () => [...chart.drafts.filter(isMedicine), ...chart.recorded],
    samples: (measurement) => samplesOf(measurement, chart),
  }
  return scope
}

function samplesOf(measurement: string, chart: Chart): readonly Sample[] {
  const have = chart.series.get(measurement)
  if (have) return have
  const definition = chart.mapping.measurements.get(measurement)
  if (!definition) throw new TypeError(`measurement ${measurement} is not declared`)
  const samples = readSeries(definition, { index: chart.index, calendar: chart.calendar, units: chart.mapping.units, now: chart.now, siteLimit: chart.siteLimit })
  chart.series.set(measurement, samples)
  return samples
}

const FOCUS_FACTS: Readonly<Record<string, (scope: ScopeInternals) => Fact>> = {
  planned: ({ focus, calendar }) => present(focus.planned, calendar.iso(focus.planned), { origin: 'order', at: focus.planned }),
  now: ({ now, calendar }) => present(now, calendar.iso(now), { at: now }),
  hook: ({ focus }) => present(focus.hook, focus.hook),
  profile: ({ profile }) => present(profile, profile),
}

/** Names and types of the facts that every evaluation has without any mapping. */
export const FOCUS_FACT_TYPES = { planned: 'moment', now: 'moment', hook: 'text', profile: 'text' } as const

function compute(name: string, scope: ScopeInternals, known: Map<string, Fact>): Fact {
  const focusFact = FOCUS_FACTS[name]
  if (focusFact) return focusFact(scope)
  const derivation = scope.derivations.get(name)
  if (derivation) return derive(name, derivation, scope, known)
  const declaration = scope.mapping.declarations.get(name)
  if (!declaration) throw new TypeError(`fact ${name} is not declared`)
  const { kind, from } = declaration
  if (kind === 'asserted') return scope.asserted(from)
  if (kind === 'measurement') return readView(name, from, scope)
  if (kind === 'ratio') return ratioOf(scope.fact(from), name.endsWith('Xuln') ? 'uln' : 'lln', scope.phrases)
  if (kind === 'threshold') return readThreshold(from, scope)
  if (kind === 'missing-list') return readMissingList(from, scope)
  if (kind === 'false-list') return readFalseList(from, scope)
  return readSelection(kind, from, scope)
}

function readSelection(kind: string, from: string, scope: ScopeInternals): Fact {
  const { presences, answers, records, drugs, paths } = scope.mapping
  const presence = presences.get(from)
  if (presence) return readPresence(presence, scope)
  const answer = answers.get(from)
  if (answer) return readAnswer(answer, scope)
  const list = records.get(from)
  if (list) return readRecords(list, scope)
  const drug = drugs.get(from)
  if (drug) return readDrugs(drug, scope)
  const path = paths.get(from)
  if (path) return readPath(path, scope)
  throw new TypeError(`no mapping of kind ${kind} for ${from}`)
}

/** One derivation yields several facts: all are kept, so that it runs once. */
function derive(name: string, derivation: Derivation, scope: ScopeInternals, known: Map<string, Fact>): Fact {
  const results = derivation.compute(scope)
  for (const [other, fact] of Object.entries(results)) if (!known.has(other)) known.set(other, fact)
  return results[name] ?? missing('not-applicable', 'does not apply')
}

function readView(name: string, measurement: string, scope: ScopeInternals): Fact {
  const definition = scope.mapping.measurements.get(measurement)
  const windowName = definition?.views[name]
  if (!definition || windowName === undefined) throw new TypeError(`view ${name} is not declared`)
  const window = windowNamed(windowName, scope)
  const fact = viewOf(definition, window, intervalsOf(window, scope), scope.samples(measurement), scope)
  if (fact.state === 'present' || fact.why === 'unit' || fact.why === 'not-applicable') return fact
  return unavailability(definition.source, scope) ?? fact
}

function readThreshold(id: string, scope: ScopeInternals): Fact {
  const definition = scope.mapping.thresholds.get(id)
  if (!definition) throw new TypeError(`threshold ${id} is not declared`)
  const fact = scope.fact(definition.of)
  if (!isMeasured(fact)) return fact.state === 'missing' ? fact : missing('unit', 'not a measured value')
  const limits = typeof definition.limit === 'string' ? byUnitSetting(scope.settings, definition.limit.replace('%setting.', '')) : definition.limit
  const limit = limits[fact.family]
  if (typeof limit !== 'number') return missing('unit', scope.phrases.say`no limit is declared in ${fact.family}`, fact.sources)
  const result = compareWithLimit(fact.value, definition.test, limit)
  return result === undefined ? missing('ambiguous', 'the result is only known as a bound', fact.sources) : { ...fact, value: result }
}

function readMissingList(id: string, scope: ScopeInternals): Fact {
  const definition = scope.mapping.missingLists.get(id)
  if (!definition) throw new TypeError(`list ${id} is not declared`)
  const wanted: ReadonlySet<string> = new Set(definition.why)
  const titles = definition.of.flatMap((name) => {
    const fact = scope.fact(name)
    return fact.state === 'missing' && wanted.has(fact.why) ? [scope.mapping.declarations.get(name)?.title ?? name] : []
  })
  const items = [...new Set(titles)]
  return present(items, items.length > 0 ? items.join(', ') : 'none')
}

function readFalseList(id: string, scope: ScopeInternals): Fact {
  const definition = scope.mapping.falseLists.get(id)
  if (!definition) throw new TypeError(`list ${id} is not declared`)
  const items = Object.entries(definition.of).flatMap(([name, label]) => {
    const fact = scope.fact(name)
    return fact.state === 'present' && fact.value === false ? [label] : []
  })
  const lost = Object.keys(definition.of).map((name) => scope.fact(name)).find((fact) => fact.state === 'missing' && fact.why === 'unavailable')
  return items.length === 0 && lost ? lost : present(items, items.length > 0 ? items.join(', ') : 'none')
}
