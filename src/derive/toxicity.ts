import { type Fact, missing, present } from '../facts/fact.ts'
import { conceptOf, listOf, isObject } from '../facts/resources.ts'
import type { ScopeInternals } from '../facts/scope.ts'
import type { RecordRow } from '../facts/select.ts'
import type { Sample } from '../facts/series.ts'
import { listSetting, numberSetting, textSetting } from '../facts/settings.ts'
import { isMeasured } from '../facts/view.ts'
import { divide } from '../language/decimal.ts'
import type { Bound } from '../language/check.ts'
import { beyond, latestOf, timesUln } from './compare.ts'
import type { Derivation } from './derivation.ts'
import { dosesGiven } from './dose-history.ts'
import { eventsDuringTreatment, eventText, type GradedEvent, gradeOf, severityGrade } from './graded-events.ts'
import { listFact, shortened } from './list-text.ts'
import { momentOf, rowsOf } from './reading.ts'

/** How many limits of a rising list a value exceeds: its grade. */
const gradeBy = (value: number | Bound | undefined, limits: readonly (string | number)[]): number =>
  value === undefined ? 0 : limits.map(Number).filter((limit) => beyond(value, '>', limit) === true).length

function creatinineGrade(times: number | Bound | undefined, overBaseline: number | undefined, { settings }: ScopeInternals): number {
  const byLimit = gradeBy(times, listSetting(settings, 'creatinine_grade_xuln'))
  // Version 3 grades against the limit of normal alone.
  return textSetting(settings, 'ctcae_version') === '5.0' ? Math.max(byLimit, gradeBy(overBaseline, listSetting(settings, 'creatinine_grade_xbaseline'))) : byLimit
}

function baselineCreatinine(scope: ScopeInternals): Sample | undefined {
  const first = momentOf(scope, 'firstDoseDate')
  const lookback = numberSetting(scope.settings, 'baseline_lookback_d')
  return scope.samples('creatinine').find(({ at, final, reading }) => final && reading !== undefined && first !== undefined && at.at < first.at && first.day - at.day <= lookback)
}

interface Graded { readonly text: string; readonly grade: number; readonly sources: readonly string[] }

/** The creatinine grade when it is worse than before treatment. */
function kidneyToxicity(scope: ScopeInternals): Graded[] {
  const current = latestOf('creatinine', 'holding', scope)
  const first = momentOf(scope, 'firstDoseDate')
  if (!isMeasured(current) || current.at === undefined || first === undefined || current.at.day < first.day) return []
  const before = baselineCreatinine(scope)
  const comparable = before?.reading?.family === current.family && typeof before.reading.value === 'number' && before.reading.value > 0 && typeof current.value === 'number'
  const overBaseline = comparable ? divide(Number(current.value), Number(before.reading?.value)) : undefined
  const asSample: Sample = { at: current.at, reference: '', final: true, reading: { value: current.value, family: current.family, text: current.text }, ...(current.uln === undefined ? {} : { uln: current.uln }) }
  const grade = creatinineGrade(timesUln(asSample), overBaseline, scope)
  const baseline = before ? creatinineGrade(timesUln(before), 1, scope) : 0
  return grade > baseline ? [{ text: scope.phrases.say`creatinine ${current.text} grade ${String(grade)} (${scope.calendar.iso(current.at)})`, grade, sources: current.sources }] : []
}

/** Infections and bleeding are judged by their own rules from the grade on at which those rules speak; below it they are a toxicity like any other. */
function hasOwnRule({ sets, grade }: GradedEvent, { settings }: ScopeInternals): boolean {
  if (sets.has('toxicity-with-own-rule')) return true
  if (sets.has('infection')) return grade >= numberSetting(settings, 'infection_hold_grade')
  return sets.has('hemorrhage') && grade >= numberSetting(settings, 'bleeding_hold_grade')
}

