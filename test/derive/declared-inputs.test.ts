import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Derivation } from '../../src/derive/derivation.ts'
import { derivations, derivationsByFact } from '../../src/derive/index.ts'
import { openChart } from '../../src/facts/chart.ts'
import { isResource, type Loose } from '../../src/facts/resources.ts'
import { type Chart, openScope, type ScopeInternals } from '../../src/facts/scope.ts'
import { calendarOf } from '../../src/language/calendar.ts'
import { bundleOf } from '../../src/sandbox/patients/chart.ts'
import { readCharts } from '../../src/sandbox/patients/chart-files.ts'
import { compileCodes } from '../../src/content/compile-codes.ts'
import { readContentFiles } from '../../src/content/files.ts'
import { contentReader } from '../../src/content/reader.ts'
import { loadContent, ROOT } from '../content/loaded.ts'
import { arbitraryResource } from '../facts/arbitrary-records.ts'
import { NOW } from './scope.ts'

const content = loadContent()
const calendar = calendarOf('UTC')
const { declarations, measurements, windows } = content.mapping
const capital = (name: string): string => `${name.charAt(0).toUpperCase()}${name.slice(1)}`

interface Read { readonly derivation: Derivation; readonly what: string }

/** A chart whose derivations tell what they read. */
function watched(chart: Chart, reads: Map<string, Read>): Chart {
  const watch = (derivation: Derivation): Derivation => {
    const note = (what: string): void => { reads.set(`${Object.keys(derivation.facts)[0] ?? ''} ${what}`, { derivation, what }) }
    const seen = (scope: ScopeInternals): ScopeInternals => ({
      ...scope,
      fact: (name) => { note(name); return scope.fact(name) },
      samples: (measurement) => { note(`series ${measurement}`); return scope.samples(measurement) },
      asserted: (key) => { note(`asserted${capital(key)}`); return scope.asserted(key) },
    })
    return { ...derivation, compute: (scope) => derivation.compute(seen(scope)) }
  }
  const one = new Map(derivations.map((derivation) => [derivation, watch(derivation)]))
  return { ...chart, derivations: new Map([...derivationsByFact].map(([name, derivation]) => [name, one.get(derivation) ?? derivation])) }
}

const TRIGGERS = Object.keys(content.triggers)
const day = (days: number): string => new Date(NOW + days * 86_400_000).toISOString()
const inotuzumab = (events: readonly string[], members: object = {}): Loose => ({
  resourceType: 'MedicationRequest', id: 'o1', status: 'draft', intent: 'order', medicationCodeableConcept: { text: 'inotuzumab ozogamicin' }, authoredOn: day(0),
  dosageInstruction: [{ timing: { event: events }, doseAndRate: [{ doseQuantity: { value: 0.8, unit: 'mg/m2' } }] }], ...members,
})

/** Computes every fact of a record, for an order, for another drug and for the patient alone, and notes what was read on the way. */
function readAll(resources: readonly object[], reads: Map<string, Read>, drafts: readonly Loose[] = [inotuzumab([day(0), day(7), day(14)])]): void {
  const chart = watched(openChart({
    record: { resources, sources: new Map() }, drafts, mapping: content.mapping, settings: content.settings, profile: content.profile, calendar, now: calendar.of(NOW),
    sources: new Map(content.sources.map(({ key, title, safety }) => [key, { title, safety }])), siteLimit: () => undefined,
  }), reads)
  for (const order of [...chart.drafts, undefined]) {
    const triggers = new Set(order ? TRIGGERS.filter((trigger) => trigger !== 'patient') : ['patient'])
    for (const planned of order?.events.length ? order.events : [chart.now]) {
      const scope = openScope(chart, { hook: order ? 'order-sign' : 'patient-view', triggers, planned, plannedStated: true, ...(order ? { order } : {}) })
      for (const name of declarations.keys()) scope.fact(name)
    }
  }
}

const { sets, uris } = compileCodes(contentReader(readContentFiles(ROOT)))
const rows = [...sets.values()].flatMap((set) => set.rows.slice(0, 3).map(({ system, code, prefix }) => ({ system: uris.get(system) ?? '', code: code ?? prefix ?? '' })))
const arbitrary = arbitraryResource(rows, ['inotuzumab', ...[...sets.values()].flatMap(({ phrases }) => phrases.slice(0, 1))])
const bundles = readCharts().map((chart) => (bundleOf(chart, { now: new Date(NOW) }).entry ?? []).flatMap(({ resource }) => (resource === undefined ? [] : [resource])))

