import { type Fact, missing, present } from '../facts/fact.ts'
import type { ScopeInternals } from '../facts/scope.ts'
import { unavailability } from '../facts/select.ts'
import { listSetting, numberSetting } from '../facts/settings.ts'
import { percentChange, round } from '../language/decimal.ts'
import type { Derivation } from './derivation.ts'
import { momentOf, numberOf } from './reading.ts'
import { dosingArea, type Size, sizesOf, weightForCycle } from './sizes.ts'

const measuredFact = (size: Size | undefined, unit: string): Fact =>
  size ? present(size.value, `${String(size.value)} ${unit}`, { origin: 'record', at: size.sample.at, unit, sources: [size.sample.reference] }) : missing('absent', 'no value on file')

function ageOf(scope: ScopeInternals): number | undefined {
  const birth = momentOf(scope, 'birthDate')
  if (!birth) return undefined
  const [bornYear = 0, bornRest = ''] = splitDate(scope.calendar.iso(birth))
  const [year = 0, rest = ''] = splitDate(scope.calendar.iso(scope.focus.planned))
  return year - bornYear - (rest < bornRest ? 1 : 0)
}

const splitDate = (iso: string): readonly [number, string] => [Number(iso.slice(0, 4)), iso.slice(5)]

type AgeGroup = 'adult' | 'child' | 'any'

function ageGroup(age: number | undefined, { settings }: ScopeInternals): AgeGroup {
  if (age === undefined) return 'any'
  return age < numberSetting(settings, 'adult_age_y') ? 'child' : 'adult'
}

const isBetween = (value: number, limits: readonly (string | number)[]): boolean => value >= Number(limits[0]) && value <= Number(limits[1])

/** Believable sizes: where the age is not known, everything that is believable at some age. */
function isBelievable(kind: 'height' | 'weight' | 'bsa', value: number, group: AgeGroup, { settings }: ScopeInternals): boolean {
  const unit = { height: 'cm', weight: 'kg', bsa: 'm2' }[kind]
  if (group === 'adult') return isBetween(value, listSetting(settings, `${kind}_plausible_adult_${unit}`))
  if (kind !== 'bsa') return true
  if (group === 'child') return isBetween(value, listSetting(settings, 'bsa_plausible_child_m2'))
  return isBetween(value, [numberSetting(settings, 'bsa_plausible_min_m2'), numberSetting(settings, 'bsa_plausible_max_m2')])
}

/** A newer result that could not be read does not make the older one current. */
function isUnreadable(scope: ScopeInternals, measurement: 'bodyWeight' | 'bodyHeight'): boolean {
  const [newest] = scope.samples(measurement).filter(({ final }) => final)
  return newest?.problem !== undefined
}

function complaint(name: 'weight' | 'height', limitDays: number, group: AgeGroup, scope: ScopeInternals): string[] {
  const measurement = name === 'weight' ? 'bodyWeight' : 'bodyHeight'
  const [newest] = sizesOf(scope, measurement)
  if (isUnreadable(scope, measurement)) return [scope.phrases.say`${name} not readable`]
  if (!newest) return [scope.phrases.say`${name} missing`]
  if (scope.focus.planned.day - newest.sample.at.day > limitDays) return [scope.phrases.say`${name} of ${scope.calendar.iso(newest.sample.at)}`]
  return isBelievable(name, newest.value, group, scope) ? [] : [scope.phrases.say`${name} ${newest.sample.reading?.text ?? ''} to confirm`]
}

/** What of height and weight is missing, too old or not believable: tighter for a child, who grows, and for weight on Day 1. */
function sizeComplaints(scope: ScopeInternals, group: AgeGroup): string[] {
  const { settings } = scope
  const isDay1 = numberOf(scope, 'slot') === Number(listSetting(settings, 'regimen_slots')[0])
  const weightLimit = numberSetting(settings, isDay1 ? 'weight_lookback_day1_d' : 'weight_lookback_day8_15_d')
  const heightLimit = numberSetting(settings, group === 'child' ? 'height_lookback_child_d' : 'height_lookback_adult_d')
  return [...complaint('weight', weightLimit, group, scope), ...complaint('height', heightLimit, group, scope)]
}

/** A value outside the believable range is asked about, not used. */
function areaFact(height: Size | undefined, weight: Size | undefined, group: AgeGroup, scope: ScopeInternals): Fact {
  if (!height || !weight) return unavailability('vitals', scope) ?? missing('absent', height ? 'no weight on file' : 'no height on file')
  const area = dosingArea(height.value, weight.value, scope)
  const sources = [height.sample.reference, weight.sample.reference]
  return isBelievable('bsa', area, group, scope)
    ? present(area, `${round(area, 2, 'half-up').toFixed(2)} m²`, { unit: 'm²', at: weight.sample.at, sources })
    : missing('ambiguous', 'height or weight is not believable', sources)
}

function changeFacts(change: number | undefined): Record<string, Fact> {
  const none = missing('absent', 'no weight on file')
  if (change === undefined) return { weightChangePct: none, weightChangeSizePct: none }
  const text = `${change > 0 ? '+' : ''}${round(change, 1, 'half-up').toString()} %`
  return { weightChangePct: present(change, text), weightChangeSizePct: present(Math.abs(change), text) }
}

/** Age, the sizes used for dosing, body surface area, and what of it is too old. */
export const body: Derivation = {
  facts: {
    age: { title: 'Age in completed years on the planned date', type: 'number', unit: 'y' },
    dosingWeight: { title: 'Weight used for this cycle', type: 'number', unit: 'kg' },
    currentWeight: { title: 'Newest weight', type: 'number', unit: 'kg' },
    dosingHeight: { title: 'Height', type: 'number', unit: 'cm' },
    bsa: { title: 'Body surface area', type: 'number', unit: 'm²' },
    currentBsa: { title: 'Body surface area with the newest weight', type: 'number', unit: 'm²' },
    staleSizes: { title: 'Weight or height that is missing, too old or not believable', type: 'list' },
    weightChangePct: { title: 'Change of weight since the weight used for dosing', type: 'number', unit: '%' },
    weightChangeSizePct: { title: 'Size of that change, up or down', type: 'number', unit: '%' },
  },
  uses: ['birthDate', 'slot', 'cycleDay1Date', 'planned'],
  series: ['bodyWeight', 'bodyHeight'],
  compute(scope) {
    const age = ageOf(scope)
    const group = ageGroup(age, scope)
    const [current] = sizesOf(scope, 'bodyWeight')
    const [height] = sizesOf(scope, 'bodyHeight')
    const weight = weightForCycle(momentOf(scope, 'cycleDay1Date'), scope)
    const complaints = sizeComplaints(scope, group)
    const change = weight && current ? percentChange(weight.value, current.value) : undefined
    return {
      age: age === undefined ? missing('absent', 'no birth date') : present(age, String(age)),
      dosingWeight: measuredFact(weight, 'kg'), currentWeight: measuredFact(current, 'kg'), dosingHeight: measuredFact(height, 'cm'),
      bsa: areaFact(height, weight, group, scope), currentBsa: areaFact(height, current, group, scope),
      staleSizes: present(complaints, complaints.length > 0 ? complaints.join(', ') : 'none'),
      ...changeFacts(change),
    }
  },
}