/** Non-haematological toxicity that began under treatment, lasts, and is worse than before treatment. */
export const toxicity: Derivation = {
  facts: {
    toxicities: { title: 'Lasting non-haematological toxicity, worse than before treatment', type: 'list' },
    toxicityGrade: { title: 'Its highest grade', type: 'number' },
  },
  uses: ['gradedConditions', 'adverseEvents', 'gradedObservations', 'firstDoseDate', 'planned'],
  series: ['creatinine'],
  compute(scope) {
    const { settings } = scope
    const lost = [scope.fact('gradedConditions'), scope.fact('adverseEvents')].find((fact) => fact.state === 'missing')
    const events = eventsDuringTreatment(scope).filter((event) => !hasOwnRule(event, scope) && event.grade > event.baselineGrade)
      .map((event): Graded => ({ text: eventText(event, scope), grade: event.grade, sources: [event.reference] }))
    const all = [...events, ...kidneyToxicity(scope)].filter(({ grade }) => grade >= numberSetting(settings, 'toxicity_hold_grade')).sort((a, b) => b.grade - a.grade)
    const [worst] = all
    if (!worst) return { toxicities: lost ?? listFact([], [], scope.phrases), toxicityGrade: lost ?? missing('not-applicable', 'no toxicity of such a grade') }
    return { toxicities: listFact(all.map(({ text }) => text), all.flatMap(({ sources }) => sources), scope.phrases), toxicityGrade: present(worst.grade, String(worst.grade), { sources: worst.sources }) }
  },
}

/** Does the record name inotuzumab as the cause? */
function namesInotuzumab({ resource, title }: RecordRow, { mapping }: ScopeInternals): boolean {
  const suspects = listOf(resource['suspectEntity']).filter(isObject).flatMap(({ instance }) => (isObject(instance) ? [instance['display']] : []))
  const texts = [title, ...conceptOf(resource['code'], resource['event']).texts, ...suspects.filter((text) => typeof text === 'string')]
  return mapping.matcher.recognise({ codings: [], texts }, []).sets.has('inotuzumab')
}

/** A reaction named after inotuzumab, or one on the day of a dose or shortly after. Without a date it is taken as one: the reading that hides nothing. */
function isOurs(row: RecordRow, scope: ScopeInternals): boolean {
  if (namesInotuzumab(row, scope)) return true
  const doses = dosesGiven(scope)
  const { at } = row
  if (at === undefined) return doses.length > 0
  const window = numberSetting(scope.settings, 'infusion_reaction_window_d')
  return doses.some((dose) => at.day >= dose.at.day && at.day - dose.at.day <= window)
}

function reactionGrade(row: RecordRow, scope: ScopeInternals): number | undefined {
  const severe = numberSetting(scope.settings, 'severe_reaction_grade')
  const grades = [gradeOf(row, scope), severityGrade(row.resource['severity'], scope), row.sets.has('anaphylaxis') ? severe : undefined, severityGrade(row.title, scope)]
  const known = grades.filter((grade) => grade !== undefined)
  return known.length > 0 ? Math.max(...known) : undefined
}

const TITLE_LENGTH = 40

const reactionText = (row: RecordRow, grade: number | undefined, { calendar, phrases }: ScopeInternals): string =>
  `${shortened(row.title, TITLE_LENGTH)} ${grade === undefined ? phrases.of('(no grade recorded)') : phrases.say`grade ${String(grade)}`}${row.at ? phrases.say` on ${calendar.iso(row.at)}` : ''}`

/** Earlier reactions to an infusion of inotuzumab. */
export const infusionReaction: Derivation = {
  facts: {
    severeReactions: { title: 'Earlier severe reactions to inotuzumab', type: 'list' },
    otherReactions: { title: 'Earlier reactions to inotuzumab that were not severe', type: 'list' },
  },
  uses: ['infusionReactions', 'inotuzumabAdministrations'],
  compute(scope) {
    const list = scope.fact('infusionReactions')
    if (list.state === 'missing') return { severeReactions: list, otherReactions: list }
    const limit = numberSetting(scope.settings, 'severe_reaction_grade')
    const rows = rowsOf(scope, 'infusionReactions').filter((row) => isOurs(row, scope)).map((row) => ({ row, grade: reactionGrade(row, scope) }))
    const severe = rows.filter(({ grade }) => grade !== undefined && grade >= limit)
    const fact = (some: typeof rows): Fact => listFact([...new Set(some.map(({ row, grade }) => reactionText(row, grade, scope)))], some.map(({ row }) => row.reference), scope.phrases)
    return { severeReactions: fact(severe), otherReactions: fact(rows.filter((one) => !severe.includes(one))) }
  },
}