/** Doses per square metre: their milligrams are found by the size of the patient on that day. */
const doses = [-28, -21, -14].map((days) => ({ resourceType: 'MedicationAdministration', id: `a${String(days)}`, status: 'completed', medicationCodeableConcept: { text: 'inotuzumab' }, effectiveDateTime: day(days), dosage: { dose: { value: 0.8, unit: 'mg/m2' } } }))
/** One that was stopped: how much of it was given is told by its order and the size of the patient. */
const stopped = [
  { resourceType: 'MedicationRequest', id: 'o0', status: 'active', medicationCodeableConcept: { text: 'inotuzumab' }, dosageInstruction: [{ timing: { event: [day(-7)] }, doseAndRate: [{ doseQuantity: { value: 0.8, unit: 'mg/m2' } }] }] },
  { resourceType: 'MedicationAdministration', id: 'a0', status: 'stopped', medicationCodeableConcept: { text: 'inotuzumab' }, effectiveDateTime: day(-7), dosage: { dose: { value: 1.2, unit: 'mg' } }, request: { reference: 'MedicationRequest/o0' } },
]
const sizes = [['29463-7', 70, 'kg'], ['8302-2', 170, 'cm']].flatMap(([code, value, unit]) => [-29, -1].map((days) => ({ resourceType: 'Observation', id: `s${String(code)}${String(days)}`, status: 'final', code: { coding: [{ system: 'http://loinc.org', code }] }, effectiveDateTime: day(days), valueQuantity: { value, unit } })))

const reads = new Map<string, Read>()
const nameOf = (derivation: Derivation): string => Object.keys(derivation.facts)[0] ?? ''
const undeclared = (isSeries: boolean): string[] => [...reads.values()].filter(({ what }) => what.startsWith('series ') === isSeries)
  .filter(({ derivation, what }) => !(isSeries ? (derivation.series ?? []).includes(what.slice('series '.length)) : derivation.uses.includes(what)))
  .map(({ derivation, what }) => `${nameOf(derivation)} reads ${what}`).sort()

describe('every derivation', () => {
  test('computes its facts for the demonstration patients, on each day of a course', () => {
    for (const resources of bundles) readAll(resources, reads)
    expect(reads.size).toBeGreaterThan(derivations.length)
  })
  test('computes its facts for doses per square metre and doses that were stopped', () => {
    for (const resources of [[...doses, ...stopped, ...sizes], [...stopped, ...sizes], doses, sizes]) readAll(resources, reads)
  })
  test('computes its facts whatever an EHR sends, and never throws', () => {
    const others = fc.array(arbitrary, { maxLength: 2 }).map((drafts) => drafts.filter(isResource))
    fc.assert(fc.property(fc.array(arbitrary, { maxLength: 14 }), others, (resources, drafts) => readAll(resources, reads, [inotuzumab([day(0)]), ...drafts])), { numRuns: 120, seed: 1942950 })
  })
  // The records before were read first: the tests of a file run in order.
  test('reads only facts that it names in `uses`', () => expect(undeclared(false)).toEqual([]))
  test('reads only measurements that it names in `series`', () => expect(undeclared(true)).toEqual([]))

  test.each(derivations.map((derivation) => [nameOf(derivation), derivation] as const))('%s names facts and measurements that exist', (_, { uses, series = [], facts }) => {
    expect(uses.filter((name) => !declarations.has(name))).toEqual([])
    expect(series.filter((name) => !measurements.has(name))).toEqual([])
    expect(uses.filter((name) => name in facts)).toEqual([])
  })
})

/** What a fact rests on, as content and derivations declare it. */
function restsOn(name: string): readonly string[] {
  const derivation = derivationsByFact.get(name)
  if (derivation) return derivation.uses
  const declaration = declarations.get(name)
  if (!declaration) return []
  const { kind, from } = declaration
  const { thresholds, drugs, missingLists, falseLists, presences, answers, records } = content.mapping
  const windowNames = kind === 'measurement' ? [measurements.get(from)?.views[name]] : [(presences.get(from) ?? answers.get(from) ?? records.get(from))?.window]
  const bounds = windowNames.flatMap((window) => {
    const found = window === undefined ? undefined : windows.get(window)
    return found ? [found.anchor, ...(found.from === undefined ? [] : [found.from])] : []
  })
  if (kind === 'ratio') return [from]
  return [...bounds, ...(thresholds.get(from) ? [thresholds.get(from)?.of ?? ''] : []), ...(drugs.get(from)?.around ? [drugs.get(from)?.around?.anchor ?? ''] : []), ...(missingLists.get(from)?.of ?? []), ...Object.keys(falseLists.get(from)?.of ?? {})]
}

test('no fact rests on itself', () => {
  const settled = new Set<string>()
  const cycles: string[] = []
  const visit = (name: string, path: readonly string[]): void => {
    if (path.includes(name)) { cycles.push([...path.slice(path.indexOf(name)), name].join(' → ')); return }
    if (settled.has(name)) return
    for (const other of restsOn(name)) visit(other, [...path, name])
    settled.add(name)
  }
  for (const name of declarations.keys()) visit(name, [])
  expect(cycles).toEqual([])
})

test('no derivation names an input twice', () => {
  const twice = derivations.flatMap(({ facts, uses, series = [] }) => [...uses, ...series].filter((name, i, all) => all.indexOf(name) !== i).map((name) => `${Object.keys(facts)[0] ?? ''}: ${name}`))
  expect(twice).toEqual([])
})
