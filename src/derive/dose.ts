import { type Fact, missing, present } from '../facts/fact.ts'
import { isObject, listOf, type Loose, textOf } from '../facts/resources.ts'
import type { ScopeInternals } from '../facts/scope.ts'
import { flagSetting, listSetting, numberSetting } from '../facts/settings.ts'
import { divide, multiply, percentChange, round } from '../language/decimal.ts'
import { readQuantity } from '../language/units.ts'
import type { Derivation } from './derivation.ts'
import { flagOf, numberOf } from './reading.ts'
import { regimenOf } from './treatment.ts'

interface Amount { readonly value: number; readonly family: string; readonly text: string }

/** Amounts an order states, the ordered one first: EHRs repeat the dose as calculated, ordered and administered. */
function quantitiesOf(order: Loose): readonly unknown[] {
  const instructions = listOf(order['dosageInstruction']).filter(isObject)
  const rates = instructions.flatMap(({ doseAndRate }) => listOf(doseAndRate)).filter(isObject)
  const isOrdered = (rate: Readonly<Record<string, unknown>>): boolean =>
    isObject(rate['type']) && listOf(rate['type']['coding']).filter(isObject).some(({ code }) => code === 'ordered')
  const typed = [...rates.filter(isOrdered), ...rates.filter((rate) => !isOrdered(rate))]
  return [...typed.map((rate) => rate['doseQuantity']), ...instructions.map(({ doseQuantity }) => doseQuantity)].filter((quantity) => quantity !== undefined)
}

const toAmount = (quantity: unknown, { mapping }: ScopeInternals): Amount[] => {
  const reading = isObject(quantity) ? readQuantity(mapping.units, 'dose', quantity) : undefined
  return reading && 'family' in reading && typeof reading.value === 'number' ? [{ value: reading.value, family: reading.family, text: reading.text }] : []
}

/** Reads mg first: a dose stated per m² and in mg is given in mg. mL counts only where the product is the reconstituted one. */
function statedAmount(order: Loose, scope: ScopeInternals): Amount | undefined {
  const amounts = quantitiesOf(order).flatMap((quantity) => toAmount(quantity, scope))
  const milligrams = amounts.find(({ family }) => family === 'mg')
  return milligrams ?? amounts.find(({ family }) => family === 'mg/m2') ?? amounts.find(({ family }) => family === 'mL')
}

function orderedFacts(scope: ScopeInternals): { ordered: Fact; perM2: Fact } {
  const order = scope.focus.order?.resource
  const amount = order && statedAmount(order, scope)
  const area = numberOf(scope, 'bsa')
  const none = missing('unit', 'no dose in mg or mg/m² on the order')
  if (!amount) return { ordered: none, perM2: none }
  const fact = (value: number | undefined, unit: string): Fact =>
    value === undefined ? missing('absent', 'body surface area is not known') : present(value, `${String(round(value, 3, 'half-up'))} ${unit}`, { unit, origin: 'order' })
  if (amount.family === 'mg/m2') return { ordered: fact(area === undefined ? undefined : multiply(amount.value, area), 'mg'), perM2: fact(amount.value, 'mg/m²') }
  const milligrams = amount.family === 'mL' ? multiply(amount.value, numberSetting(scope.settings, 'concentration_mg_per_ml')) : amount.value
  return { ordered: fact(milligrams, 'mg'), perM2: fact(area === undefined ? undefined : divide(milligrams, area), 'mg/m²') }
}

const doseList = (scope: ScopeInternals, setting: string): readonly number[] => listSetting(scope.settings, setting).map(Number)

/** Base doses per m² that the regimen accepts for this slot; two where remission decides and is not known. */
export function acceptedPerM2(scope: ScopeInternals): readonly number[] {
  const regimen = regimenOf(scope.settings)
  const index = regimen.slots.indexOf(numberOf(scope, 'slot') ?? -1)
  const isFirstCycle = numberOf(scope, 'cycle') === 1
  const lists = isFirstCycle ? ['dose_cycle1_mg_m2'] : listsFor(flagOf(scope, 'inRemission'))
  const standard = lists.map((name) => doseList(scope, name)[index])
  const lower = flagSetting(scope.settings, 'lower_dose_protocol_enabled') ? [doseList(scope, isFirstCycle ? 'lower_dose_cycle1_mg_m2' : 'lower_dose_remission_mg_m2')[index]] : []
  return [...new Set([...standard, ...lower].filter((dose) => dose !== undefined))]
}

const listsFor = (inRemission: boolean | undefined): readonly string[] => {
  if (inRemission === undefined) return ['dose_remission_mg_m2', 'dose_no_remission_mg_m2']
  return inRemission ? ['dose_remission_mg_m2'] : ['dose_no_remission_mg_m2']
}

