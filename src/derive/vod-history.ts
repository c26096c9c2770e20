import { type Fact, missing, present } from '../facts/fact.ts'
import type { RecordRow } from '../facts/select.ts'
import type { Derivation } from './derivation.ts'
import { rowsOf } from './reading.ts'
import { treatedBetween } from './vod-course.ts'

const OVER: ReadonlySet<string> = new Set(['resolved', 'inactive', 'remission'])

/** Veno-occlusive disease on record, before or after treatment with inotuzumab began. Without a date it counts as after: the reading that hides nothing. */
export const vodHistory: Derivation = {
  facts: {
    vodAfterFirstDose: { title: 'VOD that began after the first inotuzumab dose', type: 'boolean' },
    vodBeforeFirstDose: { title: 'VOD that began before any inotuzumab dose', type: 'boolean' },
    vodActive: { title: 'VOD that began after the first dose and lasts', type: 'boolean' },
    vodDiagnosedDate: { title: 'Date of the diagnosis of VOD', type: 'moment' },
    vodDiagnosedWhen: { title: 'Date of the diagnosis of VOD in words', type: 'text' },
  },
  uses: ['vodConditions', 'firstGivenDate', 'firstDoseDate', 'lastGivenDate', 'lastDoseDate'],
  compute(scope) {
    const { first } = treatedBetween(scope)
    const rows = rowsOf(scope, 'vodConditions')
    const after = rows.filter(({ at }) => first !== undefined && (at === undefined || at.day >= first.day))
    const before = rows.filter((row) => !after.includes(row))
    const lasting = after.filter(({ fields }) => !OVER.has(String(fields['clinical'])))
    const say = (list: readonly RecordRow[]): string => list.map(({ title, at }) => `${title}${at ? ` (${scope.calendar.iso(at)})` : ''}`).join(', ')
    const fact = (list: readonly RecordRow[]): Fact => present(list.length > 0, say(list) || 'none', { sources: list.map(({ reference }) => reference), ...(list[0]?.at ? { at: list[0].at } : {}) })
    const at = (lasting[0] ?? after[0])?.at
    return {
      vodAfterFirstDose: fact(after), vodBeforeFirstDose: fact(before), vodActive: fact(lasting),
      vodDiagnosedDate: at ? present(at, scope.calendar.iso(at), { at }) : missing('absent', 'no date of diagnosis'),
      vodDiagnosedWhen: present(at ? scope.calendar.iso(at) : '', at ? scope.calendar.iso(at) : 'date not recorded'),
    }
  },
}
