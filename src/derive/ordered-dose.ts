import { drugConcept } from '../facts/drug-concept.ts'
import { isObject, listOf, type Loose, textOf } from '../facts/resources.ts'
import type { ScopeInternals } from '../facts/scope.ts'
import { numberSetting, textSetting } from '../facts/settings.ts'
import type { Calendar, Moment } from '../language/calendar.ts'
import { multiply, percentChange } from '../language/decimal.ts'
import { readQuantity } from '../language/units.ts'

type Element = Readonly<Record<string, unknown>>

/** One dose amount of an order. A range has its lower end too; its upper end is the value, because that is what may be given. */
export interface Amount {
  readonly value: number
  readonly low?: number
  readonly family: 'mg' | 'mg/m2'
  readonly text: string
}

const hasDate = (timing: unknown, day: number, calendar: Calendar): boolean => {
  if (!isObject(timing)) return false
  const bounds = isObject(timing['repeat']) && isObject(timing['repeat']['boundsPeriod']) ? timing['repeat']['boundsPeriod']['start'] : undefined
  return [...listOf(timing['event']), bounds].some((date) => calendar.parse(textOf(date) ?? '')?.day === day)
}

/** The instructions of an order that speak about the dose of one day: those with its date, else all. */
export function instructionsFor(order: Loose, planned: Moment, calendar: Calendar): readonly Element[] {
  const all = listOf(order['dosageInstruction']).filter(isObject)
  const dated = all.filter(({ timing }) => hasDate(timing, planned.day, calendar))
  return dated.length > 0 ? dated : all
}

/**
 * EHRs repeat one dose as ordered, calculated and administered, in any order and under two code systems
 * (terminology.hl7.org/CodeSystem/dose-rate-type, epic.com/CodeSystem/dose-rate-type).
 */
const TYPE_RANK: Readonly<Record<string, number>> = { ordered: 0, calculated: 2, 'admin-amount': 3 }
const UNTYPED = 1
const DOSE_EXTENSION = /(?<type>ordered|calculated)-dose$|(?<amount>admin-amount)$/

const rankOf = (codes: readonly string[]): number => Math.min(...codes.map((code) => TYPE_RANK[code] ?? UNTYPED), codes.length === 0 ? UNTYPED : Infinity)

const typeCodes = (type: unknown): readonly string[] => (isObject(type) ? listOf(type['coding']).filter(isObject).flatMap(({ code }) => textOf(code) ?? []) : [])

interface Ranked { readonly rank: number; readonly dose: Element }

function inExtensions(element: Element): readonly Ranked[] {
  return listOf(element['extension']).filter(isObject).flatMap(({ url, valueQuantity }) => {
    const match = DOSE_EXTENSION.exec(textOf(url) ?? '')
    return match && isObject(valueQuantity) ? [{ rank: rankOf([match.groups?.['type'] ?? match.groups?.['amount'] ?? '']), dose: { doseQuantity: valueQuantity } }] : []
  })
}

/** The amount of an instruction that is the order itself, not what was calculated or is drawn up. */
export const orderedAmount = ({ doseAndRate }: Element): Element | undefined =>
  listOf(doseAndRate).filter(isObject).toSorted((a, b) => rankOf(typeCodes(a['type'])) - rankOf(typeCodes(b['type'])))[0]

/** An order or instruction without the doses it states beside `doseAndRate`: after a correction they would still say the old one. */
export function withoutDoses({ doseQuantity: _, doseRange: __, extension, ...element }: Element): Element {
  const kept = listOf(extension).filter((one) => !isObject(one) || !DOSE_EXTENSION.test(textOf(one['url']) ?? ''))
  return kept.length > 0 ? { ...element, extension: kept } : element
}

/** Every place in which an instruction states a dose, the ordered one first. */
function dosesStated(order: Loose, instructions: readonly Element[]): readonly Element[] {
  const inRates = instructions.flatMap(({ doseAndRate }) => listOf(doseAndRate)).filter(isObject).map((dose): Ranked => ({ rank: rankOf(typeCodes(dose['type'])), dose }))
  const direct = instructions.map((dose): Ranked => ({ rank: UNTYPED, dose }))
  const all = [...inRates, ...direct, ...instructions.flatMap(inExtensions), ...inExtensions(order)]
  return all.toSorted((a, b) => a.rank - b.rank).map(({ dose }) => dose)
}

