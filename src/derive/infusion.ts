import { drugConcept } from '../facts/drug-concept.ts'
import { type Fact, missing, present } from '../facts/fact.ts'
import { conceptOf, isObject, listOf, nameOf, textOf } from '../facts/resources.ts'
import type { ScopeInternals } from '../facts/scope.ts'
import { wordsPattern } from '../facts/setting-patterns.ts'
import { listSetting, numberSetting, textSetting } from '../facts/settings.ts'
import { divide, multiply, round } from '../language/decimal.ts'
import { readQuantity } from '../language/units.ts'
import type { Derivation } from './derivation.ts'
import { instructionsFor } from './ordered-dose.ts'
import { numberOf } from './reading.ts'

type Element = Readonly<Record<string, unknown>>

interface Route { readonly means: string; readonly set: string; readonly words: string }

/** How a route reads, the more dangerous reading first: a push is intravenous too. */
const ROUTES: readonly Route[] = [
  { means: 'other', set: 'route-not-intravenous', words: 'route_other_words' },
  { means: 'push', set: 'route-push', words: 'route_push_words' },
  { means: 'infusion', set: 'route-infusion', words: 'route_infusion_words' },
]
/** Code systems whose routes are known well enough to say that an unlisted one is not intravenous. */
const DECISIVE = /snomed\.info\/sct|v3-RouteOfAdministration/
const MINUTES: Readonly<Record<string, number>> = { s: 1 / 60, min: 1, h: 60 }

/** Does a text hold one of a setting's words, as a whole word? */
function mentions(texts: readonly string[], setting: string, { settings }: ScopeInternals): boolean {
  const pattern = wordsPattern(listSetting(settings, setting))
  return texts.some((text) => pattern.test(text))
}

/** `other`: surely not intravenous. `unclear`: named, but in words or codes that nobody can read. Codes and words are both looked at. */
function routeOf(instructions: readonly Element[], scope: ScopeInternals): Fact {
  const { codings, texts } = conceptOf(...instructions.flatMap(({ route, method }) => [route, method]))
  const name = instructions.map(({ route, method }) => nameOf(route) ?? nameOf(method)).find((text) => text !== undefined)
  const { sets } = scope.mapping.matcher.recognise({ codings, texts: [] }, [])
  const known = ROUTES.find(({ set, words }) => sets.has(set) || mentions(texts, words, scope))
  if (known) return present(known.means, name ?? known.means, { origin: 'order' })
  const routes = conceptOf(...instructions.map(({ route }) => route))
  if (routes.codings.some(({ system }) => DECISIVE.test(system ?? ''))) return present('other', name ?? 'not intravenous', { origin: 'order' })
  if (routes.texts.length > 0) return present('unclear', name ?? 'not readable', { origin: 'order' })
  return missing(routes.codings.length > 0 ? 'unit' : 'absent', routes.codings.length > 0 ? 'the code of the route is not readable' : 'no route on the order')
}

const isVolumeRate = /^m[lL]\/(?<per>s|min|h|hr|hour)$/

/** Minutes of the whole infusion by its rate: a volume of 50 mL, or the ordered milligrams, at so much per time. */
function minutesByRate(rate: Element, scope: ScopeInternals): number | undefined {
  const { rateQuantity, rateRatio } = rate
  if (isObject(rateRatio) && isObject(rateRatio['numerator']) && isObject(rateRatio['denominator'])) {
    const { numerator, denominator } = rateRatio
    const perMinutes = minutesOf(isObject(denominator) ? denominator['value'] : undefined, isObject(denominator) ? denominator['code'] ?? denominator['unit'] : undefined)
    const amount = isObject(numerator) ? wholeOf(numerator, scope) : undefined
    return amount === undefined || perMinutes === undefined ? undefined : multiply(amount, perMinutes)
  }
  if (!isObject(rateQuantity) || typeof rateQuantity['value'] !== 'number' || rateQuantity['value'] <= 0) return undefined
  const unit = textOf(rateQuantity['code']) ?? textOf(rateQuantity['unit']) ?? ''
  const per = isVolumeRate.exec(unit.replaceAll(' ', ''))?.groups?.['per']
  const minutes = per === undefined ? undefined : MINUTES[per.startsWith('h') ? 'h' : per]
  return minutes === undefined ? undefined : multiply(divide(numberSetting(scope.settings, 'infusion_volume_ml'), rateQuantity['value']), minutes)
}