const factorFor = (scope: ScopeInternals): number => ((numberOf(scope, 'doseLevel') ?? 0) > 0 ? numberSetting(scope.settings, 'reduction_factor') : 1)

const nearest = (options: readonly number[], to: number | undefined): number | undefined =>
  to === undefined ? options[0] : options.toSorted((a, b) => Math.abs(a - to) - Math.abs(b - to))[0]

function expectedFacts(scope: ScopeInternals, orderedPerM2: number | undefined): Record<string, Fact> {
  const factor = factorFor(scope)
  const base = nearest(acceptedPerM2(scope).map((dose) => multiply(dose, factor)), orderedPerM2)
  const area = numberOf(scope, 'bsa')
  if (base === undefined) return { expectedPerM2: missing('not-applicable', 'no dose is planned for this day'), expectedMg: missing('not-applicable', 'no dose is planned for this day') }
  const perM2 = present(base, `${String(base)} mg/m²`, { unit: 'mg/m²' })
  if (area === undefined) return { expectedPerM2: perM2, expectedMg: missing('absent', 'body surface area is not known') }
  const milligrams = round(multiply(base, area), numberSetting(scope.settings, 'dose_decimals'), 'half-up')
  return { expectedPerM2: perM2, expectedMg: present(milligrams, `${milligrams.toFixed(2)} mg`, { unit: 'mg' }) }
}

const value = (fact: Fact | undefined): number | undefined => (fact?.state === 'present' && typeof fact.value === 'number' ? fact.value : undefined)

/** Compared per m² where the order says so, else in milligrams, so that no rounding of the area decides. */
function deviation(ordered: Fact, perM2: Fact, expected: Record<string, Fact>): Fact {
  const isPerM2 = value(ordered) === undefined
  const from = isPerM2 ? value(expected['expectedPerM2']) : value(expected['expectedMg'])
  const to = isPerM2 ? value(perM2) : value(ordered)
  if (from === undefined || to === undefined || from === 0) return missing('absent', 'the dose cannot be compared')
  const percent = percentChange(from, to)
  return present(percent, `${percent > 0 ? '+' : ''}${String(round(percent, 1, 'half-up'))} %`, { unit: '%' })
}

/** The lower-dose regimen of a trial, recognised on cycle 1 within the tolerance. */
function isReducedStart(scope: ScopeInternals, perM2: number | undefined): boolean {
  const index = regimenOf(scope.settings).slots.indexOf(numberOf(scope, 'slot') ?? -1)
  const lower = doseList(scope, 'lower_dose_cycle1_mg_m2')[index]
  if (numberOf(scope, 'cycle') !== 1 || perM2 === undefined || lower === undefined) return false
  return Math.abs(percentChange(lower, perM2)) <= numberSetting(scope.settings, 'dose_tol_ok_pct')
}

/** Ordered and expected dose, and how far apart they are. */
export const dose: Derivation = {
  facts: {
    orderedMg: { title: 'Ordered dose', type: 'number', unit: 'mg' }, orderedPerM2: { title: 'Ordered dose per m²', type: 'number', unit: 'mg/m²' },
    expectedPerM2: { title: 'Expected dose per m²', type: 'number', unit: 'mg/m²' }, expectedMg: { title: 'Expected dose', type: 'number', unit: 'mg' },
    doseDeviationPct: { title: 'Ordered against expected dose', type: 'number', unit: '%' },
    reducedStart: { title: 'Lower-dose regimen of a trial', type: 'boolean' },
    doseReadable: { title: 'The ordered dose can be read', type: 'boolean' },
    doseText: { title: 'Dose as ordered', type: 'text' },
  },
  uses: ['bsa', 'slot', 'cycle', 'inRemission', 'doseLevel'],
  compute(scope) {
    const { ordered, perM2 } = orderedFacts(scope)
    const expected = expectedFacts(scope, value(perM2))
    const order = scope.focus.order?.resource
    const stated = order ? quantitiesOf(order).find(isObject) : undefined
    const words = stated ? `${String(stated['value'])} ${textOf(stated['unit']) ?? textOf(stated['code']) ?? ''}`.trim() : undefined
    return {
      ...expected, orderedMg: ordered, orderedPerM2: perM2, doseDeviationPct: deviation(ordered, perM2, expected),
      reducedStart: present(isReducedStart(scope, value(perM2)), 'lower-dose regimen'),
      doseReadable: present(value(ordered) !== undefined || value(perM2) !== undefined, words ?? 'no dose'),
      doseText: words === undefined ? missing('absent', 'no dose on the order') : present(words, words, { origin: 'order' }),
    }
  },
}

