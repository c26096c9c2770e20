import { type Fact, missing, present } from '../facts/fact.ts'
import type { ScopeInternals } from '../facts/scope.ts'
import type { Sample } from '../facts/series.ts'
import { byUnitSetting, numberSetting } from '../facts/settings.ts'
import { isMeasured } from '../facts/view.ts'
import { divide } from '../language/decimal.ts'
import { grouped } from '../language/digits.ts'
import type { Moment } from '../language/calendar.ts'
import type { Ternary } from '../language/check.ts'
import { allOf, anyOf, beyond, factBeyondByUnit, factBeyondUln, latestOf, timesUln } from './compare.ts'
import { PER_MM3, PERCENT } from './blasts.ts'
import type { Derivation } from './derivation.ts'
import { shortened } from './list-text.ts'
import { momentOf, numberOf, textValue } from './reading.ts'

const SIGN_LENGTH = 50

/** One sign of a high tumour burden: true, false, or undefined where the record does not tell. */
interface Sign { readonly holds: Ternary; readonly text: string; readonly sources: readonly string[] }

/** Before the first dose any recent value counts; later only what was measured since Day 1 shows that the burden lasts. */
function since(scope: ScopeInternals): Moment | undefined {
  return numberOf(scope, 'slot') === 1 ? momentOf(scope, 'previousDay1Date') : momentOf(scope, 'cycleDay1Date')
}

function recent(measurement: string, days: number, scope: ScopeInternals): readonly Sample[] {
  const from = since(scope)
  const { planned } = scope.focus
  return scope.samples(measurement).filter(({ at, reading }) => reading !== undefined && planned.day - at.day <= days && (from === undefined || at.day > from.day))
}

/** The newest result decides; a preliminary one may raise the sign but not clear it. */
function newestSign(name: string, { phrases }: ScopeInternals, samples: readonly Sample[], judge: (sample: Sample) => Ternary): Sign {
  const title = phrases.of(name)
  const [newest] = samples
  const raised = newest && judge(newest) === true ? newest : undefined
  const decisive = raised ?? samples.find(({ final }) => final)
  return decisive
    ? { holds: judge(decisive), text: `${title} ${decisive.reading?.text ?? ''}`, sources: [decisive.reference] }
    : { holds: undefined, text: title, sources: [] }
}

/** Blasts before cytoreduction: the highest of the last days, as counted or as the share of the white cells of the same sample. */
function blastSign(scope: ScopeInternals): Sign {
  const days = numberSetting(scope.settings, 'trend_lookback_d')
  const limit = divide(numberSetting(scope.settings, 'blasts_limit_per_mm3'), PER_MM3)
  const counted = recent('blastCount', days, scope).map((sample) => ({ sample, over: sample.reading && beyond(sample.reading.value, '>', limit) }))
  const cells = recent('wbcCount', days, scope)
  const shared = recent('blastShare', days, scope).flatMap((sample) => {
    const wbc = cells.find(({ at }) => at.at === sample.at.at)?.reading?.value
    const share = sample.reading?.value
    return typeof wbc === 'number' && typeof share === 'number' ? [{ sample, over: divide(wbc * share, PERCENT) > limit }] : []
  })
  const high = [...counted, ...shared].find(({ over }) => over === true)
  const isKnown = counted.length > 0 || shared.length > 0 || cells.some(({ reading }) => reading && beyond(reading.value, '<=', limit) === true)
  const text = scope.phrases.say`circulating blasts above ${grouped(numberSetting(scope.settings, 'blasts_limit_per_mm3'))}/mm³`
  return { holds: high ? true : isKnown ? false : undefined, text, sources: high ? [high.sample.reference] : [] }
}

const kidneySign = (scope: ScopeInternals): Sign => {
  const creatinine = recent('creatinine', numberSetting(scope.settings, 'trend_lookback_d'), scope)[0]
  const urate = recent('uricAcid', numberSetting(scope.settings, 'trend_lookback_d'), scope)[0]
  const overUln = (sample: Sample | undefined): Ternary => {
    const times = sample && timesUln(sample)
    return times === undefined ? undefined : beyond(times, '>', 1)
  }
  return { holds: allOf(overUln(creatinine), overUln(urate)), text: 'creatinine and uric acid above their limits', sources: [creatinine, urate].flatMap((sample) => (sample ? [sample.reference] : [])) }
}

/** The signs of a high burden, in the order in which they are told. */
function signs(scope: ScopeInternals): readonly Sign[] {
  const { settings } = scope
  const days = numberSetting(settings, 'trend_lookback_d')
  return [
    newestSign('marrow blasts', scope, recent('marrowBlastShare', numberSetting(settings, 'remission_valid_d'), scope), ({ reading }) => reading && beyond(reading.value, '>=', numberSetting(settings, 'tls_marrow_blasts_pct'))),
    newestSign('LDH', scope, recent('lactateDehydrogenase', days, scope), (sample) => {
      const times = timesUln(sample)
      return times === undefined ? undefined : beyond(times, '>=', numberSetting(settings, 'tls_ldh_xuln'))
    }),
    newestSign('white cells', scope, recent('wbcCount', days, scope), ({ reading }) => reading && beyond(reading.value, '>=', numberSetting(settings, 'tls_wbc'))),
    blastSign(scope), kidneySign(scope),
  ]
}