/** How many times a rate's amount makes up the whole infusion. */
function wholeOf(numerator: Element, scope: ScopeInternals): number | undefined {
  const reading = readQuantity(scope.mapping.units, 'dose', numerator)
  if (!('family' in reading) || typeof reading.value !== 'number' || reading.value <= 0) return undefined
  if (reading.family === 'mL') return divide(numberSetting(scope.settings, 'infusion_volume_ml'), reading.value)
  const dose = numberOf(scope, 'orderedMg')
  return reading.family === 'mg' && dose !== undefined ? divide(dose, reading.value) : undefined
}

function minutesOf(value: unknown, unit: unknown): number | undefined {
  const scale = MINUTES[textOf(unit)?.replace(/^(?:hours?|hr)$/, 'h').replace(/^minutes?$/, 'min') ?? '']
  return typeof value === 'number' && value > 0 && scale !== undefined ? round(value * scale, 1, 'half-up') : undefined
}

function durationOf(instructions: readonly Element[], scope: ScopeInternals): Fact {
  const repeats = instructions.flatMap(({ timing }) => (isObject(timing) && isObject(timing['repeat']) ? [timing['repeat']] : []))
  const stated = repeats.map(({ duration, durationMax, durationUnit }) => minutesOf(duration ?? durationMax, durationUnit)).find((minutes) => minutes !== undefined)
  const rates = instructions.flatMap(({ doseAndRate }) => listOf(doseAndRate)).filter(isObject)
  const minutes = stated ?? rates.map((rate) => minutesByRate(rate, scope)).find((value) => value !== undefined)
  return minutes === undefined ? missing('absent', 'no duration on the order') : present(minutes, `${String(round(minutes, 0, 'half-up'))} min`, { unit: 'min', origin: 'order' })
}

/** Words for the diluent anywhere on the order. One that names sodium chloride 0.9 % is right, whatever else it warns of. */
function diluentOf(instructions: readonly Element[], scope: ScopeInternals): Fact {
  const order = scope.focus.order?.resource
  if (!order) return missing('not-applicable', 'no order')
  const notes = listOf(order['note']).filter(isObject).map(({ text }) => text)
  const words = instructions.flatMap(({ text, patientInstruction, additionalInstruction }) => [text, patientInstruction, ...conceptOf(additionalInstruction).texts])
  const texts = [...words, ...notes, ...drugConcept(order, scope.index.medications).texts].flatMap((text) => textOf(text) ?? [])
  const saline = textSetting(scope.settings, 'words_diluent')
  if (mentions(texts, 'diluent_saline_words', scope)) return present('saline', saline, { origin: 'order' })
  return mentions(texts, 'diluent_other_words', scope) ? present('other', scope.phrases.say`another diluent than ${saline}`, { origin: 'order' }) : missing('absent', 'no diluent on the order')
}

/** Route, duration and diluent as the order states them. */
export const infusion: Derivation = {
  facts: {
    infusionRoute: { title: 'Route of the order (infusion, push, other, unclear)', type: 'text' },
    infusionMinutes: { title: 'Duration of the infusion', type: 'number', unit: 'min' },
    infusionDiluent: { title: 'Diluent of the order (saline, other)', type: 'text' },
  },
  uses: ['orderedMg'],
  compute(scope) {
    const { order, planned } = scope.focus
    const instructions = order ? instructionsFor(order.resource, planned, scope.calendar) : []
    return { infusionRoute: routeOf(instructions, scope), infusionMinutes: durationOf(instructions, scope), infusionDiluent: diluentOf(instructions, scope) }
  },
}
