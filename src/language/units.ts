import type { Bound } from './check.ts'
import { settle } from './decimal.ts'
import { convertUcum } from './fhirpath.ts'
import { conversionOf, textOf, type QuantityLike, type Units, unitsFor, type UnitProblem, type UnitTable } from './unit-conversion.ts'

export type { QuantityKind, QuantityLike, UnitFamily, UnitTable } from './unit-conversion.ts'

/** A value in one of its kind's families. */
export interface Reading {
  readonly value: number | Bound
  readonly family: string
  /** As reported, not escaped: "34 µmol/L", "<1 ×10⁹/L", "500 /uL". */
  readonly text: string
}

/** `no-value`: there is no number, or one that does not mean what it says (an unknown comparator). */
export interface QuantityProblem {
  readonly problem: 'no-value' | UnitProblem
}

const STEP = 1e-11

/** The smallest number beyond `limit` that 12 significant digits can show. */
const beyond = (limit: number, sign: 1 | -1): number => settle(limit + sign * STEP * (limit === 0 ? 1 : 10 ** Math.floor(Math.log10(Math.abs(limit)))))

/**
 * A Bound excludes its limit. "≤1" does not say that the value is below 1, so its limit is the next number above: nothing is then
 * concluded that "≤1" does not support (it proves neither `< 1` nor `> 1`).
 */
const BOUNDS: Readonly<Record<string, { readonly sign: string; bound(limit: number): Bound }>> = {
  '<': { sign: '<', bound: (limit) => ({ bound: 'below', limit }) },
  '<=': { sign: '≤', bound: (limit) => ({ bound: 'below', limit: beyond(limit, 1) }) },
  '>': { sign: '>', bound: (limit) => ({ bound: 'above', limit }) },
  '>=': { sign: '≥', bound: (limit) => ({ bound: 'above', limit: beyond(limit, -1) }) },
}

function reading(units: Units, quantity: QuantityLike, value: number, written: string): Reading | QuantityProblem {
  const comparator = quantity.comparator === undefined ? undefined : BOUNDS[String(quantity.comparator)]
  // FHIR R5's `ad` and anything else unknown changes what the number means in a way we cannot tell.
  if (quantity.comparator !== undefined && comparator === undefined) return { problem: 'no-value' }
  const conversion = conversionOf(units, quantity)
  if (typeof conversion === 'string') return { problem: conversion }
  const converted = conversion.convert(value)
  if (!Number.isFinite(converted)) return { problem: 'unknown-unit' }
  const unit = conversion.same ? conversion.display : (textOf(quantity.unit) ?? textOf(quantity.code) ?? '')
  return {
    value: comparator === undefined ? converted : comparator.bound(converted),
    family: conversion.family,
    text: `${comparator?.sign ?? ''}${written} ${unit}`.trim(),
  }
}

/** Reads a FHIR Quantity as a value of a kind. Never guesses a unit. Throws TypeError for a kind the table does not have. */
export function readQuantity(table: UnitTable, kind: string, quantity: QuantityLike): Reading | QuantityProblem {
  const units = unitsFor(table, kind)
  const { value } = quantity
  return typeof value === 'number' && Number.isFinite(value) ? reading(units, quantity, value, String(value)) : { problem: 'no-value' }
}

const WRITTEN = /^(?<comparator><=|>=|[<>≤≥])?\s*(?<number>-?\d+(?:\.\d+)?)(?<unit>(?![\d.]).*)$/su
const COMPARATORS: Readonly<Record<string, string>> = { '≤': '<=', '≥': '>=' }
const LONGEST = 64

/** Reads a result written as text, such as "<0.2", "34 umol/L" or "≥ 10 %". A comma is no decimal point: "1,234" is not readable. */
export function readText(table: UnitTable, kind: string, text: string): Reading | QuantityProblem {
  const units = unitsFor(table, kind)
  const groups = text.length > LONGEST ? undefined : WRITTEN.exec(text.trim())?.groups
  const number = groups?.['number']
  if (groups === undefined || number === undefined) return { problem: 'no-value' }
  const { comparator, unit } = groups
  const quantity = { unit, ...(comparator === undefined ? {} : { comparator: COMPARATORS[comparator] ?? comparator }) }
  return reading(units, quantity, Number(number), number)
}

/** Converts between two families of a kind: for a limit that comes in another one than its value. Undefined: not convertible. */
export function convertFamily(table: UnitTable, kind: string, value: number, from: string, to: string): number | undefined {
  const { kind: declared } = unitsFor(table, kind)
  if (declared.families[from] === undefined || declared.families[to] === undefined) return undefined
  if (from === to) return value
  const converted = declared.aliasesOnly === true ? undefined : convertUcum(value, from, to, declared.between?.molecularWeight)
  return converted === undefined ? undefined : settle(converted)
}
