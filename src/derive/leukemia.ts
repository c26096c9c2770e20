import { type Fact, missing, present } from '../facts/fact.ts'
import { conceptOf, isObject, listOf, nameOf, textOf } from '../facts/resources.ts'
import type { ScopeInternals } from '../facts/scope.ts'
import { type RecordRow, unavailability } from '../facts/select.ts'
import { numberSetting } from '../facts/settings.ts'
import type { Moment } from '../language/calendar.ts'
import type { Derivation } from './derivation.ts'
import { numberOf, rowsOf, sourcesOf } from './reading.ts'
import { detectedAmount, newestResult, PRESENCE, testResults } from './test-results.ts'

const ACTIVE: ReadonlySet<string> = new Set(['active', 'recurrence', 'relapse'])
const RELAPSED: ReadonlySet<string> = new Set(['recurrence', 'relapse'])

/** C91.0- and the plain SNOMED codes name no lineage: the words beside them may say that it is the T-cell disease. */
function isPrecursorB(sets: ReadonlySet<string>, value: unknown, scope: ScopeInternals): boolean {
  const words = scope.mapping.matcher.recognise({ codings: [], texts: conceptOf(value).texts }, []).sets
  return sets.has('b-all') && !sets.has('t-all') && !words.has('t-all')
}

const leukemiaRows = (scope: ScopeInternals): readonly RecordRow[] =>
  rowsOf(scope, 'leukemiaConditions').filter((row) => isPrecursorB(row.sets, row.resource['code'], scope))

const clinicalOf = ({ fields }: RecordRow): string | undefined => textOf(fields['clinical'])
const isActive = (row: RecordRow): boolean => ACTIVE.has(clinicalOf(row) ?? 'active')

/** The words of a reason of the order that names the disease. */
function reasonOfOrder(scope: ScopeInternals): string | undefined {
  const order = scope.focus.order?.resource
  const reasons = [...listOf(order?.['reasonCode']), ...listOf(order?.['reasonReference']).filter(isObject).map(({ display }) => ({ text: display }))]
  const naming = reasons.find((reason) => isPrecursorB(scope.mapping.matcher.recognise(conceptOf(reason), []).sets, reason, scope))
  return naming === undefined ? undefined : nameOf(naming)
}

const titlesOf = (rows: readonly RecordRow[]): string => [...new Set(rows.map(({ title }) => title))].join(', ')
const recordsFact = (rows: readonly RecordRow[]): Fact => present(true, titlesOf(rows), { origin: 'record', sources: rows.map(({ reference }) => reference) })
const noneOnRecord = (scope: ScopeInternals, ...sources: readonly string[]): Fact =>
  sources.map((source) => unavailability(source, scope)).find((lost) => lost !== undefined) ?? present(false, 'no')

function diseaseFacts(scope: ScopeInternals, rows: readonly RecordRow[]): Record<string, Fact> {
  const active = rows.filter(isActive)
  const reason = reasonOfOrder(scope)
  const stated: Fact | undefined = reason === undefined ? undefined : present(true, scope.phrases.say`${reason} (reason of the order)`, { origin: 'order' })
  return {
    bcpAll: active.length > 0 ? recordsFact(active) : stated ?? noneOnRecord(scope, 'conditions'),
    allOnRecord: rows.length > 0 ? recordsFact(rows) : noneOnRecord(scope, 'conditions'),
  }
}

const momentFact = (at: Moment | undefined, scope: ScopeInternals, none: string, sources: readonly string[] = []): Fact =>
  at ? present(at, scope.calendar.iso(at), { at, sources, origin: 'record' }) : unavailability('conditions', scope) ?? missing('absent', none)

/**
 * Only a diagnosis coded as relapse dates the relapse: the onset of one that was merely set to "relapse" is the day of the first
 * diagnosis, and a CD22 result since then may describe other cells.
 */
function dateFacts(scope: ScopeInternals, rows: readonly RecordRow[]): Record<string, Fact> {
  const dated = rows.flatMap(({ at, sets, reference }) => (at && at.day <= scope.focus.planned.day ? [{ at, sets, reference }] : [])).sort((a, b) => b.at.day - a.at.day)
  const relapse = dated.find(({ sets }) => sets.has('b-all-relapse'))
  const first = dated.at(-1)
  const since = relapse?.at ?? scope.calendar.addDays(scope.focus.planned, -numberSetting(scope.settings, 'cd22_lookback_d'))
  const day = { ...since, precise: false }
  return {
    diagnosisDate: momentFact(first?.at, scope, 'no date of diagnosis', first ? [first.reference] : []),
    relapseDate: momentFact(relapse?.at, scope, 'no date of relapse', relapse ? [relapse.reference] : []),
    cd22Since: present(day, scope.calendar.iso(day), { at: day, sources: relapse ? [relapse.reference] : [] }),
  }
}

