import { multiply, round } from '../../src/language/decimal.ts'
import type { Analyte, Panel, Value } from './format.ts'
import { answerConcept, type Chart, coding, type Filed, type FhirJson, found, type Json, quantity } from './hospital.ts'
import type { Patient } from './patient.ts'
import { vocabulary } from './read.ts'

const CATEGORY: Readonly<Record<Analyte['key'], string>> = { labs: 'laboratory', vitals: 'vital-signs', ecg: 'procedure', assessments: 'survey' }
const PLACES = 6

type Spelling = Analyte['north']

/** In the unit of the hospital; products of decimals stay exact, so that a limit is met exactly. */
function spelled(value: number, { times, plus, places = PLACES }: Spelling): number {
  return round(multiply(value, times) + plus, places, 'half-up')
}

const range = (low: Json | undefined, high: Json | undefined): Json =>
  (low || high ? { referenceRange: [{ ...(low ? { low } : {}), ...(high ? { high } : {}) }] } : {})

function measured(value: number, comparator: string | undefined, analyte: Analyte, spelling: Spelling): Json {
  const unit = spelling.unit ?? analyte.unit ?? '1'
  const one = (number: number): Json => quantity(spelled(number, spelling), unit, !spelling.uncoded)
  const limit = (number: number | undefined): Json | undefined => (number === undefined ? undefined : one(number))
  return { valueQuantity: { ...(comparator ? { comparator } : {}), ...one(value) }, ...range(limit(analyte.low), limit(analyte.high)) }
}

/** As printed by a laboratory of another kind: unit and range are those given here. */
function asPrinted({ value, unit, low, high }: Exclude<Value, number | string>): Json {
  const one = (number: number): Json => (unit === null ? { value: number } : quantity(number, unit, unit === 'umol/L'))
  return { valueQuantity: one(value), ...range(low === undefined ? undefined : one(low), high === undefined ? undefined : one(high)) }
}

const WITH_UNIT = /^(\d+(?:\.\d+)?) (\S+)$/
const BOUND = /^([<>]=?)(\d+(?:\.\d+)?)$/

function valueOf(value: Value, analyte: Analyte, spelling: Spelling, { hospital }: Chart): Json {
  if (typeof value === 'number') return measured(value, undefined, analyte, spelling)
  if (typeof value === 'object') return asPrinted(value)
  const bound = BOUND.exec(value)
  if (bound) return measured(Number(bound[2]), bound[1], analyte, spelling)
  const printed = WITH_UNIT.exec(value)
  if (printed) return { valueQuantity: quantity(Number(printed[1]), printed[2] ?? '', false) }
  return { valueCodeableConcept: answerConcept(found(vocabulary.answers, value), hospital) }
}

const isScore = (analyte: Analyte, chart: Chart): boolean => analyte.unit === '{score}' && chart.hospital.name === 'north'

function contentOf(name: string, value: Value, chart: Chart): Json {
  const analyte = found(vocabulary.analytes, name)
  const spelling = analyte[chart.hospital.name]
  const code = spelling.loinc ? { coding: [coding('local', name), coding('loinc', spelling.loinc)] } : { text: spelling.text }
  return { code, ...(isScore(analyte, chart) && typeof value === 'number' ? { valueInteger: value } : valueOf(value, analyte, spelling, chart)) }
}

function observation(name: string, day: string, content: Json, status: string, chart: Chart): Filed {
  const { key } = found(vocabulary.analytes, name)
  const effective = chart.days.instant(/^-?\d+$/.test(day) ? Number(day) : day)
  const when = chart.hospital.name === 'north' ? { effectiveDateTime: effective } : { effectivePeriod: { start: effective, end: effective } }
  const category = [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: CATEGORY[key] }] }]
  const resource: FhirJson = { resourceType: 'Observation', id: `${name.toLowerCase()}${day.replace('-', '.')}`, status, category, subject: chart.subject, ...when, ...content }
  return { key, resource }
}

const PARTS_OF_ONE_ECG = ['qt', 'heartRate']

/** The south reports QT and heart rate as components of one ECG. */
function panelOf(panel: Panel, day: string, status: string, chart: Chart): Filed[] {
  const parts = chart.hospital.name === 'south' ? PARTS_OF_ONE_ECG.filter((name) => panel[name] !== undefined) : []
  const single = Object.entries(panel).filter(([name]) => !parts.includes(name)).map(([name, value]) => observation(name, day, contentOf(name, value, chart), status, chart))
  if (parts.length === 0) return single
  const component = parts.map((name) => contentOf(name, panel[name] ?? 0, chart))
  return [...single, observation('qt', day, { code: { coding: [coding('loinc', '34534-8')] }, component }, status, chart)]
}

/** All results of a patient as Observations. */
export function observationsOf({ results, recentDays, recentStatus }: Patient, chart: Chart): Filed[] {
  return Object.entries(results).flatMap(([day, panel]) => panelOf(panel, day, recentDays.has(day) ? recentStatus ?? 'final' : 'final', chart))
}
