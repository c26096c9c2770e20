import { type Fact, missing, present } from '../facts/fact.ts'
import type { ScopeInternals } from '../facts/scope.ts'
import { flagSetting, numberSetting, textSetting } from '../facts/settings.ts'
import type { Moment } from '../language/calendar.ts'
import type { Derivation } from './derivation.ts'
import { flagOf, momentOf, numberOf } from './reading.ts'
import { type Sign, type SignKey, sureSigns, unreadSigns } from './vod-signs.ts'

/** Which criteria are fulfilled. `proven`: by histology, at any time. `without`: no transplantation, our reading of the late criteria. */
export type CriteriaKind = 'proven' | 'classical' | 'late' | 'without'

/** What the criteria look at on one day. `hctDay`: days since transplantation. */
export interface Picture {
  readonly signs: ReadonlySet<SignKey>
  readonly isProven: boolean
  readonly hasEvidence: boolean
  readonly isPressureHigh: boolean
  readonly hctDay: number | undefined
}

export interface CriteriaOptions {
  readonly classicalUntil: number
  /** Signs needed beside bilirubin, for suspicion or with imaging, and beside a raised pressure. */
  readonly besideBilirubin: number
  readonly suspicious: number
  readonly withPressure: number
  /** The refined criteria of 2023. */
  readonly is2023: boolean
  /** Adult criteria do not hold for children. */
  readonly isChild: boolean
}

const OTHERS: readonly SignKey[] = ['painfulHepatomegaly', 'weight', 'ascites']

/** Bilirubin and some of the three others. */
const isClassicalPicture = ({ signs }: Picture, { besideBilirubin }: CriteriaOptions): boolean => signs.has('bilirubin') && OTHERS.filter((key) => signs.has(key)).length >= besideBilirubin

const isTimeOf = ({ hctDay }: Picture, { classicalUntil }: CriteriaOptions): Exclude<CriteriaKind, 'proven'> =>
  hctDay === undefined ? 'without' : hctDay <= classicalUntil ? 'classical' : 'late'

/** EBMT 2016 (S0 Table 1), or with `is2023` the refined criteria; undefined where none is fulfilled. */
export function criteriaOf(picture: Picture, options: CriteriaOptions): CriteriaKind | undefined {
  if (picture.isProven) return 'proven'
  if (options.isChild) return undefined
  if (options.is2023 && picture.isPressureHigh) return 'proven'
  const time = isTimeOf(picture, options)
  if (isClassicalPicture(picture, options)) return time
  const isLateByEvidence = time !== 'classical' && picture.signs.size >= options.suspicious && picture.hasEvidence
  return !options.is2023 && isLateByEvidence ? time : undefined
}

/** Enough for a work-up: several signs, or soon after transplantation a raised pressure with fewer; with `is2023` imaging counts as a sign. */
export function isSuspicious(picture: Picture, options: CriteriaOptions): boolean {
  const count = picture.signs.size + (options.is2023 && picture.hasEvidence ? 1 : 0)
  const isEarlyPressure = picture.isPressureHigh && picture.signs.size >= options.withPressure && picture.hctDay !== undefined && picture.hctDay <= options.classicalUntil
  return count >= options.suspicious || isEarlyPressure
}

export const isChildIn = (scope: ScopeInternals): boolean => {
  const age = numberOf(scope, 'age')
  return age !== undefined && age < numberSetting(scope.settings, 'adult_age_y')
}

const optionsOf = (scope: ScopeInternals): CriteriaOptions => ({
  classicalUntil: numberSetting(scope.settings, 'vod_classical_until_d'), is2023: flagSetting(scope.settings, 'ebmt2023_enabled'), isChild: isChildIn(scope),
  besideBilirubin: numberSetting(scope.settings, 'vod_signs_beside_bilirubin'), suspicious: numberSetting(scope.settings, 'vod_signs_suspicious'), withPressure: numberSetting(scope.settings, 'vod_signs_with_pressure'),
})

function pictureOf(signs: readonly Sign[], scope: ScopeInternals): Picture {
  return {
    signs: new Set(signs.map(({ key }) => key)), isProven: flagOf(scope, 'vodProven') === true, hasEvidence: flagOf(scope, 'vodImagingEvidence') === true,
    isPressureHigh: flagOf(scope, 'vodPressureHigh') === true, hctDay: numberOf(scope, 'vodHctDay'),
  }
}

