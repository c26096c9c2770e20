import { type Fact, present } from '../facts/fact.ts'
import type { ScopeInternals } from '../facts/scope.ts'
import { unavailability } from '../facts/select.ts'
import { listSetting, numberSetting } from '../facts/settings.ts'
import { daysBetween, type Moment } from '../language/calendar.ts'
import { divide } from '../language/decimal.ts'
import type { Derivation } from './derivation.ts'
import { activitiesOf } from './plan-activities.ts'
import { flagOf, momentOf, numberOf, rowsOf, textValue } from './reading.ts'
import { pastTransplants } from './transplant-evidence.ts'
import { drugOrdersIn, treatedBetween } from './vod-course.ts'
import { floorOf } from './vod-signs.ts'

/** true, false, or undefined where the record does not tell. */
type Answer = boolean | undefined

const referenceDate = (scope: ScopeInternals): Moment | undefined => momentOf(scope, 'vodHctDate') ?? momentOf(scope, 'hctDate')

function isInConditioning(at: Moment | undefined, scope: ScopeInternals): boolean {
  const hct = referenceDate(scope)
  return at !== undefined && hct !== undefined && at.day < hct.day && daysBetween(at, hct) <= numberSetting(scope.settings, 'vod_conditioning_window_d')
}

/** Value sets of everything given, ordered, planned or stated for conditioning. */
function conditioningSets(scope: ScopeInternals): ReadonlySet<string> {
  const orders = drugOrdersIn(scope, 'alkylatorsAnyTime').filter(({ spans }) => spans.some(({ start }) => isInConditioning(start, scope)))
  const steps = rowsOf(scope, 'treatmentPlans').flatMap((plan) => activitiesOf(plan, scope)).filter(({ sets, start }) => sets.has('high-dose-alkylator') && isInConditioning(start, scope))
  const stated = (textValue(scope, 'assertedConditioningAgents') ?? '').split(/[,;+/]/).map((text) => scope.mapping.matcher.recognise({ codings: [], texts: [text] }, []))
  return new Set([...orders, ...steps, ...stated].flatMap(({ sets }) => [...sets]))
}

const alkylatorsIn = (sets: ReadonlySet<string>, scope: ScopeInternals): string[] => listSetting(scope.settings, 'vod_alkylator_sets').map(String).filter((set) => sets.has(set))

/** The last bilirubin up to a day, as a multiple of its own limit. */
function bilirubinBefore(day: Moment | undefined, scope: ScopeInternals): Answer {
  const days = numberSetting(scope.settings, 'baseline_lookback_d')
  const last = day && scope.samples('bili').find(({ at, final, reading, uln }) => final && typeof reading?.value === 'number' && uln !== undefined && at.day < day.day && daysBetween(at, day) <= days)
  if (!last?.reading || typeof last.reading.value !== 'number' || last.uln === undefined || last.uln <= 0) return undefined
  return divide(last.reading.value, last.uln) >= numberSetting(scope.settings, 'vod_risk_bilirubin_xuln')
}

/** Before a transplantation that is still to come the newest result is the last so far. */
function bilirubinBeforeHct(scope: ScopeInternals): Answer {
  const hct = momentOf(scope, 'vodHctDate')
  if (hct) return bilirubinBefore(hct, scope)
  const now = momentOf(scope, 'hctDate') ? numberOf(scope, 'bilirubinLatestXuln') : undefined
  return now === undefined ? undefined : now >= numberSetting(scope.settings, 'vod_risk_bilirubin_xuln')
}

/** Another transplantation before the one that matters now. Records of the same days are the same one. */
function priorHct(scope: ScopeInternals): Answer {
  const index = momentOf(scope, 'vodHctDate')
  const apart = numberSetting(scope.settings, 'vod_conditioning_window_d')
  const others = pastTransplants(scope).filter(({ at }) => at !== undefined && (index === undefined || index.day - at.day > apart))
  if (others.length > 0) return true
  return unavailability('procedures', scope) ? undefined : false
}

/** Liver disease that began before treatment: what came after may be the very disease that is graded. */
function liverHistory(scope: ScopeInternals): Answer {
  const floor = floorOf(scope)
  const rows = rowsOf(scope, 'liverHistoryConditions').filter(({ at, sets }) => (at === undefined ? !sets.has('hepatic-vod') : floor === undefined || at.day < floor.day))
  if (rows.length > 0) return true
  return unavailability('conditions', scope) ? undefined : false
}

