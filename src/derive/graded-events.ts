import { byUnitSetting, numberSetting } from '../facts/settings.ts'
import { conceptOf, isObject, listOf, type Loose } from '../facts/resources.ts'
import type { ScopeInternals } from '../facts/scope.ts'
import { passesStatus, type RecordRow } from '../facts/select.ts'
import type { Moment } from '../language/calendar.ts'
import { shortened } from './list-text.ts'
import { momentOf, rowsOf } from './reading.ts'

/** Value sets that say a CTCAE grade, the worst first. */
const GRADE_SETS: readonly (readonly [string, number])[] = [5, 4, 3, 2, 1, 0].map((grade) => [`ctcae-grade-${String(grade)}`, grade] as const)
const BARE_GRADE = /^\s*(?:grade\s*)?([0-5])\s*$/iu

/** A grade written as a number, a code or words; undefined when it is none. */
export function gradeIn(value: unknown, { mapping }: ScopeInternals): number | undefined {
  if (typeof value === 'number') return Number.isInteger(value) && value >= 0 && value <= 5 ? value : undefined
  const concept = conceptOf(value)
  const { sets } = mapping.matcher.recognise(concept, [])
  const found = GRADE_SETS.find(([set]) => sets.has(set))
  if (found) return found[1]
  const bare = concept.texts.map((text) => BARE_GRADE.exec(text)?.[1]).find((digit) => digit !== undefined)
  return bare === undefined ? undefined : Number(bare)
}

const isCtcae = (stage: Readonly<Record<string, unknown>>, scope: ScopeInternals): boolean => {
  const { texts } = conceptOf(stage['summary'], stage['type'])
  const coded = scope.mapping.matcher.recognise({ codings: conceptOf(stage['summary']).codings, texts: [] }, []).sets
  return GRADE_SETS.some(([set]) => coded.has(set)) || texts.some((text) => /\bctcae?\b/iu.test(text))
}

/** The worst CTCAE grade among the stages of a diagnosis. A stage that does not say CTCAE may be that of a tumour. */
function stageGrade(resource: Loose, scope: ScopeInternals): number | undefined {
  const grades = listOf(resource['stage']).filter(isObject).filter((stage) => isCtcae(stage, scope)).flatMap(({ summary }) => gradeIn(summary, scope) ?? [])
  return grades.length > 0 ? Math.max(...grades) : undefined
}

/** How bad a severity says it is, on the scale of grades; undefined where it says nothing. */
export function severityGrade(value: unknown, { mapping, settings }: ScopeInternals): number | undefined {
  const { sets } = mapping.matcher.recognise(conceptOf(value), [])
  const grades = Object.entries(byUnitSetting(settings, 'severity_grades')).flatMap(([set, grade]) => (sets.has(set) ? [grade] : []))
  return grades.length > 0 ? Math.max(...grades) : undefined
}

/** The CTCAE grade of a diagnosis, adverse event or observation. */
export function gradeOf(row: RecordRow, scope: ScopeInternals): number | undefined {
  if (row.type === 'Condition') return stageGrade(row.resource, scope) ?? gradeIn(row.fields['grade'], scope)
  return gradeIn(row.fields['grade'], scope) ?? gradeIn(row.fields['answer'], scope) ?? (row.type === 'AdverseEvent' ? severityGrade(row.resource['severity'], scope) : undefined)
}

/** One thing that the record says about an event. */
export interface Statement {
  readonly title: string
  readonly keys: readonly string[]
  readonly sets: ReadonlySet<string>
  /** When the event began; undefined where the record does not say. */
  readonly onset: Moment | undefined
  /** As of when this is said: the end of an event that is over, else its date. */
  readonly asOf: Moment | undefined
  readonly grade: number
  readonly isOpen: boolean
  readonly reference: string
}

/** What makes two statements speak of the same event: a shared code or the same words. */
function keysOf({ resource, title }: RecordRow): string[] {
  const { codings } = conceptOf(resource['code'] ?? resource['event'])
  return [title.trim().toLowerCase(), ...codings.flatMap(({ system, code }) => (system && code ? [`${system}|${code}`] : []))]
}

function statementOf(row: RecordRow, scope: ScopeInternals): Statement[] {
  const grade = gradeOf(row, scope)
  if (grade === undefined) return []
  const { statuses } = scope.mapping
  const end = typeof row.fields['abatement'] === 'string' ? scope.calendar.parse(row.fields['abatement']) : undefined
  const hasEnded = end !== undefined && end.day <= scope.now.day
  const isSuspected = !passesStatus(row.resource, 'confirmed', statuses)
  return [{
    title: row.title, keys: keysOf(row), sets: row.sets, onset: row.at, asOf: hasEnded ? end : row.at, reference: row.reference,
    grade: isSuspected ? Math.min(grade, numberSetting(scope.settings, 'toxicity_suspected_max_grade')) : grade,
    isOpen: !hasEnded && passesStatus(row.resource, 'unresolved', statuses),
  }]
}

const known = new WeakMap<ScopeInternals['index'], readonly Statement[]>()

/** Everything graded in the record, read once per call: it is the same for every dose. */
function statementsIn(scope: ScopeInternals): readonly Statement[] {
  const have = known.get(scope.index)
  if (have) return have
  const rows = ['gradedConditions', 'adverseEvents', 'gradedObservations'].flatMap((name) => rowsOf(scope, name))
  const statements = rows.flatMap((row) => statementOf(row, scope))
  known.set(scope.index, statements)
  return statements
}

/** Groups statements about the same event. */
function groups(statements: readonly Statement[]): readonly (readonly Statement[])[] {
  return statements.reduce<Statement[][]>((known, statement) => {
    const isSame = (group: readonly Statement[]): boolean => group.some(({ keys }) => keys.some((key) => statement.keys.includes(key)))
    return [...known.filter((group) => !isSame(group)), [...known.filter(isSame).flat(), statement]]
  }, [])
}

/** Newest first; of one day what is not over first, then the worse. */
const byNewest = (a: Statement, b: Statement): number =>
  (b.asOf?.day ?? Infinity) - (a.asOf?.day ?? Infinity) || Number(b.isOpen) - Number(a.isOpen) || b.grade - a.grade

/** An event that lasts, with its grade now and the grade it had before the first dose (0 where none is recorded). */
export interface GradedEvent extends Statement {
  readonly baselineGrade: number
}

/** Events that began after the first dose and are not over, each with its present grade. An event without a date counts as after: the reading that hides nothing. */
export function eventsDuringTreatment(scope: ScopeInternals): readonly GradedEvent[] {
  const first = momentOf(scope, 'firstDoseDate')
  const isAfter = ({ onset }: Statement): boolean => onset === undefined || first === undefined || onset.day >= first.day
  return groups(statementsIn(scope)).flatMap((group) => {
    const [current] = group.filter(isAfter).toSorted(byNewest)
    const [before] = group.filter((statement) => !isAfter(statement)).toSorted(byNewest)
    return current?.isOpen ? [{ ...current, sets: new Set(group.flatMap(({ sets }) => [...sets])), baselineGrade: before?.grade ?? 0 }] : []
  })
}

const TITLE_LENGTH = 40

/** "nausea grade 2 (2025-03-04)". */
export const eventText = ({ title, grade, onset }: Statement, { calendar, phrases }: ScopeInternals): string =>
  phrases.say`${shortened(title, TITLE_LENGTH)} grade ${String(grade)}${onset ? ` (${calendar.iso(onset)})` : ''}`
