import type { Day, Layer, Panel } from './format.ts'
import { bases, panels } from './read.ts'

type Optional = 'order' | 'recentStatus' | 'imaging' | 'unread'
type Applied = Optional | 'base' | 'back' | 'drop' | 'recent' | 'daily' | 'now'

/** A patient with every layer applied. Results are complete, by day; those of `recentDays` are the ones that a base calls recent. */
export type Patient = { readonly [K in Exclude<keyof Layer, Applied>]-?: NonNullable<Layer[K]> } & Pick<Layer, Optional> & { readonly recentDays: ReadonlySet<string> }

type Results = Record<string, Panel>
const byNumber = (a: string, b: string): number => Number(a) - Number(b)
const shiftDay = (day: Day, back: number): Day => (typeof day === 'number' ? day - back : day)
const shiftKeys = <V>(record: Record<string, V> = {}, back: number): Record<string, V> =>
  Object.fromEntries(Object.entries(record).map(([day, value]) => [/^-?\d+$/.test(day) ? String(Number(day) - back) : day, value]))

/** Moves what a base has recorded into the past. Plans, single-day drugs, recent results and the order stay. */
function moved(layer: Layer, back: number): Layer {
  if (back === 0) return layer
  return {
    ...layer,
    results: shiftKeys(layer.results, back), given: shiftKeys(layer.given, back), withheld: shiftKeys(layer.withheld, back),
    daily: (layer.daily ?? []).map((series) => ({ ...series, from: series.from - back })),
    conditions: (layer.conditions ?? []).map((one) => ({ ...one, since: shiftDay(one.since, back), ...(one.until === undefined ? {} : { until: shiftDay(one.until, back) }) })),
    drugs: (layer.drugs ?? []).map((one) => ({ ...one, ...(one.from === undefined ? {} : { from: shiftDay(one.from, back) }) })),
    administered: (layer.administered ?? []).map((one) => ({ ...one, on: one.on.map((day) => shiftDay(day, back)) })),
    procedures: (layer.procedures ?? []).map((one) => ({ ...one, on: shiftDay(one.on, back) })),
    events: (layer.events ?? []).map((one) => ({ ...one, on: shiftDay(one.on, back) })),
    vaccines: (layer.vaccines ?? []).map((one) => ({ ...one, on: shiftDay(one.on, back) })),
  }
}

/** A panel with the panel it names, if any, beneath it. */
function filled({ panel, ...own }: Panel): Panel {
  const named = typeof panel === 'string' ? panels[panel] : {}
  if (!named) throw new TypeError(`no panel ${String(panel)}`)
  return { ...named, ...own }
}

function mergedResults(below: Results = {}, above: Results = {}): Results {
  const merged: Results = { ...below }
  for (const [day, panel] of Object.entries(above)) merged[day] = { ...merged[day], ...filled(panel) }
  return merged
}

const daily = (series: Layer['daily'] = []): Results => series.reduce<Results>((all, { from, panel }) => {
  const days = Array.from({ length: 1 - from }, (_, i) => String(from + i))
  return mergedResults(all, Object.fromEntries(days.map((day) => [day, panel])))
}, {})

type Drop = NonNullable<Layer['drop']>[number]

function isDropped(analyte: string, day: string, drop: Drop): boolean {
  if (typeof drop === 'string') return drop === analyte
  const { results, since = -Infinity, before = Infinity } = drop
  return results.includes(analyte) && Number(day) >= since && Number(day) < before
}

function withoutDropped(results: Results = {}, drops: readonly Drop[]): Results {
  const kept = Object.entries(results).map(([day, panel]) => [day, Object.fromEntries(Object.entries(panel).filter(([analyte]) => !drops.some((drop) => isDropped(analyte, day, drop))))] as const)
  return Object.fromEntries(kept)
}

/** Puts values in the place of the newest ones; an analyte without any gets one of yesterday. */
function replaceNewest(layer: Layer, values: Panel = {}): Layer {
  const { results = {}, recent = {} } = layer
  for (const [analyte, value] of Object.entries(values)) {
    const newest = [...Object.keys(results).map((day) => ({ day, from: results })), ...Object.keys(recent).map((day) => ({ day, from: recent }))]
      .filter(({ day, from }) => from[day]?.[analyte] !== undefined).sort((a, b) => byNumber(b.day, a.day))[0] ?? { day: '-1', from: results }
    newest.from[newest.day] = { ...newest.from[newest.day], [analyte]: value }
  }
  return { ...layer, results, recent }
}

function merge(below: Layer, above: Layer): Layer {
  const drops = above.drop ?? []
  const isKept = (word: string): boolean => !drops.includes(word)
  const lists = {
    conditions: [...(below.conditions ?? []).filter(({ what }) => isKept(what)), ...(above.conditions ?? [])],
    drugs: [...(below.drugs ?? []).filter(({ drug }) => isKept(drug)), ...(above.drugs ?? [])],
    allergies: [...(below.allergies ?? []).filter(isKept), ...(above.allergies ?? [])],
    events: [...(below.events ?? []), ...(above.events ?? [])], administered: [...(below.administered ?? []), ...(above.administered ?? [])],
    procedures: [...(below.procedures ?? []), ...(above.procedures ?? [])], vaccines: [...(below.vaccines ?? []), ...(above.vaccines ?? [])],
    orders: [...(below.orders ?? []), ...(above.orders ?? [])],
  }
  const members = {
    person: { ...below.person, ...above.person }, plans: { ...below.plans, ...above.plans }, answers: { ...below.answers, ...above.answers },
    given: { ...below.given, ...above.given }, withheld: { ...below.withheld, ...above.withheld },
  }
  const results = mergedResults(mergedResults(withoutDropped(below.results, drops), daily(above.daily)), above.results)
  const recent = mergedResults(withoutDropped(below.recent, drops), above.recent)
  const order = below.order || above.order ? { order: { ...below.order, ...above.order } } : {}
  return replaceNewest({ ...below, ...above, ...members, ...lists, ...order, results, recent }, above.now)
}

/** The layers of a patient, the lowest first, each moved back by what the layers above it say. `daily` series end today, whatever the move. */
function layersOf(layer: Layer, back = 0): Layer[] {
  const base = layer.base === undefined ? undefined : bases[layer.base]
  if (layer.base !== undefined && base === undefined) throw new TypeError(`no base patient ${layer.base}`)
  return [...(base ? layersOf(base, back + (layer.back ?? 0)) : []), moved(layer, back)]
}

const resolve = (layer: Layer): Layer => layersOf(layer).reduce<Layer>(merge, {})

const NOTHING = {
  today: '2025-03-03', person: {}, conditions: [], events: [], drugs: [], given: {}, administered: [], withheld: {}, procedures: [], lines: 0, allergies: [], vaccines: [],
  plans: {}, answers: {}, orders: [],
}

const defined = <T extends object>(members: T): { [K in keyof T]: NonNullable<T[K]> } =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined && value !== null)) as { [K in keyof T]: NonNullable<T[K]> } // sound: what is undefined was left out

/** The patient that a vector or a base describes. */
export function patientOf(layer: Layer): Patient {
  const { results = {}, recent = {}, base: _base, back: _back, drop: _drop, daily: _daily, now: _now, ...own } = resolve(layer)
  return { ...NOTHING, ...defined(own), results: mergedResults(results, recent), recentDays: new Set(Object.keys(recent)) }
}
