import { multiply, round } from '../../src/language/decimal.ts'
import { type FhirJson, type Json, quantity } from '../vectors/hospital.ts'
import { isObject } from './json.ts'
import type { Chance } from './random.ts'

interface Spelling { readonly unit: string; readonly times: number; readonly isText?: true; readonly places?: number; readonly plus?: number }

const counts: readonly Spelling[] = [
  { unit: '/uL', times: 1000 }, { unit: '{cells}/uL', times: 1000 }, { unit: '10*3/uL', times: 1 }, { unit: '10*6/L', times: 1000 },
  { unit: 'K/uL', times: 1, isText: true }, { unit: 'x10^9/L', times: 1, isText: true }, { unit: 'cells/mm³', times: 1000, isText: true },
]
const enzymes: readonly Spelling[] = [{ unit: '[IU]/L', times: 1 }, { unit: 'IU/L', times: 1, isText: true }, { unit: 'E/L', times: 1, isText: true }, { unit: 'ukat/L', times: 1 / 60 }]
const intervals: readonly Spelling[] = [{ unit: 's', times: 0.001 }, { unit: 'msec', times: 1, isText: true }]
const bilirubin: readonly Spelling[] = [{ unit: 'umol/L', times: 17.104 }, { unit: 'µmol/L', times: 17.104, isText: true }, { unit: 'mg/L', times: 10 }]

/** Other ways to write the results of an analyte (words.yaml), from the unit of the northern hospital. */
const SPELLINGS: Readonly<Record<string, readonly Spelling[]>> = {
  wbc: counts, anc: counts, plt: counts, alt: enzymes, ast: enzymes, alp: enzymes, ggt: enzymes, ldh: enzymes, bili: bilirubin, dbili: bilirubin,
  crea: [{ unit: 'umol/L', times: 88.42 }, { unit: 'mg/L', times: 10 }], urate: [{ unit: 'umol/L', times: 59.48, places: 0 }],
  k: [{ unit: 'meq/L', times: 1 }, { unit: 'mEq/L', times: 1, isText: true }], mg: [{ unit: 'mg/dL', times: 2.431 }, { unit: 'meq/L', times: 2 }],
  ca: [{ unit: 'mg/dL', times: 4.008 }], alb: [{ unit: 'g/dL', times: 0.1 }], phos: [{ unit: 'mmol/L', times: 0.3229 }],
  weight: [{ unit: 'g', times: 1000 }], height: [{ unit: 'm', times: 0.01 }, { unit: 'mm', times: 10 }],
  temperature: [{ unit: '[degF]', times: 1.8, plus: 32 }], qtcf: intervals, qt: intervals, qtcb: intervals,
}

/** The word of words.yaml that an Observation of a hospital's own codes stands for. */
export function analyteOf({ code }: Json): string | undefined {
  const codings = isObject(code) && Array.isArray(code['coding']) ? code['coding'].filter(isObject) : []
  const own = codings.find(({ system }) => system === 'urn:oid:1.2.3.4.5')
  return own && String(own['code'])
}

const PLACES = 9

function converted(value: unknown, { unit, times, isText, places = PLACES, plus = 0 }: Spelling): unknown {
  if (!isObject(value) || typeof value['value'] !== 'number') return value
  const { comparator } = value
  return { ...(comparator === undefined ? {} : { comparator }), ...quantity(round(multiply(value['value'], times) + plus, places, 'half-up'), unit, !isText) }
}

/** A sixtieth has no end: a value at a limit would leave it, which is arithmetic and not medicine. */
function isAtLimit({ valueQuantity: value, referenceRange: ranges }: Json, { times }: Spelling): boolean {
  const [range] = Array.isArray(ranges) ? ranges : []
  const high = isObject(range) && isObject(range['high']) ? Number(range['high']['value']) : Number.NaN
  const multiple = isObject(value) ? (Number(value['value']) / high) * 4 : Number.NaN
  return times < 1 && times > 0.001 && Math.abs(multiple - Math.round(multiple)) < 1e-6
}

/** The same result in another unit, its range likewise. */
export function inAnotherUnit(observation: FhirJson, chance: Chance): FhirJson {
  const choices = SPELLINGS[analyteOf(observation) ?? '']
  const value = observation['valueQuantity']
  if (!choices || !isObject(value) || value['system'] === undefined) return observation
  const spelling = chance.pick(choices)
  if (isAtLimit(observation, spelling)) return observation
  const ranges = Array.isArray(observation['referenceRange']) ? observation['referenceRange'].filter(isObject) : []
  const referenceRange = ranges.map((range) => Object.fromEntries(Object.entries(range).map(([side, limit]) => [side, converted(limit, spelling)])))
  return { ...observation, valueQuantity: converted(value, spelling), ...(ranges.length > 0 ? { referenceRange } : {}) }
}
