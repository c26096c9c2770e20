import type { CodeableConcept, Observation, ObservationComponent, ObservationReferenceRange, Quantity } from 'fhir/r4.js'
import { clock, dateOf, dayKey } from './dates.ts'

type Flag = 'high' | 'low' | 'abnormal'

export interface Cell {
  readonly value: string
  readonly unit: string
  readonly flag?: Flag
  readonly at: Date
  readonly time: string
  readonly isPreliminary: boolean
  readonly others: number
  /** The result behind it, where it is one number that can be edited. */
  readonly source?: Observation
}

export interface Row {
  readonly key: string
  readonly name: string
  readonly group: Group
  readonly unit: string
  readonly range: string
  readonly cells: ReadonlyMap<string, Cell>
}

/** Analytes by day: `days` newest first, rows by group, most recently measured first, else in the order of the record. */
export interface Flowsheet {
  readonly days: readonly { readonly key: string; readonly date: Date }[]
  readonly rows: readonly Row[]
}

export type Group = 'laboratory' | 'other' | 'vital-signs'

const GROUPS: readonly Group[] = ['laboratory', 'other', 'vital-signs']

const LEFT_OUT = new Set(['entered-in-error', 'cancelled', 'unknown'])

// HL7 v3 ObservationInterpretation, as far as a flowsheet marks it.
const FLAGS: Readonly<Record<string, Flag>> = {
  H: 'high', HH: 'high', HU: 'high', L: 'low', LL: 'low', LU: 'low', A: 'abnormal', AA: 'abnormal', POS: 'abnormal',
}

type Reading = Observation | ObservationComponent

/** How a coded thing is called: its text, else its first display, else its first code. */
export const conceptText = (concept: CodeableConcept | undefined): string =>
  concept?.text ?? concept?.coding?.find((coding) => coding.display)?.display ?? concept?.coding?.[0]?.code ?? ''

/** What a LOINC display says before its brackets: "Leukocytes [#/volume] in Blood" is Leukocytes. */
export const shortName = (name: string): string => name.split(' [')[0] ?? name

const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹'

const raised = (digits: string): string => [...digits].map((digit) => SUPERSCRIPTS[Number(digit)] ?? digit).join('')

/** A UCUM unit as people write it: 10*9/L is 10⁹/L, mg/m2 is mg/m². */
export const unitText = (unit: string): string =>
  unit.replace(/10[*^](\d+)/g, (_, power: string) => `10${raised(power)}`).replace(/\bm2\b/g, 'm²').replace(/\buL\b/g, 'µL').replace(/^um/, 'µm')

const quantityText = (quantity: Quantity): string => `${quantity.comparator ?? ''}${quantity.value ?? ''}`

const valueText = (reading: Reading): string => {
  if (reading.valueQuantity) return quantityText(reading.valueQuantity)
  if (reading.valueCodeableConcept) return conceptText(reading.valueCodeableConcept)
  const plain = reading.valueString ?? reading.valueInteger ?? reading.valueBoolean ?? reading.valueDateTime
  return plain === undefined ? '' : String(plain)
}

const rangeOf = (reading: Reading): ObservationReferenceRange | undefined => reading.referenceRange?.find((range) => range.low ?? range.high)

const rangeText = (range: ObservationReferenceRange | undefined): string => {
  const [low, high] = [range?.low?.value, range?.high?.value]
  if (low !== undefined && high !== undefined) return `${low}–${high}`
  if (high !== undefined) return `≤ ${high}`
  return low === undefined ? range?.text ?? '' : `≥ ${low}`
}

const isSameUnit = (a: Quantity, b: Quantity): boolean => a.unit === undefined || b.unit === undefined || a.unit === b.unit || (a.code !== undefined && a.code === b.code)

const flagOf = (reading: Reading): Flag | undefined => {
  const coded = reading.interpretation?.flatMap((concept) => concept.coding ?? []).map((coding) => FLAGS[coding.code ?? '']).find(Boolean)
  const [quantity, range] = [reading.valueQuantity, rangeOf(reading)]
  if (quantity?.value === undefined) return coded
  const beyond = (limit: Quantity | undefined, sign: number): boolean =>
    limit?.value !== undefined && isSameUnit(quantity, limit) && sign * ((quantity.value ?? 0) - limit.value) > 0
  if (beyond(range?.high, 1)) return 'high'
  return beyond(range?.low, -1) ? 'low' : coded
}

