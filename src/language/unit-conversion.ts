import { multiply, settle } from './decimal.ts'
import { convertUcum, isUcum } from './fhirpath.ts'

/** One unit in which values of a kind are compared. Its key in QuantityKind is its UCUM code, such as 'mg/dL'. */
export interface UnitFamily {
  /** For people: µmol/L. */
  readonly display: string
  /** What a reported unit is multiplied by; or the UCUM code it means, where a factor will not do ('[degF]' to Cel). */
  readonly factors: Readonly<Record<string, number | string>>
}

/** A kind of quantity: which units it may be reported in. Values of different families are kept apart, never silently converted. */
export interface QuantityKind {
  readonly title?: string
  readonly families: Readonly<Record<string, UnitFamily>>
  /** Lets value and limit meet when one weighs and the other counts moles; g/mol. */
  readonly between?: { readonly molecularWeight: number }
  /** Units that would convert but mean something else here, such as the unit of red cells for platelets. */
  readonly refuse?: readonly string[]
  /** No UCUM beyond the declared units, because UCUM cannot tell this kind's units apart: to it, mg/kg is a plain number. */
  readonly aliasesOnly?: boolean
  /** A value without any unit is readable: scores. */
  readonly unitOptional?: boolean
}

/** The content of fhir-mappings/units.yaml, by kind. */
export type UnitTable = Readonly<Record<string, QuantityKind>>

/** A FHIR Quantity as it came. */
export interface QuantityLike {
  readonly value?: unknown
  readonly comparator?: unknown
  readonly unit?: unknown
  readonly code?: unknown
  readonly system?: unknown
}

/** Why a unit is not readable. */
export type UnitProblem = 'no-unit' | 'unknown-unit'

/** How a reported unit becomes a family's. */
export interface Conversion {
  readonly family: string
  readonly display: string
  /** The unit is the family's own, whatever its spelling, so the family's display may stand for it. */
  readonly same: boolean
  convert(value: number): number
}

const SUPERSCRIPTS: Readonly<Record<string, string>> = { '⁰': '0', '¹': '1', '²': '2', '³': '3', '⁴': '4', '⁵': '5', '⁶': '6', '⁷': '7', '⁸': '8', '⁹': '9', '⁻': '-' }

/** Spellings of one unit brought together: "K/µL" and "k / uL", "×10⁹/L" and "x109/l". */
const spelling = (unit: string): string =>
  unit.toLowerCase().replaceAll(/\s/gu, '').replaceAll('×', 'x').replaceAll(/[µμ]/gu, 'u').replaceAll(/[⁰¹²³⁴-⁹⁻]/gu, (digit) => SUPERSCRIPTS[digit] ?? digit)

/** UCUM as a FHIR system and as the identifier that converted HL7 v2 and v3 messages carry. */
const UCUM: readonly unknown[] = [undefined, 'http://unitsofmeasure.org', 'urn:oid:2.16.840.1.113883.6.8']

/** A kind with its spellings resolved once; units met since are remembered too. */
export interface Units {
  readonly kind: QuantityKind
  readonly declared: ReadonlyMap<string, Conversion>
  readonly refused: ReadonlySet<string>
  readonly met: Map<string, Conversion | undefined>
  /** By unit, code and system as they came. */
  readonly read: Map<string, Conversion | UnitProblem>
}

function conversionBy(family: string, display: string, factor: number | string): Conversion {
  if (typeof factor === 'number') return { family, display, same: factor === 1, convert: (value) => multiply(value, factor) }
  return { family, display, same: false, convert: (value) => settle(convertUcum(value, factor, family) ?? Number.NaN) }
}

function unitsOf(kind: QuantityKind): Units {
  const declared = new Map<string, Conversion>()
  for (const [family, { display, factors }] of Object.entries(kind.families)) {
    for (const [unit, factor] of Object.entries(factors)) declared.set(spelling(unit), conversionBy(family, display, factor))
  }
  return { kind, declared, refused: new Set(kind.refuse?.map(spelling)), met: new Map(), read: new Map() }
}

const resolved = new WeakMap<QuantityKind, Units>()

/** The units of a kind. Throws TypeError for a kind the table does not have. */
export function unitsFor(table: UnitTable, kind: string): Units {
  const declared = table[kind]
  if (declared === undefined) throw new TypeError(`no kind of quantity is called ${kind}`)
  const units = resolved.get(declared) ?? unitsOf(declared)
  resolved.set(declared, units)
  return units
}

/** A unit no one declared, if UCUM can express it in one of the families: same dimension, so no molecular weight here. */
function conversionByUcum({ kind }: Units, code: string): Conversion | undefined {
  if (kind.aliasesOnly === true) return undefined
  const found = Object.entries(kind.families).find(([family]) => convertUcum(1, code, family) !== undefined)
  if (found === undefined) return undefined
  const [family, { display }] = found
  const convert = (value: number): number => settle(convertUcum(value, code, family) ?? Number.NaN)
  return { family, display, same: convert(1) === 1 && convert(0) === 0, convert }
}

const REMEMBERED = 500

function remembered(units: Units, code: string): Conversion | undefined {
  if (units.met.has(code)) return units.met.get(code)
  const conversion = conversionByUcum(units, code)
  if (units.met.size < REMEMBERED) units.met.set(code, conversion)
  return conversion
}

/** A text with something in it. */
export const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined)

const agree = (a: Conversion, b: Conversion): boolean => a.family === b.family && [1, 100].every((value) => a.convert(value) === b.convert(value))

/** The conversion a quantity's `code` and `unit` ask for, found once for each way of writing them. */
export function conversionOf(units: Units, quantity: QuantityLike): Conversion | UnitProblem {
  const written = `${String(quantity.unit)}\n${String(quantity.code)}\n${String(quantity.system)}`
  const known = units.read.get(written)
  if (known !== undefined) return known
  const found = conversionAsked(units, quantity)
  const isText = [quantity.unit, quantity.code, quantity.system].every((part) => part === undefined || typeof part === 'string')
  if (isText && units.read.size < REMEMBERED) units.read.set(written, found)
  return found
}

/**
 * The declared spellings come first (K/uL is thousands, though UCUM reads
 * kelvin), then UCUM, by code alone: `unit` is for people. A code and a unit that contradict each other are not readable.
 */
function conversionAsked(units: Units, { unit, code, system }: QuantityLike): Conversion | UnitProblem {
  const [coded, shown] = [textOf(code), textOf(unit)]
  const written = [coded, shown].filter((each) => each !== undefined)
  if (written.length === 0) return units.kind.unitOptional === true ? bareConversion(units) : 'no-unit'
  if (written.some((each) => units.refused.has(spelling(each)))) return 'unknown-unit'
  const mayBeUcum = coded !== undefined && UCUM.includes(system) && isUcum(coded)
  const byCode = coded === undefined ? undefined : (units.declared.get(spelling(coded)) ?? (mayBeUcum ? remembered(units, coded) : undefined))
  const byUnit = shown === undefined ? undefined : units.declared.get(spelling(shown))
  // A code that is a unit, but none of this kind, says more than a unit text beside it that happens to be.
  if (byCode === undefined && mayBeUcum) return 'unknown-unit'
  if (byCode !== undefined && byUnit !== undefined && !agree(byCode, byUnit)) return 'unknown-unit'
  return byCode ?? byUnit ?? 'unknown-unit'
}

const bareConversion = ({ declared }: Units): Conversion | 'unknown-unit' => [...declared.values()].find(({ same }) => same) ?? 'unknown-unit'