/** A line counts once it has ended; the course of inotuzumab itself is no earlier line. */
function isEarlierLine({ fields, sets, at }: RecordRow, { calendar, focus }: ScopeInternals): boolean {
  const status = String(fields['status'])
  const end = typeof fields['end'] === 'string' ? calendar.parse(fields['end']) : undefined
  if (sets.has('inotuzumab') || status === 'draft' || status === 'not-done') return false
  const isOver = status === 'completed' || status === 'finished' || (end !== undefined && end.day < focus.planned.day)
  return isOver && (at === undefined || at.day < focus.planned.day)
}

/** Plans, episodes and procedures may record the same lines: the longest of the three lists counts. */
function linesFact(scope: ScopeInternals): Fact {
  const asserted = scope.fact('assertedSalvageNumber')
  if (asserted.state === 'present') return asserted
  const rows = rowsOf(scope, 'earlierLines').filter((row) => isEarlierLine(row, scope))
  const byType = Map.groupBy(rows, ({ type }) => type)
  const longest = [...byType.values()].sort((a, b) => b.length - a.length)[0]
  if (longest === undefined) return unavailability('procedures', scope) ?? missing('absent', 'no earlier line of treatment on record')
  return present(longest.length, String(longest.length), { sources: longest.map(({ reference }) => reference) })
}

function relapsedFact(scope: ScopeInternals, rows: readonly RecordRow[], lines: Fact): Fact {
  const relapsed = rows.filter((row) => row.sets.has('b-all-relapse') || RELAPSED.has(clinicalOf(row) ?? ''))
  if (relapsed.length > 0) return recordsFact(relapsed)
  if (lines.state === 'present' && Number(lines.value) >= 1) return present(true, scope.phrases.say`earlier lines of treatment: ${lines.text}`, { sources: lines.sources })
  return noneOnRecord(scope, 'conditions', 'procedures')
}

/** The chromosome is a mark of the disease: one positive result at any time stands, however well the disease responded later. */
function philadelphiaFact(scope: ScopeInternals): Fact {
  const diagnosis = scope.fact('philadelphiaConditions')
  if (diagnosis.state === 'present' && diagnosis.value === true) return diagnosis
  const results = testResults(scope, 'bcrAbl1Tests', PRESENCE, detectedAmount)
  const positive = results.find(({ answer }) => answer === 'positive')
  const result = positive ?? newestResult(results)
  if (result === undefined) return unavailability('labs', scope) ?? missing('absent', 'no result for BCR::ABL1')
  return present(result.answer === 'positive', `${result.title}: ${result.answer}`, { origin: 'record', sources: [result.reference], ...(result.at ? { at: result.at } : {}) })
}

/** A relapse outside the marrow stands alone as long as nothing on record shows blasts in marrow or blood. */
function isolatedFact(scope: ScopeInternals): Fact {
  const testis = scope.fact('testicularRelapse')
  if (testis.state === 'missing' || testis.value !== true) return testis
  const marrow = scope.fact('marrowBlastsLatest')
  const inMarrow = numberOf(scope, 'marrowBlastsLatest')
  const inBlood = numberOf(scope, 'blastsPctLatest')
  const isInvolved = (inMarrow ?? 0) >= numberSetting(scope.settings, 'remission_marrow_blasts_pct') || (inBlood ?? 0) > 0
  const words = marrow.state === 'present' ? scope.phrases.say`marrow blasts ${marrow.text}` : 'no marrow result'
  return present(!isInvolved, `${testis.text}; ${words}`, { sources: sourcesOf(testis, marrow) })
}

/** The leukaemia as the record describes it: lineage, relapse, earlier lines, Philadelphia chromosome, sites outside the marrow. */
export const leukemia: Derivation = {
  facts: {
    bcpAll: { title: 'B-cell precursor ALL, active or the reason of the order', type: 'boolean' },
    allOnRecord: { title: 'Acute lymphoblastic leukaemia on record', type: 'boolean' },
    diagnosisDate: { title: 'Date of diagnosis', type: 'moment' },
    relapseDate: { title: 'Date of relapse', type: 'moment' },
    cd22Since: { title: 'CD22 results count from', type: 'moment' },
    priorLines: { title: 'Earlier lines of systemic treatment', type: 'number' },
    relapsedOrTreated: { title: 'Relapse or an earlier line of treatment on record', type: 'boolean' },
    philadelphiaPositive: { title: 'Philadelphia chromosome', type: 'boolean' },
    isolatedExtramedullary: { title: 'Relapse outside the marrow alone', type: 'boolean' },
  },
  uses: ['leukemiaConditions', 'assertedSalvageNumber', 'earlierLines', 'philadelphiaConditions', 'bcrAbl1Tests', 'testicularRelapse', 'marrowBlastsLatest', 'blastsPctLatest', 'planned'],
  compute(scope) {
    const rows = leukemiaRows(scope)
    const lines = linesFact(scope)
    return {
      ...diseaseFacts(scope, rows), ...dateFacts(scope, rows), priorLines: lines, relapsedOrTreated: relapsedFact(scope, rows, lines),
      philadelphiaPositive: philadelphiaFact(scope), isolatedExtramedullary: isolatedFact(scope),
    }
  },
}