/** The picture as it was at the end of a day: signs and evidence that had begun. What has no date counts from the start. */
function pictureOn(day: number, now: Picture, signs: readonly Sign[], scope: ScopeInternals): Picture {
  const hasBegun = (at: Moment | undefined): boolean => at === undefined || at.day <= day
  const begun = (name: string): boolean => {
    const fact = scope.fact(name)
    return hasBegun(fact.state === 'present' ? fact.at : undefined)
  }
  const hct = momentOf(scope, 'vodHctDate')
  const { hctDay: _, ...rest } = now
  return {
    ...rest, signs: new Set(signs.filter(({ since }) => hasBegun(since)).map(({ key }) => key)), hctDay: hct && day - hct.day,
    isProven: now.isProven && begun('vodProven'), hasEvidence: now.hasEvidence && begun('vodImagingEvidence'),
  }
}

/** The first day on which the criteria were fulfilled by what is there now; undefined where they are not. */
export function fulfilledOn(scope: ScopeInternals): number | undefined {
  const signs = sureSigns(scope)
  const now = pictureOf(signs, scope)
  const options = optionsOf(scope)
  const findings = ['vodProven', 'vodImagingEvidence'].flatMap((name) => scope.fact(name)).flatMap((fact) => (fact.state === 'present' && fact.at ? [fact.at.day] : []))
  const days = [...signs.flatMap(({ since }) => since?.day ?? []), ...findings, scope.now.day].toSorted((a, b) => a - b)
  return criteriaOf(now, options) === undefined ? undefined : days.find((day) => criteriaOf(pictureOn(day, now, signs, scope), options) !== undefined)
}

const TITLES: Readonly<Record<CriteriaKind, string>> = { proven: 'proven', classical: 'classical', late: 'late', without: 'without transplantation' }

function metFact(kind: CriteriaKind | undefined, unread: Fact | undefined): Fact {
  if (kind !== undefined) return present(true, TITLES[kind])
  return unread?.state === 'missing' ? missing('unavailable', unread.detail) : present(false, 'no')
}

function suspectedFact(isSuspected: boolean, unread: Fact | undefined): Fact {
  return isSuspected || unread?.state !== 'missing' ? present(isSuspected, isSuspected ? 'yes' : 'no') : missing('unavailable', unread.detail)
}

/** Are the criteria of veno-occlusive disease fulfilled, or is it suspected? */
export const vodCriteria: Derivation = {
  facts: {
    vodCriteriaMet: { title: 'EBMT criteria of VOD are fulfilled', type: 'boolean' },
    vodSuspected: { title: 'VOD must be suspected', type: 'boolean' },
    vodTiming: { title: 'Time after transplantation', type: 'text' },
  },
  uses: [
    'vodSigns', 'vodProven', 'vodImagingEvidence', 'vodPressureHigh', 'vodHctDate', 'vodHctDay', 'age',
    'bilirubinLatest', 'vodBilirubinReached', 'bilirubinExempt', 'vodWeightGainPct', 'vodWeightBaseline', 'firstGivenDate', 'firstDoseDate', 'lastGivenDate', 'lastDoseDate',
    'assertedAscites', 'assertedPainfulHepatomegaly', 'assertedNotAttributable', 'assertedVodRuledOut', 'ascitesRecords', 'hepatomegalyRecords', 'ruqPainRecords', 'liverImagingResults',
  ],
  series: ['bili', 'bodyWeight'],
  compute(scope) {
    const picture = pictureOf(sureSigns(scope), scope)
    const options = optionsOf(scope)
    const unread = unreadSigns(scope)
    const timing = picture.hctDay === undefined ? 'no transplantation since treatment' : scope.phrases.say`day ${String(picture.hctDay)} after transplantation`
    return {
      vodCriteriaMet: metFact(criteriaOf(picture, options), unread),
      vodSuspected: suspectedFact(isSuspicious(picture, options), unread),
      vodTiming: present(options.isChild ? `${timing}; ${textSetting(scope.settings, 'words_vod_child')}` : timing, timing),
    }
  },
}
