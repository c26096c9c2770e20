import { present } from '../facts/fact.ts'
import type { Derivation } from './derivation.ts'
import { momentOf, rowsOf } from './reading.ts'

/** Veno-occlusive disease on record, before or after treatment with inotuzumab began. Without a date it counts as after: the reading that hides nothing. */
export const vodHistory: Derivation = {
  facts: {
    vodAfterFirstDose: { title: 'VOD that began after the first inotuzumab dose', type: 'boolean' },
    vodBeforeFirstDose: { title: 'VOD that began before any inotuzumab dose', type: 'boolean' },
  },
  uses: ['vodConditions', 'firstGivenDate'],
  compute(scope) {
    const first = momentOf(scope, 'firstGivenDate')
    const rows = rowsOf(scope, 'vodConditions')
    const after = rows.filter(({ at }) => first !== undefined && (at === undefined || at.day >= first.day))
    const before = rows.filter((row) => !after.includes(row))
    const say = (list: typeof rows): string => list.map(({ title, at }) => `${title}${at ? ` (${scope.calendar.iso(at)})` : ''}`).join(', ')
    const fact = (list: typeof rows) => present(list.length > 0, say(list) || 'none', { sources: list.map(({ reference }) => reference), ...(list[0]?.at ? { at: list[0].at } : {}) })
    return { vodAfterFirstDose: fact(after), vodBeforeFirstDose: fact(before) }
  },
}
