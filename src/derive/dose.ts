import { type Fact, missing, present } from '../facts/fact.ts'
import type { ScopeInternals } from '../facts/scope.ts'
import { flagSetting, numberSetting } from '../facts/settings.ts'
import { divide, multiply, percentChange, round } from '../language/decimal.ts'
import type { Derivation } from './derivation.ts'
import { acceptedPerM2, lowerStartPerM2, otherResponsePerM2, reduced, reductionFactor } from './expected-dose.ts'
import { type Amount, amountsOf, doseWords, isWideRange } from './ordered-dose.ts'
import { numberOf } from './reading.ts'

/** The ordered dose in milligrams and per m², as far as it can be known. */
interface Ordered {
  readonly amount: Amount | undefined
  readonly mg: number | undefined
  readonly perM2: number | undefined
}

/** Milligrams come first: a dose stated both ways is given in milligrams. Per m² alone it can be judged without a body size. */
function orderedDose(scope: ScopeInternals, area: number | undefined): Ordered {
  const { order, planned } = scope.focus
  const { mg, perM2 } = order ? amountsOf(order.resource, planned, scope) : {}
  if (mg) return { amount: mg, mg: mg.value, perM2: area === undefined ? perM2?.value : divide(mg.value, area) }
  return { amount: perM2, perM2: perM2?.value, mg: perM2 && area !== undefined ? multiply(perM2.value, area) : undefined }
}

interface Expected {
  readonly perM2: number
  readonly mg: number | undefined
}

const nearest = (options: readonly number[], to: number | undefined): number | undefined =>
  to === undefined ? options[0] : options.toSorted((a, b) => Math.abs(a - to) - Math.abs(b - to))[0]

function expectedDose(scope: ScopeInternals, { perM2 }: Ordered, area: number | undefined): Expected | undefined {
  const factor = reductionFactor(scope)
  const dose = nearest(acceptedPerM2(scope).map((base) => multiply(base, factor)), perM2)
  return dose === undefined ? undefined : { perM2: dose, mg: area === undefined ? undefined : multiply(dose, area) }
}

/** In percent of the expected dose: in milligrams where the order is in milligrams, per m² where it is stated so. */
function deviationOf({ amount, mg, perM2 }: Ordered, expected: Expected | undefined): number | undefined {
  const inMilligrams = amount?.family === 'mg'
  const from = inMilligrams ? expected?.mg : expected?.perM2
  const to = inMilligrams ? mg : perM2
  // Milligrams on an order that states the dose per m² too can still be judged when the body size is missing.
  if (inMilligrams && from === undefined && perM2 !== undefined && expected) return percentChange(expected.perM2, perM2)
  return from === undefined || to === undefined ? undefined : percentChange(from, to)
}

const isWithin = (perM2: number | undefined, dose: number | undefined, tolerance: string, { settings }: ScopeInternals): boolean =>
  perM2 !== undefined && dose !== undefined && Math.abs(percentChange(dose, perM2)) <= numberSetting(settings, tolerance)

/** The lower-dose regimen of a trial, recognised on cycle 1 where the site does not run it. */
function isReducedStart(scope: ScopeInternals, perM2: number | undefined): boolean {
  if (flagSetting(scope.settings, 'lower_dose_protocol_enabled')) return false
  return numberOf(scope, 'cycle') === 1 && isWithin(perM2, lowerStartPerM2(scope), 'dose_tol_ok_pct', scope)
}

/** The order is the dose for the other response: too high in remission, too low without. */
function mismatch(scope: ScopeInternals, perM2: number | undefined, expected: Expected | undefined): Fact {
  const factor = reductionFactor(scope)
  const other = otherResponsePerM2(scope).map((dose) => multiply(dose, factor)).find((dose) => isWithin(perM2, dose, 'dose_tol_max_pct', scope))
  if (other === undefined || expected === undefined) return missing('not-applicable', 'the dose is not that of another response')
  const value = other > expected.perM2 ? 'too-high' : 'too-low'
  return present(value, scope.phrases.say`${String(other)} mg/m² instead of ${String(expected.perM2)} mg/m²`)
}

/** Exactly the dose of the first reduction level although none is documented. */
const isUndocumentedReduction = (scope: ScopeInternals, perM2: number | undefined): boolean =>
  (numberOf(scope, 'doseLevel') ?? 0) === 0 && acceptedPerM2(scope).some((dose) => isWithin(perM2, reduced(dose, scope), 'dose_tol_ok_pct', scope))

const milligrams = (value: number): string => `${value.toFixed(2)} mg`
const noArea = missing('absent', 'body surface area is not known')

function orderedFacts({ amount, mg, perM2 }: Ordered, scope: ScopeInternals): Record<string, Fact> {
  const none = missing('unit', 'no dose in mg or mg/m² on the order')
  const fact = (value: number | undefined, unit: string): Fact =>
    value === undefined ? (amount ? noArea : none) : present(value, `${String(round(value, 3, 'half-up'))} ${unit}`, { unit, origin: 'order' })
  const { order, planned } = scope.focus
  const words = amount?.text ?? (order ? doseWords(order.resource, planned, scope) : undefined)
  const isReadable = amount !== undefined && !isWideRange(amount, scope)
  return {
    orderedMg: fact(mg, 'mg'), orderedPerM2: fact(perM2, 'mg/m²'),
    doseReadable: present(isReadable, words ?? 'no dose', { origin: 'order' }),
    doseText: words === undefined ? missing('absent', 'no dose on the order') : present(words, words, { origin: 'order' }),
  }
}

