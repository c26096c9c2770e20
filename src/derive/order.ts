import { present } from '../facts/fact.ts'
import { numberSetting } from '../facts/settings.ts'
import type { Derivation } from './derivation.ts'

const HOUR_MS = 3_600_000

/** Is the dose near enough for its labs to exist? Chemotherapy is often signed for weeks ahead. */
export const actionable: Derivation = {
  facts: { actionable: { title: 'The dose is due soon enough to be checked against today’s results', type: 'boolean' } },
  uses: ['planned'],
  compute({ focus, now, settings }) {
    const ahead = focus.planned.at - now.at
    const isNear = ahead <= numberSetting(settings, 'actionable_window_h') * HOUR_MS
    return { actionable: present(isNear, isNear ? 'yes' : 'no', { origin: 'order', at: focus.planned }) }
  },
}

/** When the labs of a dose that is still far ahead become due. */
export const labsDue: Derivation = {
  facts: {
    labsDueFrom: { title: 'Results for this dose count from', type: 'moment' },
    labsDrawDate: { title: 'Suggested date of the blood draw', type: 'moment' },
  },
  uses: ['planned'],
  compute({ focus, settings, calendar }) {
    const from = calendar.of(focus.planned.at - numberSetting(settings, 'lab_lookback_dose_h') * HOUR_MS)
    const draw = calendar.addDays(focus.planned, -1)
    return { labsDueFrom: present(from, calendar.iso(from), { at: from }), labsDrawDate: present(draw, calendar.iso(draw), { at: draw }) }
  },
}
