import { type Fact, missing, present } from '../facts/fact.ts'
import type { ScopeInternals } from '../facts/scope.ts'
import type { Sample } from '../facts/series.ts'
import { numberSetting } from '../facts/settings.ts'
import { add } from '../language/decimal.ts'
import { momentOf, roughNumber } from './reading.ts'

interface Marrow { readonly blasts: number; readonly sample: Sample }

const describe = ({ sample }: Marrow, { calendar, phrases }: ScopeInternals): string => phrases.say`${sample.reading?.text ?? ''} on ${calendar.iso(sample.at)}`

/**
 * Is the newest marrow since the previous cycle began stable or better than the one before it? Below the limit of remission it is in
 * any case; without an earlier marrow nothing can be said.
 */
export function marrowStability(scope: ScopeInternals): Fact {
  const since = momentOf(scope, 'previousDay1Date')
  if (!since) return missing('not-applicable', 'no earlier cycle')
  const all = scope.samples('marrowBlastShare').filter(({ final }) => final)
    .flatMap((sample): Marrow[] => (sample.reading ? [{ sample, blasts: roughNumber(sample.reading.value) }] : []))
  const newest = all.find(({ sample }) => sample.at.day >= since.day)
  if (!newest) return missing('absent', 'no marrow since the last cycle began')
  const { reference, at } = newest.sample
  if (newest.blasts < numberSetting(scope.settings, 'remission_marrow_blasts_pct')) return present(true, scope.phrases.say`marrow blasts ${describe(newest, scope)}`, { at, sources: [reference] })
  const before = all.find(({ sample }) => sample.at.day < since.day)
  if (!before) return missing('absent', 'no earlier marrow to compare with', [reference])
  const isStable = newest.blasts <= add(before.blasts, numberSetting(scope.settings, 'marrow_stable_rise_pct'))
  return present(isStable, scope.phrases.say`marrow blasts ${describe(newest, scope)}, before ${describe(before, scope)}`, { at, sources: [reference, before.sample.reference] })
}