function burdenFact(scope: ScopeInternals): Fact {
  const all = signs(scope)
  const high = all.filter(({ holds }) => holds === true)
  const verdict = anyOf(...all.map(({ holds }) => holds))
  if (verdict === undefined) return missing('absent', scope.phrases.say`not known: ${all.filter(({ holds }) => holds === undefined).map(({ text }) => text).join(', ')}`)
  return present(verdict, high.length > 0 ? high.map(({ text }) => text).join(', ') : 'no sign of it', { sources: high.flatMap(({ sources }) => sources) })
}

/** The first sign that holds, for a headline. */
function signFact(scope: ScopeInternals): Fact {
  const sign = signs(scope).find(({ holds }) => holds === true)
  return sign ? present(sign.text, shortened(sign.text, SIGN_LENGTH), { sources: sign.sources }) : missing('not-applicable', 'no sign of a high burden')
}

const ternary = (value: Ternary, fact: Fact): Fact => {
  if (value !== undefined) return present(value, value ? 'yes' : 'no', { sources: fact.sources })
  return fact.state === 'missing' ? fact : missing(isMeasured(fact) && fact.uln === undefined ? 'uln' : 'unit', 'cannot be compared', fact.sources)
}

/** Is G6PD deficiency known, excluded, or not known? A recorded diagnosis outranks a result. */
function g6pdFact(scope: ScopeInternals): Fact {
  const diagnosis = scope.fact('g6pdDeficiency')
  if (diagnosis.state === 'present' && diagnosis.value === true) return { ...diagnosis, value: 'deficient' }
  const activity = scope.fact('g6pdActivity')
  const isLow = isMeasured(activity) && activity.lln !== undefined ? beyond(activity.value, '<', activity.lln) : undefined
  if (isLow !== undefined) return { ...activity, state: 'present', value: isLow ? 'deficient' : 'normal', text: isMeasured(activity) ? activity.text : '', origin: 'record' }
  const answer = textValue(scope, 'g6pdResult')
  return answer === undefined ? missing('absent', 'not tested') : present(answer, answer, { sources: scope.fact('g6pdResult').sources })
}

/** How likely tumour lysis is, and what prevents it. */
export const tlsRisk: Derivation = {
  facts: {
    highTumorBurden: { title: 'High tumour burden', type: 'boolean' },
    tumorBurdenSign: { title: 'The leading sign of a high tumour burden', type: 'text' },
    uricAcidNow: { title: 'Uric acid', type: 'number' },
    rasburicaseReason: { title: 'What calls for rasburicase', type: 'text' },
    uricAcidHigh: { title: 'Uric acid is high enough for rasburicase', type: 'boolean' },
    creatinineAboveUln: { title: 'Creatinine is above its upper limit', type: 'boolean' },
    g6pdStatus: { title: 'G6PD (deficient, normal)', type: 'text' },
    hydration: { title: 'Hydration is ordered', type: 'boolean' },
  },
  uses: ['slot', 'previousDay1Date', 'cycleDay1Date', 'planned', 'g6pdDeficiency', 'g6pdActivity', 'g6pdResult', 'hydrationDrugs', 'hydrationOrdered'],
  series: ['blastCount', 'wbcCount', 'blastShare', 'marrowBlastShare', 'lactateDehydrogenase', 'creatinine', 'uricAcid'],
  compute(scope) {
    const urate = latestOf('uricAcid', 'holding', scope)
    const creatinine = latestOf('creatinine', 'holding', scope)
    const [drugs, service] = [scope.fact('hydrationDrugs'), scope.fact('hydrationOrdered')]
    const isHigh = factBeyondByUnit(urate, '>', byUnitSetting(scope.settings, 'uric_acid_rasburicase'))
    const [told, name] = isHigh === true ? [urate, 'uric acid'] as const : [creatinine, 'high tumour burden, creatinine'] as const
    return {
      highTumorBurden: burdenFact(scope), tumorBurdenSign: signFact(scope), uricAcidNow: urate,
      rasburicaseReason: told.state === 'missing' ? told : { ...told, value: name, text: `${name} ${told.text}${told.at ? scope.phrases.say` on ${scope.calendar.iso(told.at)}` : ''}` },
      uricAcidHigh: ternary(isHigh, urate),
      creatinineAboveUln: ternary(factBeyondUln(creatinine, '>', 1), creatinine),
      g6pdStatus: g6pdFact(scope),
      hydration: service.state === 'present' && service.value === true ? service : drugs,
    }
  },
}