function allowedText({ perM2, mg }: Expected, { settings, phrases }: ScopeInternals): string {
  const share = numberSetting(settings, 'dose_tol_max_pct') / 100
  const [value, unit] = mg === undefined ? [perM2, 'mg/m²'] : [mg, 'mg']
  return phrases.say`${multiply(value, 1 - share).toFixed(2)} to ${multiply(value, 1 + share).toFixed(2)} ${unit}`
}

function expectedFacts(expected: Expected | undefined, scope: ScopeInternals): Record<string, Fact> {
  const none = missing('not-applicable', 'no dose is planned for this day')
  if (!expected) return { expectedPerM2: none, expectedMg: none, doseAllowed: none }
  const rounded = expected.mg === undefined ? undefined : round(expected.mg, numberSetting(scope.settings, 'dose_decimals'), 'half-up')
  const allowed = allowedText(expected, scope)
  return {
    expectedPerM2: present(expected.perM2, `${String(expected.perM2)} mg/m²`, { unit: 'mg/m²' }),
    expectedMg: rounded === undefined ? noArea : present(rounded, milligrams(rounded), { unit: 'mg' }),
    doseAllowed: present(allowed, allowed),
  }
}

/** Why there is nothing to compare: the body size or the place in the course may be unread rather than absent. */
export function incomparable(scope: ScopeInternals): Fact {
  const lost = ['bsa', 'slot'].map((name) => scope.fact(name)).find((fact) => fact.state === 'missing' && fact.why === 'unavailable')
  return lost ?? missing('absent', 'the dose cannot be compared')
}

function deviationFacts(percent: number | undefined, scope: ScopeInternals): Record<string, Fact> {
  const none = incomparable(scope)
  if (percent === undefined) return { doseDeviationPct: none, doseDeviationSizePct: none }
  const text = `${percent > 0 ? '+' : ''}${String(round(percent, 1, 'half-up'))} %`
  return { doseDeviationPct: present(percent, text, { unit: '%' }), doseDeviationSizePct: present(Math.abs(percent), text, { unit: '%' }) }
}

/** The expected dose with today's weight: for a patient whose weight changed within the cycle. */
function recalculated(expected: Expected | undefined, scope: ScopeInternals): Record<string, Fact> {
  const area = numberOf(scope, 'currentBsa')
  if (!expected || area === undefined) return { recalculatedMg: noArea }
  const value = round(multiply(expected.perM2, area), numberSetting(scope.settings, 'dose_decimals'), 'half-up')
  return { recalculatedMg: present(value, milligrams(value), { unit: 'mg' }) }
}

function compute(scope: ScopeInternals): Record<string, Fact> {
  const area = numberOf(scope, 'bsa')
  const ordered = orderedDose(scope, area)
  const expected = expectedDose(scope, ordered, area)
  const percent = deviationOf(ordered, expected)
  const isReduction = isUndocumentedReduction(scope, ordered.perM2)
  return {
    ...orderedFacts(ordered, scope), ...expectedFacts(expected, scope),
    ...deviationFacts(percent, scope), ...recalculated(expected, scope),
    reducedStart: present(isReducedStart(scope, ordered.perM2), 'lower-dose regimen'),
    remissionMismatch: mismatch(scope, ordered.perM2, expected),
    reductionUndocumented: present(isReduction, isReduction ? 'the dose of reduction level 1' : 'no'),
  }
}

/** Ordered and expected dose, and how far apart they are. */
export const dose: Derivation = {
  facts: {
    orderedMg: { title: 'Ordered dose', type: 'number', unit: 'mg' }, orderedPerM2: { title: 'Ordered dose per m²', type: 'number', unit: 'mg/m²' },
    expectedPerM2: { title: 'Expected dose per m²', type: 'number', unit: 'mg/m²' }, expectedMg: { title: 'Expected dose', type: 'number', unit: 'mg' },
    doseAllowed: { title: 'Range that a rounding policy may allow', type: 'text' },
    doseDeviationPct: { title: 'Ordered against expected dose', type: 'number', unit: '%' },
    doseDeviationSizePct: { title: 'Size of that deviation, up or down', type: 'number', unit: '%' },
    recalculatedMg: { title: 'Expected dose with the newest weight', type: 'number', unit: 'mg' },
    reducedStart: { title: 'Lower-dose regimen of a trial', type: 'boolean' },
    remissionMismatch: { title: 'Dose of the other response', type: 'text' },
    reductionUndocumented: { title: 'Dose of reduction level 1 without a documented reduction', type: 'boolean' },
    doseReadable: { title: 'The ordered dose can be read', type: 'boolean' },
    doseText: { title: 'Dose as ordered', type: 'text' },
  },
  uses: ['bsa', 'currentBsa', 'slot', 'cycle', 'inRemission', 'doseLevel'],
  compute,
}
