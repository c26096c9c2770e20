import { type Fact, missing, present } from '../facts/fact.ts'
import type { ScopeInternals } from '../facts/scope.ts'
import { unavailability } from '../facts/select.ts'
import { daysBetween, type Moment } from '../language/calendar.ts'
import type { Derivation } from './derivation.ts'
import { momentOf } from './reading.ts'
import { type PastTransplant, pastTransplants, type PlanEvidence, planEvidence } from './transplant-evidence.ts'

interface Known {
  readonly plan: Fact
  readonly date: { readonly at: Moment; readonly sources: readonly string[] } | undefined
  readonly past: readonly PastTransplant[]
}

/** A plan for a day on or before the last transplantation was carried out by it. */
const isCarriedOut = ({ at, since }: PlanEvidence, last: Moment | undefined): boolean => {
  const day = at ?? since
  return last !== undefined && day !== undefined && day.day <= last.day
}

/** Of what was decided the newest counts, a plan before a refusal of the same day; a question counts only where nothing was decided. */
function strongest(evidence: readonly PlanEvidence[]): PlanEvidence | undefined {
  const weight = { planned: 0, 'not-planned': 1, undecided: 2 } as const
  const decided = evidence.filter(({ plan }) => plan !== 'undecided')
  const byNewest = (a: PlanEvidence, b: PlanEvidence): number => (b.since?.day ?? -Infinity) - (a.since?.day ?? -Infinity) || weight[a.plan] - weight[b.plan]
  return (decided.length > 0 ? decided : evidence).toSorted(byNewest)[0]
}

const wordsOf = ({ plan, text }: PlanEvidence, { phrases }: ScopeInternals): string => ({ planned: 'planned', 'not-planned': phrases.say`not planned (${text})`, undecided: phrases.say`undecided (${text})` })[plan]

function planFact(scope: ScopeInternals, evidence: readonly PlanEvidence[]): Fact {
  const asserted = scope.fact('assertedHctPlan')
  if (asserted.state === 'present') return asserted
  const date = scope.fact('assertedHctDate')
  if (date.state === 'present' && (momentOf(scope, 'assertedHctDate')?.day ?? 0) >= scope.now.day) return { ...date, value: 'planned', text: 'planned' }
  const found = strongest(evidence)
  if (found) return present(found.plan, wordsOf(found, scope), { sources: evidence.filter(({ plan }) => plan === found.plan).map(({ reference }) => reference), ...(found.since ? { at: found.since } : {}) })
  return unavailability('procedures', scope) ?? missing('absent', 'no transplant plan in the record')
}

/** The day that the clinician stated, else the nearest day to come of all plans. Where none is planned there is no day. */
function dateOf(scope: ScopeInternals, plan: Fact, evidence: readonly PlanEvidence[]): Known['date'] {
  if (plan.state === 'present' && plan.value !== 'planned') return undefined
  const asserted = momentOf(scope, 'assertedHctDate')
  if (asserted && asserted.day >= scope.now.day) return { at: asserted, sources: scope.fact('assertedHctDate').sources }
  const dated = evidence.flatMap(({ plan: said, at, reference }) => (said === 'planned' && at && at.day >= scope.now.day ? [{ at, sources: [reference] }] : []))
  return dated.sort((a, b) => a.at.day - b.at.day)[0]
}

/** A day that the clinician stated and that has passed is the day of the transplantation. */
function withStatedDay(scope: ScopeInternals, past: readonly PastTransplant[]): readonly PastTransplant[] {
  const stated = momentOf(scope, 'assertedHctDate')
  const isPast = stated !== undefined && stated.day <= scope.now.day && scope.fact('assertedHctPlan').state === 'missing'
  if (!isPast || stated.day <= (past[0]?.at?.day ?? -Infinity)) return past
  return [{ at: stated, title: 'transplantation as stated', reference: scope.fact('assertedHctDate').sources[0] ?? '', allogeneic: undefined }, ...past]
}

function known(scope: ScopeInternals): Known {
  const past = withStatedDay(scope, pastTransplants(scope))
  const evidence = planEvidence(scope).filter((one) => !isCarriedOut(one, past[0]?.at))
  const plan = planFact(scope, evidence)
  return { plan, date: dateOf(scope, plan, evidence), past }
}

const daysFact = (days: number, at: Moment, sources: readonly string[]): Fact => present(days, `${String(days)} d`, { at, sources })

function comingFacts({ plan, date }: Known, scope: ScopeInternals): Record<string, Fact> {
  const isOff = plan.state === 'present' && plan.value !== 'planned'
  const none = missing(isOff ? 'not-applicable' : 'absent', isOff ? 'no transplantation is planned' : 'no date of a transplantation to come')
  return {
    hctDate: date ? present(date.at, scope.calendar.iso(date.at), { at: date.at, sources: date.sources }) : none,
    daysToHct: date ? daysFact(daysBetween(scope.now, date.at), date.at, date.sources) : none,
  }
}