function laterSalvage(scope: ScopeInternals): Answer {
  const start = treatedBetween(scope).first ?? scope.focus.planned
  const lines = rowsOf(scope, 'treatmentLines').filter(({ at }) => at !== undefined && at.day < start.day).length
  const salvage = numberOf(scope, 'assertedSalvageNumber') ?? (lines > 0 ? lines : undefined)
  return salvage === undefined ? undefined : salvage >= numberSetting(scope.settings, 'vod_risk_salvage')
}

const not = (answer: Answer): Answer => (answer === undefined ? undefined : !answer)
const below = (value: number | undefined, limit: number): Answer => (value === undefined ? undefined : value < limit)

/** Where some agent is known the plan is known; where none is, nothing can be said of any. */
function conditioningAnswers(scope: ScopeInternals): Readonly<Record<string, Answer>> {
  const sets = conditioningSets(scope)
  const alkylators = alkylatorsIn(sets, scope)
  const irradiated = rowsOf(scope, 'totalBodyIrradiations').some(({ at }) => isInConditioning(at, scope))
  const isKnown = alkylators.length > 0 || irradiated
  const answer = (is: boolean): Answer => (is ? true : isKnown ? false : undefined)
  const azole = flagOf(scope, 'systemicAzoleNow') === true && alkylators.length > 0
  const sirolimus = flagOf(scope, 'sirolimusNow')
  return {
    dualAlkylator: answer(alkylators.length >= 2), thiotepa: answer(sets.has('thiotepa')), myeloablative: answer(sets.has('busulfan') || irradiated),
    azoleOrSirolimus: azole || sirolimus === true ? true : sirolimus,
  }
}

/** The tests that rows of the setting `vod_risk_rows` name. */
export function riskAnswers(scope: ScopeInternals): Readonly<Record<string, Answer>> {
  const [older = Infinity] = listSetting(scope.settings, 'age_risk_tiers').map(Number)
  const age = numberOf(scope, 'age')
  const cycles = numberOf(scope, 'cyclesGiven')
  return {
    ...conditioningAnswers(scope),
    manyCycles: cycles === undefined ? undefined : cycles > numberSetting(scope.settings, 'vod_risk_cycles'),
    noUrsodiol: not(flagOf(scope, 'ursodiol')),
    bilirubinBeforeHct: bilirubinBeforeHct(scope), bilirubinBeforeConditioning: bilirubinBefore(momentOf(scope, 'vodConditioningDate'), scope),
    lowKarnofsky: below(numberOf(scope, 'vodKarnofsky'), numberSetting(scope.settings, 'vod_risk_karnofsky')),
    priorHct: priorHct(scope), liverHistory: liverHistory(scope), laterSalvage: laterSalvage(scope), age: not(below(age, older)),
  }
}

/** Factors that raise the grade, each counted once; two alkylators and thiotepa are one. */
const COUNTED: readonly (readonly [string, readonly string[]])[] = [
  ['an earlier transplantation', ['priorHct']], ['later salvage', ['laterSalvage']], ['age', ['age']], ['liver history', ['liverHistory']], ['bilirubin before HCT', ['bilirubinBeforeHct']],
  ['two alkylators or thiotepa', ['dualAlkylator', 'thiotepa']], ['busulfan or irradiation', ['myeloablative']], ['Karnofsky', ['lowKarnofsky']], ['number of cycles', ['manyCycles']],
]

function countedFactors(answers: Readonly<Record<string, Answer>>, scope: ScopeInternals): string[] {
  const isAfterHct = momentOf(scope, 'vodHctDate') !== undefined
  return COUNTED.filter(([, tests]) => tests.some((test) => answers[test] === true && (test !== 'bilirubinBeforeHct' || isAfterHct))).map(([name]) => name)
}

/** One row of the evidence table as shown, for the card and the page. */
export interface RiskRow {
  readonly test: string
  readonly factor: string
  readonly state: 'present' | 'absent' | 'not known'
  readonly evidence: string
  readonly changeable: string
}

const STATE_ORDER = ['present', 'not known', 'absent'] as const
const CHANGE_ORDER: readonly string[] = ['yes', 'partly', 'no']

