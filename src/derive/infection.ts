import { type Fact, missing, present } from '../facts/fact.ts'
import type { ScopeInternals } from '../facts/scope.ts'
import { passesStatus, type RecordRow, unavailability } from '../facts/select.ts'
import type { Sample } from '../facts/series.ts'
import { byUnitSetting, numberSetting } from '../facts/settings.ts'
import { beyond, sampleBeyond } from './compare.ts'
import type { Derivation } from './derivation.ts'
import { eventsDuringTreatment, eventText, gradeOf } from './graded-events.ts'
import { listFact, shortened } from './list-text.ts'
import { rowsOf } from './reading.ts'

const HOUR_MS = 3_600_000

/** Began within the days that count; without a date it is taken as current: the reading that hides nothing. */
const isCurrent = ({ at }: RecordRow, { now, settings }: ScopeInternals): boolean => at === undefined || now.day - at.day <= numberSetting(settings, 'infection_lookback_d')
const isConfirmed = ({ resource }: RecordRow, { mapping }: ScopeInternals): boolean => passesStatus(resource, 'confirmed', mapping.statuses)

const TITLE_LENGTH = 40

const rowText = (row: RecordRow, scope: ScopeInternals): string => `${shortened(row.title, TITLE_LENGTH)}${isConfirmed(row, scope) ? '' : scope.phrases.of(' (suspected)')}${row.at ? scope.phrases.say` since ${scope.calendar.iso(row.at)}` : ''}`

/** A list from several lists of records; missing only when one of them was not read and nothing was found. */
function listed({ phrases }: ScopeInternals, items: readonly string[], sources: readonly string[], ...read: readonly Fact[]): Fact {
  const lost = read.find((fact) => fact.state === 'missing')
  return items.length === 0 && lost ? lost : listFact([...new Set(items)], sources, phrases)
}

/** Severe infections now: by diagnosis, or by the grade of an infection during treatment. */
export const severeInfection: Derivation = {
  facts: {
    severeInfections: { title: 'Severe infections now', type: 'list' },
    septicShock: { title: 'Septic shock now', type: 'list' },
  },
  uses: ['severeInfectionConditions', 'gradedConditions', 'adverseEvents', 'gradedObservations', 'firstDoseDate'],
  compute(scope) {
    const rows = rowsOf(scope, 'severeInfectionConditions').filter((row) => isCurrent(row, scope))
    const grade = numberSetting(scope.settings, 'infection_hold_grade')
    const events = eventsDuringTreatment(scope).filter((event) => event.sets.has('infection') && event.grade >= grade)
    const named = new Set(rows.map(({ title }) => title.toLowerCase()))
    const others = events.filter(({ title }) => !named.has(title.toLowerCase()))
    const shock = rows.filter((row) => row.sets.has('septic-shock') && isConfirmed(row, scope))
    const read = [scope.fact('severeInfectionConditions'), scope.fact('adverseEvents')]
    return {
      severeInfections: listed(scope, [...rows.map((row) => rowText(row, scope)), ...others.map((event) => eventText(event, scope))], [...rows, ...others].map(({ reference }) => reference), ...read),
      septicShock: listed(scope, shock.map((row) => rowText(row, scope)), shock.map(({ reference }) => reference), scope.fact('severeInfectionConditions')),
    }
  },
}

/** One high temperature, or two lesser ones far enough apart. */
function feverOf(samples: readonly Sample[], scope: ScopeInternals): readonly Sample[] {
  const { settings } = scope
  const single = samples.find((sample) => sampleBeyond(sample, '>=', byUnitSetting(settings, 'fever_single_cel')) === true)
  if (single) return [single]
  const raised = samples.filter((sample) => sampleBeyond(sample, '>=', byUnitSetting(settings, 'fever_repeated_cel')) === true)
  const apart = numberSetting(settings, 'fever_repeated_h') * HOUR_MS
  const [last] = raised
  const earlier = last && raised.find(({ at }) => last.at.at - at.at >= apart)
  return last && earlier ? [last, earlier] : []
}

function temperatureFever(scope: ScopeInternals): Fact {
  const from = scope.calendar.of(scope.now.at - numberSetting(scope.settings, 'fever_lookback_h') * HOUR_MS)
  const recent = scope.samples('bodyTemperature').filter(({ at, reading }) => reading !== undefined && (at.precise ? at.at >= from.at : at.day >= from.day))
  if (recent.length === 0) return unavailability('vitals', scope) ?? missing('absent', scope.phrases.say`no temperature in ${String(numberSetting(scope.settings, 'fever_lookback_h'))} h`)
  const fever = feverOf(recent, scope)
  const text = fever.map(({ reading, at }) => scope.phrases.say`${reading?.text ?? ''} on ${scope.calendar.iso(at)}`).join(scope.phrases.of(' and '))
  return present(fever.length > 0, text === '' ? 'no fever' : text, { sources: fever.map(({ reference }) => reference), ...(fever[0] ? { at: fever[0].at } : {}) })
}

