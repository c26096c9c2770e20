import { missing, present } from '../facts/fact.ts'
import { numberSetting, textSetting } from '../facts/settings.ts'
import { multiply } from '../language/decimal.ts'
import type { Derivation } from './derivation.ts'
import { numberOf } from './reading.ts'

/** Daily ursodiol for the patient's weight, rounded to whole capsules. Children get no proposal. */
export const ursodiolDose: Derivation = {
  facts: {
    ursodiolDailyMg: { title: 'Ursodiol per day', type: 'number', unit: 'mg' },
    ursodiolCapsules: { title: 'Ursodiol capsules per day', type: 'number' },
  },
  uses: ['currentWeight', 'age'],
  compute(scope) {
    const weight = numberOf(scope, 'currentWeight')
    const age = numberOf(scope, 'age')
    const isAdult = age !== undefined && age >= numberSetting(scope.settings, 'adult_age_y')
    if (weight === undefined || !isAdult) {
      const none = missing('absent', isAdult ? 'no weight on file' : textSetting(scope.settings, 'words_no_child_dose'))
      return { ursodiolDailyMg: none, ursodiolCapsules: none }
    }
    const capsule = numberSetting(scope.settings, 'ursodiol_capsule_mg')
    const capsules = Math.max(1, Math.round(multiply(weight, numberSetting(scope.settings, 'ursodiol_dose_mg_per_kg_d')) / capsule))
    const daily = multiply(capsules, capsule)
    return { ursodiolDailyMg: present(daily, `${String(daily)} mg`), ursodiolCapsules: present(capsules, String(capsules)) }
  },
}

/** Sources of the record that a check relies on and that could not be read. */
export const sourcesRead: Derivation = {
  facts: { sourcesUnread: { title: 'Parts of the record that could not be read', type: 'list' } },
  uses: [],
  compute({ index, sources }) {
    const unread = [...sources].flatMap(([key, { title, safety }]) => {
      const state = index.sources.get(key)
      return safety && state !== undefined && state.state !== 'read' ? [title] : []
    })
    return { sourcesUnread: present(unread, unread.join(', ')) }
  },
}