/** Present and changeable rows first. */
function riskRows(answers: Readonly<Record<string, Answer>>, scope: ScopeInternals): readonly RiskRow[] {
  const rows = listSetting(scope.settings, 'vod_risk_rows').map((row): RiskRow => {
    const [test = '', factor = '', evidence = '', changeable = ''] = String(row).split('|').map((part) => part.trim())
    if (!(test in answers)) throw new TypeError(`vod_risk_rows: no test ${test}`)
    const answer = answers[test]
    return { test, factor, evidence, changeable, state: answer === undefined ? 'not known' : answer ? 'present' : 'absent' }
  })
  return rows.toSorted((a, b) => STATE_ORDER.indexOf(a.state) - STATE_ORDER.indexOf(b.state) || CHANGE_ORDER.indexOf(a.changeable) - CHANGE_ORDER.indexOf(b.changeable))
}

const CHANGEABLE: Readonly<Record<string, string>> = { yes: ', can be changed', partly: ', can partly be changed' }
const rowText = ({ factor, evidence, changeable }: RiskRow): string => `${factor}${CHANGEABLE[changeable] ?? ''}: ${evidence}.`

/** A card has room for so many present factors with their evidence. */
const SHOWN = 8

/** A place in the card that no factor takes stays empty. */
const rowFact = (row: RiskRow | undefined): Fact => (row ? present(rowText(row), rowText(row)) : present('', ''))

const names = (rows: readonly RiskRow[]): Fact => present(rows.map(({ factor }) => factor), rows.map(({ factor }) => factor).join(', ') || 'none')

/** The first factor with its evidence, and how many others. */
function shortFact(rows: readonly RiskRow[], { phrases }: ScopeInternals): Fact {
  const [first] = rows
  const more = rows.length - 1
  const text = first ? `${first.factor}: ${first.evidence}` : 'none on record'
  return present(text, more > 0 ? phrases.say`${text}, and ${String(more)} more` : text)
}

/** Risk factors of veno-occlusive disease with their evidence. Never a score: odds ratios of small groups do not multiply. */
export const vodRisk: Derivation = {
  facts: {
    vodRiskRows: { title: 'Risk factors of VOD with their evidence', type: 'records' },
    vodRiskFactorCount: { title: 'Risk factors that raise the grade of VOD', type: 'number' },
    vodRiskFactors: { title: 'Risk factors that raise the grade of VOD, by name', type: 'text' },
    vodRiskPresent: { title: 'Risk factors of VOD that are present', type: 'list' },
    vodRiskShort: { title: 'The first risk factor of VOD that is present', type: 'text' },
    vodRiskUnknown: { title: 'Risk factors of VOD that are not known', type: 'list' },
    ...Object.fromEntries(Array.from({ length: SHOWN }, (_, i) => [`vodRiskRow${String(i + 1)}`, { title: 'A risk factor of VOD that is present', type: 'text' as const }])),
  },
  uses: [
    'vodHctDate', 'hctDate', 'vodConditioningDate', 'alkylatorsAnyTime', 'treatmentPlans', 'assertedConditioningAgents', 'totalBodyIrradiations', 'systemicAzoleNow', 'sirolimusNow', 'bilirubinLatestXuln',
    'hctProcedures', 'hctRequests', 'transplantStatuses', 'liverHistoryConditions', 'treatmentLines', 'assertedSalvageNumber', 'age', 'cyclesGiven', 'ursodiol', 'vodKarnofsky',
    'firstGivenDate', 'firstDoseDate', 'lastGivenDate', 'lastDoseDate',
  ],
  series: ['bili'],
  compute(scope) {
    const answers = riskAnswers(scope)
    const rows = riskRows(answers, scope)
    const counted = countedFactors(answers, scope)
    const found = rows.filter(({ state }) => state === 'present')
    const text = counted.join(', ') || 'none'
    return {
      vodRiskRows: present(rows, String(rows.length)), vodRiskFactorCount: present(counted.length, String(counted.length)), vodRiskFactors: present(text, text),
      vodRiskPresent: names(found), vodRiskShort: shortFact(found, scope), vodRiskUnknown: names(rows.filter(({ state }) => state === 'not known')),
      ...Object.fromEntries(Array.from({ length: SHOWN }, (_, i) => [`vodRiskRow${String(i + 1)}`, rowFact(found[i])])),
    }
  },
}
