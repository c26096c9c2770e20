import { present } from '../facts/fact.ts'
import { conceptOf, isObject, listOf, textOf } from '../facts/resources.ts'
import type { ScopeInternals } from '../facts/scope.ts'
import { type RecordRow, unavailability } from '../facts/select.ts'
import type { Derivation } from './derivation.ts'
import { momentOf, rowsOf } from './reading.ts'

const OVER: ReadonlySet<string> = new Set(['resolved', 'remission', 'inactive'])

/** Began before any inotuzumab was given. One without a date counts as later where doses were given, and belongs to another rule. */
function isEarlier({ at }: RecordRow, scope: ScopeInternals): boolean {
  const first = momentOf(scope, 'firstGivenDate')
  return first === undefined || (at !== undefined && at.day < first.day)
}

/** Without a clinical status only an end date says that it is over. */
function isOver({ fields }: RecordRow): boolean {
  const clinical = textOf(fields['clinical'])
  return clinical === undefined ? fields['abatement'] !== undefined : OVER.has(clinical)
}

function severityOf({ resource }: RecordRow, scope: ScopeInternals): string | undefined {
  const stages = listOf(resource['stage']).filter(isObject).map(({ summary }) => summary)
  const { sets } = scope.mapping.matcher.recognise(conceptOf(resource['severity'], ...stages), [])
  return ['severe', 'moderate', 'mild'].find((severity) => sets.has(`severity-${severity}`))
}

function wordsOf(row: RecordRow, scope: ScopeInternals): string {
  const since = row.at ? scope.phrases.say`since ${scope.calendar.iso(row.at)}` : 'without a date'
  return `${row.title} ${since}, ${severityOf(row, scope) ?? 'severity not recorded'}, ${isOver(row) ? 'resolved' : 'active'}`
}

/** Veno-occlusive disease before inotuzumab: active or once severe, or resolved and not known to have been severe. */
export const vodBeforeTreatment: Derivation = {
  facts: {
    vodActiveOrSevere: { title: 'VOD before inotuzumab that is active or was severe', type: 'boolean' },
    vodResolved: { title: 'VOD before inotuzumab that resolved and is not known to have been severe', type: 'boolean' },
  },
  uses: ['vodConditions', 'firstGivenDate'],
  compute(scope) {
    const rows = rowsOf(scope, 'vodConditions').filter((row) => isEarlier(row, scope))
    const isGrave = (row: RecordRow): boolean => !isOver(row) || severityOf(row, scope) === 'severe'
    const fact = (list: readonly RecordRow[]) => (list.length === 0 ? unavailability('conditions', scope) ?? present(false, 'none')
      : present(true, list.map((row) => wordsOf(row, scope)).join('; '), { origin: 'record', sources: list.map(({ reference }) => reference), ...(list[0]?.at ? { at: list[0].at } : {}) }))
    return { vodActiveOrSevere: fact(rows.filter(isGrave)), vodResolved: fact(rows.filter((row) => !isGrave(row))) }
  },
}