/** Is the product the solution after reconstitution, so that a volume is a dose? Its name or its strength says so. */
function isReconstituted(order: Loose, instructions: readonly Element[], { settings, index }: ScopeInternals): boolean {
  const { texts } = drugConcept(order, index.medications)
  const pattern = new RegExp(textSetting(settings, 'reconstituted_pattern'), 'iu')
  return [...texts, ...instructions.map(({ text }) => textOf(text) ?? '')].some((text) => pattern.test(text))
}

interface Reader { readonly scope: ScopeInternals; readonly mayBeVolume: boolean }

function amountOf(quantity: unknown, { scope, mayBeVolume }: Reader): Amount | undefined {
  const reading = isObject(quantity) ? readQuantity(scope.mapping.units, 'dose', quantity) : undefined
  if (!reading || !('family' in reading) || typeof reading.value !== 'number' || reading.value <= 0) return undefined
  const { value, family, text } = reading
  if (family === 'mg' || family === 'mg/m2') return { value, family, text }
  const perVolume = numberSetting(scope.settings, 'concentration_mg_per_ml')
  return family === 'mL' && mayBeVolume ? { value: multiply(value, perVolume), family: 'mg', text } : undefined
}

function rangeOf(range: unknown, reader: Reader): Amount | undefined {
  if (!isObject(range)) return undefined
  const low = amountOf(range['low'], reader)
  const high = amountOf(range['high'], reader)
  if (!low || !high || low.family !== high.family) return high ?? low
  return low.value === high.value ? high : { ...high, low: low.value, text: reader.scope.phrases.say`${low.text} to ${high.text}` }
}

/** Amounts of an order for the dose of one day: in milligrams, per m², or both. mg/kg, vials and bare volumes are none. */
export function amountsOf(order: Loose, planned: Moment, scope: ScopeInternals): { readonly mg?: Amount; readonly perM2?: Amount } {
  const instructions = instructionsFor(order, planned, scope.calendar)
  const reader = { scope, mayBeVolume: isReconstituted(order, instructions, scope) }
  const amounts = dosesStated(order, instructions).flatMap(({ doseQuantity, doseRange }) => amountOf(doseQuantity, reader) ?? rangeOf(doseRange, reader) ?? [])
  const mg = amounts.find(({ family }) => family === 'mg')
  const perM2 = amounts.find(({ family }) => family === 'mg/m2')
  return { ...(mg ? { mg } : {}), ...(perM2 ? { perM2 } : {}) }
}

/** A range whose ends lie further apart than the tolerance is no dose that can be checked. */
export function isWideRange({ low, value }: Amount, { settings }: ScopeInternals): boolean {
  return low !== undefined && percentChange(low, value) > numberSetting(settings, 'dose_tol_ok_pct')
}

/** The dose in the order's own words, for people: the first that was stated, readable or not. */
export function doseWords(order: Loose, planned: Moment, scope: ScopeInternals): string | undefined {
  const instructions = instructionsFor(order, planned, scope.calendar)
  for (const { doseQuantity } of dosesStated(order, instructions)) {
    if (!isObject(doseQuantity)) continue
    const unit = textOf(doseQuantity['unit']) ?? textOf(doseQuantity['code'])
    if (doseQuantity['value'] !== undefined) return `${String(doseQuantity['value'])} ${unit ?? 'without unit'}`
  }
  return undefined
}

/** Milligrams of an administered quantity; undefined where it is neither a mass nor a volume of the reconstituted product. */
export function milligramsGiven(administration: Loose, scope: ScopeInternals): number | undefined {
  const dosage = isObject(administration['dosage']) ? administration['dosage'] : {}
  const amount = amountOf(dosage['dose'], { scope, mayBeVolume: isReconstituted(administration, [dosage], scope) })
  return amount?.family === 'mg' ? amount.value : undefined
}