const groupOf = (observation: Observation): Group => {
  const codes = (observation.category ?? []).flatMap((category) => category.coding ?? []).map((coding) => coding.code)
  return GROUPS.find((group) => codes.includes(group)) ?? 'other'
}

const takenAt = (observation: Observation): Date | undefined =>
  dateOf(observation.effectiveDateTime ?? observation.effectivePeriod?.end ?? observation.effectivePeriod?.start ?? observation.effectiveInstant ?? observation.issued)

interface Taken { readonly observation: Observation; readonly reading: Reading; readonly at: Date }

const readingsOf = (observation: Observation): readonly Taken[] => {
  const at = takenAt(observation)
  if (at === undefined || LEFT_OUT.has(observation.status)) return []
  return [observation, ...(observation.component ?? [])].filter((reading) => valueText(reading) !== '').map((reading) => ({ observation, reading, at }))
}

const keyOf = ({ reading }: Taken): string => {
  const coding = reading.code.coding?.[0]
  return coding?.code === undefined ? conceptText(reading.code) : `${coding.system ?? ''}|${coding.code}`
}

const unitOf = (reading: Reading): string => unitText(reading.valueQuantity?.unit ?? reading.valueQuantity?.code ?? '')

const cellOf = (newest: Taken, ofThatDay: number): Cell => {
  const flag = flagOf(newest.reading)
  return {
    value: valueText(newest.reading), unit: unitOf(newest.reading), at: newest.at, others: ofThatDay - 1,
    time: clock(newest.at), isPreliminary: newest.observation.status === 'preliminary', ...(flag ? { flag } : {}),
    ...(newest.reading === newest.observation && newest.observation.valueQuantity ? { source: newest.observation } : {}),
  }
}

const rowOf = (key: string, taken: readonly Taken[]): Row | undefined => {
  const newestFirst = [...taken].sort((a, b) => b.at.getTime() - a.at.getTime())
  const newest = newestFirst[0]
  if (!newest) return undefined
  const byDay = Map.groupBy(newestFirst, ({ at }) => dayKey(at))
  const cells = new Map([...byDay].flatMap(([day, same]) => (same[0] ? [[day, cellOf(same[0], same.length)] as const] : [])))
  const { reading, observation } = newest
  return { key, cells, name: conceptText(reading.code), group: groupOf(observation), unit: unitOf(reading), range: rangeText(rangeOf(reading)) }
}

const newestDay = (row: Row): string => [...row.cells.keys()][0] ?? ''

/** Lays observations out as a flowsheet. Of several results of one analyte on one day the newest is shown and the others are counted. */
export const flowsheetOf = (observations: readonly Observation[]): Flowsheet => {
  const taken = observations.flatMap(readingsOf)
  const rows = [...Map.groupBy(taken, keyOf)].flatMap(([key, same]) => rowOf(key, same) ?? [])
  const days = new Map(taken.map(({ at }) => [dayKey(at), at]))
  return {
    days: [...days].sort(([a], [b]) => b.localeCompare(a)).map(([key, date]) => ({ key, date })),
    rows: GROUPS.flatMap((group) => rows.filter((row) => row.group === group).sort((a, b) => newestDay(b).localeCompare(newestDay(a)))),
  }
}

// Mass, length and area: what tells body size among vital signs.
const BODY_SIZE_UNITS = new Set(['kg', 'g', 'lb', '[lb_av]', 'cm', 'm', 'in', '[in_i]', 'm²'])

/** The newest weight, height and body surface, for the banner. */
export const bodySizeOf = (sheet: Flowsheet): readonly { readonly name: string; readonly cell: Cell }[] =>
  sheet.rows.filter((row) => row.group === 'vital-signs' && BODY_SIZE_UNITS.has(row.unit)).flatMap((row) => {
    const cell = [...row.cells.values()][0]
    return cell ? [{ name: row.name, cell }] : []
  })