function feverFact(scope: ScopeInternals): Fact {
  const measured = temperatureFever(scope)
  if (measured.state === 'present' && measured.value === true) return measured
  const [recorded] = rowsOf(scope, 'feverConditions').filter((row) => isCurrent(row, scope))
  return recorded ? present(true, rowText(recorded, scope), { sources: [recorded.reference], ...(recorded.at ? { at: recorded.at } : {}) }) : measured
}

/** Is the newest neutrophil count lower than the one before it? Undefined with fewer than two. */
function fallingFact(scope: ScopeInternals): Fact {
  const lookback = numberSetting(scope.settings, 'trend_lookback_d')
  const [last, before] = scope.samples('ancCount').filter(({ at, reading }) => reading !== undefined && scope.now.day - at.day <= lookback)
  if (!last?.reading || typeof before?.reading?.value !== 'number') return missing('absent', 'fewer than two neutrophil counts')
  const isFalling = beyond(last.reading.value, '<', before.reading.value)
  return isFalling === undefined ? missing('ambiguous', 'the count is only known as a bound') : present(isFalling, isFalling ? scope.phrases.say`falling from ${before.reading.text}` : 'not falling', { sources: [last.reference, before.reference] })
}

/** Fever, and what the record says of neutropenia with it. */
export const fever: Derivation = {
  facts: {
    fever: { title: 'Fever', type: 'boolean' },
    ancFalling: { title: 'Neutrophils are falling', type: 'boolean' },
    febrileNeutropenia: { title: 'Febrile neutropenia is on the problem list', type: 'boolean' },
    neutropeniaRecorded: { title: 'Neutropenia is on the problem list', type: 'boolean' },
  },
  uses: ['febrileNeutropeniaConditions', 'neutropeniaConditions', 'feverConditions'],
  series: ['bodyTemperature', 'ancCount'],
  compute(scope) {
    const recorded = (name: string): Fact => {
      const fact = scope.fact(name)
      if (fact.state === 'missing') return fact
      const [row] = rowsOf(scope, name).filter((one) => isCurrent(one, scope))
      return present(row !== undefined, row ? rowText(row, scope) : 'no', row ? { sources: [row.reference], ...(row.at ? { at: row.at } : {}) } : {})
    }
    return { fever: feverFact(scope), ancFalling: fallingFact(scope), febrileNeutropenia: recorded('febrileNeutropeniaConditions'), neutropeniaRecorded: recorded('neutropeniaConditions') }
  },
}

/** Bleeding now: major by its diagnosis, or by its grade. */
export const bleeding: Derivation = {
  facts: {
    bleedings: { title: 'Active bleeding', type: 'list' },
    bleedingGrade: { title: 'Highest recorded grade of the bleeding', type: 'number' },
  },
  uses: ['majorBleedingConditions', 'gradedConditions', 'adverseEvents', 'gradedObservations', 'firstDoseDate'],
  compute(scope) {
    const rows = rowsOf(scope, 'majorBleedingConditions')
    const words = (row: RecordRow): string => {
      const grade = gradeOf(row, scope)
      return grade === undefined ? rowText(row, scope) : scope.phrases.say`${rowText(row, scope)}, grade ${String(grade)}`
    }
    const limit = numberSetting(scope.settings, 'bleeding_hold_grade')
    const events = eventsDuringTreatment(scope).filter((event) => event.sets.has('hemorrhage'))
    const graded = events.filter(({ grade }) => grade >= limit)
    const others = graded.filter(({ reference }) => !rows.some((row) => row.reference === reference))
    const grades = [...graded.map(({ grade }) => grade), ...rows.flatMap((row) => (isConfirmed(row, scope) ? gradeOf(row, scope) ?? [] : []))]
    const sources = [...rows, ...others].map(({ reference }) => reference)
    return {
      bleedings: listed(scope, [...rows.map(words), ...others.map((event) => eventText(event, scope))], sources, scope.fact('majorBleedingConditions'), scope.fact('adverseEvents')),
      bleedingGrade: grades.length > 0 ? present(Math.max(...grades), String(Math.max(...grades)), { sources }) : missing('not-applicable', 'no grade recorded'),
    }
  },
}