/** Nothing found means that none took place only where both lists that could tell were read. */
const noneFound = (scope: ScopeInternals): Fact => unavailability('procedures', scope) ?? unavailability('conditions', scope) ?? missing('not-applicable', 'no transplantation on record')

function pastFacts({ past }: Known, scope: ScopeInternals): Record<string, Fact> {
  const [last] = past
  const sources = past.map(({ reference }) => reference)
  const none = last ? missing('absent', scope.phrases.say`${last.title} without a date`, sources) : noneFound(scope)
  const words = last && `${last.title}${last.at ? scope.phrases.say` on ${scope.calendar.iso(last.at)}` : scope.phrases.of(', date unknown')}`
  const unread = noneFound(scope)
  return {
    lastHctDate: last?.at ? present(last.at, scope.calendar.iso(last.at), { at: last.at, sources: [last.reference] }) : none,
    daysSinceHct: last?.at ? daysFact(daysBetween(last.at, scope.now), last.at, [last.reference]) : none,
    lastHctAllogeneic: last === undefined ? none : last.allogeneic === undefined ? missing('ambiguous', 'the record does not name the donor', sources) : present(last.allogeneic, last.allogeneic ? 'allogeneic' : 'autologous', { sources: [last.reference] }),
    priorHct: words === undefined ? (unread.state === 'missing' && unread.why === 'unavailable' ? unread : present(false, 'no')) : present(true, words, { sources, ...(last?.at ? { at: last.at } : {}) }),
    hctBeforeTreatment: beforeTreatment(past, scope, unread), hctAfterTreatment: afterTreatment(past, scope),
  }
}

/** A transplantation before the first inotuzumab dose; an undated one beside a dated later one may be the same. */
function beforeTreatment(past: readonly PastTransplant[], scope: ScopeInternals, unread: Fact): Fact {
  const first = momentOf(scope, 'firstGivenDate')
  const earlier = past.filter(({ at }) => at !== undefined && (first === undefined || at.day < first.day))
  const undated = past.filter(({ at }) => at === undefined)
  const of = (list: readonly PastTransplant[]) => ({ sources: list.map(({ reference }) => reference) })
  if (earlier.length > 0) return present(true, earlier.map(({ title, at }) => `${title}${at ? ` (${scope.calendar.iso(at)})` : ''}`).join(', '), of(earlier))
  if (undated.length > 0) return undated.length === past.length ? present(true, scope.phrases.say`${undated[0]?.title ?? ''}, date unknown`, of(undated)) : missing('ambiguous', 'a transplantation without a date', of(undated).sources)
  return unread.state === 'missing' && unread.why === 'unavailable' ? unread : present(false, 'no')
}

/** The last transplantation came after the last dose: no further cycle leads up to it. */
function afterTreatment([last]: readonly PastTransplant[], scope: ScopeInternals): Fact {
  const dose = momentOf(scope, 'lastGivenDate')
  const isAfter = last?.at !== undefined && dose !== undefined && last.at.day >= dose.day
  return present(isAfter, isAfter ? 'yes' : 'no', isAfter && last.at ? { at: last.at, sources: [last.reference] } : {})
}

/** Transplantation: whether one is planned, when, and whether one took place. An answer of the clinician outranks the record. */
export const transplant: Derivation = {
  facts: {
    hctPlan: { title: 'Transplant plan (planned, not-planned, undecided)', type: 'text' },
    hctDate: { title: 'Date of the planned transplantation', type: 'moment' },
    daysToHct: { title: 'Days from today until the planned transplantation', type: 'number', unit: 'd' },
    lastHctDate: { title: 'Date of the last transplantation', type: 'moment' },
    daysSinceHct: { title: 'Days from the last transplantation until today', type: 'number', unit: 'd' },
    lastHctAllogeneic: { title: 'The last transplantation was allogeneic', type: 'boolean' },
    priorHct: { title: 'A transplantation took place', type: 'boolean' },
    hctBeforeTreatment: { title: 'A transplantation took place before the first inotuzumab dose', type: 'boolean' },
    hctAfterTreatment: { title: 'A transplantation took place after the last inotuzumab dose', type: 'boolean' },
  },
  uses: ['assertedHctPlan', 'assertedHctDate', 'hctRequests', 'treatmentPlans', 'hctRefusals', 'hctEligibility', 'conditioningAlkylatorOrders', 'hctProcedures', 'transplantStatuses', 'firstGivenDate', 'lastGivenDate'],
  compute(scope) {
    const all = known(scope)
    return { hctPlan: all.plan, ...comingFacts(all, scope), ...pastFacts(all, scope) }
  },
}
